"""Participants per arm of the trials of a scenario."""

from __future__ import annotations

import numpy as np
from scipy import special

#: `lognormal`: sizes at the mid-quantiles of a lognormal distribution with this spread, their mean as declared.
SPREAD = 0.5
SIZE_PATTERNS = ("equal", "lognormal", "one_larger", "one_smaller")


def arm_sizes(pattern: str, k: int, n: int) -> np.ndarray:
    """Return the participants per arm of each trial, ``(k,)``, at least 2.

    Parameters
    ----------
    pattern : {"equal", "lognormal", "one_larger", "one_smaller"}
        The first trial is ten times larger or smaller than the others with the last two.
    k : int
        Trials.
    n : int
        Participants per arm of a usual trial (`lognormal`: on average).
    """
    sizes = np.full(k, float(n))
    if pattern == "lognormal":
        shape = np.exp(SPREAD * special.ndtri((np.arange(k) + 0.5) / k))
        sizes = n * shape / shape.mean()
    elif pattern == "one_larger":
        sizes[0] = 10.0 * n
    elif pattern == "one_smaller":
        sizes[0] = n / 10.0
    return np.maximum(2.0, np.floor(sizes + 0.5))
