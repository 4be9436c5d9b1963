"""Route S3: one standard deviation for both arms from the spread of their mean difference."""

import numpy as np
from scipy import special

from metawright.measures.arrays import Number


def se_from_difference_interval(low: Number, high: Number, n1: Number, n2: Number, ci_level: Number = 95.0):
    """Return ``(high - low)/(2 t)`` with N - 2 degrees of freedom: the standard error of a mean difference.

    References
    ----------
    Cochrane Handbook for Systematic Reviews of Interventions, 6.5.2.3.
    """
    upper = (1.0 + np.asarray(ci_level, dtype=np.float64) / 100.0) / 2.0
    width = np.asarray(high, dtype=np.float64) - np.asarray(low, dtype=np.float64)
    return width / (2.0 * special.stdtrit(np.asarray(n1, dtype=np.float64) + n2 - 2.0, upper))


def common_sd(se: Number, n1: Number, n2: Number):
    """Return ``se/sqrt(1/n1 + 1/n2)``: the SD that both arms share, from the standard error of their difference.

    References
    ----------
    Cochrane Handbook for Systematic Reviews of Interventions, 6.5.2.3.
    """
    n1, n2 = np.asarray(n1, dtype=np.float64), np.asarray(n2, dtype=np.float64)
    return np.asarray(se, dtype=np.float64) / np.sqrt(1.0 / n1 + 1.0 / n2)
