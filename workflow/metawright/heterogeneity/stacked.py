"""Trials that count in several periods: one estimate per trial and period, correlated within a trial.

``y = X beta + u + e`` with period indicators X, ``Cov(e_ip, e_iq) = rho s_ip s_iq`` within a trial and 0 between
trials, ``Cov(u_ip, u_iq) = tau2`` if p = q and ``phi tau2`` otherwise. With ``M = V + T``::

    beta = (X'M^-1 X)^-1 X'M^-1 y          Cov(beta) = (X'M^-1 X)^-1
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from metawright.heterogeneity.matrices import (
    cholesky,
    eigen_symmetric,
    inverse_positive,
    log_determinant,
    product,
    solve_lower,
    times,
)
from metawright.measures.arrays import Number

# Points of the scan for maxima of the restricted likelihood, and its reach below and above the scale of the data.
SCAN_POINTS = 160
SCAN_REACH = 1e6
MAX_ITERATIONS = 200


@dataclass(frozen=True)
class Group:
    """Trials with s rows each: their places ``(T,)``, and their rows ``(T, s)``."""

    trials: np.ndarray
    rows: np.ndarray

    @property
    def size(self) -> int:
        """Rows per trial."""
        return self.rows.shape[1]


@dataclass(frozen=True)
class Stack:
    """Estimates of trials in periods.

    Attributes
    ----------
    trials, periods : tuple of str
        Names: trials in the order of their first row, periods in the order given.
    trial, period : ndarray of int, shape (n,)
        Index of each row into them; rows of one trial stand together, periods in order.
    y, v : ndarray, shape (n,)
        Estimates and sampling variances.
    """

    trials: tuple[str, ...]
    periods: tuple[str, ...]
    trial: np.ndarray
    period: np.ndarray
    y: np.ndarray
    v: np.ndarray

    @cached_property
    def groups(self) -> list[Group]:
        """Trials with equally many rows together."""
        sizes = np.array([rows.stop - rows.start for rows in self.blocks])
        first = np.array([rows.start for rows in self.blocks])
        found = []
        for size in np.unique(sizes):
            trials = np.flatnonzero(sizes == size)
            found.append(Group(trials, first[trials, None] + np.arange(size)))
        return found

    @property
    def blocks(self) -> list[slice]:
        """Rows of each trial."""
        ends = np.searchsorted(self.trial, np.arange(len(self.trials) + 1))
        return [slice(int(a), int(b)) for a, b in pairwise(ends)]

    @property
    def design(self) -> np.ndarray:
        """Period indicators, ``(n, P)``."""
        return (self.period[:, None] == np.arange(len(self.periods))).astype(np.float64)

    def within(self, period: str) -> tuple[list[str], np.ndarray, np.ndarray]:
        """Trials, estimates and variances of one period."""
        rows = np.flatnonzero(self.period == self.periods.index(period))
        return [self.trials[i] for i in self.trial[rows]], self.y[rows], self.v[rows]


@dataclass(frozen=True)
class StackFit:
    """Generalised least squares at given rho, tau2 and phi: of one working model, or of W of them.

    Attributes
    ----------
    stack : Stack
    rho, tau2, phi : float or ndarray, shape (W,)
    beta, covariance : ndarray, shape (P,) and (P, P), or (W, P) and (W, P, P)
        Period means and their model-based covariance.
    residual : ndarray, shape (n,) or (W, n)
        ``y - X beta``.
    working, root : tuple of ndarray
        The blocks ``M_i`` of the covariance matrix and their Cholesky factors, ``(T, s, s)`` or ``(W, T, s, s)`` for
        each of the stack's groups.
    """

    stack: Stack
    rho: float | np.ndarray
    tau2: float | np.ndarray
    phi: float | np.ndarray
    beta: np.ndarray
    covariance: np.ndarray
    residual: np.ndarray
    working: tuple[np.ndarray, ...]
    root: tuple[np.ndarray, ...]


def stack(trial: Sequence[str], period: Sequence[str], y, v, periods: Sequence[str]) -> Stack:
    """Stack rows of trials and periods.

    Parameters
    ----------
    trial, period : sequence of str, length n
        Names of each row.
    y, v : array_like, shape (n,)
        Estimates and sampling variances; a row with ``v = inf`` is absent and left out.
    periods : sequence of str
        The periods to compare, in order; rows of other periods are left out.

    Raises
    ------
    ValueError
        Lengths that differ, a trial with two rows in one period, a variance that is not positive, an effect that
        is not finite, a period without a row.
    """
    y, v = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    if not (len(trial) == len(period) == y.size == v.size) or y.ndim != 1:
        raise ValueError("trial, period, y and v need one length")
    if not (v > 0).all():
        raise ValueError("variances have to be positive; an absent row has v = inf")
    rows = [i for i in range(y.size) if np.isfinite(v[i]) and period[i] in periods]
    if not np.isfinite(y[rows]).all():
        raise ValueError("effects have to be finite; an absent row has v = inf")
    trials = tuple(dict.fromkeys(trial[i] for i in rows))
    places = [(trials.index(trial[i]), list(periods).index(period[i])) for i in rows]
    if len(set(places)) < len(places):
        raise ValueError("a trial has two rows in one period")
    for index, name in enumerate(periods):
        if not any(place[1] == index for place in places):
            raise ValueError(f"no trial in period {name}")
    order = sorted(range(len(rows)), key=places.__getitem__)
    index = np.array([places[i] for i in order])
    chosen = [rows[i] for i in order]
    return Stack(trials, tuple(periods), index[:, 0], index[:, 1], y[chosen], v[chosen])


def _check(rho, tau2, phi) -> None:
    for one in np.atleast_1d(rho):
        if not -1.0 < one < 1.0:
            raise ValueError(f"the within-trial correlation lies between -1 and 1, both excluded, got {one:g}")
    for one in np.atleast_1d(tau2):
        if not (one >= 0.0 and np.isfinite(one)):
            raise ValueError(f"tau2 has to be 0 or more, got {one:g}")
    for one in np.atleast_1d(phi):
        if not 0.0 <= one <= 1.0:
            raise ValueError(f"phi lies between 0 and 1, got {one:g}")


def _blocks(x) -> np.ndarray:
    """A parameter, or one per working model, in the shape of blocks ``(..., T, s, s)``."""
    return np.asarray(x, dtype=np.float64)[..., None, None, None]


def _compound(size: int, correlation) -> np.ndarray:
    return np.where(np.eye(size, dtype=bool), 1.0, _blocks(correlation))


def _sampling(data: Stack, group: Group, rho) -> np.ndarray:
    s = np.sqrt(data.v[group.rows])
    return _compound(group.size, rho) * (s[:, :, None] * s[:, None, :])


def _over_trials(parts: list[np.ndarray], groups: list[Group], axis: int) -> np.ndarray:
    """Sum over trials, first to last, of arrays of each group with the trials on *axis* (from the end)."""
    joined = np.concatenate(parts, axis=axis)
    order = np.argsort(np.concatenate([group.trials for group in groups]))
    return 0.0 + np.take(np.add.accumulate(np.take(joined, order, axis=axis), axis=axis), -1, axis=axis)


def fit_stack(data: Stack, rho: Number, tau2: Number = 0.0, phi: Number = 0.0) -> StackFit:
    """Estimate the period means by generalised least squares.

    Parameters
    ----------
    data : Stack
    rho : float or array_like, shape (W,)
        Correlation of a trial's estimates through sampling; not estimable from summary data.
    tau2, phi : float or array_like, shape (W,)
        Between-trial variance, the same in every period, and the correlation of a trial's true effects.

    Raises
    ------
    ValueError
        A parameter out of its range, or a covariance matrix that is not positive definite.

    References
    ----------
    Pustejovsky and Tipton 2022 (working models for dependent effects).
    """
    _check(rho, tau2, phi)
    X = data.design
    information, score, working, root = [], [], [], []
    for group in data.groups:
        M = _sampling(data, group, rho) + _blocks(tau2) * _compound(group.size, phi)
        try:
            L = cholesky(M)
        except ValueError:
            raise ValueError("the covariance matrix of a trial's estimates is not positive definite") from None
        x, z = solve_lower(L, X[group.rows]), solve_lower(L, data.y[group.rows][..., None])[..., 0]
        transposed = np.swapaxes(x, -1, -2)
        information.append(product(transposed, x))
        score.append(times(transposed, z))
        working.append(M)
        root.append(L)
    covariance = inverse_positive(_over_trials(information, data.groups, -3))
    beta = times(covariance, _over_trials(score, data.groups, -2))
    return StackFit(data, rho, tau2, phi, beta, covariance, data.y - times(X, beta), tuple(working), tuple(root))


@dataclass(frozen=True)
class _Rotated:
    """Rows turned so that ``M(tau2) = diag(1 + tau2 share)``: arrays ``(W, n)``, ``(W, n, P)`` and ``(W, n)``."""

    y: np.ndarray
    X: np.ndarray
    share: np.ndarray

    def take(self, models: np.ndarray) -> _Rotated:
        """The same for some of the working models."""
        return _Rotated(self.y[models], self.X[models], self.share[models])


def _rotate(data: Stack, rho: np.ndarray, phi: np.ndarray) -> _Rotated:
    X = data.design
    turned = np.empty((rho.size, *X.shape[:1], 1 + X.shape[1]))
    shares = np.empty(turned.shape[:2])
    both = np.column_stack([data.y, X])
    for group in data.groups:
        L = cholesky(_sampling(data, group, rho))
        half = solve_lower(L, _compound(group.size, phi))
        between = solve_lower(L, np.swapaxes(half, -1, -2))
        share, U = eigen_symmetric(0.5 * (between + np.swapaxes(between, -1, -2)))
        turned[:, group.rows] = product(np.swapaxes(U, -1, -2), solve_lower(L, both[group.rows]))
        shares[:, group.rows] = np.maximum(share, 0.0)
    return _Rotated(np.ascontiguousarray(turned[..., 0]), np.ascontiguousarray(turned[..., 1:]), shares)


def _slope_and_height(turned: _Rotated, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Derivative of twice the restricted log likelihood and twice that likelihood, at each tau2 in t, ``(W, m)``."""
    y, X, share = turned.y[:, None], turned.X[:, None], turned.share[:, None]
    w = 1.0 / (1.0 + t[..., None] * share)
    transposed = np.swapaxes(X, -1, -2)
    information = product(transposed * w[..., None, :], X)
    covariance = inverse_positive(information)
    beta = times(covariance, times(transposed, w * y))
    r = y - times(X, beta)
    g = w * r
    curved = product(transposed * (w * w * share)[..., None, :], X)
    trace = (w * share).sum(axis=-1) - (covariance * curved).sum(axis=(-2, -1))
    height = np.log(w).sum(axis=-1) - log_determinant(information) - (g * r).sum(axis=-1)
    return (share * g * g).sum(axis=-1) - trace, height


def stacked_reml(data: Stack, rho: ArrayLike, phi: ArrayLike) -> tuple[Number, bool | np.ndarray]:
    """Common tau2 at the highest restricted likelihood, for one working model or W of them.

    Parameters
    ----------
    data : Stack
    rho, phi : float or array_like, shape (W,)
        As for `fit_stack`.

    Returns
    -------
    tau2 : float or ndarray, shape (W,)
        Exactly 0 where the likelihood is highest at 0; NaN without a degree of freedom.
    converged : bool or ndarray of bool, shape (W,)
    """
    _check(rho, 0.0, phi)
    shape = np.broadcast_shapes(np.shape(rho), np.shape(phi))
    rho, phi = (np.broadcast_to(np.asarray(x, dtype=np.float64), shape).reshape(-1) for x in (rho, phi))
    tau2, converged = np.full(rho.size, np.nan), np.full(rho.size, data.y.size <= len(data.periods))
    if data.y.size > len(data.periods):
        _highest(data, _rotate(data, rho, phi), tau2, converged)
    return (tau2.reshape(shape), converged.reshape(shape)) if shape else (float(tau2[0]), bool(converged[0]))


def _highest(data: Stack, turned: _Rotated, tau2: np.ndarray, converged: np.ndarray) -> None:
    """Fill in the place of the highest maximum of each working model, the smaller tau2 on a tie."""
    scale = max(float(np.var(data.y)), float(np.mean(data.v)))
    # scan for places where the slope changes from rising to falling: there may be several maxima
    t = np.concatenate([[0.0], np.geomspace(scale / SCAN_REACH, scale * SCAN_REACH, SCAN_POINTS)])
    slope, height = _slope_and_height(turned, np.broadcast_to(t, (tau2.size, t.size)))
    zero = slope[:, 0] <= 0
    tau2[zero], converged[zero] = 0.0, True
    best = np.where(zero, height[:, 0], -np.inf)
    model, place = np.nonzero((slope[:, :-1] > 0) & (slope[:, 1:] <= 0))
    if not model.size:
        return
    brackets = turned.take(model)
    root, done = _root(brackets, t[place], t[place + 1], slope[model, place], slope[model, place + 1])
    heights = _slope_and_height(brackets, root[:, None])[1][:, 0]
    for i, one in enumerate(model):
        if heights[i] > best[one]:
            best[one], tau2[one], converged[one] = heights[i], root[i], done[i]


def _root(turned: _Rotated, low, high, at_low, at_high) -> tuple[np.ndarray, np.ndarray]:
    """Root of the slope in a bracket of each working model: false position with Illinois' halving."""
    side = np.zeros(low.size, dtype=int)
    root, converged = np.empty(low.size), np.zeros(low.size, dtype=bool)
    left = np.arange(low.size)
    for _ in range(MAX_ITERATIONS):
        new = (low * at_high - high * at_low) / (at_high - at_low)
        new = np.where((low < new) & (new < high), new, 0.5 * (low + high))
        value = _slope_and_height(turned, new[:, None])[0][:, 0]
        rising = value > 0
        done = (value == 0) | (high - low <= 1e-13 * high)
        done |= np.where(rising, new - low, high - new) <= 1e-14 * new
        # an end that stays a second time counts half, so that the other one moves, too
        at_high = np.where(rising, np.where(side == 1, 0.5 * at_high, at_high), value)
        at_low = np.where(rising, value, np.where(side == -1, 0.5 * at_low, at_low))
        low, high, side = np.where(rising, new, low), np.where(rising, high, new), np.where(rising, 1, -1)
        root[left] = new
        converged[left[done]] = True
        keep = np.flatnonzero(~done)
        if not keep.size:
            break
        if keep.size < done.size:
            turned, left = turned.take(keep), left[keep]
            low, high, at_low, at_high, side = (x[keep] for x in (low, high, at_low, at_high, side))
    return root, converged
