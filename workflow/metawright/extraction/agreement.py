"""How far two extractors agree: percent, Cohen's kappa, the intraclass correlation and limits of agreement."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import fsum

import numpy as np

#: Quantile of the 95% limits of agreement.
Z = 1.959963984540054


@dataclass(frozen=True)
class Limits:
    """Limits of agreement of two raters; NaN where too few pairs say anything.

    Attributes
    ----------
    bias : float
        Mean of first minus second.
    sd : float
        Standard deviation of the differences (n - 1).
    low, high : float
        ``bias -+ 1.96 sd``.
    """

    bias: float
    sd: float
    low: float
    high: float


def percent_agreement(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """Return the percentage of pairs that are equal; NaN without pairs."""
    _same_length(first, second)
    return 100.0 * sum(a == b for a, b in zip(first, second, strict=True)) / len(first) if first else np.nan


def cohen_kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """Cohen's kappa, ``(p_o - p_e)/(1 - p_e)``, unweighted.

    ``p_o`` is the share of equal pairs and ``p_e`` the share expected from each rater's own frequencies.

    Parameters
    ----------
    first, second : sequence of hashable
        Categories that the two raters gave, pair by pair.

    Returns
    -------
    float
        NaN without pairs, and where both raters used one and the same category throughout (``p_e = 1``): kappa is
        then not defined, however well they agree.

    References
    ----------
    Cohen 1960.
    """
    observed = percent_agreement(first, second) / 100.0
    if not first:
        return np.nan
    size = len(first)
    expected = fsum((list(first).count(word) / size) * (list(second).count(word) / size) for word in set(first))
    return np.nan if expected == 1.0 else (observed - expected) / (1.0 - expected)


def intraclass_correlation(ratings) -> float:
    """ICC(2,1): two-way random effects, absolute agreement, single rater.

    ``(BMS - EMS)/(BMS + (k - 1) EMS + k (JMS - EMS)/n)`` with the mean squares between targets (BMS), between raters
    (JMS) and of the residual (EMS).

    Parameters
    ----------
    ratings : array_like, shape (n, k)
        n targets, k raters, no missing value.

    Returns
    -------
    float
        NaN for fewer than two targets or where all ratings are equal.

    References
    ----------
    Shrout and Fleiss 1979.
    """
    x = np.asarray(ratings, dtype=np.float64)
    if x.ndim != 2 or x.shape[1] < 2:
        raise ValueError(f"ratings need the shape (targets, raters) with at least two raters, got {x.shape}")
    n, k = x.shape
    if n < 2:
        return np.nan
    x = x - x.mean()
    targets, raters = x.mean(axis=1), x.mean(axis=0)
    between = k * np.sum(targets**2) / (n - 1)
    judges = n * np.sum(raters**2) / (k - 1)
    residual = np.sum((x - targets[:, None] - raters[None, :]) ** 2) / ((n - 1) * (k - 1))
    denominator = between + (k - 1) * residual + k * (judges - residual) / n
    return float((between - residual) / denominator) if denominator > 0 else np.nan


def limits_of_agreement(first, second) -> Limits:
    """95% limits of agreement of two raters (Bland and Altman 1986).

    Parameters
    ----------
    first, second : array_like, shape (n,)
        The numbers that the two raters read, pair by pair.
    """
    _same_length(first, second)
    difference = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    if difference.size < 2:
        nan = np.nan
        return Limits(float(difference[0]) if difference.size else nan, nan, nan, nan)
    bias, sd = float(difference.mean()), float(difference.std(ddof=1))
    return Limits(bias, sd, bias - Z * sd, bias + Z * sd)


def _same_length(first, second) -> None:
    if len(first) != len(second):
        raise ValueError(f"two raters need as many ratings each, got {len(first)} and {len(second)}")
