"""Performance measures with their Monte Carlo standard errors (Morris, White and Crowther 2019)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from metawright.simulation.models import Model
from metawright.simulation.scenario import Scenario
from metawright.simulation.setup import Setup
from metawright.simulation.statistics import Statistics

#: Every performance measure and the estimand that it belongs to.
PERFORMANCE = {
    "bias": "theta",
    "empirical_se": "theta",
    "model_se": "theta",
    "mse": "theta",
    "coverage": "theta",
    "type1": "theta",
    "power": "theta",
    "width": "theta",
    "median_width": "theta",
    "tau2_bias": "tau2",
    "tau2_mse": "tau2",
    "tau2_zero": "tau2",
    "pi_coverage": "new_effect",
    "pi_width": "new_effect",
    "random_chosen": "theta",
    "discordant": "theta",
    "undecided": "theta",
    "convergence": "theta",
    "coverage_difference": "theta",
    "type1_difference": "theta",
    "power_difference": "theta",
    "width_difference": "theta",
}
ESTIMANDS = ("theta", "tau2", "new_effect")

Row = tuple[str, float, float, int]
"""Performance measure, value, Monte Carlo standard error, replicates that it rests on."""


def performance(scenario: Scenario, setup: Setup, model: Model, of: Statistics) -> Iterator[Row]:
    """Yield every performance measure of one model in one scenario.

    Parameters
    ----------
    scenario : Scenario
        `type1` stands where the true effect is 0, `power` elsewhere: the share of intervals that exclude 0.
    setup : Setup
    model : Model
    of : Statistics
        Of all replicates. Replicates that a rule leaves undecided count in `undecided` alone; fits whose iteration did
        not converge are counted (`convergence`) and stay in all measures.
    """

    def count(name: str) -> int:
        return of.count(model.key, name)

    def total(name: str) -> float:
        return of.sum(model.key, name)

    results = count("results")
    rejection = "type1" if scenario.theta == 0 else "power"
    if results:
        yield from _of_effect(results, count, total, rejection)
    if model.is_rule:
        yield "random_chosen", *_share(count("random"), of.replicates)
        yield "discordant", *_share(count("discordant"), of.replicates)
        yield "undecided", *_share(of.replicates - results, of.replicates)
    if model.has_tau2 and results:
        yield "tau2_bias", *_mean(total("tau2_error"), total("tau2_error2"), results)
        yield "tau2_mse", *_mean(total("tau2_error2"), total("tau2_error4"), results)
        yield "tau2_zero", *_share(count("tau2_zero"), results)
    if count("predictions"):
        yield "pi_coverage", *_share(count("new_covered"), count("predictions"))
        yield "pi_width", *_mean(total("new_width"), total("new_width2"), count("predictions"))
    if results:
        yield "convergence", *_share(results - count("not_converged"), results)
    if (compared := count("compared")) and model.key != setup.reference:
        yield "coverage_difference", *_paired(count("only_covered"), count("ref_covered"), compared)
        yield f"{rejection}_difference", *_paired(count("only_rejected"), count("ref_rejected"), compared)
        yield "width_difference", *_mean(total("width_gap"), total("width_gap2"), compared)


def _of_effect(results: int, count, total, rejection: str) -> Iterator[Row]:
    error, squares = total("error"), total("error2")
    yield "bias", *_mean(error, squares, results)
    if results > 1:
        spread = _sd(error, squares, results)
        yield "empirical_se", spread, spread / math.sqrt(2.0 * (results - 1)), results
    yield "model_se", *_mean(total("se"), total("se2"), results)
    yield "mse", *_mean(squares, total("error4"), results)
    yield "coverage", *_share(count("covered"), results)
    yield rejection, *_share(count("rejected"), results)
    yield "width", *_mean(total("width"), total("width2"), results)
    median, variance = total("median_width") / results, total("median_width_variance") / results**2
    yield "median_width", median, math.sqrt(variance), results


def _sd(total: float, squares: float, n: int) -> float:
    """Standard deviation from a sum and a sum of squares; rounding may leave a difference below 0."""
    return math.sqrt(max(0.0, (squares - total * total / n) / (n - 1)))


def _mean(total: float, squares: float, n: int) -> tuple[float, float, int]:
    return total / n, _sd(total, squares, n) / math.sqrt(n) if n > 1 else math.nan, n


def _share(hits: int, n: int) -> tuple[float, float, int]:
    share = hits / n
    return share, math.sqrt(share * (1.0 - share) / n), n


def _paired(only: int, reference: int, n: int) -> tuple[float, float, int]:
    """Difference of two proportions on the same replicates, from the discordant ones."""
    gap = only - reference
    return gap / n, math.sqrt(max(0.0, only + reference - gap * gap / n)) / n, n
