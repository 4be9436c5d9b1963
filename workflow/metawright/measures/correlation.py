"""Correlation of two measurements, pooled as Fisher's z."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from metawright.measures.estimable import PERFECT_CORRELATION, SMALL_SAMPLE, Effect, effect, floats
from metawright.measures.estimates import Contrast, ContrastCells
from metawright.measures.kinds import CORRELATION
from metawright.measures.record import Measure
from metawright.measures.scales import FISHER_Z


def fisher_z(r: ArrayLike | None, n: ArrayLike | None) -> Effect:
    """Fisher's z of a correlation: ``y = atanh(r)``, ``v = 1/(n - 3)``; back-transformed with tanh.

    Not estimable for ``n <= 3`` or ``|r| >= 1``.
    """
    r, n = floats(r, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        return effect(np.arctanh(r), 1 / (n - 3), (r, n), (n <= 3, SMALL_SAMPLE), (np.abs(r) >= 1, PERFECT_CORRELATION))


def _of_row(row: ContrastCells) -> Effect:
    return fisher_z(row["estimate"], row["n"])


#: A correlation with its number of participants.
CORRELATIONS = Contrast(
    columns=("estimate", "n"),
    or_interval=False,
    headed=(("estimate",), ("n", "n_randomised")),
    effect=_of_row,
    wide={"ri": "estimate", "ni": "n"},
)

MEASURES = (
    Measure(
        key="ZCOR",
        kind=CORRELATION,
        scale=FISHER_Z,
        unit="correlation",
        contrast=CORRELATIONS,
        small_study=("egger",),
        name="correlation",
        short="r",
        title="Correlation",
        null_meaning="no correlation",
        reversible=True,
        usual=True,
        revman_effect="Fisher's z",
        metafor="ZCOR",
        metafor_aliases=("COR",),
        r='escalc(measure = "ZCOR", ri = d$ri, ni = d$ni)',
    ),
)
