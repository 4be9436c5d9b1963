"""Boundaries for repeated looks at accumulating trials, by spending the type I error."""

from __future__ import annotations

import numpy as np
from scipy import special

NODES = 8
# Beyond this the tails of the normal distribution underflow.
LARGEST = 38.0
_X, _W = np.polynomial.legendre.leggauss(NODES)


def obrien_fleming_spending(fraction, alpha: float = 0.05) -> np.ndarray:
    """Two-sided type I error spent at an information fraction: ``4 (1 - Phi(z_{1 - alpha/4}/sqrt(t)))``.

    Each side spends ``2 (1 - Phi(z_{1 - alpha/4}/sqrt(t)))``, the O'Brien-Fleming-like function for alpha/2; all of it
    is spent at 1.

    References
    ----------
    Lan and DeMets 1983.
    """
    t = np.clip(np.asarray(fraction, dtype=np.float64), 0.0, 1.0)
    with np.errstate(divide="ignore"):
        return 4.0 * special.ndtr(special.ndtri(alpha / 4.0) / np.sqrt(t))


def sequential_boundary(fractions, alpha: float = 0.05) -> np.ndarray:
    """Two-sided boundary for the z statistic at every look.

    Parameters
    ----------
    fractions : array_like, shape (m,)
        Information at each look as a share of the information required, rising. From the first look at or above 1 the
        whole error is spent; later looks have no boundary.
    alpha : float
        Two-sided type I error of the whole sequence.

    Returns
    -------
    ndarray, shape (m,)
        The boundary for ``|z|``; inf where the error spent is too small to represent, NaN after the required
        information was reached.

    Raises
    ------
    ValueError
        Fractions that do not rise or are not positive.

    Notes
    -----
    With ``B_j = z_j sqrt(t_j)`` a Brownian motion, the density of B among sequences that have not crossed is carried
    from look to look by quadrature, and each boundary is the root at which the chance of a first crossing equals the
    error newly spent.

    References
    ----------
    Armitage, McPherson and Rowe 1969; O'Brien and Fleming 1979; Lan and DeMets 1983.
    """
    t = np.asarray(fractions, dtype=np.float64)
    if t.ndim != 1 or not (t > 0).all() or not (np.diff(t) > 0).all():
        raise ValueError("information fractions have to be positive and to rise from look to look")
    out = np.full(t.shape, np.nan)
    spent, before = 0.0, 0.0
    points, mass = np.zeros(1), np.ones(1)
    for j, fraction in enumerate(np.minimum(t, 1.0)):
        if before >= 1.0:
            break
        spending = float(obrien_fleming_spending(fraction, alpha))
        step = np.sqrt(fraction - before)
        bound = _root(points, mass, step, spending - spent, np.sqrt(fraction))
        out[j] = bound / np.sqrt(fraction) if np.isfinite(bound) else np.inf
        inner = min(bound, LARGEST * np.sqrt(fraction))
        points, mass = _carry(points, mass, step, inner)
        spent, before = spending, fraction
    return out


def _crossing(points, mass, step: float, bound: float) -> float:
    """Chance that the next value lies outside the bounds."""
    return float(
        (mass * (special.ndtr((points - bound) / step) + special.ndtr((-points - bound) / step))).sum()
    )  # fmt: skip


def _root(points, mass, step: float, error: float, scale: float) -> float:
    """Bound on B at which the crossing probability is `error`; inf where it is below what can be represented."""
    high = LARGEST * scale
    if error < 1e-280 or _crossing(points, mass, step, high) > error:
        return np.inf
    low = 0.0
    for _ in range(200):
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        low, high = (middle, high) if _crossing(points, mass, step, middle) > error else (low, middle)
    return (low + high) / 2.0


def _carry(points, mass, step: float, bound: float) -> tuple[np.ndarray, np.ndarray]:
    """Quadrature points and masses of B after the next increment, restricted to the bounds."""
    # The density varies over distances of `step`: panels of that width, eight Gauss points in each.
    panels = int(np.clip(np.ceil(2.0 * bound / step), 8, 4_000))
    edges = np.linspace(-bound, bound, panels + 1)
    half = (edges[1] - edges[0]) / 2.0
    new = ((edges[:-1] + half)[:, None] + half * _X).reshape(-1)
    weight = np.tile(half * _W, panels)
    density = np.zeros(new.size)
    for start in range(0, new.size, 1024):
        part = slice(start, start + 1024)
        z = (new[part, None] - points) / step
        density[part] = (mass * np.exp(-0.5 * z * z)).sum(axis=1)
    return new, weight * density / (step * np.sqrt(2.0 * np.pi))
