"""Estimators of tau2: published values, closed forms, edges, the global optimum, extreme variances in exact arithmetic."""

from fractions import Fraction

import numpy as np
import pytest

from metawright.pooling import generalised_q, likelihood
from metawright.pooling.likelihood import log_likelihood
from metawright.pooling.tau2 import TAU2_METHODS, estimate_tau2

RANDOM_EFFECTS = TAU2_METHODS[1:]

# Viechtbauer 2005, examples 1 and 2.
Y1 = [-0.581, 0.530, 0.771, 1.031, 0.553, 0.295, 0.078, 0.573, -0.176, -0.232]
V1 = [0.023, 0.052, 0.060, 0.115, 0.095, 0.203, 0.200, 0.211, 0.051, 0.040]
Y2 = [0.100, -0.162, -0.090, -0.049, -0.046, -0.010, -0.431, -0.261, 0.134, 0.019, 0.175, 0.056, 0.045, 0.103]
Y2 += [0.121, -0.482, 0.290, 0.342]
V2 = [0.016, 0.015, 0.050, 0.050, 0.032, 0.052, 0.036, 0.024, 0.034, 0.033, 0.031, 0.034, 0.039, 0.167]
V2 += [0.134, 0.096, 0.016, 0.035]

PUBLISHED = [
    (Y1, V1, {"HS": 0.2282, "HE": 0.1484, "DL": 0.2768, "ML": 0.1967, "REML": 0.2232, "PM": 0.1920, "SJ": 0.1992}),
    (Y2, V2, {"HS": 0.0099, "HE": 0.0, "DL": 0.0126, "ML": 0.0132, "REML": 0.0157, "PM": 0.0104, "SJ": 0.0248}),
]


@pytest.mark.parametrize(("y", "v", "expected"), PUBLISHED)
def test_published_examples(y, v, expected):
    for method, value in expected.items():
        assert estimate_tau2(y, v, method).value == pytest.approx(value, abs=1e-4)
    assert estimate_tau2(y, v, "EB").value == estimate_tau2(y, v, "PM").value


def test_standard_errors():
    for method, se in {"HS": 0.1328, "HE": 0.1234, "DL": 0.1841, "ML": 0.1255, "REML": 0.1464, "PM": 0.1330}.items():
        assert estimate_tau2(Y1, V1, method).se == pytest.approx(se, abs=1e-4)


def test_two_step_standard_error_is_the_delta_method_of_its_quadratic_form():
    """Dense-matrix form: Var = 2 tr(P S P S)/tr(P)^2 with S = diag(v) + tau2 and P of the second step's weights."""
    y, v = np.array(Y1), np.array(V1)
    a = 1 / (v + estimate_tau2(y, v, "DL").value)
    P = np.diag(a) - np.outer(a, a) / a.sum()
    result = estimate_tau2(y, v, "DL2")
    S = np.diag(v + result.value)
    assert result.se == pytest.approx(np.sqrt(2 * np.trace(P @ S @ P @ S)) / np.trace(P), rel=1e-12)


def test_clasp_trials():
    """DerSimonian and Kacker 2007: odds ratios of the CLASP trials, tau by seven estimators."""
    n1, a = np.array([156, 303, 565, 1570, 103, 4659]), np.array([5, 5, 12, 69, 9, 313])
    n2, c = np.array([74, 303, 477, 1565, 105, 4650]), np.array([8, 17, 9, 94, 11, 352])
    y = np.log(a * (n2 - c) / (c * (n1 - a)))
    v = 1 / a + 1 / (n1 - a) + 1 / c + 1 / (n2 - c)
    expected = {"PM": 0.3681, "HE": 0.4410, "DL": 0.2323, "DL2": 0.3254, "REML": 0.1843, "SJ": 0.4572}
    for method, tau in expected.items():
        assert np.sqrt(estimate_tau2(y, v, method).value) == pytest.approx(tau, abs=1e-4)
    assert estimate_tau2(y, v, "ML").value == 0.0


@pytest.mark.parametrize("method", ["DL", "DL2", "PM", "REML", "HE"])
def test_two_studies(method):
    assert estimate_tau2([1.0, 3.0], [0.5, 1.0], method).value == pytest.approx(1.25, rel=1e-14)
    assert estimate_tau2([1.0, 1.2], [0.5, 1.0], method).value == 0.0


def test_two_studies_ml_and_sj():
    assert estimate_tau2([1.0, 3.0], [0.5, 1.0], "ML").value == pytest.approx(0.1773, abs=1e-4)
    assert estimate_tau2([1.0, 3.0], [0.5, 1.0], "SJ").value == pytest.approx(8 / 7, rel=1e-14)


@pytest.mark.parametrize("method", RANDOM_EFFECTS)
def test_balanced_variances(method):
    """All variances equal: the sample variance of the effects minus v, or its counterpart."""
    y = np.array([0.0, 1.0, 3.0, 7.0])
    s2, k = np.var(y, ddof=1), 4
    c = s2 * (k - 1) / k
    expected = {"ML": c - 0.5, "HS": c - 0.5, "SJ": s2 * c / (c + 0.5)}.get(method, s2 - 0.5)
    assert estimate_tau2(y, np.full(4, 0.5), method).value == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("method", RANDOM_EFFECTS)
def test_equal_effects_give_zero(method):
    for effect in (0.0, 0.1, 1e6 / 3):
        result = estimate_tau2([effect] * 4, [0.1, 0.3, 1.0, 9.0], method)
        assert result.value == 0.0 and result.converged


@pytest.mark.parametrize("method", TAU2_METHODS)
def test_one_study_has_no_tau2(method):
    result = estimate_tau2([1.0], [0.5], method)
    assert np.isnan(result.value) and np.isnan(result.se) and result.converged


def test_fixed_effect_has_none_and_unknown_methods_are_refused():
    assert np.isnan(estimate_tau2(Y1, V1, "FE").value)
    with pytest.raises(ValueError, match="unknown tau2 method 'XX'"):
        estimate_tau2(Y1, V1, "XX")


def test_paule_mandel_has_no_cap():
    y, v = np.array([0.0, 1e8, 3.0]), np.full(3, 1e-6)
    result = estimate_tau2(y, v, "PM")
    assert result.converged
    assert result.value == pytest.approx(np.var(y, ddof=1) - 1e-6, rel=1e-12)


# Profiles with two maxima: (effects, variances, restricted, lower maximum, higher maximum), the last the global one.
TWO_MAXIMA = {
    "0 beats an interior maximum": ([22.9, -3.1, 0.2, 0.5], [61.45, 14.11, 0.05, 0.31], "REML", 37.9, 0.0),
    "interior beats 0": ([6.9, 3.8, -1.2, -1.3, -1.1], [56.81, 1.21, 0.08, 0.03, 0.02], "REML", 0.0, 4.57),
    "the smaller of two": ([-0.6, 0.2, 0.6, 16.5], [18.74, 0.03, 0.1, 30.87], "REML", 19.4, 0.0237),
    "the larger of two": ([3.7, -8.3, -15.2, -6.6, 3.5], [0.04, 34.81, 48.57, 16.85, 0.66], "REML", 0.0142, 44.3),
    "ML: 0 beats": ([0.0, 0.3, 2.1, -22.3], [0.05, 0.03, 7.57, 40.36], "ML", 32.5, 0.0),
    "ML: interior beats": ([2.0, -2.4, -0.7, 1.0, -6.8, -0.4], [0.78, 9.18, 0.02, 2.17, 0.95, 0.21], "ML", 0.0, 7.27),
}


@pytest.mark.parametrize("case", TWO_MAXIMA)
def test_the_highest_of_several_maxima(case):
    y, v, method, lower, higher = TWO_MAXIMA[case]
    result = estimate_tau2(y, v, method)
    assert result.converged
    assert result.value == pytest.approx(higher, rel=0.05, abs=1e-12)
    heights = profile(np.array(y), np.array(v), np.array([lower, result.value]), method == "REML")
    assert heights[1] > heights[0] + 0.5


def profile(y, v, t, restricted):
    """Log likelihood on a grid, written out plainly."""
    x = v[:, None] + t
    mu = (y[:, None] / x).sum(0) / (1 / x).sum(0)
    height = -0.5 * (np.log(x).sum(0) + ((y[:, None] - mu) ** 2 / x).sum(0))
    return height - 0.5 * np.log((1 / x).sum(0)) if restricted else height


@pytest.mark.parametrize("spread", [0.5, 1.5, 3.0, 6.0])
@pytest.mark.parametrize("method", ["REML", "ML"])
def test_global_optimum_against_a_grid(method, spread):
    """Random pools, many with several maxima: nothing on a fine grid is higher than what was found."""
    rng = np.random.default_rng(20)
    several = 0
    for k in (2, 3, 5, 9):
        v = 10 ** rng.uniform(-spread, spread, (k, 150))
        truth = 10 ** rng.uniform(-spread, spread, 150)
        y = rng.normal(size=(k, 150)) * np.sqrt(v * rng.choice([0.1, 1.0, 10.0], (k, 150)) + truth)
        found = estimate_tau2(y, v, method)
        assert found.converged.all()
        for i in range(150):
            grid = np.append(0.0, np.geomspace(1e-3 * v[:, i].min(), 10 * (y[:, i].var() + v[:, i].max()), 1500))
            heights = profile(y[:, i], v[:, i], np.append(grid, found.value[i]), method == "REML")
            assert heights[-1] >= heights[:-1].max() - 1e-9 * max(1.0, abs(heights[-1]))
            inner = (heights[1:-2] > heights[:-3]) & (heights[1:-2] > heights[2:-1])
            several += np.count_nonzero(inner) + (heights[0] > heights[1]) > 1
    assert several > 0 or spread < 1


def test_height_of_the_likelihood():
    y, v, t = np.array(Y1), np.array(V1), np.array([0.0, 0.1, 2.0])
    for restricted in (True, False):
        wide, broad = np.repeat(y[:, None], 3, 1), np.repeat(v[:, None], 3, 1)
        ours = log_likelihood([(wide, broad)], t, restricted)
        assert ours == pytest.approx(profile(y, v, t, restricted), rel=1e-13)


@pytest.mark.parametrize(("module", "method"), [(generalised_q, "PM"), (likelihood, "REML"), (likelihood, "ML")])
def test_convergence_is_reported_per_replicate(monkeypatch, module, method):
    """With a single iteration allowed the easy replicate converges, the hard one says that it did not."""
    y = np.array([[0.0, 0.0], [0.1, 5.0], [0.2, -9.0]])
    v = np.array([[1.0, 0.1], [2.0, 3.0], [3.0, 0.7]])
    assert estimate_tau2(y, v, method).converged.tolist() == [True, True]
    monkeypatch.setattr(module, "MAX_ITERATIONS", 1)
    assert estimate_tau2(y, v, method).converged.tolist() == [True, False]


def exact(y, v, t):
    """Weights, their sum, weighted mean and generalised Q at tau2 = t, as fractions."""
    w = [1 / (x + t) for x in v]
    mean = sum(a * b for a, b in zip(w, y, strict=True)) / sum(w)
    return w, sum(w), mean, sum(a * (b - mean) ** 2 for a, b in zip(w, y, strict=True))


def draws(seed, number):
    """Pools whose variances span up to twelve orders of magnitude, some far from 0."""
    rng = np.random.default_rng(seed)
    for _ in range(number):
        k = int(rng.choice([2, 3, 5, 9]))
        v = 10 ** rng.uniform(-6, 6, k)
        yield rng.normal(size=k) * np.sqrt(v) * rng.choice([0.5, 1, 3, 30]) + rng.choice([0, 1e3]), v


def test_closed_forms_over_twelve_orders_of_magnitude():
    """The textbook C = S1 - S2/S1 keeps no digit here; ours keep ten and more."""
    for y, v in draws(1, 40):
        fy, fv, k = [Fraction(x) for x in y.tolist()], [Fraction(x) for x in v.tolist()], len(y)
        w, s1, _, q = exact(fy, fv, 0)
        C = s1 - sum(x * x for x in w) / s1
        dl = max(Fraction(0), (q - (k - 1)) / C)
        hs = max(Fraction(0), (q - k) / s1)
        mean_y = sum(fy) / k
        squares = sum((x - mean_y) ** 2 for x in fy)
        he = max(Fraction(0), squares / (k - 1) - sum(fv) / k)
        t0 = squares / k
        sj = t0 * exact(fy, fv, t0)[3] / (k - 1)
        found = estimate_tau2(y, v, "DL")
        a, s1a, _, qa = exact(fy, fv, Fraction(found.value))
        ca = s1a - sum(x * x for x in a) / s1a
        av = sum(x * z for x, z in zip(a, fv, strict=True)) - sum(x * x * z for x, z in zip(a, fv, strict=True)) / s1a
        dl2 = max(Fraction(0), (qa - av) / ca)
        for method, value in {"DL": dl, "HS": hs, "HE": he, "SJ": sj, "DL2": dl2}.items():
            scale = max(float(value), k / float(exact(fy, fv, value)[1]))
            assert abs(estimate_tau2(y, v, method).value - float(value)) <= 1e-10 * scale, method


def test_iterated_roots_over_twelve_orders_of_magnitude():
    """The score changes sign within a relative 1e-11 of the estimate, or is not positive at 0."""

    def score(method, y, v, t):
        w, s1, mean, q = exact(y, v, t)
        if method == "PM":
            return q - (len(y) - 1)
        trace = s1 - sum(x * x for x in w) / s1 if method == "REML" else s1
        return sum((a * (b - mean)) ** 2 for a, b in zip(w, y, strict=True)) - trace

    positive = 0
    for y, v in draws(2, 40):
        fy, fv = [Fraction(x) for x in y.tolist()], [Fraction(x) for x in v.tolist()]
        for method in ("PM", "REML", "ML"):
            t = Fraction(estimate_tau2(y, v, method).value)
            if t == 0:
                assert score(method, fy, fv, t) <= 0
            else:
                positive += 1
                step = Fraction(1, 10**11)
                assert score(method, fy, fv, t * (1 - step)) > 0 > score(method, fy, fv, t * (1 + step))
    assert positive > 30


def test_standard_errors_over_twelve_orders_of_magnitude():
    for y, v in draws(3, 20):
        fy, fv, k = [Fraction(x) for x in y.tolist()], [Fraction(x) for x in v.tolist()], len(y)
        for method in ("DL", "REML"):
            found = estimate_tau2(y, v, method)
            t = Fraction(found.value)
            w, s1, _, _ = exact(fy, fv, 0 if method == "DL" else t)
            s2, s3 = sum(x**2 for x in w), sum(x**3 for x in w)
            trace2, C = s2 - 2 * s3 / s1 + (s2 / s1) ** 2, s1 - s2 / s1
            square = 2 / trace2 if method == "REML" else (2 * (k - 1) + 4 * t * C + 2 * t * t * trace2) / C**2
            assert found.se == pytest.approx(float(square) ** 0.5, rel=1e-10)


@pytest.mark.parametrize("method", RANDOM_EFFECTS)
def test_ten_thousand_studies(method):
    rng = np.random.default_rng(7)
    v = 0.25 * rng.chisquare(1, 10_000) + 0.01
    y = rng.normal(size=10_000) * np.sqrt(v + 0.1)
    result = estimate_tau2(y, v, method)
    assert result.converged
    if method != "SJ":  # SJ is biased upwards where tau2 is small beside the variances
        assert result.value == pytest.approx(0.1, abs=6 * result.se)
    assert 0 < result.se < 0.02
