"""Subgroups: pooled per group with tau2 of their own or one in common, and the test for their difference.

The test is valid for independent groups only; periods that share trials are compared elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

import numpy as np
from scipy import special

from metawright.pooling import likelihood
from metawright.pooling.columns import as_columns, pool_at, prepare
from metawright.pooling.fit import Fit, fit
from metawright.pooling.quantiles import normal, normal_p, student, student_p

#: Estimators that take one tau2 for all groups.
COMMON_METHODS = ("FE", "DL", "PM", "EB", "REML", "ML")


@dataclass(frozen=True)
class DifferenceTest:
    """Test for subgroup differences.

    Attributes
    ----------
    q : float
        ``sum W_g (mu_g - mubar)^2``, ``W_g = 1/se_g^2`` with Wald standard errors: chi-square. Common tau2 with a
        Hartung-Knapp interval: divided by the residual factor and ``df``, an F statistic.
    df : int
        Groups with an estimate minus 1.
    df_residual : float
        ``k - G`` for the F test, NaN for the chi-square test.
    p : float
    i2 : float
        ``max(0, 100 (q - df)/q)`` percent; NaN for the F test.
    """

    q: float
    df: int
    df_residual: float
    p: float
    i2: float


@dataclass(frozen=True)
class SeparateSubgroups:
    """One `Fit` per group, each with its own tau2 (RevMan), and the test for their difference."""

    levels: tuple
    fits: tuple[Fit, ...]
    difference: DifferenceTest


@dataclass(frozen=True)
class CommonSubgroups:
    """Group means that share one tau2.

    Attributes
    ----------
    levels : tuple
    k, estimate, se, ci_low, ci_high, statistic, p : ndarray, shape (G,)
        Per group. HKSJ multiplies the variances by ``s2 = sum r^2/(v + tau2)/(k - G)`` (mHKSJ: by at least 1) and
        takes t with k - G df.
    tau2, i2 : float
        Common tau2 (NaN for FE), and ``100 tau2/(tau2 + s2)`` with the typical variance ``(k - G)/sum_g C_g``
        (FE: from the residual Q).
    residual_q, residual_df, residual_p : float
        ``sum_g Q_g`` with k - G degrees of freedom.
    converged : bool
    difference : DifferenceTest
    """

    levels: tuple
    k: np.ndarray
    estimate: np.ndarray
    se: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    statistic: np.ndarray
    p: np.ndarray
    tau2: float
    i2: float
    residual_q: float
    residual_df: int
    residual_p: float
    converged: bool
    difference: DifferenceTest


def difference_test(estimate, se, factor: float = np.nan, df_residual: float = np.nan) -> DifferenceTest:
    """Test whether independent estimates differ.

    Parameters
    ----------
    estimate, se : array_like, shape (G,)
        Groups without an estimate (NaN) or with a standard error of 0 do not count.
    factor, df_residual : float, optional
        Given both, `se` already holds ``sqrt(factor)`` and the statistic is referred to F(G - 1, df_residual).

    References
    ----------
    Cochrane Handbook, chapter on heterogeneity; the test that RevMan prints.
    """
    estimate, se = np.asarray(estimate, dtype=np.float64), np.asarray(se, dtype=np.float64)
    usable = np.isfinite(estimate) & np.isfinite(se) & (se > 0)
    df = int(np.count_nonzero(usable)) - 1
    if df < 1:
        return DifferenceTest(np.nan, max(df, 0), df_residual, np.nan, np.nan)
    w = 1.0 / se[usable] ** 2
    e = estimate[usable] - estimate[usable][0]
    q = float(np.sum(w * (e - np.sum(w * e) / np.sum(w)) ** 2))
    if np.isnan(factor):
        i2 = max(0.0, 100.0 * (q - df) / q) if q > 0 else 0.0
        return DifferenceTest(q, df, np.nan, float(special.chdtrc(df, q)), i2)
    return DifferenceTest(q / df, df, df_residual, float(special.fdtrc(df, df_residual, q / df)), np.nan)


def _split(y, v, group):
    y, v, tail = as_columns(y, v)
    group = np.asarray(group)
    if tail != () or group.shape != (y.shape[0],):
        raise ValueError("subgroups take one review: y, v and group of shape (k,)")
    levels = tuple(sorted(set(group.tolist())))
    return levels, [(y[group == level], v[group == level]) for level in levels]


def separate_subgroups(
    y, v, group, tau2_method: str = "REML", interval: str = "z", level: float = 0.95
) -> SeparateSubgroups:
    """Pool each group by itself and test the difference with the groups' Wald standard errors.

    The test is the same for every interval: a Hartung-Knapp standard error on one or two degrees of freedom, taken for
    a known one, rejects 12 to 63% of true null hypotheses.

    Parameters
    ----------
    y, v, group : array_like, shape (k,)
        Effects, variances and group labels; groups are reported in sorted order.
    tau2_method, interval, level
        As for `metawright.pooling.fit.fit`.
    """
    levels, parts = _split(y, v, group)
    fits = tuple(fit(a[:, 0], b[:, 0], tau2_method, interval, level) for a, b in parts)
    test = difference_test([f.estimate for f in fits], [np.sqrt(f.variance) for f in fits])
    return SeparateSubgroups(levels, fits, test)


def _common_tau2(blocks, tau2_method: str) -> tuple[float, bool]:
    """One tau2 for all groups, and convergence."""
    freedom = sum(b.df[0] for b in blocks)
    q = fsum(b.q[0] for b in blocks)
    if tau2_method == "FE":
        return 0.0, True
    if tau2_method == "DL":
        return max(0.0, (q - freedom) / fsum(b.trace[0] for b in blocks)), True
    if tau2_method in ("REML", "ML"):
        tau2, converged = likelihood.maximise([(b.r, b.v) for b in blocks], tau2_method == "REML")
        return float(tau2[0]), bool(converged[0])
    if tau2_method in ("PM", "EB"):
        return _common_paule_mandel(blocks, freedom)
    raise ValueError(f"no common tau2 by {tau2_method!r}; known: {', '.join(COMMON_METHODS)}")


def _common_paule_mandel(blocks, freedom) -> tuple[float, bool]:
    """Root of ``sum_g Q_g(t) = k - G``, by Newton on its reciprocal from 0 (see `generalised_q`)."""
    t = 0.0
    for _ in range(500):
        q = slope = 0.0
        for b in blocks:
            w = 1.0 / (b.v + t)
            g = w * (b.r - np.sum(w * b.r) / np.sum(w))
            q += float(np.sum(g * g / w, where=w > 0))
            slope += float(np.sum(g * g))
        if q <= freedom:
            return t, True
        step = (q - freedom) * q / (freedom * slope)
        t += step
        if step <= 1e-14 * t or q - freedom <= 1e-10 * freedom:
            return t, True
    return t, False


def common_subgroups(
    y, v, group, tau2_method: str = "REML", interval: str = "z", level: float = 0.95
) -> CommonSubgroups:
    """Pool the groups with one tau2 in common: meta-regression on group indicators.

    Parameters
    ----------
    y, v, group : array_like, shape (k,)
        Effects, variances and group labels; groups are reported in sorted order.
    tau2_method : str
        One of `COMMON_METHODS`: DL is ``max(0, sum_g (Q_g - df_g)/sum_g C_g)``; REML and ML maximise the likelihood
        of the model with group indicators; PM solves ``sum_g Q_g(tau2) = k - G``.
    interval : {"z", "HKSJ", "mHKSJ"}
    level : float

    Returns
    -------
    CommonSubgroups
        Hartung-Knapp intervals: `difference` is the F test; without residual degrees of freedom there is none.

    References
    ----------
    metafor's ``rma(mods = ~ group)``.
    """
    if interval not in ("z", "HKSJ", "mHKSJ"):
        raise ValueError(f"common subgroups take the interval z, HKSJ or mHKSJ, not {interval!r}")
    levels, parts = _split(y, v, group)
    with np.errstate(divide="ignore", invalid="ignore"):
        kept = [(lv, prepare(*part)) for lv, part in zip(levels, parts, strict=True) if np.isfinite(part[1]).any()]
        levels, blocks = tuple(lv for lv, _ in kept), [block for _, block in kept]
        k = np.array([int(b.k[0]) for b in blocks])
        freedom = int(k.sum()) - len(blocks)
        tau2, converged = _common_tau2(blocks, tau2_method) if freedom > 0 else (0.0, True)
        pooled = [pool_at(b, np.array([tau2])) for b in blocks]
        q = fsum(float(b.q[0]) for b in blocks)
        traces = fsum(float(b.trace[0]) for b in blocks)
    estimate = np.array([float(b.centre[0] + p.offset[0]) for b, p in zip(blocks, pooled, strict=True)])
    se = np.sqrt(np.array([float(p.variance[0]) for p in pooled]))
    if interval != "z" and freedom > 0:
        factor = fsum(float(p.q[0]) for p in pooled) / freedom
        factor = max(1.0, factor) if interval == "mHKSJ" else factor
        se, critical = se * np.sqrt(factor), student(freedom, level)
        test = difference_test(estimate, se, factor, float(freedom))
    else:
        critical, test = normal(level), difference_test(estimate, se)
        if interval != "z":
            test = DifferenceTest(np.nan, test.df, 0.0, np.nan, np.nan)
    statistic = estimate / se
    p = student_p(statistic, freedom) if interval != "z" and freedom > 0 else normal_p(statistic)
    if tau2_method == "FE":
        i2 = max(0.0, 100.0 * (q - freedom) / q) if q > 0 else 0.0
    else:
        i2 = 100.0 * tau2 / (tau2 + freedom / traces) if freedom > 0 else np.nan
    return CommonSubgroups(
        levels, k, estimate, se, estimate - critical * se, estimate + critical * se, statistic, p,
        np.nan if tau2_method == "FE" else tau2, i2, q, freedom,
        float(special.chdtrc(freedom, q)) if freedom > 0 else np.nan, converged, test,
    )  # fmt: skip
