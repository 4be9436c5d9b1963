"""Effect measures of two arms with mean, standard deviation and size: MD, SMD, ROM.

Arm 1 is the experimental, arm 2 the control arm; ``N = n1 + n2``. All functions broadcast their arguments.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from metawright.effects.measures.estimable import (
    NO_SPREAD,
    NON_POSITIVE_MEAN,
    SMALL_ARM,
    Effect,
    effect,
    floats,
)


def pooled_variance(n1, s1, n2, s2):
    """``[(n1-1) s1^2 + (n2-1) s2^2]/(N-2)``."""
    return ((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / (n1 + n2 - 2)


def small_sample_factor(m, exact: bool = True):
    """Hedges' factor J for m degrees of freedom.

    Exact: ``Gamma(m/2)/(sqrt(m/2) Gamma((m-1)/2))``; approximate: ``1 - 3/(4m - 1)`` (Hedges and Olkin 1985).
    """
    m = np.asarray(m, dtype=np.float64)
    if exact:
        return np.exp(special.gammaln(m / 2) - np.log(m / 2) / 2 - special.gammaln((m - 1) / 2))
    return 1.0 - 3.0 / (4.0 * m - 1.0)


def mean_difference(n1, m1, s1, n2, m2, s2, variance: str = "unpooled") -> Effect:
    """Mean difference ``m1 - m2``.

    Parameters
    ----------
    n1, m1, s1, n2, m2, s2 : array_like
        Patients, mean and standard deviation of the experimental (1) and control (2) arm.
    variance : {"unpooled", "pooled"}
        ``s1^2/n1 + s2^2/n2`` (RevMan, metafor ``vtype = "LS"``) or ``sp^2 (1/n1 + 1/n2)`` (``"HO"``).

    Returns
    -------
    Effect
        Not estimable when an arm has fewer than two patients or both standard deviations are 0.
    """
    cells = n1, m1, s1, n2, m2, s2 = floats(n1, m1, s1, n2, m2, s2)
    with np.errstate(divide="ignore", invalid="ignore"):
        if variance == "unpooled":
            v = s1**2 / n1 + s2**2 / n2
        elif variance == "pooled":
            v = pooled_variance(n1, s1, n2, s2) * (1 / n1 + 1 / n2)
        else:
            raise ValueError(f"variance is 'unpooled' or 'pooled', not {variance!r}")
        return effect(m1 - m2, v, cells, ((n1 < 2) | (n2 < 2), SMALL_ARM), ((s1 == 0) & (s2 == 0), NO_SPREAD))


def standardised_mean_difference(n1, m1, s1, n2, m2, s2, smd: str = "revman") -> Effect:
    """Standardised mean difference ``g = J (m1 - m2)/sp`` (Hedges and Olkin 1985).

    Parameters
    ----------
    n1, m1, s1, n2, m2, s2 : array_like
        As for `mean_difference`.
    smd : {"revman", "exact"}
        ``revman``: ``J = 1 - 3/(4N - 9)``, ``v = N/(n1 n2) + g^2/(2 (N - 3.94))``;
        ``exact``: J by the gamma function, ``v = 1/n1 + 1/n2 + g^2/(2N)`` (metafor's default).

    Returns
    -------
    Effect
        Not estimable when an arm has fewer than two patients or both standard deviations are 0.
    """
    cells = n1, m1, s1, n2, m2, s2 = floats(n1, m1, s1, n2, m2, s2)
    if smd not in ("revman", "exact"):
        raise ValueError(f"smd is 'revman' or 'exact', not {smd!r}")
    N = n1 + n2
    with np.errstate(divide="ignore", invalid="ignore"):
        g = small_sample_factor(N - 2, smd == "exact") * (m1 - m2) / np.sqrt(pooled_variance(n1, s1, n2, s2))
        size = N if smd == "exact" else N - 3.94
        v = N / (n1 * n2) + g**2 / (2 * size)
        return effect(g, v, cells, ((n1 < 2) | (n2 < 2), SMALL_ARM), ((s1 == 0) & (s2 == 0), NO_SPREAD))


def ratio_of_means(n1, m1, s1, n2, m2, s2, second_order: bool = False) -> Effect:
    """Log ratio of means ``ln(m1/m2)``, ``v = A + B``, ``A = s1^2/(n1 m1^2)``, ``B = s2^2/(n2 m2^2)``.

    Parameters
    ----------
    n1, m1, s1, n2, m2, s2 : array_like
        As for `mean_difference`; both means positive.
    second_order : bool
        Correct by ``y + (A - B)/2``, ``v + (A^2 + B^2)/2`` (Lajeunesse 2015).

    Returns
    -------
    Effect
        Not estimable when a mean is not positive, an arm has fewer than two patients or both standard
        deviations are 0.
    """
    cells = n1, m1, s1, n2, m2, s2 = floats(n1, m1, s1, n2, m2, s2)
    with np.errstate(divide="ignore", invalid="ignore"):
        A = s1**2 / (n1 * m1**2)
        B = s2**2 / (n2 * m2**2)
        y, v = np.log(m1 / m2), A + B
        if second_order:
            y, v = y + (A - B) / 2, v + (A**2 + B**2) / 2
        return effect(
            y,
            v,
            cells,
            ((n1 < 2) | (n2 < 2), SMALL_ARM),
            ((m1 <= 0) | (m2 <= 0), NON_POSITIVE_MEAN),
            ((s1 == 0) & (s2 == 0), NO_SPREAD),
        )


def continuous_effect(
    measure: str,
    n1,
    m1,
    s1,
    n2,
    m2,
    s2,
    *,
    variance: str = "unpooled",
    smd: str = "revman",
    second_order: bool = False,
) -> Effect:
    """Effect of the measure with key MD, SMD or ROM; the options are those of the measures' own functions.

    Raises
    ------
    ValueError
        If `measure` is none of the three.
    """
    arms = n1, m1, s1, n2, m2, s2
    if measure == "MD":
        return mean_difference(*arms, variance=variance)
    if measure == "SMD":
        return standardised_mean_difference(*arms, smd=smd)
    if measure == "ROM":
        return ratio_of_means(*arms, second_order=second_order)
    raise ValueError(f"unknown continuous measure {measure!r}; known: MD, SMD, ROM")
