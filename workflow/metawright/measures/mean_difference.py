"""Mean difference. Arm 1 is the experimental, arm 2 the control arm; all functions broadcast their arguments."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from metawright.measures.arrays import Floats
from metawright.measures.estimable import NO_SPREAD, SMALL_ARM, Effect, effect, floats
from metawright.measures.kinds import CONTINUOUS
from metawright.measures.paired_difference import paired_difference
from metawright.measures.record import Measure, Simulation, Stated
from metawright.measures.scales import IDENTITY


def pooled_variance(n1: Floats, s1: Floats, n2: Floats, s2: Floats):
    """``[(n1-1) s1^2 + (n2-1) s2^2]/(N-2)``."""
    return ((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / (n1 + n2 - 2)


def mean_difference(
    n1: ArrayLike, m1: ArrayLike, s1: ArrayLike, n2: ArrayLike, m2: ArrayLike, s2: ArrayLike, variance: str = "unpooled"
) -> Effect:
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


MEASURES = (
    Measure(
        key="MD",
        kind=CONTINUOUS,
        scale=IDENTITY,
        unit="outcome",
        effect=mean_difference,
        options=("variance",),
        paired=paired_difference,
        small_study=("egger",),
        simulation=Simulation(
            drawn="means",
            cost=0.055,
            variance=lambda n1, n2, theta, sd, control_risk: sd**2 * (1.0 / n1 + 1.0 / n2),
        ),
        simulated_as="MD",
        name="mean difference",
        short="MD",
        title="Mean Difference",
        null_meaning="no difference",
        variance_stated=Stated(
            {
                "unpooled": (
                    "The sampling variance of a mean difference rests on the two standard deviations apart "
                    "(SD² / n, added over the arms)."
                ),
                "pooled": "The sampling variance of a mean difference rests on the pooled standard deviation.",
            },
            "variance",
        ),
        companions=("SMD",),
        reversible=True,
        usual=True,
        revman_type="Continuous",
        revman_effect="Mean Difference",
        revman="MD",
        revman_aliases=("WMD",),
        metafor="MD",
        r=(
            'escalc(measure = "MD", n1i = d$n1i, m1i = d$m1i, sd1i = d$sd1i, n2i = d$n2i, m2i = d$m2i, sd2i = d$sd2i,\n'
            '       vtype = if (s$variance == "pooled") "HO" else "LS")'
        ),
    ),
)
