"""Sums without rounding, and performance measures against their textbook forms on raw replicates."""

import dataclasses
import json
import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metawright.pooling.prediction import prediction_interval
from metawright.simulation.exact import as_text, exact, from_text, rounded
from metawright.simulation.models import run_models
from metawright.simulation.performance import DENOMINATORS, PERFORMANCE, performance
from metawright.simulation.replicates import run_block, run_blocks
from metawright.simulation.scenario import Scenario
from metawright.simulation.statistics import COUNTS, Statistics, block_statistics, statistics_of
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
        s, m4 = x.std(ddof=1), ((x - x.mean()) ** 4).mean()
        error = ((m4 - s**4 * (n - 3) / (n - 1)) / n) ** 0.5 / (2 * s)
        assert rows["empirical_se"] == pytest.approx((s, error, n), rel=1e-9)
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


def with_missing(scenario, chosen, seed=5):
    """A block of the scenario from which trials are taken: replicates with all, one or none of them are left."""
    drawn, _ = run_block(scenario, chosen, 0)
    rng = np.random.default_rng(seed)
    v = np.where(rng.random(drawn.v.shape) < 0.45, np.inf, drawn.v)
    drawn = dataclasses.replace(drawn, v=v)
    return drawn, run_models(drawn.y, v, chosen.models, chosen.level), np.isfinite(v).sum(axis=0)


@pytest.mark.parametrize("prediction", ["HTS", "V", "HK"])
def test_every_measure_divides_by_the_replicates_that_have_it(prediction):
    """Planted missing trials: each measure against the mean over the replicates that have the number."""
    scenario = Scenario(k=4, i2=50, theta=0.3)
    names = ("FE-z", "DL-z", "REML-HKSJ", "DL-HC", "rule-gap-error")
    chosen = setup(*names, reference="DL-z", prediction_interval=prediction)
    drawn, results, k = with_missing(scenario, chosen)
    assert all(np.count_nonzero(k == left) > 100 for left in range(5))
    of = block_statistics(results, drawn, chosen, scenario.theta, scenario.between)
    other = results["DL-z"].fit
    for model in chosen.models:
        fit, rows = results[model.key].fit, {row[0]: row[1:] for row in performance(scenario, chosen, model, of)}
        width, undecided = fit.ci_high - fit.ci_low, (k > 1) & np.isnan(fit.estimate)
        there = np.isfinite(width)
        assert np.array_equal(there, (k > 0) & ~undecided) and undecided.any() == (model.key == "rule-gap-error")
        columns = {
            "bias": fit.estimate - 0.3,
            "mse": (fit.estimate - 0.3) ** 2,
            "model_se": fit.se,
            "coverage": np.where(there, (fit.ci_low <= 0.3) & (fit.ci_high >= 0.3), np.nan),
            "power": np.where(there, ((fit.ci_low > 0) | (fit.ci_high < 0)) & ~fit.degenerate, np.nan),
            "width": width,
            "convergence": np.where(there, fit.converged, np.nan),
        }
        if model.has_tau2:
            predicted = prediction_interval(fit, prediction, 0.95)
            wide = predicted.high - predicted.low
            inside = (predicted.low <= drawn.new_effect) & (drawn.new_effect <= predicted.high)
            error = fit.tau2 - scenario.between
            columns |= {"tau2_bias": error, "tau2_mse": error**2, "pi_width": wide}
            columns |= {"tau2_zero": np.where(np.isfinite(fit.tau2), fit.tau2 == 0, np.nan)}
            columns |= {"pi_coverage": np.where(np.isfinite(wide), inside, np.nan)}
            assert rows["tau2_zero"][2] == np.count_nonzero(k > 1) < np.count_nonzero(there)
        if model.is_rule:
            result = results[model.key]
            columns |= {"random_chosen": np.where(k > 1, result.random, np.nan)}
            columns |= {"discordant": np.where(k > 1, result.discordant, np.nan)}
            columns |= {"undecided": np.where(k > 1, undecided, np.nan)}
        if model.key != "DL-z":
            gap = width - (other.ci_high - other.ci_low)
            columns |= {"width_difference": gap}
            covers = [np.where(np.isfinite(gap), (one.ci_low <= 0.3) & (one.ci_high >= 0.3), np.nan)
                      for one in (fit, other)]  # fmt: skip
            columns |= {"coverage_difference": covers[0] - covers[1]}
        for name, column in columns.items():
            kept = column[np.isfinite(column)]
            if not kept.size:
                assert name not in rows
                continue
            value, mcse, n = rows[name]
            assert n == kept.size == of.count(model.key, PERFORMANCE[name].denominator), (model.key, name)
            assert value == pytest.approx(kept.mean(), rel=1e-9, abs=1e-12), (model.key, name)
            # shares state the error with n, not n - 1
            assert mcse == pytest.approx(kept.std(ddof=1) / n**0.5, rel=1e-3, abs=1e-12), (model.key, name)
        assert rows["median_width"][0] == pytest.approx(np.median(width[there]), rel=2e-3)
        assert rows["empirical_se"][0] == pytest.approx(fit.estimate[there].std(ddof=1), rel=1e-9)
        said = set(rows) - {"median_width", "empirical_se", "power_difference"}
        assert said == {name for name, column in columns.items() if np.isfinite(column).any()}


def test_every_denominator_is_counted_and_explained():
    assert {measure.denominator for measure in PERFORMANCE.values()} == set(DENOMINATORS) <= set(COUNTS)


def test_no_replicate_with_a_result_leaves_no_row():
    scenario, chosen = Scenario(k=2, i2=50), setup("FE-z", "DL-z")
    drawn, _ = run_block(scenario, chosen, 0)
    drawn = dataclasses.replace(drawn, v=np.full(drawn.v.shape, np.inf))
    of = block_statistics(run_models(drawn.y, drawn.v, chosen.models, 0.95), drawn, chosen, 0.0, scenario.between)
    assert [list(performance(scenario, chosen, model, of)) for model in chosen.models] == [[], []]


def test_the_error_of_the_empirical_se_takes_the_fourth_moment():
    """Estimates from two trials with exponential effects have heavy tails: the formula for normal ones is far too small."""
    scenario = Scenario(k=2, i2=90, distribution="skewed", known_variances=True)
    chosen = setup("FE-z")
    values, errors, normal = [], [], []
    for block in range(60):
        of = run_blocks(scenario, chosen, block, block + 1)
        rows = {row[0]: row for row in performance(scenario, chosen, chosen.models[0], of)}
        _, value, error, n = rows["empirical_se"]
        values.append(value)
        errors.append(error)
        normal.append(value / (2 * (n - 1)) ** 0.5)
    assert np.mean(errors) == pytest.approx(np.std(values, ddof=1), rel=0.3)
    assert np.mean(errors) > 1.3 * np.mean(normal)


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


def test_the_documentation_states_the_denominators(root):
    text = (root / "docs" / "scaling.md").read_text().split("## What a measure divides by")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("|")][2:]
    named = [[name.strip() for name in row.split(",")] for row in rows]
    groups = {}
    for name, measure in PERFORMANCE.items():
        groups.setdefault(measure.denominator, []).append("..._difference" if "_difference" in name else name)
    assert {frozenset(names) for names in named} == {frozenset(names) for names in groups.values()}
