"""Subgroups with separate and with common tau2, and the test for their difference."""

import csv

import numpy as np
import pytest
from scipy import special

from metawright.heterogeneity.subgroups import common_subgroups, difference_test, separate_subgroups
from metawright.pooling.fit import fit
from tests.oracle.reading import FOLDER, SETS, Deviations, effects, reference, rows

BLOCKS = [
    (name, measure) for name in SETS for measure, block in reference(name)["measures"].items() if "subgroup" in block
]


def grouped(name, measure):
    """Effects, variances and labels of the rows that have a group."""
    block = reference(name)["measures"][measure]
    y, v = effects(block)
    chosen = np.array(block["subgroup"]["rows"]) - 1
    labels = [rows(name)[row - 1][block["subgroup"]["column"]] for row in block["rows_used"]]
    return y[chosen], v[chosen], np.array(labels)[chosen], block["subgroup"]


def test_the_oracle_has_subgroups():
    assert len(BLOCKS) > 10


@pytest.mark.parametrize(("name", "measure"), BLOCKS)
def test_separate_tau2(name, measure):
    y, v, group, expected = grouped(name, measure)
    deviations = Deviations()
    for method in ("FE", "DL", "REML"):
        result = separate_subgroups(y, v, group, method)
        assert list(result.levels) == expected["levels"]
        assert [fit.k for fit in result.fits] == expected["k"]
        for level, one in zip(result.levels, result.fits, strict=True):
            theirs = expected[method]["per"][level]
            for key in ("estimate", "se", "ci_low", "ci_high"):
                deviations.add(f"{method} {level} {key}", getattr(one, key), theirs[key], theirs["se"])
            if one.k > 1:
                deviations.add(f"{method} {level} i2", one.i2, theirs["i2"], 100.0)
                deviations.add(f"{method} {level} q", one.q, theirs["q"], 1.0)
                if method != "FE":
                    deviations.add(f"{method} {level} tau2", one.tau2, theirs["tau2"], one.k * theirs["se"] ** 2)
        for key, scale in (("q", 1.0), ("df", 1.0), ("p", 1e-6), ("i2", 100.0)):
            ours = getattr(result.difference, key)
            deviations.add(f"{method} difference {key}", ours, expected[method]["separate_tau2"][key], scale)
    assert not deviations.found


@pytest.mark.parametrize(("name", "measure"), BLOCKS)
@pytest.mark.parametrize(
    ("method", "interval", "key"),
    [
        ("FE", "z", "common_tau2"),
        ("DL", "z", "common_tau2"),
        ("REML", "z", "common_tau2"),
        ("REML", "HKSJ", "common_tau2_HKSJ"),
    ],
)
def test_common_tau2(name, measure, method, interval, key):
    """metafor's meta-regression on group indicators: the first group's mean, and differences from it."""
    y, v, group, expected = grouped(name, measure)
    theirs, ours = expected[method][key], common_subgroups(y, v, group, method, interval)
    deviations = Deviations()
    se = theirs["se"][0]
    pairs = [("estimate", "b", se), ("se", "se", se), ("ci_low", "ci_low", se), ("ci_high", "ci_high", se)]
    for mine, other, scale in (*pairs, ("statistic", "statistic", 1.0), ("p", "p", 1e-6)):
        deviations.add(mine, getattr(ours, mine)[0], theirs[other][0], scale)
    for j in range(1, len(ours.levels)):
        deviations.add("difference", ours.estimate[j] - ours.estimate[0], theirs["b"][j], se)
        deviations.add("its se", np.hypot(ours.se[j], ours.se[0]), theirs["se"][j], se)
    if method != "FE":
        deviations.add("tau2", ours.tau2, theirs["tau2"], ours.k[0] * se**2)
    for mine, other, scale in (
        ("i2", "i2", 100.0),
        ("residual_q", "qe", 1.0),
        ("residual_p", "qe_p", 1e-6),
    ):
        deviations.add(mine, getattr(ours, mine), theirs[other], scale)
    deviations.add("qm", ours.difference.q, theirs["qm"], 1.0)
    deviations.add("qm p", ours.difference.p, theirs["qm_p"], 1e-6)
    assert ours.difference.df == theirs["qm_df"][0]
    if interval == "HKSJ":
        assert ours.difference.df_residual == theirs["qm_df"][1]
    assert ours.converged and not deviations.found


def test_one_group_is_the_ordinary_pool():
    y, v, _, _ = grouped("bcg", "RR")
    for method in ("FE", "DL", "PM", "EB", "REML", "ML"):
        for interval in ("z", "HKSJ"):
            ours, whole = common_subgroups(y, v, ["all"] * y.size, method, interval), fit(y, v, method, interval)
            assert ours.estimate[0] == pytest.approx(whole.estimate, rel=1e-12)
            assert ours.se[0] == pytest.approx(whole.se, rel=1e-11)
            assert ours.p[0] == pytest.approx(whole.p, rel=1e-9)
            assert np.isnan(ours.tau2) if method == "FE" else ours.tau2 == pytest.approx(whole.tau2, rel=1e-10)
            assert ours.i2 == pytest.approx(whole.i2, rel=1e-10)
            assert np.isnan(ours.difference.q)


@pytest.mark.parametrize("method", ["PM", "REML", "ML"])
def test_common_tau2_solves_its_equation(method):
    """Written out: sum over groups of y'PPy - tr(P) (REML), of y'PPy - tr(W) (ML), of Q - df (PM)."""
    y, v, group, _ = grouped("bcg", "RR")
    tau2 = common_subgroups(y, v, group, method).tau2
    balance = size = 0.0
    for level in set(group):
        a, w = y[group == level], 1 / (v[group == level] + tau2)
        P = np.diag(w) - np.outer(w, w) / w.sum()
        goal = {"PM": a.size - 1, "REML": np.trace(P), "ML": w.sum()}[method]
        balance += (a @ P @ a if method == "PM" else a @ P @ P @ a) - goal
        size += goal
    assert tau2 > 0 and abs(balance) < 1e-9 * size


@pytest.mark.parametrize("interval", ["z", "t", "HKSJ", "mHKSJ", "IQWiG6", "hybrid"])
def test_the_test_takes_wald_standard_errors_whatever_the_interval(interval):
    """Two groups of two trials that happen to agree: their Hartung-Knapp intervals are absurdly narrow."""
    y, v, group = [0.10, 0.11, 0.35, 0.36], [0.04] * 4, list("xxyy")
    found = separate_subgroups(y, v, group, "REML", interval).difference
    assert (found.q, found.df, found.p) == pytest.approx((1.5625, 1, 0.2113), abs=5e-5)


@pytest.mark.parametrize("sizes", [(2, 2), (2, 2, 2), (3, 3, 3)])
def test_the_test_keeps_its_level_without_heterogeneity(sizes):
    """With Hartung-Knapp standard errors it rejected 19, 33 and 20% of these true null hypotheses."""
    rng = np.random.default_rng(34)
    group = np.repeat(range(len(sizes)), sizes)
    tests = [separate_subgroups(rng.normal(size=group.size), np.ones(group.size), group, "REML", "HKSJ")
             for _ in range(400)]  # fmt: skip
    assert np.mean([one.difference.p < 0.05 for one in tests]) < 0.07


def test_the_f_test_of_pignon_by_timing():
    """65 trials of chemotherapy in head and neck cancer (Pignon 2000): Q_b of fixed effects and F as metafor's."""
    with (FOLDER / "published" / "pignon2000.csv").open(newline="") as handle:
        trials = list(csv.DictReader(handle))
    v = 1 / np.array([float(trial["variance"]) for trial in trials])
    y = v * np.array([float(trial["o_minus_e"]) for trial in trials])
    timing = [trial["timing"] for trial in trials]
    fixed = separate_subgroups(y, v, timing, "FE").difference
    assert (fixed.q, fixed.df, fixed.p) == pytest.approx((10.4690, 2, 0.0053), abs=5e-5)
    common = common_subgroups(y, v, timing, "REML", "HKSJ")
    found = common.difference
    assert (found.df, found.df_residual) == (2, 62)
    assert (found.q, found.p) == pytest.approx((3.6036848884486825, 0.0330688965781567), rel=1e-8)
    modified = common_subgroups(y, v, timing, "REML", "mHKSJ")
    factor = (common.se[0] / common_subgroups(y, v, timing, "REML", "z").se[0]) ** 2
    assert factor > 1 and modified.difference == found


def test_the_modified_factor_is_at_least_one():
    """Four trials that agree within their groups: HKSJ would make F enormous, mHKSJ makes it the Wald test's Q."""
    y, v, group = [0.10, 0.11, 0.35, 0.36], [0.04] * 4, list("xxyy")
    assert common_subgroups(y, v, group, "REML", "HKSJ").difference.q == pytest.approx(1250.0, rel=1e-9)
    modified = common_subgroups(y, v, group, "REML", "mHKSJ")
    assert (modified.difference.q, modified.difference.df_residual) == (pytest.approx(1.5625, rel=1e-12), 2)
    assert modified.difference.p == pytest.approx(special.fdtrc(1, 2, 1.5625), rel=1e-12)
    assert np.allclose(modified.se, 0.02**0.5)
    alone = common_subgroups([0.0, 1.0, 5.0], [0.5] * 3, ["a", "b", "c"], "REML", "HKSJ").difference
    assert np.isnan(alone.p) and alone.df == 2


def test_groups_of_one_study():
    y, v, group = [0.0, 1.0, 5.0], [0.5, 0.5, 0.5], ["a", "a", "b"]
    separate, common = separate_subgroups(y, v, group), common_subgroups(y, v, group)
    assert separate.fits[1].k == 1 and separate.fits[1].estimate == 5.0
    assert separate.difference.df == 1 and separate.difference.p < 0.05
    assert common.k.tolist() == [2, 1] and common.tau2 == 0.0 and common.residual_df == 1
    alone = common_subgroups(y, v, ["a", "b", "c"])
    assert alone.residual_df == 0 and np.isnan(alone.residual_p) and alone.estimate.tolist() == y


def test_absent_studies_and_groups():
    y, v, group = [0.0, 1.0, 5.0, 6.0, 9.0], [0.5, 0.5, 0.5, 0.5, 0.5], ["a", "a", "b", "b", "c"]
    infinite = [0.5, 0.5, 0.5, 0.5, np.inf]
    for method in ("DL", "PM", "REML", "ML"):
        ours, plain = common_subgroups(y, infinite, group, method), common_subgroups(y[:4], v[:4], group[:4], method)
        assert ours.levels == ("a", "b") and ours.tau2 == plain.tau2
        assert np.array_equal(ours.estimate, plain.estimate)
    separate = separate_subgroups(y, infinite, group)
    assert separate.fits[2].k == 0 and separate.difference.df == 1


def test_difference_of_nothing():
    assert np.isnan(difference_test([1.0], [0.5]).q)
    assert np.isnan(difference_test([np.nan, 1.0], [np.nan, 0.5]).p)
    same = difference_test([1.0, 1.0, 1.0], [0.5, 0.2, 0.1])
    assert (same.q, same.df, same.p, same.i2) == (0.0, 2, 1.0, 0.0)


def test_what_is_refused():
    y, v = [0.0, 1.0], [1.0, 1.0]
    with pytest.raises(ValueError, match="one review"):
        common_subgroups(np.zeros((2, 3)), np.ones((2, 3)), ["a", "b"])
    with pytest.raises(ValueError, match="one review"):
        separate_subgroups(y, v, ["a"])
    with pytest.raises(ValueError, match="no common tau2 by 'SJ'"):
        common_subgroups([0.0, 1.0, 2.0], [1.0, 1.0, 1.0], ["a", "a", "b"], "SJ")
    with pytest.raises(ValueError, match="z, HKSJ or mHKSJ"):
        common_subgroups(y, v, ["a", "b"], "REML", "t")
