"""Route S7: mean and standard deviation from the median with quartiles, with the range, or with both.

Every function broadcasts; a, b are minimum and maximum. The formulas assume a symmetric, near-normal sample: test it
first (`metawright.effects.recovery.skewness`).
"""

import numpy as np
from scipy import special

from metawright.measures.arrays import Number


def _upper_range(n: Number):
    """Expected standardised maximum, ``Phi^-1((n - 0.375)/(n + 0.25))``."""
    return special.ndtri((n - 0.375) / (n + 0.25))


def _upper_quartile(n: Number):
    """Expected standardised upper quartile, ``Phi^-1((0.75 n - 0.125)/(n + 0.25))``."""
    return special.ndtri((0.75 * n - 0.125) / (n + 0.25))


def mean_from_quartiles(q1: Number, median: Number, q3: Number, n: Number):
    """Return ``w (q1 + q3)/2 + (1 - w) median``, ``w = 0.7 + 0.39/n`` (Luo 2018)."""
    n = np.asarray(n, dtype=np.float64)
    weight = 0.7 + 0.39 / n
    return weight * (np.asarray(q1) + q3) / 2 + (1 - weight) * np.asarray(median)


def mean_from_range(low: Number, median: Number, high: Number, n: Number):
    """Return ``w (a + b)/2 + (1 - w) median``, ``w = 4/(4 + n^0.75)`` (Luo 2018)."""
    n = np.asarray(n, dtype=np.float64)
    weight = 4.0 / (4.0 + n**0.75)
    return weight * (np.asarray(low) + high) / 2 + (1 - weight) * np.asarray(median)


def mean_from_five_numbers(low: Number, q1: Number, median: Number, q3: Number, high: Number, n: Number):
    """Return ``A (a + b)/2 + B (q1 + q3)/2 + (1 - A - B) median`` (Luo 2018).

    ``A = 2.2/(2.2 + n^0.75)``, ``B = 0.7 - 0.72/n^0.55``.
    """
    n = np.asarray(n, dtype=np.float64)
    ends, quarters = 2.2 / (2.2 + n**0.75), 0.7 - 0.72 / n**0.55
    return ends * (np.asarray(low) + high) / 2 + quarters * (np.asarray(q1) + q3) / 2 + (1 - ends - quarters) * median


def sd_from_quartiles(q1: Number, q3: Number, n: Number):
    """Return ``(q3 - q1)/(2 Phi^-1((0.75 n - 0.125)/(n + 0.25)))`` (Wan 2014)."""
    n = np.asarray(n, dtype=np.float64)
    return (np.asarray(q3) - q1) / (2.0 * _upper_quartile(n))


def sd_from_range(low: Number, high: Number, n: Number):
    """Return ``(b - a)/(2 Phi^-1((n - 0.375)/(n + 0.25)))`` (Wan 2014)."""
    n = np.asarray(n, dtype=np.float64)
    return (np.asarray(high) - low) / (2.0 * _upper_range(n))


def sd_from_five_numbers(low: Number, q1: Number, q3: Number, high: Number, n: Number):
    """Return ``(b - a)/h1 + (q3 - q1)/h2`` (Shi 2020).

    ``h1 = (2 + 0.14 n^0.6) Phi^-1((n - 0.375)/(n + 0.25))``,
    ``h2 = (2 + 2/(0.07 n^0.6)) Phi^-1((0.75 n - 0.125)/(n + 0.25))``.
    """
    n = np.asarray(n, dtype=np.float64)
    h1 = (2.0 + 0.14 * n**0.6) * _upper_range(n)
    h2 = (2.0 + 2.0 / (0.07 * n**0.6)) * _upper_quartile(n)
    return (np.asarray(high) - low) / h1 + (np.asarray(q3) - q1) / h2
