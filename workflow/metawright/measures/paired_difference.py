"""Mean difference of a cross-over trial: every participant is measured under both treatments."""

import numpy as np
from numpy.typing import ArrayLike

from metawright.measures.estimable import NO_VARIANCE, SMALL_ARM, Effect, effect, floats


def paired_difference(
    n: ArrayLike, m1: ArrayLike, s1: ArrayLike, m2: ArrayLike, s2: ArrayLike, rho: ArrayLike
) -> Effect:
    """Mean difference ``m1 - m2`` with ``v = (s1^2 + s2^2 - 2 rho s1 s2)/n`` for n pairs.

    Parameters
    ----------
    n : array_like
        Participants who were measured under both treatments.
    m1, s1, m2, s2 : array_like
        Mean and standard deviation under the experimental (1) and the control (2) treatment.
    rho : array_like
        Correlation of the two measurements of a participant.

    Returns
    -------
    Effect
        Not estimable with fewer than two pairs, or when the variance is not positive.

    References
    ----------
    Elbourne 2002; Cochrane Handbook for Systematic Reviews of Interventions, 23.2.7.
    """
    cells = n, m1, s1, m2, s2, rho = floats(n, m1, s1, m2, s2, rho)
    with np.errstate(divide="ignore", invalid="ignore"):
        v = ((s1 - s2) ** 2 + 2.0 * (1.0 - rho) * s1 * s2) / n
        return effect(m1 - m2, v, cells, (n < 2, SMALL_ARM), (v <= 0, NO_VARIANCE))
