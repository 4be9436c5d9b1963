"""The Henmi-Copas interval: centred at the fixed-effect estimate, with a variance that allows for tau2.

The fixed-effect centre is less open to small-study effects than a random-effects one; the quantile comes from the
joint distribution of the estimate and Cochran's Q (Henmi and Copas 2010; metafor's ``hc()``).
"""

from __future__ import annotations

import numpy as np
from scipy import special

from metawright.measures.arrays import Floats
from metawright.pooling.columns import Block, total, trace_of_square
from metawright.pooling.moments import dersimonian_laird
from metawright.pooling.quantiles import normal

# Panels of the quadrature: standard deviations about the point where G passes one half, and fixed distances
# beyond x, the last of which leaves a normal tail below 1e-20.
_ABOUT = np.array([-6.0, -3.0, -1.0, 1.0, 3.0, 6.0])[:, None]
_BEYOND = np.array([0.0, 1.0, 2.0, 3.5, 5.5, 8.5])[:, None]
_NODES, _WEIGHTS = (x[:, None, None] for x in np.polynomial.legendre.leggauss(10))
_SQRT_2PI = np.sqrt(2.0 * np.pi)


class Tail:
    """``I(x) = integral_x^inf G(r) phi(r) dr``, the probability that a standardised estimate exceeds x sqrt(V)."""

    def __init__(self, block: Block, tau2: np.ndarray):
        # Products, not powers: the last bits of a power depend on how NumPy was built.
        w = 1.0 / block.v
        w2 = w * w
        W1, sum_w2 = total(w), total(w2)
        W2 = sum_w2 / W1
        spread2 = (w - W2) ** 2
        # D = W3 - W2^2 and W4 - 2 W2 W3 + W2^3 as sums of squares.
        D, E = total(w * spread2) / W1, total(w2 * spread2) / W1
        self.df = block.df
        self.V = 1.0 + tau2 * W2
        # W1/W2 - 1 = 2 e2/sum w^2, W1 - W2 = tr(P) and W1 W2 - 2 W3 + W2^2 = tr(PP), without cancellation.
        self.spread = 2.0 * block.e2 / sum_w2
        gap, trace_pp = block.trace, trace_of_square(block.e1, block.e2, block.e3)
        self.mean0 = self.df + tau2 * gap
        t2 = tau2 * tau2
        self.mean1 = t2 * D
        self.var0 = 2.0 * self.df + 4.0 * tau2 * gap + 2.0 * t2 * trace_pp
        self.var1 = 4.0 * t2 * D + 4.0 * t2 * tau2 * E
        self.var2 = 2.0 * t2 * t2 * D * D

    def _moments(self, r: Floats):
        """Mean and variance of Q given an estimate of r standard deviations."""
        V = self.V
        c = r * r / V - 1.0 / V
        mean = self.mean0 + self.mean1 * c
        variance = self.var0 + self.var1 * c + self.var2 * (1.0 / V**2 - 2.0 * r * r / V**2)
        # Far out the approximated variance can turn negative: the conditional law is then a point.
        return mean, np.maximum(variance, 1e-12 * mean * mean)

    def _edges(self, x: Floats):
        """Panel edges ``(n, R)``: fine where G rises, which is where the bound on Q meets its mean."""
        slope = self.spread / (x * x) - self.mean1 / self.V
        r2 = (self.mean0 - self.mean1 / self.V - self.df + self.spread) / slope
        rise = np.sqrt(np.where((slope > 0) & (r2 > 0), r2, x * x))
        sd = np.sqrt(self._moments(rise)[1]) / (2.0 * np.abs(slope) * rise)
        edges = np.concatenate([rise + sd * _ABOUT, x + _BEYOND])
        return np.sort(np.clip(np.where(np.isnan(edges), x, edges), x, x + _BEYOND[-1]), axis=0)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """I(x), shape ``(R,)``."""
        edges = self._edges(x)
        half = 0.5 * np.diff(edges, axis=0)
        r = half * _NODES + (edges[:-1] + half)
        mean, variance = self._moments(r)
        level = self.spread * ((r / x) ** 2 - 1.0) + self.df
        G = special.gammainc(mean * mean / variance, level * mean / variance)
        values = half * _WEIGHTS * G * np.exp(-0.5 * r * r) / _SQRT_2PI
        return total(np.ascontiguousarray(values.reshape(-1, x.size)))


def _quantile(tail: Tail, alpha: float) -> np.ndarray:
    """Solve ``log I(x) = log(alpha/2)`` by the Illinois method; as G <= 1 the root is below the normal quantile."""

    def excess(x: Floats):
        # The floor keeps the secants finite where the tail underflows.
        return np.log(np.maximum(tail(x) / (alpha / 2), 1e-6))

    z = normal(1.0 - alpha)
    low, high = 0.02 * z / np.sqrt(tail.V), np.full(tail.V.shape, z)
    f_low, f_high = excess(low), excess(high)
    bracketed = (f_low > 0) & (f_high <= 0)
    x = np.where(bracketed, high, np.nan)
    open_ = bracketed.copy()
    side = np.zeros(x.shape, dtype=np.int8)
    for _ in range(100):
        if not open_.any():
            break
        new = (low * f_high - high * f_low) / (f_high - f_low)
        value = excess(new)
        positive = value > 0
        f_high = np.where(positive, np.where(side == 1, f_high / 2, f_high), value)
        f_low = np.where(positive, value, np.where(side == -1, f_low / 2, f_low))
        low, high = np.where(positive, new, low), np.where(positive, high, new)
        side = np.where(positive, 1, -1).astype(np.int8)
        moved = np.abs(new - x) > 1e-10 * new
        x = np.where(open_, new, x)
        open_ &= moved & (value != 0)
    return x


def henmi_copas(block: Block, level: float):
    """Henmi-Copas interval for one block.

    ``W1 = sum w, Wj = sum w^j/W1``, tau2 = DL, ``V = 1 + tau2 W2``, ``se = sqrt(V/W1)``; the half width is
    ``x sqrt(V) se`` with ``integral_x^inf G(r) phi(r) dr = (1 - level)/2``, where G is the gamma distribution
    function with the mean and variance of Q given the estimate, at ``(W1/W2 - 1)((r/x)^2 - 1) + k - 1``.

    Parameters
    ----------
    block : Block
    level : float

    Returns
    -------
    se, critical : ndarray, shape (R,)
        Standard error and half width in units of it.
    p_of : callable
        Two-sided P of ``estimate/se``, shape ``(R,)``.

    References
    ----------
    Henmi and Copas 2010; metafor, function ``hc``.
    """
    tail = Tail(block, dersimonian_laird(block))
    root_v = np.sqrt(tail.V)

    def p_of(statistic: Floats):
        return np.minimum(1.0, 2.0 * tail(np.maximum(np.abs(statistic) / root_v, 1e-6)))

    return root_v / np.sqrt(block.e1), _quantile(tail, 1.0 - level) * root_v, p_of
