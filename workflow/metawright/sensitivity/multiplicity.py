"""Adjust the P values of a declared family of tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Adjusted:
    """P values of one family, in the order given; NaN where there is no P.

    Attributes
    ----------
    size : int
        M, the number of tests in the family.
    p, holm, benjamini_hochberg : ndarray
    """

    size: int
    p: np.ndarray
    holm: np.ndarray
    benjamini_hochberg: np.ndarray


def adjust(p, size: int | None = None) -> Adjusted:
    """Holm's and Benjamini and Hochberg's adjusted P values.

    ``holm_(i) = max_{j <= i} min(1, (M - j + 1) p_(j))`` controls the chance of any false positive,
    ``bh_(i) = min_{j >= i} min(1, M p_(j)/j)`` the expected share of false ones among the positives.

    Parameters
    ----------
    p : array_like
        P values of the family. Cells without a test (NaN) get NaN.
    size : int, optional
        Tests in the declared family, if more were declared than could be made. Default: the number of P values.

    Raises
    ------
    ValueError
        A P value outside [0, 1], or a family smaller than the number of its P values.

    References
    ----------
    Holm 1979; Benjamini and Hochberg 1995.
    """
    p = np.asarray(p, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(p))
    if not ((p[known] >= 0) & (p[known] <= 1)).all():
        raise ValueError("P values lie between 0 and 1")
    M = known.size if size is None else size
    if known.size > M:
        raise ValueError(f"a family of {M} tests cannot have {known.size} P values")
    order = known[np.argsort(p[known], kind="stable")]
    rank = np.arange(1, known.size + 1)
    holm, bh = np.full(p.shape, np.nan), np.full(p.shape, np.nan)
    holm[order] = np.maximum.accumulate(np.minimum(1.0, (M - rank + 1) * p[order]))
    bh[order] = np.minimum.accumulate(np.minimum(1.0, p[order] * (M / rank))[::-1])[::-1]
    return Adjusted(M, p, holm, bh)
