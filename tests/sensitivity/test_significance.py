"""Multiplicity, distance to significance, information size and sequential boundaries."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metawright.pooling.fit import fit
from metawright.pooling.quantiles import normal_p
from metawright.pooling.rule import Rule
from metawright.sensitivity.information_size import diversity_of, information_size, trial_sequential
from metawright.sensitivity.margin import margin, margin_of, tipping_effects
from metawright.sensitivity.multiplicity import adjust
from metawright.sensitivity.refit import Trials, refit_block
from metawright.sensitivity.sequential import obrien_fleming_spending, sequential_boundary
from tests.oracle.reading import effects, reference

Z = 1.959963984540054
# Estimate and limits as printed, and their z.
PUBLISHED = [
    (2.40, 0.23, 4.58, 2.163),
    (5.00, 2.42, 7.58, 3.798),
    (1.11, -0.77, 3.00, 1.154),
    (3.21, 0.85, 5.56, 2.672),
    (3.43, -1.28, 8.14, 1.427),
]


def test_holm_over_the_published_family():
    """Five pools of the ALS review from their printed limits, the sixth taken as P = 0.05."""
    pools = np.array(PUBLISHED)[:, :3]
    z = pools[:, 0] / ((pools[:, 2] - pools[:, 1]) / (2 * Z))
    result = adjust([*normal_p(z), 0.05])
    assert result.size == 6
    for ours, printed in zip(result.holm, ["0.122", "0.00087", "0.307", "0.0378", "0.307", "0.150"], strict=True):
        assert ours == pytest.approx(float(printed), abs=0.51 * 10 ** -len(printed.split(".")[1]))


def test_benjamini_and_hochberg_by_hand():
    result = adjust([0.04, 0.01, np.nan, 0.03])
    assert result.benjamini_hochberg == pytest.approx([0.04, 0.03, np.nan, 0.04], nan_ok=True)
    assert result.holm == pytest.approx([0.06, 0.03, np.nan, 0.06], nan_ok=True)
    assert adjust([0.04, 0.01], size=5).holm == pytest.approx([0.16, 0.05])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.randoms())
@settings(max_examples=60)
def test_adjusted_p_values_are_ordered(p, random):
    result = adjust(p)
    p = np.array(p)
    assert (result.holm >= p).all() and (result.benjamini_hochberg >= p).all()
    assert (result.holm <= np.minimum(1, p.size * p) * (1 + 1e-12)).all()
    assert (result.benjamini_hochberg <= result.holm * (1 + 1e-12)).all()
    order = list(range(p.size))
    random.shuffle(order)
    assert np.array_equal(adjust(p[order]).holm, result.holm[order])


def test_a_family_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        adjust([0.5, 1.2])
    with pytest.raises(ValueError, match="family of 1"):
        adjust([0.5, 0.2], size=1)


@pytest.mark.parametrize(("estimate", "low", "high", "z"), PUBLISHED)
def test_margins_of_the_published_pools(estimate, low, high, z):
    result = margin_of(estimate, (high - low) / (2 * Z), Z)
    assert result.margin == pytest.approx(z - Z, abs=5e-4)
    assert result.significant == (low > 0)
    assert result.estimate_shift == pytest.approx(low, abs=0.006)


def test_margin_says_what_would_change_it():
    y, v = effects(reference("bcg")["measures"]["RR"])
    result = fit(y, v, "DL", "z")
    here = margin(result)
    assert here.significant and here.margin == pytest.approx(abs(result.statistic) - Z, rel=1e-12)
    shifted = y - np.sign(result.estimate) * here.estimate_shift
    assert abs(fit(shifted, v, "DL", "z").statistic) == pytest.approx(Z, rel=1e-9)
    # Trials with effect 0 that bring `information` times the present information, tau2 kept.
    weight, extra = 1 / result.variance, here.information / result.variance
    estimate, variance = weight * result.estimate / (weight + extra), 1 / (weight + extra)
    assert abs(estimate) / np.sqrt(variance) == pytest.approx(Z, rel=1e-9)
    assert margin(fit(y, v, "REML", "HKSJ")).critical == pytest.approx(2.178812829667229, rel=1e-12)


def test_margin_of_a_result_that_is_not_significant():
    here = margin_of(1.0, 1.0, Z)
    assert not here.significant and here.margin < 0 and here.estimate_shift == pytest.approx(1 - Z)
    assert 1.0 / np.sqrt(1 / (1 + here.information)) == pytest.approx(Z)


def test_margin_where_there_is_no_interval():
    here = margin(fit([1.0, 1.0], [0.1, 0.2], "DL", "HKSJ"))
    assert here.significant is False and np.isnan(here.margin) and np.isnan(here.information)


def test_margins_of_a_block():
    y, v = np.array([[1.0, 0.1], [2.0, 0.2]]), np.full((2, 2), 0.1)
    block = margin(fit(y, v, "FE", "z"))
    assert block.margin.tolist() == [margin(fit(y[:, i], v[:, i], "FE", "z")).margin for i in (0, 1)]
    assert block.significant.tolist() == [True, False]


def test_tipping_under_fe_has_a_closed_form():
    y, v = np.array([0.5, 0.6, 0.3]), np.array([0.02, 0.04, 0.03])
    result = tipping_effects(Trials(y, v), ("FE", "z"), reach=5.0)
    weight = (1 / v).sum()
    need = (abs((y / v).sum()) - Z * np.sqrt(weight)) * v
    assert result.significant
    assert result.shift == pytest.approx(-need, rel=1e-9)


@pytest.mark.parametrize("model", [("REML", "HKSJ"), ("DL", "z"), Rule()])
def test_tipping_is_where_the_verdict_turns(model):
    y, v = effects(reference("bcg")["measures"]["RR"])
    result = tipping_effects(Trials(y, v), model)
    assert np.isfinite(result.shift).any()
    for i in np.flatnonzero(np.isfinite(result.shift)):
        for factor, same in ((1 - 1e-6, True), (1 + 1e-6, False)):
            moved = y.copy()
            moved[i] += factor * result.shift[i]
            pair = model if isinstance(model, tuple) else ("DL", "z")
            verdict = fit(moved, v, *pair)
            assert ((verdict.ci_low > 0 or verdict.ci_high < 0) == result.significant) == same


def first_change(trials, model, trial, direction, distance):
    """One fit after the other: outwards step by step, then by halves."""

    def significant(shift):
        y = trials.y.copy()
        y[trial] += direction * shift
        found = refit_block(y[:, None], trials.v[:, None], [model])[model]
        return bool(found.significant[0]) if np.isfinite(found.fit.estimate[0]) else None

    now = significant(0.0)
    for bracket in pairwise(distance):
        if significant(bracket[1]) not in (now, None):
            break
    else:
        return np.nan
    low, high = bracket
    for _ in range(50):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if significant(middle) == now else (low, middle)
    return direction * high


@pytest.mark.parametrize("model", [("REML", "HKSJ"), ("DL", "z"), Rule()])
@pytest.mark.parametrize("seed", range(4))
def test_the_search_in_blocks_finds_what_single_fits_find(model, seed):
    """Where the curve is smooth, and where a rule jumps from one model to another."""
    random = np.random.default_rng(seed)
    k = int(random.integers(2, 6))
    trials = Trials(random.normal(0.4, 0.5, k), random.uniform(0.01, 0.3, k))
    result = tipping_effects(trials, model, steps=20)
    distance = np.linspace(0.0, result.reach, 21)
    for trial in range(k):
        up, down = (first_change(trials, model, trial, sign, distance) for sign in (1.0, -1.0))
        wanted = down if np.isnan(up) or abs(down) < up else up
        assert result.shift[trial] == pytest.approx(wanted, rel=1e-10, nan_ok=True)


def test_tipping_out_of_reach_and_without_a_result():
    trials = Trials([0.5, 0.6, 0.3], [0.02, 0.04, 0.03])
    assert np.isnan(tipping_effects(trials, ("FE", "z"), reach=0.01).shift).all()
    undecided = Trials([0.0, 1.0], [0.2, 0.22])
    assert tipping_effects(undecided, Rule(on_discordance="error")) is None


@pytest.mark.parametrize(("delta", "patients"), [(2, 441.5), (3, 196.2), (4, 110.4)])
def test_information_size(delta, patients):
    result = information_size(7.5**2, delta)
    assert result.size == result.adjusted == pytest.approx(patients, abs=0.05)
    assert information_size(7.5**2, delta, diversity=0.5).adjusted == pytest.approx(2 * result.size)


def test_diversity():
    y, v = effects(reference("bcg")["measures"]["RR"])
    models = reference("bcg")["measures"]["RR"]["models"]
    expected = 1 - (models["FE"]["z"]["se"] / models["DL"]["z"]["se"]) ** 2
    assert diversity_of(y, v) == pytest.approx(expected, rel=1e-8)
    assert diversity_of([1.0, 1.1], [1.0, 1.0]) == 0.0 == diversity_of([1.0], [0.2])


@pytest.mark.parametrize("arguments", [(0.0, 1.0), (1.0, 0.0), (1.0, 1.0, 0.05, 1.0), (1.0, 1.0, 0.05, 0.8, 1.0)])
def test_information_size_refusals(arguments):
    with pytest.raises(ValueError, match=r"information size|lie between"):
        information_size(*arguments)


@pytest.mark.parametrize(
    ("fractions", "expected"),
    [
        ([1.0], [1.959964]),
        ([0.5, 1.0], [2.9626, 1.9686]),
        ([0.2, 0.4, 0.6, 0.8, 1.0], [4.8769, 3.3570, 2.6803, 2.2898, 2.0310]),
    ],
)
def test_boundaries_of_the_literature(fractions, expected):
    """Lan and DeMets' O'Brien-Fleming-like boundaries, two-sided 0.05."""
    assert sequential_boundary(fractions) == pytest.approx(expected, abs=1e-4)


def test_a_boundary_spends_what_it_should():
    """200,000 Brownian paths cross with probability 0.05 in all, and by each look with what was spent by then."""
    fractions = np.array([0.3, 0.35, 0.7, 1.0])
    boundary = sequential_boundary(fractions)
    steps = np.random.default_rng(11).normal(size=(200_000, 4)) * np.sqrt(np.diff(fractions, prepend=0))
    z = np.cumsum(steps, axis=1) / np.sqrt(fractions)
    crossed = np.maximum.accumulate(np.abs(z) > boundary, axis=1).mean(axis=0)
    assert crossed == pytest.approx(obrien_fleming_spending(fractions), abs=0.0025)
    assert obrien_fleming_spending([0.0, 1.0, 2.0]) == pytest.approx([0.0, 0.05, 0.05])


def test_many_small_looks_and_looks_past_the_end():
    boundary = sequential_boundary([1e-4, 0.01, 0.5, 0.5001, 1.2, 1.5])
    assert np.isinf(boundary[0]) and boundary[1] > 20 and np.isnan(boundary[5])
    assert 1.96 < boundary[4] < boundary[2]
    for bad in ([0.5, 0.5], [0.0, 1.0], [0.6, 0.4]):
        with pytest.raises(ValueError, match="rise"):
            sequential_boundary(bad)


def test_a_cumulative_analysis_against_the_boundary():
    trials = Trials([1.0, 1.0, 1.0, 1.0], [0.25, 0.25, 0.25, 0.25])
    early = trial_sequential(trials, [0, 1, 2, 3], [50, 50, 50, 50], ("FE", "z"), required=1000)
    assert early.z == pytest.approx([2.0, np.sqrt(8), np.sqrt(12), 4.0]) and not early.crossed and not early.reached
    late = trial_sequential(trials, [0, 1, 2, 3], [50, 50, 50, 50], ("FE", "z"), required=200)
    assert late.crossed and late.reached and late.fraction[-1] == 1.0
    with pytest.raises(ValueError, match="patients"):
        trial_sequential(trials, [0, 1, 2, 3], [50, 0, 50, 50], ("FE", "z"), required=200)
