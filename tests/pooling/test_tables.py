"""Mantel-Haenszel, fixed and random, and Peto: the reference's tables, published values, edges."""

import numpy as np
import pytest

from metawright.measures.kinds import BINARY as EVENTS
from metawright.measures.registry import measure_of, measures_of_kind
from metawright.measures.weighing import MANTEL_HAENSZEL
from metawright.pooling.fit import fit
from metawright.pooling.tables import pool_tables, pool_tables_under
from tests.oracle.reading import BINARY, Deviations, arms, reference

MH = [one.key for one in measures_of_kind(EVENTS) if one.weighing is MANTEL_HAENSZEL]
UNITS = {"statistic": 1.0, "p": 1e-6, "q": 1.0, "q_df": 1.0, "q_p": 1e-6, "i2": 100.0, "k": 1.0}


def compare(deviations, label, result, expected, keys):
    for key in keys:
        scale = UNITS.get(key, result.k * expected["se"] ** 2 if key == "tau2" else expected["se"])
        deviations.add(f"{label} {key}", getattr(result, key), expected[key], scale)


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("measure", MH)
def test_revman(name, measure):
    """RevMan's Mantel-Haenszel, fixed and random."""
    deviations, expected = Deviations(), reference(name)["pooled_from_tables"][measure]
    keys = ("estimate", "se", "ci_low", "ci_high", "statistic", "p", "q", "q_df", "q_p", "i2")
    compare(deviations, "fixed", pool_tables(*arms(name), measure), expected["revman"], keys)
    random = pool_tables(*arms(name), measure, "DL", "z")
    keys = ("k", "tau2", *(key for key in keys if key != "q_p"))
    compare(deviations, "random", random, expected["revman_random"], keys)
    present = random.weights[random.weights > 0]
    for ours, theirs in zip(present, expected["revman_random"]["weights"], strict=True):
        deviations.add("weight", ours, theirs, 100.0)
    assert not deviations.found


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("measure", MH)
def test_exact_sums_against_metafor(name, measure):
    """`mh_exact` gives metafor's estimate and standard error; Q as far as both take it from the same effects."""
    a, n1, c, n2 = arms(name)
    everybody = (a == n1) & (c == n2)
    if measure == "MH_RR" and everybody.any():
        pytest.skip("metafor keeps a study in which everybody had the event in the RR sums, RevMan leaves it out")
    expected = reference(name)["pooled_from_tables"][measure]["metafor"]
    result = pool_tables(a, n1, c, n2, measure, mh_exact=True, zero_scope="any_cell")
    deviations = Deviations()
    keys = ["estimate", "se", "ci_low", "ci_high", "statistic", "p"]
    if measure != "MH_RD":
        keys += ["q", "q_df", "q_p", "i2"]
        deviations.add("k", result.k, expected["k_yi"], 1.0)
    compare(deviations, measure, result, expected, keys)
    if measure == "MH_RD":  # metafor drops double zeros from Q, but not from the sums
        some = ((a > 0) | (c > 0)) & ~everybody
        add = np.where((a == 0) | (c == 0) | (a == n1) | (c == n2), 0.5, 0.0)  # which it takes into the effect too
        cells = a + add, n1 + 2 * add, c + add, n2 + 2 * add
        effect = measure_of("RD").effect_of(*(cell[some] for cell in cells))
        q = np.sum((effect.y - result.estimate) ** 2 / effect.v)
        deviations.add("q", q, expected["q"], 1.0)
    assert not deviations.found


@pytest.mark.parametrize("name", BINARY)
def test_peto(name):
    deviations = Deviations()
    expected = reference(name)["pooled_from_tables"]["PETO"]
    result = pool_tables(*arms(name), "PETO")
    keys = ("estimate", "se", "ci_low", "ci_high", "statistic", "p", "q", "q_df", "q_p", "i2")
    compare(deviations, "PETO", result, expected, keys)
    assert not deviations.found


def test_bcg_as_published():
    cells = arms("bcg")
    for measure, estimate, q in (
        ("MH_RR", -0.4537, 152.5676),
        ("MH_OR", -0.4734, 163.9426),
        ("PETO", -0.4744, 167.7302),
    ):
        result = pool_tables(*cells, measure)
        assert (result.estimate, result.q) == pytest.approx((estimate, q), abs=1e-4)
    assert pool_tables(*cells, "MH_RD", mh_exact=True).statistic == pytest.approx(-11.47, abs=5e-3)
    assert pool_tables(*cells, "MH_RD").statistic == pytest.approx(-11.56, abs=5e-3)


@pytest.mark.parametrize("measure", MH)
def test_models_of_an_mh_outcome(measure):
    """FE has only z and says so; the others pool the trial-level effects, DL with Q about the MH estimate."""
    cells = arms("nielweise2007")
    y, v = measure_of(measure).effect_of(*cells).for_pooling()
    fixed = pool_tables(*cells, measure, "FE", "HKSJ")
    assert fixed.interval == "z" and np.isnan(fixed.df) and fixed.tau2_method == "FE" and np.isnan(fixed.tau2)
    assert fixed.weights.sum() == pytest.approx(100)
    assert pool_tables(*cells, measure, "REML", "HKSJ") == fit(y, v, "REML", "HKSJ")
    random, plain = pool_tables(*cells, measure, "DL", "HKSJ"), fit(y, v, "DL", "HKSJ")
    assert random.interval == "HKSJ" and random.q == fixed.q > plain.q
    assert random.tau2 >= plain.tau2
    assert random.i2 == pytest.approx(fixed.i2, abs=1e-9)


@pytest.mark.parametrize("measure", [*MH, "PETO", "OR"])
def test_a_block_equals_its_columns(measure):
    rng = np.random.default_rng(12)
    n1, n2 = rng.integers(5, 40, (2, 6, 50)).astype(float)
    a, c = rng.binomial(n1.astype(int), 0.15).astype(float), rng.binomial(n2.astype(int), 0.2).astype(float)
    a[5, ::3] = np.nan  # absent
    for method in ("FE", "DL", "PM"):
        block = pool_tables(a, n1, c, n2, measure, method)
        for i in range(50):
            alone = pool_tables(a[:, i], n1[:, i], c[:, i], n2[:, i], measure, method)
            rows = ~np.isnan(a[:, i])
            removed = pool_tables(a[rows, i], n1[rows, i], c[rows, i], n2[rows, i], measure, method)
            for key in ("k", "estimate", "se", "ci_low", "ci_high", "q", "tau2", "p"):
                assert np.array_equal(getattr(block, key)[i], getattr(alone, key), equal_nan=True), key
                assert np.array_equal(getattr(removed, key), getattr(alone, key), equal_nan=True), key


def test_sums_of_zero_are_not_estimable():
    """No events in any experimental arm: exact sums have no logarithm, corrected ones do."""
    a, n1, c, n2 = [0, 0], [20, 30], [3, 4], [20, 30]
    exact = pool_tables(a, n1, c, n2, "MH_OR", mh_exact=True)
    assert np.isnan(exact.estimate) and np.isnan(exact.se) and np.isnan(exact.p)
    assert pool_tables(a, n1, c, n2, "MH_OR").estimate < 0


@pytest.mark.parametrize("k", [1, 10, 20])
@pytest.mark.parametrize("measure", ["RD", "MH_RD"])
@pytest.mark.parametrize("method", ["FE", "DL", "REML"])
def test_trials_without_events_pool_to_a_difference_of_0(k, measure, method):
    """0 of 20 against 0 of 200, in every trial: corrected effects pooled to 0.02 with P = 0.044 (k = 10)."""
    none = np.zeros(k)
    found = pool_tables(none, np.full(k, 20.0), none, np.full(k, 200.0), measure, method, "z")
    assert found.estimate == 0.0
    if measure == "RD":
        assert found.p == 1.0 and found.ci_low < 0 < found.ci_high


def test_nothing_estimable():
    result = pool_tables([0, 0], [20, 30], [0, 0], [20, 30], "MH_OR")
    assert result.k == 0 and np.isnan(result.estimate)
    assert pool_tables([0, 0], [20, 30], [0, 0], [20, 30], "MH_RD").estimate == 0.0


@pytest.mark.parametrize("measure", MH)
def test_one_table(measure):
    """One study: Mantel-Haenszel is the study's own effect and variance."""
    effect = measure_of(measure).effect_of(4.0, 20.0, 9.0, 22.0)
    result = pool_tables([4], [20], [9], [22], measure)
    assert result.estimate == pytest.approx(float(effect.y), rel=1e-12)
    assert result.se**2 == pytest.approx(float(effect.v), rel=1e-12)
    assert np.isnan(result.q) and np.isnan(result.i2)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("measure", [one.key for one in measures_of_kind(EVENTS)])
def test_models_that_share_their_work_have_the_bits_of_one_after_the_other(measure, seed):
    rng = np.random.default_rng(seed)
    n1, n2 = rng.integers(4, 60, (2, 6, 3)).astype(float)
    tables = rng.binomial(n1.astype(int), 0.1).astype(float), n1, rng.binomial(n2.astype(int), 0.2).astype(float), n2
    models = [("FE", "z"), ("DL", "HKSJ"), ("REML", "HKSJ"), ("DL", "z"), ("PM", "mHKSJ"), ("FE", "HKSJ")]
    together = pool_tables_under(models, *tables, measure, mh_exact=bool(seed % 2))
    assert list(together) == models
    for model, found in together.items():
        alone = pool_tables(*tables, measure, *model, mh_exact=bool(seed % 2))
        assert (found.tau2_method, found.interval) == (alone.tau2_method, alone.interval)
        for name in ("k", "estimate", "se", "ci_low", "ci_high", "tau2", "q", "i2", "p", "weights"):
            assert np.array_equal(getattr(found, name), getattr(alone, name), equal_nan=True), (model, name)
