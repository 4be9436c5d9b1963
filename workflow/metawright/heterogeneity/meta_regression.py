"""Meta-regression: does the effect vary with a property of the trials?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special

from metawright.heterogeneity.matrices import inner, product, solve_positive, solve_upper, times
from metawright.heterogeneity.regression_tau2 import accurate_score, complement, tau2_of_design
from metawright.pooling.quantiles import normal, normal_p, student, student_p
from metawright.pooling.tau2 import estimate_tau2

INTERVALS = ("z", "HKSJ")
#: Trials that a covariate should have behind it.
TRIALS_PER_COVARIATE = 10


@dataclass(frozen=True)
class MetaRegression:
    """Coefficients ``beta = (X'WX)^-1 X'Wy``, ``W = diag(1/(v + tau2))``, the intercept first.

    Attributes
    ----------
    names : tuple of str
        ``intercept`` and the covariates.
    tau2_method, interval : str
    k : int
    estimate, se, ci_low, ci_high, statistic, p : ndarray, shape (p,)
        HKSJ: the covariance is multiplied by ``s2 = r'Wr/(k - p)`` and the reference is t with k - p df.
    covariance : ndarray, shape (p, p)
    df : float
        k - p for HKSJ, NaN for z.
    tau2, converged
        Residual tau2 (NaN for FE).
    i2 : float
        Percent of residual variance beyond chance: ``tau2/(tau2 + s2)``, ``s2 = (k - p)/tr(P)``; FE: from residual Q.
    r2 : float
        Percent of tau2 explained, ``max(0, 1 - tau2/tau2_0)``; NaN for FE and where tau2_0 (without covariates) is 0.
    residual_q, residual_df, residual_p
        Test of residual heterogeneity with weights 1/v.
    model_statistic, model_df, model_p
        All covariates together: chi-square (z) or F with (p - 1, df) degrees of freedom (HKSJ).
    warnings : tuple of str
    """

    names: tuple[str, ...]
    tau2_method: str
    interval: str
    k: int
    estimate: np.ndarray
    se: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    statistic: np.ndarray
    p: np.ndarray
    covariance: np.ndarray
    df: float
    tau2: float
    converged: bool
    i2: float
    r2: float
    residual_q: float
    residual_df: int
    residual_p: float
    model_statistic: float
    model_df: int
    model_p: float
    warnings: tuple[str, ...]


def design(covariates: Mapping[str, np.ndarray], k: int) -> tuple[np.ndarray, tuple[str, ...]]:
    """Design matrix ``(k, 1 + covariates)`` with the intercept first, and the names of its columns.

    Raises
    ------
    ValueError
        No covariate, a column of another length, or a value that is not finite.
    """
    if not covariates:
        raise ValueError("a meta-regression needs at least one covariate")
    columns = [np.ones(k)]
    for name, values in covariates.items():
        column = np.asarray(values, dtype=np.float64)
        if column.shape != (k,):
            raise ValueError(f"covariate {name!r} needs {k} values, got the shape {column.shape}")
        if not np.isfinite(column).all():
            raise ValueError(f"covariate {name!r} is not known for every trial; leave out the trials without it")
        columns.append(column)
    return np.stack(columns, axis=1), ("intercept", *covariates)


def _scaled(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centred and scaled covariates spanning the same space, and T with ``X = Z T``: years do not lose digits."""
    centre, spread = X[:, 1:].mean(axis=0), X[:, 1:].std(axis=0)
    if not (spread > 1e-12 * np.maximum(1e-300, np.abs(centre))).all():
        raise ValueError("the covariates are constant or linearly dependent")
    Z = np.concatenate([X[:, :1], (X[:, 1:] - centre) / spread], axis=1)
    T = np.diag(np.concatenate([[1.0], spread]))
    T[0, 1:] = centre
    return Z, T


def _checked(y, v) -> tuple[np.ndarray, np.ndarray]:
    y, v = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    if y.ndim != 1 or y.shape != v.shape or not (np.isfinite(y) & np.isfinite(v) & (v > 0)).all():
        raise ValueError("a meta-regression takes effects and positive variances of one review, all present")
    return y, v


def meta_regression(
    y,
    v,
    covariates: Mapping[str, np.ndarray],
    tau2_method: str = "REML",
    interval: str = "HKSJ",
    level: float = 0.95,
) -> MetaRegression:
    """Regress the effects on properties of the trials.

    Parameters
    ----------
    y, v : array_like, shape (k,)
        Effects and sampling variances, all present.
    covariates : mapping of str to array_like, shape (k,)
        Numbers, all known; indicators for categories. An intercept is always added.
    tau2_method : {"FE", "DL", "PM", "REML", "ML"}
        REML and ML at the global maximum of their likelihood.
    interval : {"z", "HKSJ"}
    level : float

    Returns
    -------
    MetaRegression

    Raises
    ------
    ValueError
        A covariate that is constant, depends on the others or is not known everywhere; no residual degrees of freedom;
        an unknown method.

    References
    ----------
    Knapp and Hartung 2003; Viechtbauer 2010 (metafor); Cochrane Handbook, chapter on heterogeneity (ten trials).
    """
    if interval not in INTERVALS:
        raise ValueError(f"a meta-regression takes the interval z or HKSJ, not {interval!r}")
    y, v = _checked(y, v)
    X, names = design(covariates, y.size)
    k, p = X.shape
    if k <= p:
        raise ValueError(f"{k} trials cannot carry {p} coefficients")
    Z, T = _scaled(X)
    tau2, converged = tau2_of_design(Z, y, v, tau2_method)
    estimate, covariance, rss = _weighted_least_squares(Z, T, y, 1.0 / (v + tau2))
    freedom = k - p
    if interval == "HKSJ":
        covariance = covariance * (rss / freedom)
    se = np.sqrt(np.diag(covariance))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(se > 0, estimate / se, np.nan)
    model = _model_statistic(estimate, covariance)
    if interval == "HKSJ":
        critical, p_values = student(freedom, level), student_p(statistic, freedom)
        model /= p - 1
        model_p = float(special.fdtrc(p - 1, freedom, model))
    else:
        critical, p_values = normal(level), normal_p(statistic)
        model_p = float(special.chdtrc(p - 1, model))
    at_zero = accurate_score(Z, y, v, 0.0)
    q, trace = float(at_zero.q[0]), float(at_zero.B[0])
    return MetaRegression(
        names, tau2_method, interval, k, estimate, se, estimate - critical * se, estimate + critical * se,
        statistic, p_values, covariance, float(freedom) if interval == "HKSJ" else np.nan,
        np.nan if tau2_method == "FE" else tau2, converged, _i2(tau2_method, tau2, q, freedom, trace),
        _r2(y, v, tau2_method, tau2), q, freedom, float(special.chdtrc(freedom, q)), model, p - 1, model_p,
        _warnings(k, p - 1),
    )  # fmt: skip


def _weighted_least_squares(Z, T, y, w) -> tuple[np.ndarray, np.ndarray, float]:
    """Coefficients and their covariance on the covariates' own scale (``X = Z T``), weighted sum of squares."""
    root = np.sqrt(w)
    Q, Q2, R = complement(root[:, None] * Z)
    b = solve_upper(R, (Q * (root * y)[:, None]).sum(axis=0)[:, None])[:, 0]
    a = (Q2 * (root * y)[:, None]).sum(axis=0)
    one = np.eye(R.shape[0])
    back = solve_upper(T, one)
    half = product(back, solve_upper(R, one))
    return times(back, b), product(half, half.T), float((a * a).sum())


def _model_statistic(estimate, covariance) -> float:
    """``b' C^-1 b`` of all coefficients but the intercept; NaN where a covariance of 0 makes it undefined."""
    part, scale = covariance[1:, 1:], np.sqrt(np.diag(covariance)[1:])
    if not (scale > 0).all():
        return np.nan
    b = estimate[1:] / scale
    return float(inner(b, solve_positive(part / (scale[:, None] * scale), b[:, None])[:, 0]))


def _i2(tau2_method, tau2, q, freedom, trace) -> float:
    if tau2_method == "FE":
        return max(0.0, 100.0 * (q - freedom) / q) if q > 0 else 0.0
    return 100.0 * tau2 / (tau2 + freedom / trace)


def _r2(y, v, tau2_method, tau2) -> float:
    if tau2_method == "FE":
        return np.nan
    whole = estimate_tau2(y, v, tau2_method).value
    return max(0.0, 100.0 * (1.0 - tau2 / whole)) if whole > 0 else np.nan


def _warnings(k: int, covariates: int) -> tuple[str, ...]:
    if k >= TRIALS_PER_COVARIATE * covariates:
        return ()
    each = "one covariate" if covariates == 1 else f"{covariates} covariates"
    return (f"{k} trials for {each}: below ten per covariate a meta-regression finds little and misleads easily",)
