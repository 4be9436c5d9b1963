"""Confidence intervals: published values, the combined ones (IQWiG6, hybrid), Henmi-Copas, degenerate and single pools."""

import itertools

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from metawright.pooling.fit import fit, fit_models
from metawright.pooling.intervals import INTERVALS, interval
from metawright.pooling.quantiles import chi_square_upper, normal, per_df, student
from tests.oracle.reading import effects, reference
from tests.pooling.test_tau2 import V1, Y1


def limits(result):
    return result.ci_low, result.ci_high


def test_critical_values():
    assert normal(0.95) == 1.959963984540054
    assert student(3, 0.9) == pytest.approx(stats.t.ppf(0.95, 3), rel=1e-13)
    assert chi_square_upper(4, 0.1) == pytest.approx(stats.chi2.isf(0.1, 4), rel=1e-13)
    table = per_df(student, np.array([0.0, 1.0, 4.0, 1.0]), 0.95)
    assert np.isnan(table[0]) and table[1] == table[3] == student(1, 0.95) and table[2] == student(4, 0.95)


@pytest.mark.parametrize(
    ("method", "name", "low", "high"),
    [
        ("FE", "z", -0.1061, 0.2059),
        ("REML", "z", -0.1039, 0.5914),
        ("REML", "HKSJ", -0.1345, 0.6220),
        ("REML", "mHKSJ", -0.1575, 0.6450),
        ("DL", "z", -0.1267, 0.6273),
    ],
)
def test_viechtbauer_2005(method, name, low, high):
    result = fit(Y1, V1, method, name)
    assert limits(result) == pytest.approx((low, high), abs=1e-4)
    if name == "HKSJ":
        assert result.q_factor == pytest.approx(0.8886, abs=1e-4)


def test_raudenbush():
    y = [0.03, 0.12, -0.14, 1.18, 0.26, -0.06, -0.02, -0.32, 0.27, 0.80, 0.54, 0.18, -0.02, 0.23, -0.18, -0.06]
    y += [0.30, 0.07, -0.07]
    v = [0.0156, 0.0216, 0.0279, 0.1391, 0.1362, 0.0106, 0.0106, 0.0484, 0.0269, 0.0630, 0.0912, 0.0497, 0.0835]
    v += [0.0841, 0.0253, 0.0279, 0.0193, 0.0088, 0.0303]
    reml = fit(y, v, "REML", "HKSJ")
    assert reml.q == pytest.approx(35.8295, abs=1e-3)
    assert (reml.tau2, reml.estimate, reml.se) == pytest.approx((0.0188, 0.0837, 0.0616), abs=1e-4)
    assert limits(reml) == pytest.approx((-0.0457, 0.2131), abs=1e-4)
    assert limits(fit(y, v, "REML", "z")) == pytest.approx((-0.0175, 0.1849), abs=1e-4)
    assert limits(fit(y, v, "DL", "HKSJ")) == pytest.approx((-0.0442, 0.2229), abs=1e-4)
    assert limits(fit(y, v, "FE", "HKSJ")) == pytest.approx((-0.0477, 0.1685), abs=1e-4)


def test_two_studies():
    y, v = [1.0, 1.2], [0.25, 0.36]
    for name, bounds in (("HKSJ", (-0.1678, 2.3318)), ("mHKSJ", (-3.7986, 5.9626)), ("z", (0.3291, 1.8348))):
        assert limits(fit(y, v, "REML", name)) == pytest.approx(bounds, abs=1e-4)
    # At tau2 = 0 the half width is t |y1 - y2| sqrt(w1 w2)/(w1 + w2): it knows nothing but the disagreement.
    w1, w2 = 4.0, 1 / 0.36
    half = student(1, 0.95) * 0.2 * np.sqrt(w1 * w2) / (w1 + w2)
    result = fit(y, v, "REML", "HKSJ")
    assert result.ci_high - result.estimate == pytest.approx(half, rel=1e-12)


def test_paule_mandel_makes_hksj_a_t_interval():
    for key in ("se", "ci_low", "ci_high", "p"):
        assert getattr(fit(Y1, V1, "PM", "HKSJ"), key) == pytest.approx(getattr(fit(Y1, V1, "PM", "t"), key), rel=1e-12)


def random_pools(k=4, replicates=400):
    rng = np.random.default_rng(3)
    v = rng.uniform(0.1, 2.0, (k, replicates))
    return rng.normal(size=(k, replicates)) * np.sqrt(v + rng.choice([0.0, 1.0], replicates)), v


def test_iqwig6_falls_back_on_mhksj_where_hksj_is_narrower_than_wald_with_dl():
    y, v = random_pools()
    fits = fit_models(y, v, [("PM", "IQWiG6"), ("PM", "HKSJ"), ("PM", "mHKSJ"), ("DL", "z")])
    combined, hksj, modified, wald = fits.values()
    narrow = hksj.ci_high - hksj.ci_low < wald.ci_high - wald.ci_low
    assert 20 < np.count_nonzero(narrow) < 380
    assert np.array_equal(combined.ci_low, np.where(narrow, modified.ci_low, hksj.ci_low))
    assert np.array_equal(combined.se, np.where(narrow, modified.se, hksj.se))
    assert (combined.df == 3).all()


def test_hybrid_is_the_wider_of_hksj_and_wald():
    y, v = random_pools()
    combined, hksj, wald = fit_models(y, v, [("DL", "hybrid"), ("DL", "HKSJ"), ("DL", "z")]).values()
    wider = wald.ci_high - wald.ci_low > hksj.ci_high - hksj.ci_low
    assert 20 < np.count_nonzero(wider) < 380
    for key in ("se", "ci_low", "ci_high", "p"):
        assert np.array_equal(getattr(combined, key), np.where(wider, getattr(wald, key), getattr(hksj, key)))
    assert np.array_equal(np.isnan(combined.df), wider)


def test_modified_hksj_is_never_narrower_than_t_and_hksj():
    y, v = random_pools()
    modified, hksj, t = fit_models(y, v, [("REML", "mHKSJ"), ("REML", "HKSJ"), ("REML", "t")]).values()
    assert np.array_equal(modified.se, np.maximum(hksj.se, t.se))
    assert (modified.se > hksj.se).any() and (modified.se > t.se).any()


@pytest.mark.parametrize("name", INTERVALS)
@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
def test_p_and_interval_tell_the_same(name, level):
    """The interval of level 1 - p just touches 0."""
    y, v = random_pools(replicates=5)
    result = fit(y, v, "REML", name, level=level)
    assert np.array_equal(result.p < 1 - level, (result.ci_low > 0) | (result.ci_high < 0))
    for i in range(5):
        touching = fit(y[:, i], v[:, i], "REML", name, level=1 - result.p[i])
        if name in ("hybrid", "IQWiG6"):
            continue  # which of the two they are depends on the level
        assert min(abs(touching.ci_low), abs(touching.ci_high)) < 1e-7 * touching.se


@pytest.mark.parametrize("name", INTERVALS)
def test_identical_effects_are_degenerate_not_significant(name):
    result = fit([0.3, 0.3, 0.3], [0.1, 0.2, 0.7], "REML", name)
    assert result.estimate == 0.3 and result.q == 0.0 and result.tau2 == 0.0 and result.i2 == 0.0 and result.h2 == 1.0
    if name == "HKSJ":
        assert result.degenerate and result.se == 0.0 and result.ci_low == result.ci_high == 0.3
        assert np.isnan(result.p) and np.isnan(result.statistic)
    else:
        assert not result.degenerate and result.ci_low < 0.3 < result.ci_high and result.p > 0


@pytest.mark.parametrize("name", INTERVALS)
def test_one_study_has_its_z_interval_and_nothing_else(name):
    result = fit([1.5], [0.25], "REML", name)
    half = normal(0.95) * 0.5
    assert (result.k, result.estimate, result.se) == (1, 1.5, 0.5)
    assert limits(result) == (1.5 - half, 1.5 + half)
    assert result.p == pytest.approx(2 * stats.norm.sf(3.0), rel=1e-12)
    for key in ("df", "q", "q_df", "q_p", "i2", "h2", "i2_q", "tau2", "q_factor"):
        assert np.isnan(getattr(result, key)), key
    assert result.converged and not result.degenerate and result.weights.tolist() == [100.0]


def test_without_studies_everything_is_missing():
    result = fit(np.zeros((2, 2)), [[np.inf, 1.0], [np.inf, 1.0]], "REML", "HKSJ")
    assert result.k.tolist() == [0, 2]
    for key in ("estimate", "se", "ci_low", "p", "q", "tau2", "i2"):
        assert np.isnan(getattr(result, key)[0]), key
    assert np.isfinite(result.estimate[1])


@pytest.mark.parametrize(
    ("y", "v", "message"),
    [
        ([1.0, 2.0], [1.0], "one shape"),
        ([], [], "one shape"),
        (1.0, 1.0, "one shape"),
        ([1.0, 2.0], [1.0, 0.0], "positive"),
        ([1.0, 2.0], [1.0, -1.0], "positive"),
        ([1.0, 2.0], [1.0, np.nan], "positive"),
        ([1.0, np.nan], [1.0, 1.0], "finite"),
        ([1.0, np.inf], [1.0, 1.0], "finite"),
    ],
)
def test_illegal_input_is_refused(y, v, message):
    with pytest.raises(ValueError, match=message):
        fit(y, v)


def test_illegal_words_are_refused():
    with pytest.raises(ValueError, match="unknown interval 'HKS'"):
        fit(Y1, V1, "REML", "HKS")
    with pytest.raises(ValueError, match="unknown tau2 method"):
        fit(Y1, V1, "reml", "z")
    with pytest.raises(ValueError, match="level"):
        fit(Y1, V1, level=95)
    with pytest.raises(ValueError, match="unknown interval"):
        interval("HC", np.ones(1), np.ones(1), np.ones(1), 0.95)


def test_henmi_copas_published():
    y, v = effects(reference("bcg")["measures"]["RR"])
    result = fit(y, v, "REML", "HC")
    assert (result.estimate, *limits(result)) == pytest.approx((-0.4303, -1.1555, 0.2950), abs=1e-4)
    assert result.estimate == pytest.approx(fit(y, v, "FE", "z").estimate, rel=1e-13)
    assert result.tau2 == fit(y, v, "DL", "z").tau2
    assert np.allclose(result.weights, fit(y, v, "FE", "z").weights)


def henmi_copas_by_adaptive_quadrature(y, v):
    """The published formulas, written out plainly."""
    k, w = len(y), 1 / v
    W1 = w.sum()
    W2, W3, W4 = ((w**j).sum() / W1 for j in (2, 3, 4))
    mu = (w * y).sum() / W1
    t = max(0.0, ((w * (y - mu) ** 2).sum() - (k - 1)) / (W1 - W2))
    V = 1 + t * W2

    def c(R):
        return R**2 / V**2 - 1 / V

    def mean(R):
        return k - 1 + t * (W1 - W2) + t**2 * c(R) * (W3 - W2**2)

    def variance(R):
        value = 2 * (k - 1) + 4 * t * (W1 - W2) + 2 * t**2 * (W1 * W2 - 2 * W3 + W2**2)
        value += 4 * t**2 * c(R) * (W3 - W2**2) + 4 * t**3 * c(R) * (W4 - 2 * W2 * W3 + W2**3)
        return value + 2 * t**4 * (1 / V**2 - 2 * R**2 / V**3) * (W3 - W2**2) ** 2

    def tail(x):
        def integrand(r):
            R = r * np.sqrt(V)
            bound = (W1 / W2 - 1) * ((r / x) ** 2 - 1) + k - 1
            shape, scale = mean(R) ** 2 / variance(R), variance(R) / mean(R)
            return stats.gamma.cdf(bound, shape, scale=scale) * stats.norm.pdf(r)

        edges = np.linspace(x, 10, 12)
        return sum(integrate.quad(integrand, a, b)[0] for a, b in itertools.pairwise(edges))

    x = optimize.brentq(lambda x: tail(x) - 0.025, 0.05 / np.sqrt(V), 1.96)
    return mu - x * V / np.sqrt(W1), mu + x * V / np.sqrt(W1)


@pytest.mark.parametrize(("k", "tau2"), [(2, 0.0), (3, 1.0), (12, 0.2), (300, 0.5)])
def test_henmi_copas_against_adaptive_quadrature(k, tau2):
    rng = np.random.default_rng(k)
    v = 0.25 * rng.chisquare(1, k) + 0.01
    y = rng.normal(size=k) * np.sqrt(v + tau2)
    result = fit(y, v, "DL", "HC")
    assert result.converged
    assert limits(result) == pytest.approx(henmi_copas_by_adaptive_quadrature(y, v), abs=1e-7 * result.se)
