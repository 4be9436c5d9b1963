"""Meta-regression against the reference sets, and its permutation P."""

import itertools

import numpy as np
import pytest

from metawright.heterogeneity.meta_regression import meta_regression
from metawright.heterogeneity.permutation import permutation_test
from metawright.heterogeneity.regression_tau2 import log_likelihood, maximise, tau2_of_designs
from metawright.pooling.fit import fit
from tests.oracle.more.reading import more
from tests.oracle.reading import SETS, Deviations, column, effects, reference

WITH_MODERATOR = [
    name for name in SETS for b in [reference(name)["measures"]] if any("meta_regression" in x for x in b.values())
]


def compare(deviations, label, result, expected, tau2_scale):
    se = expected["se"]
    for ours, theirs, scale in (
        ("estimate", "b", None), ("se", "se", None), ("ci_low", "ci_low", None), ("ci_high", "ci_high", None),
        ("statistic", "statistic", 1.0), ("p", "p", 1e-6),
    ):  # fmt: skip
        for i, value in enumerate(expected.get(theirs, ())):
            deviations.add(f"{label} {ours} {i}", getattr(result, ours)[i], value, scale or se[i])
    for ours, theirs, scale in (
        ("i2", "i2", 100.0), ("residual_q", "qe", 1.0), ("residual_p", "qe_p", 1e-6),
        ("model_statistic", "qm", 1.0), ("model_p", "qm_p", 1e-6),
    ):  # fmt: skip
        if theirs in expected:
            deviations.add(f"{label} {ours}", getattr(result, ours), expected[theirs], scale)
    if result.tau2_method == "FE":
        assert np.isnan(result.tau2) and np.isnan(result.r2)
    else:
        assert result.converged
        deviations.add(f"{label} tau2", result.tau2, expected["tau2"], tau2_scale)
        deviations.add(f"{label} r2", result.r2, expected["r2"], 100.0)


def test_some_sets_have_a_moderator():
    assert len(WITH_MODERATOR) >= 7


@pytest.mark.parametrize("name", WITH_MODERATOR)
def test_one_moderator(name):
    deviations = Deviations()
    for measure, block in reference(name)["measures"].items():
        expected = block["meta_regression"]
        rows = np.array(expected["rows"]) - 1
        x = column(name, expected["column"])[np.array(block["rows_used"]) - 1][rows]
        y, v = (values[rows] for values in effects(block))
        for key in ("FE", "DL", "REML", "REML_HKSJ"):
            method, _, interval = key.partition("_")
            result = meta_regression(y, v, {"x": x}, method, interval or "z")
            scale = y.size * block["models"][method]["z"]["se"] ** 2
            compare(deviations, f"{measure} {key}", result, expected[key], scale)
    assert not deviations.found


@pytest.mark.parametrize("method", ["FE", "DL", "PM", "REML", "ML"])
@pytest.mark.parametrize(("test", "interval"), [("z", "z"), ("knha", "HKSJ")])
def test_two_covariates_of_unlike_scale(method, test, interval):
    deviations = Deviations()
    block = more()["bcg_ablat_year"]
    y, v = effects(reference("bcg")["measures"]["RR"])
    covariates = {"latitude": block["ablat"], "year": block["year"]}
    result = meta_regression(y, v, covariates, method, interval)
    compare(deviations, method, result, block[f"{method} {test}"], 0.1)
    assert not deviations.found
    assert result.names == ("intercept", "latitude", "year")
    assert "2 covariates" in result.warnings[0]


def test_bcg_latitude_of_the_literature():
    y, v = effects(reference("bcg")["measures"]["RR"])
    result = meta_regression(y, v, {"latitude": column("bcg", "ablat")}, "REML", "z")
    assert result.estimate == pytest.approx([0.2515, -0.0291], abs=1e-4)
    assert result.se == pytest.approx([0.2491, 0.0072], abs=1e-4)
    assert result.tau2 == pytest.approx(0.0763, abs=1e-4)
    assert result.warnings == ()


def test_a_constant_shift_of_a_covariate_moves_only_the_intercept():
    y, v = effects(reference("bcg")["measures"]["RR"])
    x = column("bcg", "ablat")
    near, far = (meta_regression(y, v, {"x": values}) for values in (x, x + 1e6))
    assert far.estimate[1] == pytest.approx(near.estimate[1], rel=1e-8)
    assert far.se[1] == pytest.approx(near.se[1], rel=1e-8)
    assert far.tau2 == pytest.approx(near.tau2, rel=1e-8)


def test_a_covariate_of_signs_is_a_difference_of_subgroups():
    """Two groups under FE: the slope is the difference of the groups' pooled effects."""
    y, v = np.array([0.1, 0.4, 0.3, 0.9, 1.1]), np.array([0.02, 0.05, 0.03, 0.04, 0.06])
    g = np.array([0, 0, 0, 1, 1])
    low, high = (fit(y[g == i], v[g == i], "FE", "z") for i in (0, 1))
    result = meta_regression(y, v, {"g": g}, "FE", "z")
    assert result.estimate == pytest.approx([low.estimate, high.estimate - low.estimate], rel=1e-12)
    assert result.se[1] == pytest.approx(np.hypot(low.se, high.se), rel=1e-12)


def test_the_global_maximum_is_found():
    """A fine grid of the likelihood never lies above the maximum found, many random pools with wild variances."""
    rng = np.random.default_rng(5)
    for _ in range(60):
        k = int(rng.integers(4, 9))
        v = np.exp(rng.normal(-2, 3, k))
        y = rng.normal(0, np.sqrt(v + rng.choice([0.0, 0.1, 5.0])))
        X = np.stack([np.ones(k), rng.normal(size=k)], axis=1)
        for restricted in (True, False):
            tau2, converged = maximise(X, y, v, restricted)
            grid = np.concatenate([[0.0], np.geomspace(1e-6, 1e4, 4000)])
            here = log_likelihood(X, y, v, np.array([tau2]), restricted)[0]
            assert converged
            assert here >= log_likelihood(X, y, v, grid, restricted).max() - 1e-9


def test_tau2_of_many_designs_is_that_of_each():
    rng = np.random.default_rng(6)
    y, v = effects(reference("bcg")["measures"]["RR"])
    X = np.stack([np.ones((25, 13)), rng.normal(size=(25, 13))], axis=2)
    many = tau2_of_designs(X, y, v, "REML")
    one = [maximise(x, y, v)[0] for x in X]
    assert many == pytest.approx(one, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("method", ["FE", "DL", "REML"])
@pytest.mark.parametrize(("test", "interval"), [("z", "z"), ("knha", "HKSJ")])
def test_exact_permutation_p(method, test, interval):
    block = more()["permutest"]
    y, v = effects(reference("hart1999")["measures"]["GIV"])
    for name, count in (("number", 720), ("group", 20)):
        result = permutation_test(y, v, {name: block[name]}, method, interval)
        assert result.exact and result.count == count
        assert result.p[0] == pytest.approx(block[f"{method} {test}"][name], rel=1e-12)
        assert result.model_p == result.p[0]
    y, v = (x[:6] for x in effects(reference("bcg")["measures"]["RR"]))
    result = permutation_test(y, v, {"latitude": column("bcg", "ablat")[:6]}, method, interval)
    assert result.p[0] == pytest.approx(block[f"bcg {method} {test}"], rel=1e-12)


def test_exact_permutations_of_paul_and_moments_against_single_fits():
    y, v = (x[:5] for x in effects(reference("bcg")["measures"]["RR"]))
    x = np.array([44.0, 55.0, 42.0, 52.0, 13.0])
    observed = abs(meta_regression(y, v, {"x": x}, "PM", "HKSJ").statistic[1])
    statistics = [
        abs(meta_regression(y, v, {"x": x[list(order)]}, "PM", "HKSJ").statistic[1])
        for order in itertools.permutations(range(5))
    ]
    expected = np.mean(np.array(statistics) >= observed * (1 - 1e-6))
    assert permutation_test(y, v, {"x": x}, "PM").p[0] == pytest.approx(expected, rel=1e-12)


def test_sampled_permutations_are_seeded_and_close_to_the_exact_ones():
    y, v = (x[:9] for x in effects(reference("bcg")["measures"]["RR"]))
    x = {"latitude": column("bcg", "ablat")[:9]}
    first, again = (permutation_test(y, v, x, "DL", seed=3, sample=4000) for _ in range(2))
    assert first.p[0] == again.p[0] and not first.exact and first.count == 4001
    assert permutation_test(y, v, x, "DL", seed=4, sample=4000).p[0] == pytest.approx(first.p[0], abs=0.03)
    assert first.p[0] >= 1 / 4001


@pytest.mark.parametrize(
    ("covariates", "words"),
    [
        ({}, "at least one"),
        ({"x": [1, 1, 1, 1]}, "constant"),
        ({"x": [1, 2, 3, 4], "z": [2, 4, 6, 8]}, "dependent"),
        ({"x": [1, 2, 3]}, "4 values"),
        ({"x": [1, 2, 3, np.nan]}, "not known"),
        ({"x": [1, 2, 3, 5], "z": [1, 0, 1, 1], "u": [1, 5, 2, 2]}, "cannot carry"),
    ],
)
def test_refusals(covariates, words):
    with pytest.raises(ValueError, match=words):
        meta_regression([1.0, 2.0, 3.0, 5.0], [0.1, 0.2, 0.3, 0.4], covariates)
