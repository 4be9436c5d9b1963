"""The generalised Q statistic as a function of tau2, and the tau2 at which it takes a given value.

``Q(t) = sum (y - mu_t)^2/(v + t)`` falls steadily from Cochran's Q towards 0. Paule and Mandel's estimator is its
root at k - 1, the limits of the Q-profile interval (Viechtbauer 2007) are its roots at two chi-square quantiles.
"""

from __future__ import annotations

import numpy as np

from metawright.pooling.columns import Block, total
from metawright.pooling.compiled import kernels_for

MAX_ITERATIONS = 500
# Relative distance of Q from its target at which one more Newton step is the last.
CLOSE = 1e-10


def solve(block: Block, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find the tau2 >= 0 with ``Q(tau2) = target``; 0 where Q(0) does not exceed the target.

    Newton's iteration on ``target/Q(t)``, which is concave and rises: started at 0 it climbs to the root without
    overshooting, in one step where all variances are equal, and there is no cap on tau2.

    Parameters
    ----------
    block : Block
    target : ndarray, shape (R,)
        Positive.

    Returns
    -------
    tau2 : ndarray, shape (R,)
        NaN where `target` or Q is NaN.
    converged : ndarray of bool, shape (R,)
    """
    if kernels := kernels_for(*block.r.shape):
        return kernels.solve(block.r, block.v, block.q, target, CLOSE, MAX_ITERATIONS)
    tau2 = np.where(np.isnan(block.q) | np.isnan(target), np.nan, 0.0)
    converged = np.ones(tau2.shape, dtype=bool)
    active = np.flatnonzero(block.q > target)
    converged[active] = False
    r, v = block.take(active)
    t = np.zeros(active.size)
    for _ in range(MAX_ITERATIONS):
        if not active.size:
            break
        w = 1.0 / (v + t)
        offset = total(w * r) / total(w)
        e = r - offset
        g = w * e
        q = total(g * e)
        goal = target[active]
        step = (q - goal) * q / (goal * total(g * g))
        # Beyond the root only by rounding: stay.
        new = t + np.maximum(step, 0.0)
        done = (np.abs(q - goal) <= CLOSE * goal) | (new == t)
        tau2[active] = new
        converged[active[done]] = True
        keep = np.flatnonzero(~done)
        active, t = active[keep], new[keep]
        if keep.size < done.size:
            r, v = np.take(r, keep, axis=1), np.take(v, keep, axis=1)
    return tau2, converged
