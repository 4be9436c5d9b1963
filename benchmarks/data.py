"""Meta-analyses to time: known variances for the fits, and the draws of a simulation sweep."""

import numpy as np

TAU2 = 0.3
PER_ARM = 20


def pools(k: int, replicates: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Effects and variances, ``(k, R)``: variances from 0.05 to 1, tau2 = 0.3, about half of the typical variance."""
    rng = np.random.default_rng([seed, k])
    v = rng.uniform(0.05, 1.0, (k, replicates))
    return rng.standard_normal((k, replicates)) * np.sqrt(v + TAU2), v


def drawn_trials(rng: np.random.Generator, k: int, replicates: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean differences of two arms of 20 patients, SD 1: normal effects, gamma sample variances, exact for normal data.

    That is what a sweep draws per replicate: k normal and 2k gamma numbers.
    """
    half = (PER_ARM - 1) / 2
    v = rng.standard_gamma(half, (2, k, replicates))
    v = (v[0] + v[1]) / (half * PER_ARM)
    y = rng.standard_normal((k, replicates))
    y *= np.sqrt(2 / PER_ARM + 0.1)
    return y, v
