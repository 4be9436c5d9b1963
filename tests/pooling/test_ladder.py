"""The ladder gives what the single fits give, and takes rules among its models."""

import numpy as np
import pytest

from metawright.pooling import columns
from metawright.pooling.fit import fit
from metawright.pooling.ladder import COLUMNS, fit_ladder
from metawright.pooling.prediction import PREDICTION_INTERVALS, prediction_interval
from metawright.pooling.rule import Rule, fit_rule

PAIRS = [(method, name) for method in ("FE", "DL", "PM", "REML", "SJ") for name in ("z", "HKSJ", "mHKSJ")]
PAIRS += [("PM", "IQWiG6"), ("REML", "hybrid"), ("DL", "t"), ("DL", "HC")]
RULES = [
    Rule(),
    Rule(on_discordance="error"),
    Rule(on_discordance="random"),
    Rule(combine="or", random=("REML", "HKSJ")),
]


@pytest.fixture(scope="module")
def block():
    """400 pools of up to 5 studies, some with two, one or none."""
    rng = np.random.default_rng(11)
    v = rng.uniform(0.05, 1.0, (5, 400))
    y = rng.normal(size=v.shape) * np.sqrt(v + rng.choice([0.0, 1.0], 400))
    v[rng.uniform(size=v.shape) < 0.1] = np.inf
    v[2:, :20], v[1:, 20:40], v[:, 40] = np.inf, np.inf, np.inf
    return y, v


def same(a, b):
    return np.array_equal(np.asarray(a), np.asarray(b), equal_nan=True)


@pytest.mark.parametrize("elements", [columns.BLOCK_ELEMENTS, 5 * 150])
def test_a_rung_is_the_fit(monkeypatch, block, elements):
    """To the last bit, in one block and in three."""
    monkeypatch.setattr(columns, "BLOCK_ELEMENTS", elements)
    ladder = fit_ladder(*block, [*PAIRS, *RULES])
    assert list(ladder.rungs) == [*PAIRS, *RULES]
    for model in PAIRS:
        expected, rung = fit(*block, *model), ladder.rungs[model]
        assert (rung.tau2_method, rung.interval, rung.level) == (*model, 0.95)
        for name in ("k", *COLUMNS):
            assert same(getattr(rung, name), getattr(expected, name)), (model, name)
    assert same(ladder.q, expected.q) and same(ladder.k, expected.k)


def test_a_rule_is_a_rung(block):
    ladder, undecided = fit_ladder(*block, RULES), 0
    for rule in RULES:
        expected, rung = fit_rule(*block, rule), ladder.rungs[rule]
        assert (rung.tau2_method, rung.interval) == (expected.fit.tau2_method, expected.fit.interval)
        for name in COLUMNS:
            assert same(getattr(rung, name), getattr(expected.fit, name)), (rule, name)
        assert same(ladder.random[rule], expected.chosen == "random")
        assert same(ladder.discordant[rule], expected.discordant)
        undecided += np.count_nonzero(expected.chosen == "undecided")
    assert undecided > 0


def test_prediction_intervals_take_a_rung(block):
    rung, whole = fit_ladder(*block, [("REML", "HKSJ")]).rungs["REML", "HKSJ"], fit(*block, "REML", "HKSJ")
    for name in PREDICTION_INTERVALS:
        ours, theirs = prediction_interval(rung, name), prediction_interval(whole, name)
        assert same(ours.low, theirs.low) and same(ours.high, theirs.high)


def test_level(block):
    assert same(fit_ladder(*block, [("PM", "t")], 0.9).rungs["PM", "t"].ci_low, fit(*block, "PM", "t", 0.9).ci_low)


def test_what_is_refused(block):
    with pytest.raises(ValueError, match="block of shape"):
        fit_ladder([1.0, 2.0], [1.0, 1.0], [("FE", "z")])
    with pytest.raises(ValueError, match="unknown tau2 method 'XX'"):
        fit_ladder(*block, [Rule(random=("XX", "z"))])
