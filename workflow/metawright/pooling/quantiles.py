"""Critical values: each computed once per number of degrees of freedom, never per replicate.

SciPy, which takes long to load, is imported where it is called: what only lists the intervals does without it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from metawright.measures.arrays import Number


@cache
def normal(level: float) -> float:
    """Two-sided standard normal quantile of a confidence level: 1.959963984540054 for 0.95."""
    from scipy import special

    return float(special.ndtri((1.0 + level) / 2.0))


@cache
def student(df: int, level: float) -> float:
    """Two-sided Student t quantile of a confidence level; NaN for df < 1."""
    from scipy import special

    return float(special.stdtrit(df, (1.0 + level) / 2.0)) if df >= 1 else float("nan")


@cache
def chi_square_upper(df: int, tail: float) -> float:
    """The chi-square value exceeded with probability `tail`; NaN for df < 1."""
    from scipy import special

    return float(special.chdtri(df, tail)) if df >= 1 else float("nan")


def per_df(quantile: Callable[[float, float], float], df: np.ndarray, argument: float) -> np.ndarray:
    """Look up ``quantile(df, argument)`` for an array of whole degrees of freedom.

    Parameters
    ----------
    quantile : callable
        `student` or `chi_square_upper`.
    df : ndarray, shape (R,)
        Whole numbers; below 1 the result is NaN.
    argument : float
        Confidence level or tail probability.

    Returns
    -------
    ndarray, shape (R,)
        Not to be written into: where all degrees of freedom are equal, one value stands for all.
    """
    if df.size == 0:
        return np.zeros(0)
    lowest, highest = int(df.min()), int(df.max())
    if lowest == highest:
        return np.broadcast_to(quantile(lowest, argument), df.shape)
    table = np.full(highest - lowest + 1, np.nan)
    index = df.astype(np.intp) - lowest
    for present in np.unique(index):
        table[present] = quantile(int(present) + lowest, argument)
    return table[index]


def normal_p(statistic: ArrayLike):
    """Two-sided P of a standard normal statistic."""
    from scipy import special

    return 2.0 * special.ndtr(-np.abs(statistic))


def student_p(statistic: ArrayLike, df: Number):
    """Two-sided P of a Student t statistic."""
    from scipy import special

    return 2.0 * special.stdtr(df, -np.abs(statistic))
