"""tau2 at the global maximum of the (restricted) likelihood: REML and ML.

Twice the derivative of the log likelihood is ``A(t) - B(t)`` with

====================  ============================  =======================
..                    REML                          ML
====================  ============================  =======================
``A``                 ``y'PPy = sum w^2 (y-mu)^2``  the same
``B``                 ``tr(P) = 2 e2/e1``           ``sum w``
``-A'/2 = A3``        ``y'PPPy``                    the same
``-B' = B2``          ``tr(PP)``                    ``sum w^2``
====================  ============================  =======================

where ``P = W - W11'W/sum(w)``, ``w = 1/(v + t)``. The profile may have several maxima, so a local search from one
start is not enough. With the eigenvalues l_j of the error contrasts, which lie between the smallest and the largest
variance, ``A = sum z_j^2/(l_j + t)^2`` and ``B = sum 1/(l_j + t)``. From a to t every ``l_j + t`` grows by a factor
between ``M_t/M_a`` and ``m_t/m_a``, where ``m_t = min(v) + t``, ``M_t = max(v) + t``. The four values at a therefore
bound the derivative to the right of a, and tell how far it surely keeps its sign or surely is monotone:

* ``A > B``: no root while ``(A/B)(m_a/m_t)^2 > M_a/M_t``; ``A < B``: none while ``(A/B)(M_a/M_t)^2 < m_a/m_t``;
* falling while ``(2 A3/B2)(m_a/m_t)^3 > 1``; rising while ``2 A3/B2 < (m_a/m_t)^2``.

Steps of that length from 0 to ``max(v) - 2 min(v)`` meet every maximum; beyond that point there is at most one root,
because at any root ``d(A - B)/dt <= B (1/m_t - 2/M_t) < 0``. Each maximum found is polished by Newton's iteration on
``B/A``, which is a straight line in t where all variances are equal; the highest likelihood wins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metawright.measures.arrays import Bools, Floats, Whole
from metawright.pooling.columns import Block, symmetric_sums, total, trace_of_square
from metawright.pooling.compiled import kernels_for

# Shortest step of the scan, as a factor on min(v) + t: two maxima closer than this have one height.
LEAST_FACTOR = 1.02
MAX_ITERATIONS = 200
# |A/B - 1| at which one more Newton step is the last: its own error is of second order.
CLOSE = 1e-11

Group = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Slope:
    """``A, B, A3, B2`` of the module's table at one tau2 per replicate, each ``(R,)``."""

    A: np.ndarray
    B: np.ndarray
    A3: np.ndarray
    B2: np.ndarray

    def take(self, keep: np.ndarray) -> Slope:
        """The same for some replicates."""
        return Slope(self.A[keep], self.B[keep], self.A3[keep], self.B2[keep])


def _slope_of_group(r: Floats, v: Floats, t: Floats, restricted: bool) -> tuple[Floats, Floats, Floats, Floats]:
    w = 1.0 / (v + t)
    e1, e2, e3 = symmetric_sums(w)
    g = w * (r - total(w * r) / e1)
    A = total(g * g)
    h = g - total(w * g) / e1
    A3 = total(w * h * h)
    if restricted:
        return A, 2.0 * e2 / e1, A3, trace_of_square(e1, e2, e3)
    return A, e1, A3, total(w * w)


def slope(groups: list[Group], t: np.ndarray, restricted: bool) -> Slope:
    """Evaluate `Slope` for one or more groups that share tau2 but not their means."""
    parts = [_slope_of_group(r, v, t, restricted) for r, v in groups]
    first, *others = parts
    sums = list(first)
    for part in others:
        sums = [one + more for one, more in zip(sums, part, strict=True)]
    return Slope(*sums)


def log_likelihood(groups: list[Group], t: np.ndarray, restricted: bool) -> np.ndarray:
    """Log likelihood at tau2 = t without its constant, shape ``(R,)``; groups share tau2 but not their means."""
    value = np.zeros(t.shape)
    for r, v in groups:
        x = v + t
        w = 1.0 / x
        s1 = total(w)
        e = r - total(w * r) / s1
        value -= 0.5 * (total(np.log(np.where(np.isinf(x), 1.0, x))) + total(w * e * e))
        if restricted:
            value -= 0.5 * np.log(s1)
    return value


def take_columns(groups: list[Group], columns: np.ndarray) -> list[Group]:
    """The same groups for some replicates, C-contiguous."""
    return [(np.take(r, columns, axis=1), np.take(v, columns, axis=1)) for r, v in groups]


@dataclass(frozen=True)
class _Scan:
    """What the scan found: whether 0 is a maximum, and of the others column, bracket and a start inside it."""

    zero: np.ndarray
    column: np.ndarray
    low: np.ndarray
    high: np.ndarray
    start: np.ndarray


def _newton(here: Slope, t: np.ndarray) -> np.ndarray:
    """One step of Newton's iteration on ``B/A - 1``."""
    return t + (here.A / here.B - 1.0) / (2.0 * here.A3 / here.A - here.B2 / here.B)


def _reach(here: Slope, m: np.ndarray, D: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far the bounds of the module's text carry from m, for m < D = max(v) - min(v); both as values of m.

    Up to the first no maximum is missed if the derivative's sign is looked up there; up to the second it need not
    be: the sign stays, or turns once from + to -. Square roots alone, for the same bits everywhere.
    """
    M = m + D
    ratio = here.A / here.B
    up = ratio * m * m / M
    keeps_plus = 0.5 * (up + np.sqrt(up * (up + 4.0 * D)))
    down = ratio * M * M / m
    keeps_minus = np.where(
        down < 4.0 * D, np.inf, 2.0 * D * D / (down - 2.0 * D + np.sqrt(np.maximum(down * (down - 4.0 * D), 0.0)))
    )
    bend = 2.0 * here.A3 / here.B2
    falling, rising = m * _cube_root_below(bend), m * np.sqrt(1.0 / bend)
    plus = ratio > 1.0
    sure = np.fmax(np.where(plus, np.fmax(keeps_plus, rising), keeps_minus), falling)
    return np.fmax(sure, rising), sure


def _cube_root_below(x: np.ndarray) -> np.ndarray:
    """Cube root of x >= 1, a little too small (1% at 2); below 1 a number below 1."""
    guess = np.sqrt(np.sqrt(x))
    above = (2.0 * guess + x / (guess * guess)) / 3.0
    return np.fmax(guess, x / (above * above))


def _scan(groups: list[Group], restricted: bool, smallest: Floats, largest: Floats, last: np.ndarray) -> _Scan:
    """Step from 0 to max(v) - 2 min(v), whence a bracket reaches to `last`; see the module's text."""
    active = np.arange(smallest.size)
    found: list[tuple[np.ndarray, ...]] = []

    def keep_bracket(rows: Whole, high: Floats) -> None:
        if rows.size:
            low = t[rows]
            start = np.clip(_newton(here.take(rows), low), low, high)
            found.append((active[rows], low, high, np.where(np.isnan(start), low, start)))

    t = np.zeros(active.size)
    here = slope(groups, t, restricted)
    zero = ~(here.A > here.B)
    end, spread = np.maximum(0.0, largest - 2.0 * smallest), largest - smallest
    while True:
        m = smallest[active] + t
        reach, sure = _reach(here, m, spread[active])
        finished = ~(t < end[active]) | (sure >= spread[active])
        rising = here.A > here.B
        rows = np.flatnonzero(finished & rising)
        keep_bracket(rows, last[active[rows]])
        keep = np.flatnonzero(~finished)
        if not keep.size:
            break
        if keep.size < finished.size:
            groups = take_columns(groups, keep)
            active, t, m, reach, here = active[keep], t[keep], m[keep], reach[keep], here.take(keep)
        new = np.minimum(np.fmax(reach, LEAST_FACTOR * m) - smallest[active], end[active])
        there = slope(groups, new, restricted)
        rows = np.flatnonzero((here.A > here.B) & ~(there.A > there.B))
        keep_bracket(rows, new[rows])
        t, here = new, there
    if not found:
        none = np.zeros(0)
        return _Scan(zero, none.astype(np.intp), none, none, none)
    return _Scan(zero, *(np.concatenate(part) for part in zip(*found, strict=True)))


def _polish(
    groups: list[Group], restricted: bool, smallest: Floats, low: Floats, high: Floats, start: Floats
) -> tuple[np.ndarray, np.ndarray]:
    """Root of A - B in each bracket, by Newton on B/A kept inside the bracket; one column per bracket."""
    root = start.copy()
    converged = np.zeros(low.shape, dtype=bool)
    active, t = np.arange(low.size), start
    for _ in range(MAX_ITERATIONS):
        if not active.size:
            break
        here = slope(groups, t, restricted)
        ratio = here.A / here.B
        low, high = np.where(ratio > 1.0, t, low), np.where(ratio > 1.0, high, t)
        new = _newton(here, t)
        floor = smallest[active]
        middle = np.clip(np.sqrt((low + floor) * (high + floor)) - floor, low, high)
        close = np.abs(ratio - 1.0) <= CLOSE
        new = np.where((new >= low) & (new <= high), new, np.where(close, t, middle))
        done = close | (new == t)
        root[active] = new
        converged[active[done]] = True
        keep = np.flatnonzero(~done)
        if keep.size < active.size:
            active, low, high, new = active[keep], low[keep], high[keep], new[keep]
            groups = take_columns(groups, keep)
        t = new
    return root, converged


def maximise(groups: list[Group], restricted: bool) -> tuple[np.ndarray, np.ndarray]:
    """tau2 at the global maximum of the restricted (REML) or full (ML) likelihood.

    Parameters
    ----------
    groups : list of (r, v)
        Centred effects and variances, ``(k_g, R)`` each; several groups share tau2 but not their means (a model
        with group indicators). Absent studies have ``v = inf``, ``r = 0``.
    restricted : bool
        True for REML, False for ML.

    Returns
    -------
    tau2 : ndarray, shape (R,)
        Exactly 0 where the likelihood is highest at 0; NaN where no group has two studies.
    converged : ndarray of bool, shape (R,)

    References
    ----------
    Viechtbauer 2005 (estimators); the scan is described in the module's text.
    """
    maxima = _maxima(groups, restricted)
    tau2 = np.where(maxima.several, 0.0, np.nan)
    converged = np.ones(tau2.shape, dtype=bool)
    if not maxima.column.size:
        return tau2, converged
    candidates = np.bincount(maxima.column, minlength=tau2.size) + maxima.zero
    single = candidates[maxima.column] == 1
    tau2[maxima.column[single]] = maxima.root[single]
    converged[maxima.column[single]] = maxima.converged[single]
    rivals = np.flatnonzero(~single)
    if rivals.size:
        _choose(groups, restricted, maxima, rivals, tau2, converged)
    return tau2, converged


@dataclass(frozen=True)
class _Maxima:
    """All maxima: which replicates have a tau2, whether 0 is a maximum, and of the others column, tau2, convergence."""

    several: np.ndarray
    zero: np.ndarray
    column: np.ndarray
    root: np.ndarray
    converged: np.ndarray


def _range(groups: list[Group]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Smallest and largest variance, and sum of squares about the groups' unweighted means with its freedom."""
    smallest = np.minimum.reduce([v.min(axis=0) for _, v in groups])
    largest, squares, freedom = (np.zeros(smallest.shape) for _ in range(3))
    for r, v in groups:
        present = np.isfinite(v)
        if present.all():
            n, top, e = float(v.shape[0]), v.max(axis=0), r - total(r) / float(v.shape[0])
        else:
            n, top = np.count_nonzero(present, axis=0).astype(np.float64), np.where(present, v, 0.0).max(axis=0)
            e = np.where(present, r - total(r) / n, 0.0)
        largest = np.maximum(largest, top)
        squares += total(e * e)
        freedom += np.maximum(n - 1.0, 0.0)
    return smallest, largest, squares, freedom


def _maxima(groups: list[Group], restricted: bool) -> _Maxima:
    smallest, largest, squares, freedom = _range(groups)
    # Beyond max(v) - 2 min(v) the slope is negative from m = 2 squares/freedom on.
    last = np.maximum(largest, 2.0 * squares / freedom)
    if len(groups) == 1 and (kernels := kernels_for(*groups[0][0].shape)):
        constants = LEAST_FACTOR, CLOSE, MAX_ITERATIONS
        return _Maxima(freedom > 0, *kernels.maxima(*groups[0], restricted, smallest, largest, last, *constants))
    scan = _scan(groups, restricted, smallest, largest, last)
    brackets = take_columns(groups, scan.column)
    polished = _polish(brackets, restricted, smallest[scan.column], scan.low, scan.high, scan.start)
    return _Maxima(freedom > 0, scan.zero, scan.column, *polished)


def _choose(
    groups: list[Group], restricted: bool, maxima: _Maxima, rivals: Whole, tau2: Floats, converged: Bools
) -> None:
    """Among several maxima of one replicate keep the highest, the smaller tau2 on a tie (in place)."""
    column, root = maxima.column[rivals], maxima.root[rivals]
    height = log_likelihood(take_columns(groups, column), root, restricted)
    columns = np.unique(column)
    best = np.full(tau2.shape, -np.inf)
    at_zero = columns[maxima.zero[columns]]
    best[at_zero] = log_likelihood(take_columns(groups, at_zero), np.zeros(at_zero.size), restricted)
    for i in np.lexsort((root, column)):
        c = column[i]
        converged[c] &= maxima.converged[rivals[i]]
        if height[i] > best[c]:
            best[c] = height[i]
            tau2[c] = root[i]


def of_block(block: Block, restricted: bool) -> tuple[np.ndarray, np.ndarray]:
    """`maximise` for one prepared block."""
    return maximise([(block.r, block.v)], restricted)
