"""What one cell is rated by: the numbers of its headline result, its trials, and what people judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import fsum
from typing import Any

#: How people came into the arms; the empty word is not known.
ALLOCATIONS = ("randomised", "non_randomised", "uncontrolled")
#: Word of the weight that no judgement on risk of bias covers.
NOT_JUDGED = "not judged"


@dataclass(frozen=True)
class Threshold:
    """A declared threshold of importance, and where it comes from."""

    value: float
    source: str = ""


@dataclass(frozen=True)
class Study:
    """Effect and sampling variance of a trial, on the analysis scale (ratios: natural logarithm)."""

    y: float
    v: float


@dataclass(frozen=True)
class RiskOfBias:
    """Overall judgements on the trials of a pool, by weight.

    Attributes
    ----------
    instrument : str
        `RoB1`, `RoB2` or `ROBINS-I`.
    weights : mapping
        Percent of the pool's weight by overall judgement; the rest, if any, is `not judged`.
    two_high : float
        Percent of weight from trials with two or more domains at high risk.
    same_without_high : bool or None
        Whether the pool without the trials at high risk leads to the same conclusion; None: not computed.
    """

    instrument: str
    weights: Mapping[str, float]
    two_high: float = 0.0
    same_without_high: bool | None = None

    def share(self, *levels: str) -> float:
        """Return the percentage of weight with one of these overall judgements."""
        return fsum(self.weights.get(level, 0.0) for level in levels)

    @property
    def not_judged(self) -> float:
        """Percent of weight without a judgement; one of "no information" is none."""
        judged = fsum(value for level, value in self.weights.items() if level not in (NOT_JUDGED, "no information"))
        return max(0.0, 100.0 - judged)


@dataclass(frozen=True)
class Inputs:
    """What a cell is rated by.

    Attributes
    ----------
    measure : str
        Effect measure: `MD`, `SMD`, `RR`, `OR`, `HR`, `RD` and so on, as in the protocol.
    estimate, ci_low, ci_high : float or None
        Result and 95% interval on the natural scale: ratios are not logarithms.
    interval : str
        Kind of the interval: `z`, `t`, `HKSJ`, `mHKSJ`.
    df : float or None
        Degrees of freedom of a t interval.
    wald : (float, float) or None
        With one degree of freedom: the limits of the same model with a normal quantile, natural scale.
    fixed : (float, float) or None
        Interval of the common-effect model, natural scale.
    k, n, events : int or None
        Trials, participants and (hazard and rate ratios) events of the rated result.
    design : str or None
        `randomised`, `non_randomised`, `uncontrolled`; None: not known.
    start : str or None
        `high` or `low` as declared outright by the review.
    direction : str
        `higher_is_better` or `lower_is_better`.
    mid, absolute_threshold : Threshold or None
        Minimal important difference in units of the measure, and difference in risk that matters.
    sd : float or None
        Median SD of the control arms at the end of the study, in units of the outcome.
    control_risk : float or None
        Risk without the experimental treatment.
    i2 : float or None
        Percent.
    pi_low, pi_high : float or None
        Prediction interval, natural scale.
    opposite_weight : float or None
        Percent of weight from trials whose estimate lies on the other side of the line from the pooled one.
    overlap : str
        `all`: every pair of trial intervals overlaps; `some`: one pair at least does not; `none`: most pairs across
        the line do not.
    line : float or None
        The line that `opposite_weight` was counted by, where it is not no effect; a record, not used.
    studies : tuple of Study
        With two trials: both.
    rob : RiskOfBias or None
        None: nobody judged.
    indirectness, publication_bias, up : int or None
        Levels that people judged; None: not judged.
    egger_p : float or None
        P of the test for small-study effects that fits the measure.
    test : str
        What that test is called.
    shrinks : bool or None
        Whether the interval adjusted for small-study effects reaches the line.
    eligible_trials : int or None
        Trials known to belong to the cell, with and without numbers; None: those of the pool.
    """

    measure: str
    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    interval: str = "z"
    df: float | None = None
    wald: tuple[float, float] | None = None
    fixed: tuple[float, float] | None = None
    k: int = 0
    n: float | None = None
    events: float | None = None
    design: str | None = None
    start: str | None = None
    direction: str = ""
    mid: Threshold | None = None
    absolute_threshold: Threshold | None = None
    sd: float | None = None
    control_risk: float | None = None
    i2: float | None = None
    pi_low: float | None = None
    pi_high: float | None = None
    opposite_weight: float | None = None
    overlap: str = "all"
    line: float | None = None
    studies: tuple[Study, ...] = ()
    rob: RiskOfBias | None = None
    indirectness: int | None = None
    publication_bias: int | None = None
    up: int | None = None
    egger_p: float | None = None
    test: str = "test for small-study effects"
    shrinks: bool | None = None
    eligible_trials: int | None = None


def read_inputs(document: Mapping[str, Any]) -> Inputs:
    """Return the inputs that a document such as `inputs` of a vignette holds.

    Parameters
    ----------
    document : mapping
        The keys of `Inputs`; a key that is missing is not known.

    Raises
    ------
    ValueError
        With every key that is not one of them, and every word that is none of those a key can have.
    """
    known = [field.name for field in fields(Inputs)]
    faults = [f"{key}: is no input of a rating; expected {', '.join(known)}" for key in document if key not in known]
    found = {key: value for key, value in document.items() if key in known and value is not None}
    if "measure" not in found:
        faults.append("measure: is missing; expected the effect measure, such as MD or RR")
    words = {"design": ALLOCATIONS, "start": ("high", "low"), "overlap": ("all", "some", "none")}
    faults += [
        f"{key}: {found[key]!r}; expected {', '.join(expected)}"
        for key, expected in words.items()
        if key in found and found[key] not in expected
    ]
    if faults:
        raise ValueError("; ".join(faults))
    for name in ("mid", "absolute_threshold"):
        if name in found:
            found[name] = Threshold(**found[name])
    for name in ("wald", "fixed"):
        if name in found:
            found[name] = _pair(found[name])
    found["studies"] = tuple(Study(one["y"], one["v"]) for one in found.get("studies", ()))
    if "rob" in found:
        found["rob"] = RiskOfBias(**found["rob"])
    return Inputs(**found)


def _pair(limits: Sequence[float]) -> tuple[float, float]:
    low, high = limits
    return low, high
