"""Route S1: the standard deviation from the standard error of an arm's mean."""

import numpy as np

from metawright.measures.arrays import Number


def sd_from_se(se: Number, n: Number):
    """Return ``se sqrt(n)``.

    Parameters
    ----------
    se, n : array_like
        Standard error of the mean and participants; broadcast.

    References
    ----------
    Cochrane Handbook for Systematic Reviews of Interventions, 6.5.2.2.
    """
    return np.asarray(se, dtype=np.float64) * np.sqrt(n)
