"""Route S8: a standard deviation borrowed from other trials of the same scale."""

import numpy as np
from numpy.typing import ArrayLike


def borrowed_sd(sd: ArrayLike, n: ArrayLike):
    """Return ``sqrt(sum (n - 1) sd^2/sum (n - 1))`` over the lending arms (axis 0).

    References
    ----------
    Cochrane Handbook for Systematic Reviews of Interventions, 6.5.2.7; Furukawa 2006.
    """
    sd, df = np.asarray(sd, dtype=np.float64), np.asarray(n, dtype=np.float64) - 1.0
    return np.sqrt((df * sd**2).sum(axis=0) / df.sum(axis=0))
