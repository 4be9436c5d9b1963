"""Ratio of means. Arm 1 is the experimental, arm 2 the control arm."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from metawright.measures.estimable import NO_SPREAD, NON_POSITIVE_MEAN, SMALL_ARM, Effect, effect, floats
from metawright.measures.kinds import CONTINUOUS
from metawright.measures.record import Measure, Stated
from metawright.measures.scales import LOGARITHM


def ratio_of_means(
    n1: ArrayLike, m1: ArrayLike, s1: ArrayLike, n2: ArrayLike, m2: ArrayLike, s2: ArrayLike, second_order: bool = False
) -> Effect:
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


MEASURES = (
    Measure(
        key="ROM",
        kind=CONTINUOUS,
        scale=LOGARITHM,
        unit="ratio",
        effect=ratio_of_means,
        options=("second_order",),
        small_study=("egger",),
        name="ratio of means",
        short="ROM",
        title="Ratio of Means",
        null_meaning="no effect",
        variance_stated=Stated(
            {False: "", True: "Ratios of means carry a second-order correction for bias."}, "second_order"
        ),
        revman_effect="Ratio of Means",
        metafor="ROM",
        r="""{
  # written out: versions of metafor differ in the second-order correction (Lajeunesse 2015)
  A <- d$sd1i^2 / (d$n1i * d$m1i^2)
  B <- d$sd2i^2 / (d$n2i * d$m2i^2)
  second <- s$second_order == "true"
  list(yi = log(d$m1i / d$m2i) + second * (A - B) / 2, vi = A + B + second * (A^2 + B^2) / 2)
}""",
    ),
)
