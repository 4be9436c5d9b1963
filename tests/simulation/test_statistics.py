"""Sums without rounding, and performance measures against their textbook forms on raw replicates."""

import json
import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metawright.simulation.exact import as_text, exact, from_text, rounded
from metawright.simulation.performance import performance
from metawright.simulation.replicates import run_block, run_blocks
from metawright.simulation.scenario import Scenario
from metawright.simulation.statistics import Statistics, block_statistics, statistics_of
from tests.simulation.setups import setup

FLOATS = st.floats(allow_nan=False, allow_infinity=False)


@given(FLOATS)
def test_a_float_survives(x):
    assert rounded(exact(x)) == x
    assert from_text(as_text(exact(x))) == exact(x)


@given(st.lists(st.floats(-1e100, 1e100), max_size=20), st.randoms())
def test_the_sum_is_fsum_in_any_order(xs, shuffler):
    expected = math.fsum(xs)
    shuffler.shuffle(xs)
    assert rounded(sum(map(exact, xs))) == expected


def test_parts_merge_in_any_order_and_grouping():
    scenario, chosen = Scenario(k=3, i2=50), setup("FE-z", "REML-HKSJ", "rule-gap-error")
    whole = run_blocks(scenario, chosen, 0, 6)
    parts = [run_blocks(scenario, chosen, a, b) for a, b in ((0, 1), (1, 4), (4, 6))]
    random.Random(1).shuffle(parts)
    merged = Statistics()
    for part in parts:
        merged.add(statistics_of(json.loads(json.dumps(part.document))))
    assert merged.document == whole.document
    assert len(json.dumps(whole.document)) < 2_000


def test_performance_of_raw_replicates():
    scenario, chosen = Scenario(k=4, i2=50, theta=0.3), setup("FE-z", "REML-HKSJ", "rule-gap-error")
    drawn, results = run_block(scenario, chosen, 0)
    of = block_statistics(results, drawn, chosen, scenario.theta, scenario.between)
    R = of.replicates
    fe = results["FE-z"].fit
    fixed = (fe.ci_low <= 0.3) & (fe.ci_high >= 0.3)
    for model in chosen.models:
        rows = {name: (value, mcse, n) for name, value, mcse, n in performance(scenario, chosen, model, of)}
        fit, there = results[model.key].fit, np.isfinite(results[model.key].fit.estimate)
        x, n = fit.estimate[there], np.count_nonzero(there)
        width = (fit.ci_high - fit.ci_low)[there]
        covered = (fit.ci_low <= 0.3) & (fit.ci_high >= 0.3)
        assert rows["bias"] == pytest.approx((x.mean() - 0.3, x.std(ddof=1) / n**0.5, n), rel=1e-9)
        assert rows["empirical_se"] == pytest.approx((x.std(ddof=1), x.std(ddof=1) / (2 * (n - 1)) ** 0.5, n))
        squares = (x - 0.3) ** 2
        mse = squares.mean()
        assert rows["mse"] == pytest.approx((mse, (((squares - mse) ** 2).sum() / (n * (n - 1))) ** 0.5, n))
        p = covered.sum() / n
        assert rows["coverage"] == pytest.approx((p, (p * (1 - p) / n) ** 0.5, n))
        assert "type1" not in rows
        assert rows["width"] == pytest.approx((width.mean(), width.std(ddof=1) / n**0.5, n), abs=1e-9)
        assert rows["median_width"][0] == pytest.approx(np.median(width), rel=1e-3)
        if model.key == "REML-HKSJ":
            assert rows["tau2_zero"][0] == (fit.tau2 == 0).mean()
            assert rows["tau2_bias"][0] == pytest.approx(fit.tau2.mean() - scenario.between)
            b, c = (covered & ~fixed).sum(), (fixed & ~covered).sum()
            error = math.sqrt(b + c - (b - c) ** 2 / R) / R
            assert rows["coverage_difference"] == pytest.approx(((b - c) / R, error, R))
        if model.key == "rule-gap-error":
            assert n < R
            assert rows["undecided"][0] == rows["discordant"][0] == pytest.approx(1 - n / R)
            assert rows["random_chosen"][0] == results[model.key].random.mean()


def test_the_error_of_the_median_is_right():
    """Spread of the medians of single blocks against the standard error that each block states."""
    scenario, chosen = Scenario(k=3, i2=50), setup("REML-HKSJ")
    medians, errors = [], []
    for block in range(40):
        of = run_blocks(scenario, chosen, block, block + 1)
        rows = {row[0]: row for row in performance(scenario, chosen, chosen.models[0], of)}
        medians.append(rows["median_width"][1])
        errors.append(rows["median_width"][2])
    assert np.mean(errors) == pytest.approx(np.std(medians, ddof=1), rel=0.35)


def test_prediction_intervals_need_three_trials_or_two():
    names = ("FE-z", "REML-HKSJ")
    of = run_blocks(Scenario(k=2, i2=50), setup(*names, prediction_interval="HTS"), 0, 1)
    assert of.count("REML-HKSJ", "predictions") == 0
    of = run_blocks(Scenario(k=2, i2=50), setup(*names, prediction_interval="V"), 0, 1)
    assert of.count("REML-HKSJ", "predictions") == 0
    of = run_blocks(Scenario(k=2, i2=50), setup(*names, prediction_interval="HK"), 0, 1)
    assert of.count("REML-HKSJ", "predictions") == of.replicates
    assert of.count("FE-z", "predictions") == 0
