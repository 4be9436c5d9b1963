"""Cochran's Q and what follows from it alone: P, H2, I2 and its test-based interval, the typical variance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from metawright.pooling.columns import as_columns, block_slices, prepare
from metawright.pooling.quantiles import normal

Number = float | np.ndarray


@dataclass(frozen=True)
class QStatistics:
    """Heterogeneity from Q. Floats for one review, arrays for a block; NaN = not applicable (one study).

    Attributes
    ----------
    k : int or ndarray
    q, df, p : float or ndarray
        Cochran's Q, k - 1, probability of a larger Q among homogeneous studies.
    h2 : float or ndarray
        ``Q/df``.
    i2, i2_low, i2_high : float or ndarray
        ``max(0, 100 (Q - df)/Q)`` percent and its test-based 95% interval (NaN for k < 3).
    typical_variance : float or ndarray
        ``s2 = df sum(w)/((sum w)^2 - sum w^2)``.
    """

    k: int | np.ndarray
    q: Number
    df: Number
    p: Number
    h2: Number
    i2: Number
    i2_low: Number
    i2_high: Number
    typical_variance: Number


def i2_from_q(q, df):
    """``max(0, 100 (Q - df)/Q)`` percent, 0 where Q = 0 (Higgins and Thompson 2002)."""
    q = np.asarray(q, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(q > 0, np.maximum(0.0, 100.0 * (q - df) / q), np.where(np.isnan(q), np.nan, 0.0))


def i2_test_based(q, k, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Test-based interval of I2 from Q, percent (Higgins and Thompson 2002).

    ``lnH = ln(Q/df)/2``; ``se = (ln Q - ln df)/(2 (sqrt(2Q) - sqrt(2k - 3)))`` if Q > k, else
    ``sqrt((1 - 1/(3 (k-2)^2))/(2 (k-2)))``; ``H = exp(lnH -+ z se)``, ``I2 = max(0, 1 - 1/H^2)``.

    Parameters
    ----------
    q, k : array_like
        Cochran's Q and the number of studies.
    level : float

    Returns
    -------
    low, high : ndarray
        NaN for k < 3; (0, 0) at Q = 0, where H is 0.
    """
    q, k = np.asarray(q, dtype=np.float64), np.asarray(k, dtype=np.float64)
    df = k - 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        large = (np.log(q) - np.log(df)) / (2.0 * (np.sqrt(2.0 * q) - np.sqrt(2.0 * k - 3.0)))
        small = np.sqrt((1.0 - 1.0 / (3.0 * (k - 2.0) ** 2)) / (2.0 * (k - 2.0)))
        step = normal(level) * np.where(q > k, large, small)
        ln_h = np.log(q / df) / 2.0
        limits = [np.maximum(0.0, 100.0 * (1.0 - np.exp(-2.0 * (ln_h + sign * step)))) for sign in (-1, 1)]
    defined = (k >= 3) & np.isfinite(q)
    low, high = (np.where(defined, limit, np.nan) for limit in limits)
    return low, high


def q_statistics(y, v, level: float = 0.95) -> QStatistics:
    """Cochran's Q with its companions.

    Parameters
    ----------
    y, v : array_like, shape (k,) or (k, ...)
        Effects and sampling variances, studies on axis 0; an absent study has ``v = inf``.
    level : float
        Level of the interval for I2.

    Returns
    -------
    QStatistics

    References
    ----------
    Higgins and Thompson 2002.
    """
    y, v, tail = as_columns(y, v)
    k, q, typical = (np.empty(y.shape[1]) for _ in range(3))
    with np.errstate(divide="ignore", invalid="ignore"):
        for part in block_slices(*y.shape):
            block = prepare(y[:, part], v[:, part])
            several = block.k >= 2
            k[part] = block.k
            q[part] = np.where(several, block.q, np.nan)
            typical[part] = np.where(several, block.df / block.trace, np.nan)
        df = np.where(k >= 2, k - 1.0, np.nan)
        low, high = i2_test_based(q, k, level)
        values = q, df, special.chdtrc(df, q), q / df, i2_from_q(q, df), low, high, typical
    if tail == ():
        return QStatistics(int(k[0]), *(float(x[0]) for x in values))
    return QStatistics(k.astype(np.int64).reshape(tail), *(x.reshape(tail) for x in values))
