"""tau2 of a meta-regression, for any full-rank design.

With ``P = W - WX(X'WX)^-1 X'W``, ``W = diag(1/(v + t))``, twice the derivative of the restricted log likelihood is
``A(t) - B(t)``, ``A = y'PPy``, ``B = tr(P)`` (ML: ``B = sum w``). The profile may have several maxima: a geometric scan
finds every change of sign, Newton's iteration on ``B/A`` polishes each, and the highest likelihood wins. The scan works
with normal equations, over many values of t or many designs at once; the polish goes through an orthogonal complement
of the weighted design, in which nothing cancels when one trial carries nearly all the weight.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from metawright.heterogeneity.matrices import inner, inverse_positive, log_determinant, product, times

METHODS = ("FE", "DL", "PM", "REML", "ML")
# Step of the scan, as a factor on min(v) + t.
FACTOR = 1.05
MAX_ITERATIONS = 200
CLOSE = 1e-12


@dataclass(frozen=True)
class Score:
    """``y'PPy, tr(P), y'PPPy, tr(PP)`` (ML: ``sum w``, ``sum w^2`` for the traces) and ``y'Py``, one per tau2."""

    A: np.ndarray
    B: np.ndarray
    A3: np.ndarray
    B2: np.ndarray
    q: np.ndarray


def complement(X: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Householder's QR of ``(k, p)``: orthonormal basis, complement ``(k, k - p)`` and triangle.

    Raises
    ------
    ValueError
        If the columns are linearly dependent.
    """
    k, p = X.shape
    R, Q = X.astype(np.float64), np.eye(k)
    for j in range(p):
        x = R[j:, j]
        norm = np.sqrt((x * x).sum())
        if norm <= 1e-12 * np.sqrt((X[:, j] ** 2).sum()):
            raise ValueError("the covariates are constant or linearly dependent")
        u = x.copy()
        u[0] += np.copysign(norm, x[0])
        u /= np.sqrt((u * u).sum())
        R[j:] -= 2.0 * u[:, None] * (u[:, None] * R[j:]).sum(axis=0)
        Q[:, j:] -= 2.0 * (Q[:, j:] * u).sum(axis=1)[:, None] * u
    return Q[:, :p], Q[:, p:], R[:p]


def accurate_score(X, y, v, t: float, restricted: bool = True) -> Score:
    """`Score` of one design at one tau2, through the complement of the weighted design."""
    w = 1.0 / (v + t)
    root = np.sqrt(w)
    _, Q2, _ = complement(root[:, None] * X)
    a = (Q2 * (root * y)[:, None]).sum(axis=0)
    S = product(Q2.T * w, Q2)
    Sa = (S * a).sum(axis=1)
    B, B2 = (np.trace(S), (S * S).sum()) if restricted else (w.sum(), (w * w).sum())
    return Score(*(np.atleast_1d(x) for x in ((a * Sa).sum(), B, (Sa * Sa).sum(), B2, (a * a).sum())))


def _normal_equations(X, y, v, t):
    """Weights ``(R, k)``, inverse of X'WX ``(R, p, p)``, ``X'W`` ``(R, p, k)`` and residuals ``(R, k)``."""
    w = 1.0 / (v + t[:, None])
    XW = np.swapaxes(X, -1, -2) * w[:, None, :]
    C = inverse_positive(product(XW, X))
    return w, C, XW, y - times(X, times(C, times(XW, y)))


def score(X, y, v, t: np.ndarray, restricted: bool = True) -> Score:
    """`Score` at R values of tau2, for one design ``(k, p)`` or for R designs ``(R, k, p)``."""
    w, C, XW, r = _normal_equations(X, y, v, t)
    u = w * r
    Xu = times(XW, u)
    A3 = (w * u * u).sum(axis=1) - inner(Xu, times(C, Xu))
    if restricted:
        weighted = w[..., None] * X
        W2 = product(C, product(XW, weighted))
        W3 = product(C, product(XW * w[:, None, :], weighted))
        B = w.sum(axis=1) - np.trace(W2, axis1=1, axis2=2)
        B2 = (w * w).sum(axis=1) - 2.0 * np.trace(W3, axis1=1, axis2=2) + (W2 * np.swapaxes(W2, 1, 2)).sum(axis=(1, 2))
    else:
        B, B2 = w.sum(axis=1), (w * w).sum(axis=1)
    return Score((u * u).sum(axis=1), B, A3, B2, (u * r).sum(axis=1))


def log_likelihood(X, y, v, t: np.ndarray, restricted: bool = True) -> np.ndarray:
    """(Restricted) log likelihood without its constant, ``(R,)``."""
    w, C, _, r = _normal_equations(X, y, v, t)
    value = np.log(w).sum(axis=1) - (w * r * r).sum(axis=1)
    return 0.5 * (value + (log_determinant(C) if restricted else 0.0))


def polish(at: Callable[[np.ndarray], Score], smallest: float, low, high) -> tuple[np.ndarray, np.ndarray]:
    """Root of A - B in each bracket (positive at `low`), by Newton on B/A kept inside: root and convergence."""
    low, high, t = low.copy(), high.copy(), low.copy()
    done = np.zeros(low.shape, dtype=bool)
    for _ in range(MAX_ITERATIONS):
        here = at(t)
        ratio = here.A / here.B
        rising = ratio > 1.0
        low, high = np.where(rising & ~done, t, low), np.where(rising | done, high, t)
        new = t + (ratio - 1.0) / (2.0 * here.A3 / here.A - here.B2 / here.B)
        inside = (new >= low) & (new <= high)
        middle = np.sqrt((low + smallest) * (high + smallest)) - smallest
        close = np.abs(ratio - 1.0) <= CLOSE
        new = np.where(inside, new, np.where(close, t, np.clip(middle, low, high)))
        t, done = np.where(done, t, new), done | close | (new == t)
        if done.all():
            break
    return t, done


def scan_points(X, y, v, factor: float = FACTOR, points: int | None = None) -> np.ndarray:
    """Geometric points from 0 to a tau2 beyond which the derivative is negative.

    Where ``max(v) + t <= 2 (min(v) + t)``, ``A < B`` from ``min(v) + t = 2 S/(k - p)`` on, S the unweighted residual
    sum of squares (of the effects about their mean when the designs vary: an upper bound).
    """
    k, p = X.shape[-2:]
    e = y - y.mean()
    if X.ndim == 2:
        basis, _, _ = complement(X)
        e = y - (basis * (basis * y[:, None]).sum(axis=0)).sum(axis=1)
    smallest = v.min()
    last = max(v.max(), 2.0 * (e * e).sum() / (k - p))
    steps = points or int(np.ceil(np.log1p(last / smallest) / np.log(factor))) + 1
    return smallest * np.expm1(np.linspace(0.0, np.log1p(last / smallest), steps))


def maximise(X, y, v, restricted: bool = True) -> tuple[float, bool]:
    """tau2 at the global maximum of the (restricted) likelihood of one design, and convergence."""
    grid = scan_points(X, y, v)
    here = score(X, y, v, grid, restricted)
    here_0 = accurate_score(X, y, v, 0.0, restricted)
    rising = here.A > here.B
    rising[0], rising[-1] = here_0.A[0] > here_0.B[0], False
    left = np.flatnonzero(rising[:-1] & ~rising[1:])
    candidates = [] if rising[0] else [(0.0, True)]
    for i in left:
        root, done = polish(
            lambda t: accurate_score(X, y, v, t[0], restricted), v.min(), grid[i : i + 1], grid[i + 1 : i + 2]
        )
        candidates.append((float(root[0]), bool(done[0])))
    if len(candidates) == 1:
        return candidates[0]
    heights = log_likelihood(X, y, v, np.array([t for t, _ in candidates]), restricted)
    return candidates[int(np.argmax(heights))]


def paule_mandel(X, y, v, at: Callable[[float], Score]) -> tuple[float, bool]:
    """Root of ``y'P(t)y = k - p``, by Newton on its reciprocal from 0."""
    freedom = X.shape[0] - X.shape[1]
    t = 0.0
    for _ in range(MAX_ITERATIONS):
        here = at(t)
        q, slope = float(here.q[0]), float(here.A[0])
        if q <= freedom:
            return t, True
        step = (q - freedom) * q / (freedom * slope)
        t += step
        if step <= 1e-14 * t:
            return t, True
    return t, False


def tau2_of_design(X, y, v, method: str) -> tuple[float, bool]:
    """tau2 and convergence of one design; 0 for FE.

    Parameters
    ----------
    X : ndarray, shape (k, p)
    y, v : ndarray, shape (k,)
    method : str
        One of `METHODS`. DL: ``max(0, (Q - (k - p))/tr(P))`` with fixed-effect weights. PM: ``y'Py = k - p``.

    Raises
    ------
    ValueError
        Unknown method, dependent covariates, or no residual degrees of freedom.
    """
    if method not in METHODS:
        raise ValueError(f"no meta-regression by {method!r}; known: {', '.join(METHODS)}")
    k, p = X.shape
    if k <= p:
        raise ValueError(f"{k} trials cannot carry {p} coefficients")
    complement(X)
    if method == "FE":
        return 0.0, True
    if method == "DL":
        here = accurate_score(X, y, v, 0.0)
        return max(0.0, float((here.q[0] - (k - p)) / here.B[0])), True
    if method == "PM":
        return paule_mandel(X, y, v, lambda t: accurate_score(X, y, v, t))
    return maximise(X, y, v, method == "REML")


def tau2_of_designs(X, y, v, method: str, points: int = 40) -> np.ndarray:
    """tau2 of many designs ``(R, k, p)`` on the same effects, ``(R,)``: for permutations, to about 1e-6.

    Of several maxima of one likelihood the one next to the highest scanned point counts.
    """
    k, p = X.shape[-2:]
    R = X.shape[0]
    zero = np.zeros(R)
    if method == "FE":
        return zero
    if method == "DL":
        here = score(X, y, v, zero)
        return np.maximum(0.0, (here.q - (k - p)) / here.B)
    if method == "PM":
        return _paule_mandel_of_designs(X, y, v)
    restricted = method == "REML"
    grid = scan_points(X, y, v, points=points)
    best, height = np.zeros(R, dtype=int), np.full(R, -np.inf)
    for i, t in enumerate(grid):
        value = log_likelihood(X, y, v, np.full(R, t), restricted)
        best, height = np.where(value > height, i, best), np.maximum(value, height)
    low, high = grid[np.maximum(best - 1, 0)], grid[np.minimum(best + 1, grid.size - 1)]
    start = score(X, y, v, low, restricted)
    at_zero = (low == 0.0) & ~(start.A > start.B)
    root, _ = polish(lambda t: score(X, y, v, t, restricted), v.min(), low, high)
    return np.where(at_zero, 0.0, root)


def _paule_mandel_of_designs(X, y, v) -> np.ndarray:
    freedom = X.shape[1] - X.shape[2]
    t = np.zeros(X.shape[0])
    for _ in range(MAX_ITERATIONS):
        here = score(X, y, v, t)
        step = np.where(here.q > freedom, (here.q - freedom) * here.q / (freedom * here.A), 0.0)
        t = t + step
        if (step <= 1e-9 * t).all():
            break
    return t
