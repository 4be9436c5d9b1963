"""All tests for small-study effects of one pool, behind the gate of ten trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metawright.sensitivity.refit import Model, Trials
from metawright.sensitivity.small_study.begg import Begg, begg
from metawright.sensitivity.small_study.lines import (
    LineTest,
    PetPeese,
    contour_band,
    egger,
    egger_mixed,
    harbord,
    pet_peese,
    peters,
)
from metawright.sensitivity.small_study.trim_fill import TrimFill, trim_fill

#: Cochrane Handbook, chapter on missing evidence.
MINIMUM = 10

LIMITS = (
    "an asymmetric funnel is no proof of unpublished trials: small trials may differ in patients, dose or quality, and "
    "chance alone does it too",
    "with few trials these tests miss most asymmetry: a large P is no proof of its absence",
    "trim and fill and PET-PEESE are sensitivity analyses, not corrections",
)
LINKED = (
    "the standard error of a binary effect depends on the effect itself, which distorts Egger's and Begg's tests; "
    "Peters' and Harbord's tests are the ones to read"
)


@dataclass(frozen=True)
class SmallStudy:
    """Small-study effects of one pool.

    Attributes
    ----------
    status : {"assessed", "not_assessed"}
    reason : str
        Why not; empty otherwise.
    k : int
    egger, egger_mixed, begg, peters, harbord, pet_peese
        None where not assessed; Peters and Harbord only with 2 x 2 tables.
    trim_fill : tuple of TrimFill
        Per model and estimator (L0, R0).
    bands : ndarray of int
        Band of each trial in the contour funnel (0: P > 0.1; 1: P > 0.05; 2: P > 0.01; 3: below).
    remarks : tuple of str
        What the tests cannot say.
    """

    status: str
    reason: str
    k: int
    egger: LineTest | None = None
    egger_mixed: LineTest | None = None
    begg: Begg | None = None
    peters: LineTest | None = None
    harbord: LineTest | None = None
    pet_peese: PetPeese | None = None
    trim_fill: tuple[TrimFill, ...] = ()
    bands: np.ndarray | None = None
    remarks: tuple[str, ...] = ()


def not_assessed_because(k: int) -> str:
    """The reason for which a pool of k trials is not assessed; empty from ten trials on."""
    return "" if k >= MINIMUM else f"not assessed: fewer than {MINIMUM} trials"


def assess(trials: Trials, models: Sequence[Model], level: float = 0.95) -> SmallStudy:
    """Run every test, or say why not.

    Parameters
    ----------
    trials : Trials
        With counts for binary outcomes: Peters' and Harbord's tests then join. Trim and fill works on the trials'
        effects (Mantel-Haenszel pools are approximated by them).
    models : sequence of Model
        For trim and fill.
    level : float
    """
    reason = not_assessed_because(trials.k)
    if reason:
        return SmallStudy("not_assessed", reason, trials.k)
    y, v = trials.y, trials.v
    binary = trials.counts is not None
    return SmallStudy(
        "assessed",
        "",
        trials.k,
        egger=egger(y, v, level),
        egger_mixed=egger_mixed(y, v, "REML", level),
        begg=begg(y, v),
        peters=peters(*trials.counts, level) if binary else None,
        harbord=harbord(*trials.counts, level) if binary else None,
        pet_peese=pet_peese(y, v, level),
        trim_fill=tuple(trim_fill(y, v, m, e, level=level) for m in dict.fromkeys(models) for e in ("L0", "R0")),
        bands=contour_band(y, v),
        remarks=(LINKED, *LIMITS) if binary else LIMITS,
    )
