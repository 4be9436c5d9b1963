"""Performance measures with their Monte Carlo standard errors (Morris, White and Crowther 2019)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from metawright.simulation.models import Model
from metawright.simulation.scenario import Scenario
from metawright.simulation.setup import Setup
from metawright.simulation.statistics import Statistics


class Measure(NamedTuple):
    """What a performance measure is about, and the replicates that it divides by (a key of `DENOMINATORS`)."""

    estimand: str
    denominator: str


#: Which replicates a measure rests on. Their number stands in the column `replicates` of `performance.csv`.
DENOMINATORS = {
    "results": "replicates with an interval: at least one trial, and a rule that is not silent",
    "tau2_estimates": "those of `results` with an estimate of tau2: two trials or more",
    "predictions": "replicates with a prediction interval",
    "evaluated": "replicates with two trials or more, between whose models a rule chooses",
    "compared": "replicates in which both models have an interval",
}
#: Every performance measure: the estimand that it belongs to, and its denominator.
PERFORMANCE = {
    "bias": Measure("theta", "results"),
    "empirical_se": Measure("theta", "results"),
    "model_se": Measure("theta", "results"),
    "mse": Measure("theta", "results"),
    "coverage": Measure("theta", "results"),
    "type1": Measure("theta", "results"),
    "power": Measure("theta", "results"),
    "width": Measure("theta", "results"),
    "median_width": Measure("theta", "results"),
    "tau2_bias": Measure("tau2", "tau2_estimates"),
    "tau2_mse": Measure("tau2", "tau2_estimates"),
    "tau2_zero": Measure("tau2", "tau2_estimates"),
    "pi_coverage": Measure("new_effect", "predictions"),
    "pi_width": Measure("new_effect", "predictions"),
    "random_chosen": Measure("theta", "evaluated"),
    "discordant": Measure("theta", "evaluated"),
    "undecided": Measure("theta", "evaluated"),
    "convergence": Measure("theta", "results"),
    "coverage_difference": Measure("theta", "compared"),
    "type1_difference": Measure("theta", "compared"),
    "power_difference": Measure("theta", "compared"),
    "width_difference": Measure("theta", "compared"),
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
        Of all replicates. `DENOMINATORS` says which of them a measure divides by; none is left out without being
        counted. Fits whose iteration did not converge are counted (`convergence`) and stay in all measures.
    """

    for name, estimate in _estimators(model, setup, "type1" if scenario.theta == 0 else "power"):
        n = of.count(model.key, PERFORMANCE[name].denominator)
        if n > (name == "empirical_se"):
            yield name, *estimate(_Of(of, model.key), n), n


@dataclass(frozen=True)
class _Of:
    """Counts and sums of one model."""

    statistics: Statistics
    model: str

    def count(self, name: str) -> int:
        return self.statistics.count(self.model, name)

    def sum(self, name: str) -> float:
        return self.statistics.sum(self.model, name)


_Estimator = Callable[[_Of, int], tuple[float, float]]
"""Value and Monte Carlo standard error over a number of replicates."""


def _estimators(model: Model, setup: Setup, rejection: str) -> Iterator[tuple[str, _Estimator]]:
    yield "bias", _mean("error", "error2")
    yield "empirical_se", _empirical_se
    yield "model_se", _mean("se", "se2")
    yield "mse", _mean("error2", "error4")
    yield "coverage", _share("covered")
    yield rejection, _share("rejected")
    yield "width", _mean("width", "width2")
    yield "median_width", _median_width
    if model.is_rule:
        yield "random_chosen", _share("random")
        yield "discordant", _share("discordant")
        yield "undecided", _share("undecided")
    if model.has_tau2:
        yield "tau2_bias", _mean("tau2_error", "tau2_error2")
        yield "tau2_mse", _mean("tau2_error2", "tau2_error4")
        yield "tau2_zero", _share("tau2_zero")
        yield "pi_coverage", _share("new_covered")
        yield "pi_width", _mean("new_width", "new_width2")
    yield "convergence", _share("converged")
    if model.key != setup.reference:
        yield "coverage_difference", _paired("only_covered", "ref_covered")
        yield f"{rejection}_difference", _paired("only_rejected", "ref_rejected")
        yield "width_difference", _mean("width_gap", "width_gap2")


def _sd(total: float, squares: float, n: int) -> float:
    """Standard deviation from a sum and a sum of squares; rounding may leave a difference below 0."""
    return math.sqrt(max(0.0, (squares - total * total / n) / (n - 1)))


def _mean(total: str, squares: str) -> _Estimator:
    """Mean of what a sum and its sum of squares hold."""

    def estimate(of: _Of, n: int) -> tuple[float, float]:
        error = _sd(of.sum(total), of.sum(squares), n) / math.sqrt(n) if n > 1 else math.nan
        return of.sum(total) / n, error

    return estimate


def _share(hits: str) -> _Estimator:
    def estimate(of: _Of, n: int) -> tuple[float, float]:
        share = of.count(hits) / n
        return share, math.sqrt(share * (1.0 - share) / n)

    return estimate


def _paired(only: str, reference: str) -> _Estimator:
    """Difference of two proportions on the same replicates, from the discordant ones."""

    def estimate(of: _Of, n: int) -> tuple[float, float]:
        a, b = of.count(only), of.count(reference)
        return (a - b) / n, math.sqrt(max(0.0, a + b - (a - b) ** 2 / n)) / n

    return estimate


def _empirical_se(of: _Of, n: int) -> tuple[float, float]:
    """Standard deviation of the estimates; its error by the delta method from ``Var(s^2) = (m4 - s^4 (n-3)/(n-1))/n``.

    The fourth central moment m4 is that of the replicates: estimates from few trials are far from normal, for which
    the formula would be ``s/sqrt(2 (n - 1))``.
    """
    mean, second, third, fourth = (of.sum(name) / n for name in ("error", "error2", "error3", "error4"))
    s = _sd(of.sum("error"), of.sum("error2"), n)
    m4 = fourth - 4.0 * mean * third + 6.0 * mean**2 * second - 3.0 * mean**4
    spread = max(0.0, m4 - s**4 * (n - 3) / (n - 1)) / n
    return s, math.sqrt(spread) / (2.0 * s) if s > 0 else 0.0


def _median_width(of: _Of, n: int) -> tuple[float, float]:
    return of.sum("median_width") / n, math.sqrt(of.sum("median_width_variance")) / n
