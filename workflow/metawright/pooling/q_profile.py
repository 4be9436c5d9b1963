"""The Q-profile interval for tau2 and, by transformation, for I2 and H2 (Viechtbauer 2007)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from metawright.measures.arrays import Floats, Number
from metawright.pooling import generalised_q
from metawright.pooling.columns import as_columns, block_slices, prepare
from metawright.pooling.moments import mean_and_variance
from metawright.pooling.quantiles import chi_square_upper, per_df

#: Upper limits beyond this many times max(var(y), mean(v)) are given up.
GIVE_UP = 1e8


@dataclass(frozen=True)
class QProfile:
    """Q-profile limits. Floats for one review, arrays for a block; NaN for one study.

    Attributes
    ----------
    tau2_low, tau2_high : float or ndarray
        (0, 0) where the set is empty; NaN above where `given_up`.
    i2_low, i2_high, h2_low, h2_high : float or ndarray
        ``100 t/(t + s2)`` and ``(t + s2)/s2`` at the limits t, with the typical variance s2.
    empty : bool or ndarray of bool
        No tau2 fits: Q(0) is already below the lower quantile; the studies agree better than chance allows.
    given_up : bool or ndarray of bool
        The upper limit exceeds `GIVE_UP` times the scale of the data, or was not found.
    """

    tau2_low: Number
    tau2_high: Number
    i2_low: Number
    i2_high: Number
    h2_low: Number
    h2_high: Number
    empty: bool | np.ndarray
    given_up: bool | np.ndarray


def q_profile(y: ArrayLike, v: ArrayLike, level: float = 0.95) -> QProfile:
    """All t with ``chi2_{alpha/2} <= Q(t) <= chi2_{1 - alpha/2}``, df = k - 1.

    Parameters
    ----------
    y, v : array_like, shape (k,) or (k, ...)
        Effects and sampling variances, studies on axis 0; an absent study has ``v = inf``.
    level : float

    Returns
    -------
    QProfile

    References
    ----------
    Viechtbauer 2007.
    """
    y, v, tail = as_columns(y, v)
    n = y.shape[1]
    low, high, typical = np.empty(n), np.empty(n), np.empty(n)
    empty, given_up = np.empty(n, dtype=bool), np.empty(n, dtype=bool)
    alpha = 1.0 - level
    with np.errstate(divide="ignore", invalid="ignore"):
        for part in block_slices(*y.shape):
            block = prepare(y[:, part], v[:, part])
            several = block.k >= 2
            upper = per_df(chi_square_upper, block.df, alpha / 2.0)
            lower = per_df(chi_square_upper, block.df, 1.0 - alpha / 2.0)
            low[part], found_low = generalised_q.solve(block, upper)
            high[part], found_high = generalised_q.solve(block, lower)
            mean_v, squares = mean_and_variance(block)
            limit = GIVE_UP * np.maximum(squares / block.df, mean_v)
            lost = several & ~(found_low & found_high & (high[part] <= limit))
            high[part] = np.where(lost, np.nan, high[part])
            low[part] = np.where(several, low[part], np.nan)
            empty[part] = several & (block.q < lower)
            given_up[part] = lost
            typical[part] = block.df / block.trace
    i2_low, i2_high = (100.0 * t / (t + typical) for t in (low, high))
    h2_low, h2_high = ((t + typical) / typical for t in (low, high))

    def shaped(x: Floats) -> Number:
        return float(x[0]) if tail == () else x.reshape(tail)

    limits = shaped(low), shaped(high), shaped(i2_low), shaped(i2_high), shaped(h2_low), shaped(h2_high)
    if tail == ():
        return QProfile(*limits, bool(empty[0]), bool(given_up[0]))
    return QProfile(*limits, empty.reshape(tail), given_up.reshape(tail))
