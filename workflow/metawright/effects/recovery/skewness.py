"""The gate before route S7: do the quantiles of a sample reject symmetry?

Tests of Shi, Luo, Wan, Liu and Tong 2023, level 5% for normal samples; the constants are those that metafor and
metamedian use. Every function broadcasts and returns whether symmetry is rejected.
"""

import numpy as np

from metawright.measures.arrays import Number


def _gap(low: Number, median: Number, high: Number):
    """``|low + high - 2 median|/(high - low)``."""
    low, median, high = (np.asarray(value, dtype=np.float64) for value in (low, median, high))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.abs(low + high - 2.0 * median) / (high - low)


def range_is_skewed(low: Number, median: Number, high: Number, n: Number):
    """Median and range: the gap against ``1/ln(n + 9) + 2.5/(n + 1)``."""
    n = np.asarray(n, dtype=np.float64)
    return _gap(low, median, high) >= 1.0 / np.log(n + 9.0) + 2.5 / (n + 1.0)


def quartiles_are_skewed(q1: Number, median: Number, q3: Number, n: Number):
    """Median and quartiles: the gap against ``2.65/sqrt(n) - 6/n^2``."""
    n = np.asarray(n, dtype=np.float64)
    return _gap(q1, median, q3) >= 2.65 / np.sqrt(n) - 6.0 / n**2


def five_numbers_are_skewed(low: Number, q1: Number, median: Number, q3: Number, high: Number, n: Number):
    """Both: ``max(2.65 ln(0.6 n)/sqrt(n) gap(range), gap(quartiles))`` against ``3/sqrt(n) - 40/n^3``."""
    n = np.asarray(n, dtype=np.float64)
    of_range = 2.65 * np.log(0.6 * n) / np.sqrt(n) * _gap(low, median, high)
    return np.maximum(of_range, _gap(q1, median, q3)) >= 3.0 / np.sqrt(n) - 40.0 / n**3
