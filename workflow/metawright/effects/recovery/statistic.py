"""Routes S4 and S5: the standard error of a difference from its test statistic or its P value."""

import numpy as np
from scipy import special

from metawright.measures.arrays import Number


def t_from_f(f: Number):
    """Return ``sqrt(F)``: the t of an F statistic with one degree of freedom between two groups."""
    return np.sqrt(np.asarray(f, dtype=np.float64))


def t_from_p(p: Number, n1: Number, n2: Number):
    """Return the t with N - 2 degrees of freedom whose two-sided P is *p*.

    Parameters
    ----------
    p : array_like
        Two-sided P above 0 and below 1. A bound ("P < 0.05") put in as 0.05 gives the smallest t that it allows,
        and so the largest standard error: it is conservative.
    n1, n2 : array_like
        Participants of the two arms.
    """
    df = np.asarray(n1, dtype=np.float64) + n2 - 2.0
    return -special.stdtrit(df, np.asarray(p, dtype=np.float64) / 2.0)


def z_from_p(p: Number):
    """Return the normal deviate whose two-sided P is *p*: for estimates whose arms' sizes are not known."""
    return -special.ndtri(np.asarray(p, dtype=np.float64) / 2.0)


def se_from_statistic(difference: Number, statistic: Number):
    """Return ``|difference|/|statistic|``; NaN where either is 0, for then it says nothing about the spread.

    References
    ----------
    Cochrane Handbook for Systematic Reviews of Interventions, 6.5.2.3.
    """
    difference = np.abs(np.asarray(difference, dtype=np.float64))
    statistic = np.abs(np.asarray(statistic, dtype=np.float64))
    known = (difference > 0) & (statistic > 0)
    return np.where(known, difference / np.where(known, statistic, 1.0), np.nan)
