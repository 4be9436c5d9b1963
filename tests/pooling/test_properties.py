"""What holds for every meta-analysis: invariances, absence, and one result to the last bit in every layout."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metawright.pooling.columns import LOOP_FROM, symmetric_sums, total
from metawright.pooling.fit import fit, fit_models
from metawright.pooling.intervals import INTERVALS
from metawright.pooling.tau2 import TAU2_METHODS, estimate_tau2

PROFILE = settings(max_examples=40, derandomize=True)
KEYS = ("k", "estimate", "se", "ci_low", "ci_high", "statistic", "df", "variance", "q", "q_df", "i2", "h2", "i2_q")
KEYS += ("tau2", "q_factor", "converged", "degenerate", "p", "q_p")
MODELS = [(method, name) for method in TAU2_METHODS for name in INTERVALS if name != "HC"] + [("DL", "HC")]
# Intervals whose width does not jump when rounding tips a comparison.
SMOOTH = [(method, name) for method, name in MODELS if name not in ("IQWiG6", "HC")]


@st.composite
def pools(draw, smallest=2, largest=7):
    """Effects on a grid of 1/64, so that shifts are exact, and variances over twelve orders of magnitude."""
    k = draw(st.integers(smallest, largest))
    y = draw(st.lists(st.integers(-6400, 6400), min_size=k, max_size=k))
    exponent = draw(st.lists(st.floats(-6, 6), min_size=k, max_size=k))
    return np.array(y) / 64, 10 ** np.array(exponent)


def same_bits(a, b):
    return np.array_equal(np.asarray(a), np.asarray(b), equal_nan=True)


def close(a, b, scale):
    return np.allclose(np.asarray(a, float), np.asarray(b, float), rtol=1e-8, atol=1e-8 * scale, equal_nan=True)


@settings(PROFILE, max_examples=20)
@given(st.lists(pools(3, 3), min_size=1, max_size=4), st.integers(0, 4))
def test_one_review_equals_its_column_in_a_block(columns, repeat):
    """To the last bit, for every model; with few and with many replicates, which are summed by different code."""
    y, v = (np.stack([column[i] for column in columns], axis=1) for i in (0, 1))
    copies = [1, 2, 3, 5, LOOP_FROM][repeat]
    block = fit_models(np.tile(y, copies), np.tile(v, copies), MODELS)
    for i, column in enumerate(columns):
        alone = fit_models(*column, MODELS)
        for model in MODELS:
            for key in KEYS:
                value = getattr(block[model], key)
                assert same_bits(value[i], getattr(alone[model], key)), (model, key)
                assert same_bits(value[i :: len(columns)], np.full(copies, value[i])), (model, key)
            assert same_bits(block[model].weights[:, i], alone[model].weights), model


def test_one_review_equals_its_column_at_every_size():
    rng = np.random.default_rng(5)
    for k in (1, 2, 5, 13, 40, 300):
        v = 0.25 * rng.chisquare(1, (k, 500)) + 0.01
        y = rng.normal(size=(k, 500)) * np.sqrt(v + 0.1)
        v[rng.uniform(size=v.shape) < 0.1] = np.inf
        models = [(method, "HKSJ") for method in TAU2_METHODS] + [("DL", "HC"), ("PM", "IQWiG6")]
        block = fit_models(y, v, models)
        for i in (0, 17, 499):
            for model in models:
                for key in KEYS:
                    assert same_bits(getattr(block[model], key)[i], getattr(fit(y[:, i], v[:, i], *model), key))


def test_more_replicate_axes_and_other_memory_layouts():
    rng = np.random.default_rng(6)
    y, v = rng.normal(size=(5, 4, 30)), rng.uniform(0.1, 2, (5, 4, 30))
    flat, deep = fit(y.reshape(5, -1), v.reshape(5, -1)), fit(y, v)
    assert deep.estimate.shape == deep.p.shape == (4, 30) and deep.weights.shape == (5, 4, 30)
    assert same_bits(deep.estimate.ravel(), flat.estimate)
    turned = fit(np.asfortranarray(y[:, 0]), np.ascontiguousarray(v[:, 0].T).T)
    assert same_bits(turned.ci_low, deep.ci_low[0])


@PROFILE
@given(pools(), st.data())
def test_an_absent_study_is_a_removed_study(pool, data):
    """To the last bit, wherever it stands and whatever its effect says."""
    y, v = pool
    places = data.draw(st.lists(st.integers(0, y.size), min_size=1, max_size=3))
    nonsense = data.draw(st.sampled_from([0.0, np.nan, 1e300, -np.inf]))
    wide_y, wide_v = np.insert(y, places, nonsense), np.insert(v, places, np.inf)
    removed, absent = fit_models(y, v, MODELS), fit_models(wide_y, wide_v, MODELS)
    for model in MODELS:
        for key in KEYS:
            assert same_bits(getattr(removed[model], key), getattr(absent[model], key)), (model, key)
        assert np.count_nonzero(absent[model].weights) == y.size
    for method in TAU2_METHODS:
        assert same_bits(estimate_tau2(y, v, method).se, estimate_tau2(wide_y, wide_v, method).se)


@PROFILE
@given(pools(), st.integers(-64_000, 64_000))
def test_shift(pool, shift):
    y, v = pool
    before, after = fit_models(y, v, SMOOTH), fit_models(y + shift / 64, v, SMOOTH)
    for model in SMOOTH:
        a, b = before[model], after[model]
        for key in ("estimate", "ci_low", "ci_high"):
            assert close(getattr(a, key) + shift / 64, getattr(b, key), a.se + a.variance**0.5), (model, key)
        for key, scale in (("q", 1), ("i2", 100), ("tau2", y.size * a.variance), ("q_factor", 1)):
            assert close(getattr(a, key), getattr(b, key), scale), (model, key)


@PROFILE
@given(pools(), st.integers(-20, 20))
def test_scale_by_a_power_of_two_is_exact(pool, power):
    y, v = pool
    factor = 2.0**power
    before, after = fit_models(y, v, MODELS), fit_models(factor * y, factor**2 * v, MODELS)
    for model in MODELS:
        a, b = before[model], after[model]
        if model[1] != "HC":
            for key in ("estimate", "se", "ci_low", "ci_high"):
                assert same_bits(factor * getattr(a, key), getattr(b, key)), (model, key)
            for key in ("statistic", "p", "q", "i2", "h2", "q_factor"):
                assert same_bits(getattr(a, key), getattr(b, key)), (model, key)
        assert same_bits(factor**2 * a.tau2, b.tau2), model


@PROFILE
@given(pools(), st.floats(1e-3, 1e3), st.sampled_from([-1, 1]))
def test_scale_and_sign(pool, factor, sign):
    y, v = pool
    before, after = fit_models(y, v, SMOOTH), fit_models(sign * factor * y, factor**2 * v, SMOOTH)
    for model in SMOOTH:
        a, b = before[model], after[model]
        scale = factor * a.variance**0.5
        assert close(sign * factor * a.estimate, b.estimate, scale)
        assert close(factor * (a.ci_high - a.ci_low), b.ci_high - b.ci_low, scale)
        assert close(factor**2 * a.tau2, b.tau2, y.size * scale**2)
        assert close(a.i2, b.i2, 100)


@PROFILE
@given(pools(), st.randoms(use_true_random=False))
def test_permutation(pool, random):
    y, v = pool
    order = list(range(y.size))
    random.shuffle(order)
    before, after = fit_models(y, v, SMOOTH), fit_models(y[order], v[order], SMOOTH)
    for model in SMOOTH:
        a, b = before[model], after[model]
        scale = a.variance**0.5
        for key, unit in (("estimate", scale), ("ci_low", scale), ("ci_high", scale), ("q", 1), ("i2", 100)):
            assert close(getattr(a, key), getattr(b, key), unit), (model, key)
        assert close(a.tau2, b.tau2, y.size * scale**2), model
        assert close(a.weights[order], b.weights, 100), model


@PROFILE
@given(pools(), st.integers(2, 4))
def test_duplication(pool, copies):
    """Every study m times: the mean stays, its variance is divided by m, Q and the sums of weights multiply."""
    y, v = pool
    once = fit_models(y, v, [("FE", "z"), ("ML", "z"), ("HS", "z")])
    more = fit_models(np.repeat(y, copies), np.repeat(v, copies), [("FE", "z"), ("ML", "z"), ("DL", "z")])
    a, b = once["FE", "z"], more["FE", "z"]
    assert close(a.estimate, b.estimate, a.se) and close(a.variance / copies, b.variance, 0)
    assert close(copies * a.q, b.q, 1)
    # The full likelihood of the copies is that of the studies to the power m: the same maximum.
    assert close(once["ML", "z"].tau2, more["ML", "z"].tau2, y.size * once["ML", "z"].variance)
    # DL by its definition, from the sums of the single studies.
    w = copies / v
    trace = w.sum() - (w**2).sum() / copies / w.sum()
    expected = max(0.0, (b.q - b.q_df) / trace)
    assert close(more["DL", "z"].tau2, expected, b.k * b.variance)


@PROFILE
@given(pools(), st.integers(2, 4), st.data())
def test_splitting(pool, parts, data):
    """A study cut into m equal parts with m times its variance changes neither the fixed-effect result nor Q."""
    y, v = pool
    index = data.draw(st.integers(0, y.size - 1))
    y2 = np.concatenate([y, np.full(parts - 1, y[index])])
    v2 = np.concatenate([v, np.full(parts - 1, parts * v[index])])
    v2[index] *= parts
    whole, split = fit(y, v, "FE", "z"), fit(y2, v2, "FE", "z")
    for key in ("estimate", "ci_low", "ci_high"):
        assert close(getattr(whole, key), getattr(split, key), whole.se)
    assert close(whole.q, split.q, 1) and split.q_df == whole.q_df + parts - 1


@PROFILE
@given(pools(2, 2))
def test_two_studies_closed_form(pool):
    y, v = pool
    expected = max(0.0, ((y[0] - y[1]) ** 2 - v.sum()) / 2)
    for method in ("DL", "DL2", "PM", "EB", "REML", "HE"):
        result = estimate_tau2(y, v, method)
        assert result.converged and close(result.value, expected, v.sum()), method


@PROFILE
@given(pools(), st.sampled_from(TAU2_METHODS))
def test_sanity(pool, method):
    """Estimate inside the range of the effects, weights of 100%, nothing negative, always a stated convergence."""
    y, v = pool
    result = fit(y, v, method, "z")
    assert result.converged
    assert y.min() - 1e-9 * result.se <= result.estimate <= y.max() + 1e-9 * result.se
    assert result.weights.sum() == pytest.approx(100.0, rel=1e-12) and (result.weights >= 0).all()
    assert result.q >= 0 and 0 <= result.i2 <= 100 and 0 <= result.i2_q <= 100 and 0 <= result.q_p <= 1
    assert method == "FE" or result.tau2 >= 0
    assert method == "FE" or result.se >= fit(y, v, "FE", "z").se * (1 - 1e-12)


@PROFILE
@given(st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_sums_have_one_order(k, seed):
    """The three ways to add over studies give the same bits."""
    w = np.random.default_rng(seed).lognormal(0, 3, (k, LOOP_FROM + 5))
    whole = [total(w), *symmetric_sums(w)]
    for width in (1, 2, 7, LOOP_FROM - 1, LOOP_FROM):
        part = np.ascontiguousarray(w[:, :width])
        for a, b in zip(whole, [total(part), *symmetric_sums(part)], strict=True):
            assert same_bits(a[:width], b)


@PROFILE
@given(st.lists(st.floats(0.1, 30), min_size=3, max_size=8))
def test_symmetric_sums_give_the_traces_of_the_projection(weights):
    w = np.array(weights)
    P = np.diag(w) - np.outer(w, w) / w.sum()
    e1, e2, e3 = (x[0] for x in symmetric_sums(w[:, None]))
    assert 2 * e2 / e1 == pytest.approx(np.trace(P), rel=1e-9)
    assert (2 * e2 / e1) ** 2 - 6 * e3 / e1 == pytest.approx(np.trace(P @ P), rel=1e-9)
