"""Regression tests for small-study effects: Egger, its versions, Peters, Harbord, PET-PEESE."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from metawright.heterogeneity.meta_regression import meta_regression
from metawright.measures.kinds import BINARY
from metawright.measures.registry import measure_of, measures_of_kind
from metawright.pooling.quantiles import normal, student, student_p

#: One-sided level at which PET hands over to PEESE.
PET_LEVEL = 0.05


@dataclass(frozen=True)
class LineTest:
    """A line through the funnel.

    Attributes
    ----------
    name : str
    k : int
        Trials used.
    bias, bias_se : float
        The tested coefficient and its standard error: what a funnel without small-study effects leaves at 0.
    statistic, df, p : float
        ``bias/bias_se``, its degrees of freedom (NaN: normal) and two-sided P.
    limit_estimate, limit_se, limit_ci_low, limit_ci_high : float
        The line's effect at a standard error of 0 (Peters: at infinite size); NaN for Harbord.
    reason : str
        Why there is no result; empty where there is one.
    """

    name: str
    k: int
    bias: float = np.nan
    bias_se: float = np.nan
    statistic: float = np.nan
    df: float = np.nan
    p: float = np.nan
    limit_estimate: float = np.nan
    limit_se: float = np.nan
    limit_ci_low: float = np.nan
    limit_ci_high: float = np.nan
    reason: str = ""


@dataclass(frozen=True)
class PetPeese:
    """Precision-effect test and precision-effect estimate with standard error.

    Attributes
    ----------
    pet, peese : LineTest
        Lines on the standard error and on the variance; their `limit_*` are the estimates.
    pet_p_one_sided : float
        P of PET's limit effect, in the direction of the fixed-effect estimate.
    chosen : {"PET", "PEESE", ""}
        PEESE if that P is below 0.05; empty where not estimable.
    """

    pet: LineTest
    peese: LineTest
    pet_p_one_sided: float
    chosen: str


@dataclass(frozen=True)
class _Line:
    intercept: float
    intercept_se: float
    slope: float
    slope_se: float
    df: int


def _line(y, x, w) -> _Line | None:
    """Weighted least squares of y on x with multiplicative dispersion; None where x does not vary or k < 3."""
    k = y.size
    if k < 3:
        return None
    centre = (w * x).sum() / w.sum()
    u = x - centre
    mean = (w * y).sum() / w.sum()
    spread = (w * u * u).sum()
    if not spread > 1e-20 * (w * x * x).sum():
        return None
    slope = (w * u * (y - mean)).sum() / spread
    e = y - mean - slope * u
    dispersion = (w * e * e).sum() / (k - 2)
    return _Line(
        float(mean - slope * centre),
        float(np.sqrt(dispersion * (1.0 / w.sum() + centre * centre / spread))),
        float(slope),
        float(np.sqrt(dispersion / spread)),
        k - 2,
    )


_FLAT = "the trials do not differ in size"
_FEW = "fewer than three trials"


def _nothing(name: str, k: int) -> LineTest:
    return LineTest(name, k, reason=_FEW if k < 3 else _FLAT)


def _test_of(name: str, k: int, line: _Line, level: float, limit: bool = True) -> LineTest:
    """Test the slope of a fitted line, with t; the intercept is the limit effect."""
    statistic = line.slope / line.slope_se if line.slope_se > 0 else np.nan
    test = (line.slope, line.slope_se, statistic, float(line.df), float(student_p(statistic, line.df)))
    if not limit:
        return LineTest(name, k, *test)
    half = student(line.df, level) * line.intercept_se
    return LineTest(
        name, k, *test, line.intercept, line.intercept_se, line.intercept - half, line.intercept + half
    )  # fmt: skip


def egger(y, v, level: float = 0.95) -> LineTest:
    """Egger's test: regression of ``y/s`` on ``1/s``, whose intercept is the bias, t with k - 2 df.

    Computed as the weighted regression of y on s with weights 1/v and multiplicative dispersion, which is the same.

    References
    ----------
    Egger 1997.
    """
    y, v = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    line = _line(y, np.sqrt(v), 1.0 / v)
    return _test_of("egger", y.size, line, level) if line else _nothing("egger", y.size)


def egger_sized(y, n1, n2, level: float = 0.95) -> LineTest:
    """Egger's test with the root of ``1/n1 + 1/n2`` in place of the standard error.

    The standard error of a standardised mean difference depends on the effect itself; the sizes of the arms do not.

    Parameters
    ----------
    y, n1, n2 : array_like, shape (k,)
        Effects and participants of the arms.

    References
    ----------
    Pustejovsky and Rodgers 2019.
    """
    n1, n2 = np.asarray(n1, dtype=np.float64), np.asarray(n2, dtype=np.float64)
    return replace(egger(y, 1.0 / n1 + 1.0 / n2, level), name="egger_sized")


def egger_mixed(y, v, tau2_method: str = "REML", level: float = 0.95) -> LineTest:
    """Meta-regression of y on s with additive tau2 and a z test (Sterne and Egger 2005).

    Parameters
    ----------
    tau2_method : str
        FE, DL, PM, REML or ML.
    """
    y, v = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    if y.size < 3:
        return _nothing("egger_mixed", y.size)
    try:
        fit = meta_regression(y, v, {"se": np.sqrt(v)}, tau2_method, "z", level)
    except ValueError:
        if np.ptp(v) > 1e-9 * v.max():
            raise
        return _nothing("egger_mixed", y.size)
    limit = (fit.estimate[0], fit.se[0], fit.ci_low[0], fit.ci_high[0])
    test = (fit.estimate[1], fit.se[1], fit.statistic[1], np.nan, fit.p[1])
    bias, bias_se, statistic, df, p, estimate, se, low, high = (float(x) for x in (*test, *limit))
    return LineTest("egger_mixed", y.size, bias, bias_se, statistic, df, p, estimate, se, low, high)


def peters(a, n1, c, n2, level: float = 0.95, measure: str = "") -> LineTest:
    """Peters' test: weighted regression of the log ratio on 1/N, weights ``1/(1/(a + c) + 1/(b + d))``.

    Parameters
    ----------
    a, n1, c, n2 : array_like, shape (k,)
        Events and patients. Trials without an estimable ratio (no events, or events in everybody) are left out;
        other empty cells get 0.5 in the ratio, not in the weights.
    measure : str, optional
        The ratio whose logarithm is regressed; left out, the odds ratio.

    References
    ----------
    Peters 2006.
    """
    a, n1, c, n2 = (np.asarray(x, dtype=np.float64) for x in (a, n1, c, n2))
    ratio = measure_of(measure) if measure else measures_of_kind(BINARY)[0]
    y, v = ratio.effect_of(a, n1, c, n2).for_pooling()
    used = np.isfinite(v)
    a, n1, c, n2, y = a[used], n1[used], c[used], n2[used], y[used]
    if y.size < 3:
        return _nothing("peters", y.size)
    w = 1.0 / (1.0 / (a + c) + 1.0 / (n1 + n2 - a - c))
    line = _line(y, 1.0 / (n1 + n2), w)
    return _test_of("peters", y.size, line, level) if line else _nothing("peters", y.size)


def harbord(a, n1, c, n2, level: float = 0.95) -> LineTest:
    """Harbord's test: regression of ``Z/sqrt(V)`` on ``sqrt(V)``, whose intercept is the bias, t with k - 2 df.

    ``Z = a - E`` and V are the efficient score of the log odds ratio and its variance, as for Peto's method. Trials
    with V = 0 are left out.

    References
    ----------
    Harbord 2006.
    """
    a, n1, c, n2 = (np.asarray(x, dtype=np.float64) for x in (a, n1, c, n2))
    N, events = n1 + n2, a + c
    with np.errstate(divide="ignore", invalid="ignore"):
        Z = a - n1 * events / N
        V = n1 * n2 * events * (N - events) / (N * N * (N - 1.0))
    used = np.isfinite(V) & (V > 0)
    Z, V = Z[used], V[used]
    if Z.size < 3:
        return _nothing("harbord", Z.size)
    line = _line(Z / V, 1.0 / np.sqrt(V), V)
    return _test_of("harbord", Z.size, line, level, limit=False) if line else _nothing("harbord", Z.size)


def pet_peese(y, v, level: float = 0.95) -> PetPeese:
    """Limit effects of the lines on s (PET) and on v (PEESE), weights 1/v, multiplicative dispersion, t with k - 2 df.

    References
    ----------
    Stanley and Doucouliagos 2014.
    """
    y, v = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    on_se, on_variance = _line(y, np.sqrt(v), 1.0 / v), _line(y, v, 1.0 / v)
    if on_se is None or on_variance is None:
        return PetPeese(_nothing("pet", y.size), _nothing("peese", y.size), np.nan, "")
    pet, peese = _test_of("pet", y.size, on_se, level), _test_of("peese", y.size, on_variance, level)
    direction = np.sign((y / v).sum())
    t = direction * pet.limit_estimate / pet.limit_se if pet.limit_se > 0 else np.nan
    p = float(student_p(abs(t), pet.df) / 2.0)
    p = p if t > 0 else 1.0 - p
    chosen = "" if np.isnan(t) else "PEESE" if p < PET_LEVEL else "PET"
    return PetPeese(pet, peese, p if chosen else np.nan, chosen)


def contour_multiples(p_levels=(0.10, 0.05, 0.01)) -> tuple[float, ...]:
    """Multiples of the standard error at which an effect has these two-sided P values: the contours' slopes."""
    return tuple(normal(1.0 - p) for p in p_levels)


def contour_band(y, v, p_levels=(0.10, 0.05, 0.01)) -> np.ndarray:
    """Band of a contour funnel in which each trial lies: 0 = P above the first level, 1 = up to it, and so on.

    Parameters
    ----------
    y, v : array_like, shape (k,)
    p_levels : sequence of float
        Falling two-sided P values.
    """
    ratio = np.abs(np.asarray(y, dtype=np.float64)) / np.sqrt(np.asarray(v, dtype=np.float64))
    return np.searchsorted(np.array(contour_multiples(p_levels)), ratio, side="right")
