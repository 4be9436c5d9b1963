"""The sweep against error rates that can be calculated, and against an engine that is wrong on purpose."""

import dataclasses

import numpy as np
import pytest
from scipy import special, stats

from metawright.simulation import models
from metawright.simulation.replicates import run_blocks
from metawright.simulation.scenario import Scenario
from tests.simulation.setups import EXACT, distance, exact_table, setup

BLOCKS = 4
# Two-sided 0.1% for a whole table of 35 scenarios x 12 models, as if all were independent (Bonferroni).
BOUND = float(-special.ndtri(0.0005 / (35 * len(EXACT))))


def distances(root, ks=(2, 3, 4, 5, 8, 10, 20), i2s=(0, 25, 50, 75, 90), blocks=BLOCKS):
    table, found = exact_table(root), {}
    for k in ks:
        for i2 in i2s:
            of = run_blocks(Scenario(k=k, i2=i2, known_variances=True), setup(*EXACT), 0, blocks)
            for model, column in EXACT.items():
                expected = float(table[k, i2][column])
                found[k, i2, model] = distance(of.count(model, "rejected"), of.replicates, expected)
    return found


def test_the_whole_table_of_exact_error_rates(root):
    found = distances(root)
    assert len(found) == 35 * len(EXACT)
    assert max(map(abs, found.values())) < BOUND, max(found.items(), key=lambda item: abs(item[1]))


@pytest.mark.parametrize("wrong", ["quantile", "tau2", "interval"])
def test_an_engine_that_is_wrong_is_caught(root, monkeypatch, wrong):
    """Normal for t quantiles; tau2 not cut at 0; an interval a hundredth too narrow."""
    right = models.fit_ladder

    def planted(y, v, choices, level):
        ladder = right(y, v, choices, level)
        for choice, rung in ladder.rungs.items():
            half = (rung.ci_high - rung.ci_low) / 2
            if wrong == "quantile" and rung.interval == "HKSJ":
                half = half * stats.norm.ppf(0.975) / stats.t.ppf(0.975, rung.df)
            if wrong == "tau2" and choice == ("DL", "z"):
                half = 1.959964 * np.sqrt(np.maximum(1e-9, y.var(axis=0, ddof=1)) / len(y))
            if wrong == "interval":
                half = half * 0.99
            ladder.rungs[choice] = dataclasses.replace(rung, ci_low=rung.estimate - half, ci_high=rung.estimate + half)
        return ladder

    monkeypatch.setattr(models, "fit_ladder", planted)
    found = distances(root, ks=(3, 10), i2s=(0, 50), blocks=4 if wrong != "interval" else 20)
    assert max(map(abs, found.values())) > BOUND


def test_exact_moments_of_tau2_and_the_width_of_fe():
    """P(tau2 = 0) and E(tau2) by Cochran's theorem; the width of FE does not vary."""
    k, i2 = 5, 50
    scenario = Scenario(k=k, i2=i2, known_variances=True)
    of = run_blocks(scenario, setup("FE-z", "REML-HKSJ"), 0, 5)
    d, v, n = k - 1, 0.5, of.replicates
    zero = stats.chi2.cdf(d * v, d)
    assert distance(of.count("REML-HKSJ", "tau2_zero"), n, zero) == pytest.approx(0, abs=4)
    unit = scenario.between / 0.5  # of the total variance
    expected = (stats.chi2.sf(d * v, d + 2) - v * stats.chi2.sf(d * v, d) - v) * unit
    spread = (of.sum("REML-HKSJ", "tau2_error2") / n - expected**2) ** 0.5
    assert of.sum("REML-HKSJ", "tau2_error") / n == pytest.approx(expected, abs=4 * spread / n**0.5)
    width = 2 * 1.959963984540054 * (2 / 25 / k) ** 0.5
    assert of.sum("FE-z", "width") / n == pytest.approx(width, rel=1e-12)


def test_power_of_an_oracle(root):
    """Where a z test has 80% power (delta = 2.8), few trials leave HKSJ a fraction of it."""
    for k, expected in {
        2: (0.80, 0.694, 0.174, 0.0),
        3: (0.80, 0.706, 0.352, 0.046),
        5: (0.8, 0.725, 0.564, 0.412),
    }.items():
        theta = 2.801585 * (2 / 25 / k) ** 0.5
        names = ("FE-z", "DL-z", "DL-HKSJ", "DL-mHKSJ")
        of = run_blocks(Scenario(k=k, i2=0, theta=theta, known_variances=True), setup(*names), 0, 4)
        for name, power in zip(names, expected, strict=True):
            error = 4 * (power * (1 - power) / of.replicates) ** 0.5 + 0.0006
            assert of.count(name, "rejected") / of.replicates == pytest.approx(power, abs=error)
