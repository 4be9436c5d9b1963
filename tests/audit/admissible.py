"""Effects that trials of known variances can have, given their pool and Q: two mirror images, or a sphere."""

from collections.abc import Sequence
from math import fsum, sqrt

import numpy as np


def mirror_solutions(estimate: float, v: Sequence[float], q: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the two pairs of effects that two trials of known variances can have, given their pool and Q.

    ``y1 = mu + (w2/W) D``, ``y2 = mu - (w1/W) D``, ``D = +-sqrt(Q (v1 + v2))``.
    """
    w = [1 / item for item in v]
    apart = sqrt(q * fsum(v))
    return tuple((estimate + w[1] / fsum(w) * d, estimate - w[0] / fsum(w) * d) for d in (apart, -apart))


def effects_on_sphere(estimate: float, v, q: float, directions) -> np.ndarray:
    """Return effects of k trials of known variances whose fixed-effect pool and Q are given.

    Parameters
    ----------
    estimate : float
    v : array_like, shape (k,)
    q : float
    directions : array_like, shape (R, k)
        Any vectors; normal random ones give points uniform on the sphere of admissible effects in whitened
        coordinates.

    Returns
    -------
    ndarray, shape (R, k)
    """
    root = np.sqrt(np.asarray(v, dtype=float))
    axis = (1 / root) / np.sqrt((1 / root**2).sum())
    x = np.asarray(directions, dtype=float)
    x = x - (x * axis).sum(axis=1, keepdims=True) * axis
    return estimate + sqrt(q) * x / np.sqrt((x * x).sum(axis=1, keepdims=True)) * root
