"""Rank correlation between effects and variances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metawright.pooling.quantiles import normal_p

#: Up to this many trials, without ties, P is exact.
EXACT_UP_TO = 150


@dataclass(frozen=True)
class Begg:
    """Kendall's rank correlation.

    Attributes
    ----------
    k : int
    tau : float
        Kendall's tau b; NaN where all variances or all effects are equal.
    p : float
        Two-sided.
    exact : bool
        From the distribution over all orders; else the normal approximation with the variance for ties.
    """

    k: int
    tau: float
    p: float
    exact: bool


def begg(y, v) -> Begg:
    """Begg and Mazumdar's test: Kendall's tau between ``(y - mu)/sqrt(v - 1/sum w)`` and v, mu the FE estimate.

    Parameters
    ----------
    y, v : array_like, shape (k,)
        At least two trials.

    References
    ----------
    Begg and Mazumdar 1994.
    """
    y, v = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    w = 1.0 / v
    total = w.sum()
    # v - 1/sum w without its cancellation: v times the share of the other trials.
    others = np.array([np.delete(w, i).sum() for i in range(w.size)])
    z = (y - (w * y).sum() / total) / np.sqrt(v * others / total)
    return _kendall(z, v)


def _kendall(a: np.ndarray, b: np.ndarray) -> Begg:
    n = a.size
    i, j = np.triu_indices(n, 1)
    agreement = int((np.sign(a[i] - a[j]) * np.sign(b[i] - b[j])).sum())
    ties_a, ties_b = (np.unique(x, return_counts=True)[1] for x in (a, b))
    pairs = n * (n - 1) // 2
    free_a, free_b = (pairs - int((t * (t - 1) // 2).sum()) for t in (ties_a, ties_b))
    if free_a == 0 or free_b == 0:
        return Begg(n, np.nan, np.nan, False)
    tau = agreement / np.sqrt(free_a * free_b)
    if n <= EXACT_UP_TO and free_a == pairs and free_b == pairs:
        return Begg(n, float(tau), _exact_p(agreement, n), True)
    if n < 3:
        return Begg(n, float(tau), np.nan, False)
    return Begg(n, float(tau), float(normal_p(agreement / np.sqrt(_variance(n, ties_a, ties_b)))), False)


def _exact_p(agreement: int, n: int) -> float:
    """Two-sided P of the number of concordant pairs, all n! orders equally likely."""
    share = np.ones(1)
    for size in range(2, n + 1):
        wider = np.zeros(share.size + size - 1)
        for place in range(size):  # a convolution in one order of sums; NumPy's goes through a BLAS
            wider[place : place + share.size] += share
        share = wider / size
    pairs = n * (n - 1) // 2
    concordant = (agreement + pairs) // 2
    lower = share[: concordant + 1].sum()
    upper = share[concordant:].sum()
    return float(min(1.0, 2.0 * min(lower, upper)))


def _variance(n: float, ties_a, ties_b) -> float:
    """Variance of concordant minus discordant pairs with ties (Kendall 1970)."""
    n = float(n)
    ta, tb = ties_a.astype(np.float64), ties_b.astype(np.float64)

    def plain(t):
        return (t * (t - 1) * (2 * t + 5)).sum()

    two = (ta * (ta - 1)).sum() * (tb * (tb - 1)).sum()
    three = (ta * (ta - 1) * (ta - 2)).sum() * (tb * (tb - 1) * (tb - 2)).sum()
    whole = (n * (n - 1) * (2 * n + 5) - plain(ta) - plain(tb)) / 18.0
    return whole + two / (2.0 * n * (n - 1)) + three / (9.0 * n * (n - 1) * (n - 2))
