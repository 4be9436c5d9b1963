"""Subgroups with separate and with common tau2, and the test for their difference."""

import numpy as np
import pytest

from metawright.heterogeneity.subgroups import common_subgroups, difference_test, separate_subgroups
from metawright.pooling.fit import fit
from tests.oracle.reading import SETS, Deviations, effects, reference, rows

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
    with pytest.raises(ValueError, match="z or HKSJ"):
        common_subgroups(y, v, ["a", "b"], "REML", "t")
