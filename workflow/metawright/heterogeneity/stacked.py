"""Trials that count in several periods: one estimate per trial and period, correlated within a trial.

``y = X beta + u + e`` with period indicators X, ``Cov(e_ip, e_iq) = rho s_ip s_iq`` within a trial and 0 between
trials, ``Cov(u_ip, u_iq) = tau2`` if p = q and ``phi tau2`` otherwise. With ``M = V + T``::

    beta = (X'M^-1 X)^-1 X'M^-1 y          Cov(beta) = (X'M^-1 X)^-1
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from metawright.heterogeneity.matrices import (
    cholesky,
    eigen_symmetric,
    inverse_positive,
    log_determinant,
    product,
    solve_lower,
    times,
)

# Points of the scan for maxima of the restricted likelihood, and its reach below and above the scale of the data.
SCAN_POINTS = 160
SCAN_REACH = 1e6
MAX_ITERATIONS = 200


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
    """Generalised least squares at given rho, tau2 and phi.

    Attributes
    ----------
    stack : Stack
    rho, tau2, phi : float
    beta, covariance : ndarray, shape (P,) and (P, P)
        Period means and their model-based covariance.
    residual : ndarray, shape (n,)
        ``y - X beta``.
    working : tuple of ndarray
        The blocks ``M_i`` of the covariance matrix, one per trial.
    """

    stack: Stack
    rho: float
    tau2: float
    phi: float
    beta: np.ndarray
    covariance: np.ndarray
    residual: np.ndarray
    working: tuple[np.ndarray, ...]


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


def _check(rho: float, tau2: float, phi: float) -> None:
    if not -1.0 < rho < 1.0:
        raise ValueError(f"the within-trial correlation lies between -1 and 1, both excluded, got {rho}")
    if not (tau2 >= 0.0 and np.isfinite(tau2)):
        raise ValueError(f"tau2 has to be 0 or more, got {tau2}")
    if not 0.0 <= phi <= 1.0:
        raise ValueError(f"phi lies between 0 and 1, got {phi}")


def _compound(size: int, correlation: float) -> np.ndarray:
    return np.where(np.eye(size, dtype=bool), 1.0, correlation)


def _sampling(data: Stack, rows: slice, rho: float) -> np.ndarray:
    s = np.sqrt(data.v[rows])
    return _compound(s.size, rho) * (s[:, None] * s)


def fit_stack(data: Stack, rho: float, tau2: float = 0.0, phi: float = 0.0) -> StackFit:
    """Estimate the period means by generalised least squares.

    Parameters
    ----------
    data : Stack
    rho : float
        Correlation of a trial's estimates through sampling; not estimable from summary data.
    tau2, phi : float
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
    information, score = np.zeros((X.shape[1], X.shape[1])), np.zeros(X.shape[1])
    working = []
    for rows in data.blocks:
        M = _sampling(data, rows, rho) + tau2 * _compound(rows.stop - rows.start, phi)
        try:
            L = cholesky(M)
        except ValueError:
            raise ValueError("the covariance matrix of a trial's estimates is not positive definite") from None
        x, z = solve_lower(L, X[rows]), solve_lower(L, data.y[rows, None])[:, 0]
        information += product(x.T, x)
        score += times(x.T, z)
        working.append(M)
    covariance = inverse_positive(information)
    beta = times(covariance, score)
    return StackFit(data, rho, tau2, phi, beta, covariance, data.y - times(X, beta), tuple(working))


@dataclass(frozen=True)
class _Rotated:
    """Rows turned so that ``M(tau2) = diag(1 + tau2 share)``: arrays ``(n,)``, ``(n, P)`` and ``(n,)``."""

    y: np.ndarray
    X: np.ndarray
    share: np.ndarray


def _rotate(data: Stack, rho: float, phi: float) -> _Rotated:
    X = data.design
    parts = []
    for rows in data.blocks:
        L = cholesky(_sampling(data, rows, rho))
        half = solve_lower(L, _compound(rows.stop - rows.start, phi))
        both = solve_lower(L, half.T)
        share, U = eigen_symmetric(0.5 * (both + both.T))
        turned = product(U.T, solve_lower(L, np.column_stack([data.y[rows], X[rows]])))
        parts.append((turned[:, 0], turned[:, 1:], np.maximum(share, 0.0)))
    return _Rotated(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _slope_and_height(turned: _Rotated, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Derivative of twice the restricted log likelihood and twice that likelihood, at each tau2 in t."""
    w = 1.0 / (1.0 + t[:, None] * turned.share)
    transposed = turned.X.T
    information = product(transposed * w[:, None, :], turned.X)
    covariance = inverse_positive(information)
    beta = times(covariance, times(transposed, w * turned.y))
    r = turned.y - times(turned.X, beta)
    g = w * r
    curved = product(transposed * (w * w * turned.share)[:, None, :], turned.X)
    trace = (w * turned.share).sum(axis=1) - (covariance * curved).sum(axis=(1, 2))
    height = np.log(w).sum(axis=1) - log_determinant(information) - (g * r).sum(axis=1)
    return (turned.share * g * g).sum(axis=1) - trace, height


def stacked_reml(data: Stack, rho: float, phi: float) -> tuple[float, bool]:
    """Common tau2 at the highest restricted likelihood.

    Parameters
    ----------
    data : Stack
    rho, phi : float
        As for `fit_stack`.

    Returns
    -------
    tau2 : float
        Exactly 0 where the likelihood is highest at 0; NaN without a degree of freedom.
    converged : bool
    """
    _check(rho, 0.0, phi)
    if data.y.size <= len(data.periods):
        return np.nan, True
    turned = _rotate(data, rho, phi)
    scale = max(float(np.var(data.y)), float(np.mean(data.v)))
    # scan for places where the slope changes from rising to falling: there may be several maxima
    t = np.concatenate([[0.0], np.geomspace(scale / SCAN_REACH, scale * SCAN_REACH, SCAN_POINTS)])
    slope, height = _slope_and_height(turned, t)
    candidates = [(height[0], 0.0, True)] if slope[0] <= 0 else []
    for j in np.flatnonzero((slope[:-1] > 0) & (slope[1:] <= 0)):
        root, converged = _root(turned, t[j], t[j + 1], slope[j], slope[j + 1])
        candidates.append((_slope_and_height(turned, np.array([root]))[1][0], root, converged))
    if not candidates:
        return np.nan, False
    # the smaller tau2 on a tie
    _, root, converged = max(candidates, key=lambda one: (one[0], -one[1]))
    return float(root), converged


def _root(turned: _Rotated, low: float, high: float, at_low: float, at_high: float) -> tuple[float, bool]:
    """Root of the slope in a bracket: false position with Illinois' halving."""
    side = 0
    for _ in range(MAX_ITERATIONS):
        new = (low * at_high - high * at_low) / (at_high - at_low)
        if not low < new < high:
            new = 0.5 * (low + high)
        value = _slope_and_height(turned, np.array([new]))[0][0]
        if value == 0 or high - low <= 1e-13 * high:
            return float(new), True
        if value > 0:
            converged = new - low <= 1e-14 * new
            low, at_low = new, value
            at_high, side = (0.5 * at_high, 1) if side == 1 else (at_high, 1)
        else:
            converged = high - new <= 1e-14 * new
            high, at_high = new, value
            at_low, side = (0.5 * at_low, -1) if side == -1 else (at_low, -1)
        if converged:
            return float(new), True
    return float(new), False
