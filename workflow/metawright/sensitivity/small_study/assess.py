"""All tests for small-study effects of one pool, behind the gate of ten trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metawright.measures.kinds import BINARY, GENERIC
from metawright.measures.record import Measure
from metawright.measures.registry import measure_of, measures_of_kind
from metawright.measures.risks import RATIO
from metawright.sensitivity.refit import Model, Trials
from metawright.sensitivity.small_study.begg import Begg, begg
from metawright.sensitivity.small_study.lines import (
    LineTest,
    PetPeese,
    contour_band,
    egger,
    egger_mixed,
    egger_sized,
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
_LINKED = "the standard error of {what} depends on the effect itself, which distorts Egger's and Begg's tests; {read}"
_UNREAD = {
    True: "no other test fits this measure, so that none is read",
    False: "the tests that fit need {needs} of every trial, which are not known, so that none is read",
}
_NAMES = {"harbord": "Harbord's", "peters": "Peters'", "egger_sized": "Egger's test on the sizes of the arms"}


@dataclass(frozen=True)
class SmallStudy:
    """Small-study effects of one pool.

    Attributes
    ----------
    status : {"assessed", "not_assessed"}
    reason : str
        Why not; empty otherwise.
    k : int
    egger, egger_mixed, begg, egger_sized, peters, harbord, pet_peese
        None where not assessed; `egger_sized` only for SMDs, Peters and Harbord only with 2 x 2 tables.
    read : tuple of str
        Names of the tests that fit the measure (`Measure.small_study`) and have a result, the one to read first. Empty
        where nothing may be concluded: Egger's test decides about no odds or risk ratio.
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
    egger_sized: LineTest | None = None
    peters: LineTest | None = None
    harbord: LineTest | None = None
    pet_peese: PetPeese | None = None
    trim_fill: tuple[TrimFill, ...] = ()
    bands: np.ndarray | None = None
    read: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def not_assessed_because(k: int) -> str:
    """The reason for which a pool of k trials is not assessed; empty from ten trials on."""
    return "" if k >= MINIMUM else f"not assessed: fewer than {MINIMUM} trials"


def assess(trials: Trials, models: Sequence[Model], level: float = 0.95, sizes=None) -> SmallStudy:
    """Run every test, say which of them is to be read, or say why there is none.

    Parameters
    ----------
    trials : Trials
        With counts for binary outcomes: Peters' and Harbord's tests then join. Trim and fill works on the trials'
        effects (Mantel-Haenszel pools are approximated by them). Their measure says which test fits; without one it is
        Egger's, for counts Harbord's.
    models : sequence of Model
        For trim and fill.
    level : float
    sizes : array_like, shape (2, k), optional
        Participants of the experimental and the control arms, for SMDs; None where some are not known.
    """
    reason = not_assessed_because(trials.k)
    if reason:
        return SmallStudy("not_assessed", reason, trials.k)
    y, v = trials.y, trials.v
    binary = trials.counts is not None
    usual = measures_of_kind(BINARY if binary else GENERIC)[0]
    measure = measure_of(trials.measure) if trials.measure else usual
    found: dict[str, LineTest | None] = {
        "egger": egger(y, v, level),
        "egger_sized": None,
        "peters": None,
        "harbord": None,
    }
    if measure.unit == "sd" and sizes is not None:
        found["egger_sized"] = egger_sized(y, sizes[0], sizes[1], level)
    if trials.counts is not None:
        a, n1, c, n2 = trials.counts
        found |= {"peters": peters(a, n1, c, n2, level, _ratio(measure).key), "harbord": harbord(a, n1, c, n2, level)}
    read = tuple(name for name in measure.small_study if (one := found[name]) and not one.reason)
    linked = _linked(measure, read)
    return SmallStudy(
        "assessed",
        "",
        trials.k,
        egger=found["egger"],
        egger_sized=found["egger_sized"],
        peters=found["peters"],
        harbord=found["harbord"],
        egger_mixed=egger_mixed(y, v, "REML", level),
        begg=begg(y, v),
        pet_peese=pet_peese(y, v, level),
        trim_fill=tuple(trim_fill(y, v, m, e, level=level) for m in dict.fromkeys(models) for e in ("L0", "R0")),
        bands=contour_band(y, v),
        read=read,
        remarks=(linked, *LIMITS) if linked else LIMITS,
    )


def _ratio(measure: Measure) -> Measure:
    """Return the ratio that Peters' test regresses: of risks for their ratio, of odds for all others."""
    return measure_of(measure.plain) if measure.risks is RATIO else measures_of_kind(BINARY)[0]


def _linked(measure: Measure, read: Sequence[str]) -> str:
    """Say why Egger's test does not decide about a measure and which test does; empty where it does."""
    fitting = measure.small_study
    if "egger" in fitting:
        return ""
    what = "a binary effect" if measure.kind is BINARY else f"a {measure.name}"
    if not read:
        needs = "the sizes of the arms" if measure.unit == "sd" else "the events"
        return _LINKED.format(what=what, read=_UNREAD[not fitting].format(needs=needs))
    own = [_NAMES[name] for name in read]
    tests = own[0] if read == ("egger_sized",) else f"{' and '.join(own)} test{'s' if len(own) > 1 else ''}"
    return _LINKED.format(what=what, read=f"{tests} {'are the ones' if len(own) > 1 else 'is the one'} to read")
