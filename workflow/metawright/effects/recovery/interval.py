"""Route S2: the standard deviation from the confidence interval of an arm's mean."""

import numpy as np
from scipy import special

from metawright.measures.arrays import Number

#: From this many participants on `auto` takes the normal quantile.
LARGE = 100


def half_width_quantile(n: Number, ci_level: Number = 95.0, ci_quantile: str = "auto"):
    """Return the quantile by which an interval was made: t with n - 1 degrees of freedom, or normal.

    Parameters
    ----------
    n : array_like
        Participants of the arm.
    ci_level : array_like
        Confidence level in percent.
    ci_quantile : {"auto", "t", "z"}
        ``auto``: t below 100 participants, normal from there on.

    Raises
    ------
    ValueError
        Unknown `ci_quantile`.
    """
    if ci_quantile not in ("auto", "t", "z"):
        raise ValueError(f"ci_quantile is 'auto', 't' or 'z', not {ci_quantile!r}")
    n = np.asarray(n, dtype=np.float64)
    upper = (1.0 + np.asarray(ci_level, dtype=np.float64) / 100.0) / 2.0
    student = ci_quantile == "t" or ((n < LARGE) & (ci_quantile == "auto"))
    return np.where(student, special.stdtrit(n - 1.0, upper), special.ndtri(upper))


def sd_from_interval(low: Number, high: Number, n: Number, ci_level: Number = 95.0, ci_quantile: str = "auto"):
    """Return ``sqrt(n) (high - low)/(2 q)`` with the quantile q of `half_width_quantile`.

    References
    ----------
    Cochrane Handbook for Systematic Reviews of Interventions, 6.5.2.2.
    """
    width = np.asarray(high, dtype=np.float64) - np.asarray(low, dtype=np.float64)
    return np.sqrt(n) * width / (2.0 * half_width_quantile(n, ci_level, ci_quantile))
