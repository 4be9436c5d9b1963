"""The shape of the engine: studies on axis 0, replicates after it, summed in one fixed order.

A meta-analysis is a pair of arrays ``y, v`` of shape ``(k,)``; a block of replicates has shape ``(k, R)``. An
absent study is ``v = inf`` (weight 0). Every sum over studies runs from the first study to the last, whatever
the number of replicates: NumPy's own sum over a single column pairs its terms, over several it does not, and a
result for one review would then differ in its last bits from the same review inside a sweep.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from metawright.pooling.compiled import kernels_for

# Elements (studies x replicates) of one block, half a megabyte: one array and its successor share a second-level
# cache of 1 MB. Smaller blocks lose more to the overhead of calls than they gain (measured for k from 2 to 20).
BLOCK_ELEMENTS = 65_536
# From this many replicates on a loop over studies beats ufunc.accumulate; both add in the same order.
LOOP_FROM = 96


def as_columns(y: ArrayLike, v: ArrayLike) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
    """Check effects and variances and lay them out as ``(k, R)``.

    Parameters
    ----------
    y, v : array_like, shape (k,) or (k, ...)
        Effects and sampling variances, studies on axis 0. ``v = inf`` marks an absent study, whose ``y`` is
        ignored.

    Returns
    -------
    y, v : ndarray, shape (k, R)
    tail : tuple of int
        The replicate axes of the input: ``()`` for shape ``(k,)``.

    Raises
    ------
    ValueError
        If the shapes differ, ``k`` is 0, a variance is not positive, or a present study's ``y`` is not finite.
    """
    y = np.asarray(y, dtype=np.float64)
    v = np.asarray(v, dtype=np.float64)
    if y.shape != v.shape or y.ndim == 0 or y.shape[0] == 0:
        raise ValueError(f"y and v need one shape (k,) or (k, R) with k >= 1, got {y.shape} and {v.shape}")
    if not (v > 0).all():
        raise ValueError("variances have to be positive; an absent study has v = inf")
    if not np.isfinite(y).all() and not np.isfinite(y[np.isfinite(v)]).all():
        raise ValueError("effects have to be finite; an absent study has v = inf")
    k = y.shape[0]
    return y.reshape(k, -1), v.reshape(k, -1), y.shape[1:]


def block_slices(k: int, replicates: int) -> Iterator[slice]:
    """Slices of the replicate axis, each one block of about `BLOCK_ELEMENTS`."""
    width = max(1, BLOCK_ELEMENTS // k)
    for start in range(0, replicates, width):
        yield slice(start, min(start + width, replicates))


def total(x: np.ndarray) -> np.ndarray:
    """Sum over studies, first to last, ``(k, R) -> (R,)``; the same bits for every R.

    The array has to be C-contiguous when R > 1: NumPy then adds row after row.
    """
    if x.shape[1] == 1:
        return np.add.accumulate(x[:, 0])[-1:]
    return np.add.reduce(x, axis=0)


def symmetric_sums(w: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Elementary symmetric sums of the weights: sum w, sum_{i<j} w w, sum_{i<j<l} w w w, each ``(R,)``.

    With ``P = diag(w) - w w'/sum(w)`` they give ``tr(P) = 2 e2/e1`` and ``tr(PP) = (2 e2/e1)^2 - 6 e3/e1``.
    All terms are positive, so nothing cancels when one study carries nearly all the weight; the textbook forms
    ``S1 - S2/S1`` and ``S2 - 2 S3/S1 + (S2/S1)^2`` lose every digit there.
    """
    k, replicates = w.shape
    if k == 1:
        zero = np.zeros(replicates)
        return w[0].copy(), zero, zero.copy()
    if replicates < LOOP_FROM:
        first = np.add.accumulate(w, axis=0)
        second = np.add.accumulate(w[1:] * first[:-1], axis=0)
        third = total(w[2:] * second[:-1]) if k > 2 else np.zeros(replicates)
        return first[-1], second[-1], third
    e1 = w[0] + w[1]
    e2 = w[1] * w[0]
    e3 = np.zeros(replicates)
    step = np.empty(replicates)
    for row in w[2:]:
        e3 += np.multiply(row, e2, out=step)
        e2 += np.multiply(row, e1, out=step)
        e1 += row
    return e1, e2, e3


def trace_of_square(e1: np.ndarray, e2: np.ndarray, e3: np.ndarray) -> np.ndarray:
    """``tr(PP)`` from the sums of `symmetric_sums`."""
    trace = 2.0 * e2 / e1
    return trace * trace - 6.0 * e3 / e1


@dataclass(frozen=True)
class Block:
    """One block of replicates, prepared once and shared by every estimator and interval.

    Attributes
    ----------
    r, v : ndarray, shape (k, R)
        Effects minus `centre` (0 where absent) and variances (inf where absent).
    centre : ndarray, shape (R,)
        The fixed-effect estimate, or the common value where all effects are equal. Centring keeps sums of
        squares exact when one study dominates or all effects sit far from 0.
    k : ndarray, shape (R,)
        Number of studies present, as float.
    equal : ndarray of bool, shape (R,)
        All present effects are identical.
    e1, e2, e3 : ndarray, shape (R,)
        Symmetric sums of the fixed-effect weights 1/v.
    offset, q : ndarray, shape (R,)
        Fixed-effect estimate minus `centre` (a rounding remainder) and Cochran's Q.
    """

    r: np.ndarray
    v: np.ndarray
    centre: np.ndarray
    k: np.ndarray
    equal: np.ndarray
    e1: np.ndarray
    e2: np.ndarray
    e3: np.ndarray
    offset: np.ndarray
    q: np.ndarray

    @cached_property
    def several(self) -> np.ndarray:
        """Whether there are two studies or more: below that nothing varies between them."""
        return self.k >= 2

    @cached_property
    def all_several(self) -> bool:
        """Whether no replicate is an exception."""
        return bool(self.several.all())

    def where_several(self, x: np.ndarray, otherwise: float) -> np.ndarray:
        """`x` where there are two studies or more."""
        return x if self.all_several else np.where(self.several, x, otherwise)

    @cached_property
    def df(self) -> np.ndarray:
        """Degrees of freedom k - 1."""
        return self.k - 1.0

    @cached_property
    def trace(self) -> np.ndarray:
        """``C = sum w - sum w^2/sum w`` of the fixed-effect weights."""
        return 2.0 * self.e2 / self.e1

    def take(self, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """`r` and `v` of some replicates, C-contiguous."""
        if columns.size == self.k.size:
            return self.r, self.v
        return np.take(self.r, columns, axis=1), np.take(self.v, columns, axis=1)


def prepare(y: np.ndarray, v: np.ndarray) -> Block:
    """Centre a block of shape ``(k, R)`` and compute what every method needs."""
    y = np.ascontiguousarray(y)
    v = np.ascontiguousarray(v)
    if kernels := kernels_for(*y.shape):
        r, *rest = kernels.prepare(y, v)
        return Block(r, v, *rest)
    absent = np.isinf(v)
    some_absent = absent.any()
    if some_absent:
        k = (y.shape[0] - np.count_nonzero(absent, axis=0)).astype(np.float64)
        highest = np.where(absent, -np.inf, y).max(axis=0)
        lowest = np.where(absent, np.inf, y).min(axis=0)
        y = np.where(absent, 0.0, y)
    else:
        k = np.full(y.shape[1], float(y.shape[0]))
        highest = y.max(axis=0)
        lowest = y.min(axis=0)
    equal = highest == lowest
    w = 1.0 / v
    e1, e2, e3 = symmetric_sums(w)
    centre = np.where(equal, highest, total(w * y) / e1)
    r = y - centre
    if some_absent:
        r[absent] = 0.0
    offset = total(w * r) / e1
    e = r - offset
    q = total(w * e * e)
    return Block(r, v, centre, k, equal, e1, e2, e3, offset, q)


@dataclass(frozen=True)
class Pooled:
    """Weighted mean at given tau2: `offset` from the block's centre, variance 1/sum(w), `q` = sum w (y - mu)^2."""

    offset: np.ndarray
    variance: np.ndarray
    q: np.ndarray


def pool_at(block: Block, tau2: np.ndarray) -> Pooled:
    """Inverse-variance pooling with weights ``1/(v + tau2)``, all of shape ``(R,)``."""
    if kernels := kernels_for(*block.r.shape):
        return Pooled(*kernels.pool_at(block.r, block.v, tau2))
    w = 1.0 / (block.v + tau2)
    s1 = total(w)
    offset = total(w * block.r) / s1
    e = block.r - offset
    return Pooled(offset, 1.0 / s1, total(w * e * e))
