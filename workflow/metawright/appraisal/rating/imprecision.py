"""Imprecision: the greater of what crossed thresholds and too little information take, three levels at most."""

from dataclasses import dataclass

from metawright.appraisal.rating.crossing import by_crossing
from metawright.appraisal.rating.domain import Finding
from metawright.appraisal.rating.information import Information, by_information, information
from metawright.appraisal.rating.inputs import Inputs
from metawright.appraisal.rating.settings import Settings
from metawright.appraisal.rating.target import BINARY, EVENTS, LITTLE, Scale, risk_difference
from metawright.files.known import known
from metawright.words.numbers import format_number

NARROW = "absolute interval narrow"
MOST = 3


@dataclass(frozen=True)
class Imprecision:
    """Both steps of imprecision.

    Attributes
    ----------
    crossing, size : int
        Levels of step A and of step B.
    information : Information
    why : tuple of str
        Special rules that decided.
    finding : Finding
    """

    crossing: int
    size: int
    information: Information
    why: tuple[str, ...]
    finding: Finding


def imprecision(inputs: Inputs, scale: Scale, settings: Settings) -> Imprecision:
    """Suggest the levels of imprecision: the greater of the two steps, never their sum."""
    found = information(inputs, settings)
    crossing, crossed = by_crossing(scale, found, settings)
    size, small = (0, []) if scale.target == LITTLE and not crossing else by_information(inputs, scale, found, settings)
    why = [text for text in crossed if text.startswith("Wald")]
    if max(crossing, size) > 1 and _narrow(inputs, scale, settings):
        crossing, size = min(crossing, 1), min(size, 1)
        why.append(NARROW)
    levels = min(MOST, max(crossing, size))
    triggers = [*(crossed if crossing else ()), *(small if size else ())]
    if triggers:
        triggers.append(_intervals(inputs, scale))
    remarks = [NARROW] if NARROW in why else []
    if found.ratio is not None and settings.close_call <= found.ratio < 1.0 and size:
        remarks.append("close call")
    remarks += _standing(inputs, scale, settings)
    numbers = {"ois": found.ois, "have": found.have, "r": found.ratio, "A": crossing, "B": size}
    finding = Finding(levels, tuple(triggers), tuple(remarks), numbers)
    return Imprecision(crossing, size, found, tuple(why), finding)


def _narrow(inputs: Inputs, scale: Scale, settings: Settings) -> bool:
    """Whether a rare event's interval is narrow in people, whatever the ratio looks like."""
    if scale.mid is not None or inputs.control_risk is None or inputs.measure not in (*BINARY, *EVENTS):
        return False
    if inputs.n is None or inputs.n < settings.rare_from:
        return False
    limits = inputs.wald if scale.t and inputs.wald else (inputs.ci_low, inputs.ci_high)
    differences = [risk_difference(known(limit), inputs.control_risk, inputs.measure) for limit in limits]
    return all(abs(difference) <= settings.rare_within for difference in differences)


def _intervals(inputs: Inputs, scale: Scale) -> str:
    shown = _limits(known(inputs.ci_low), known(inputs.ci_high))
    if scale.t is None:
        return f"interval {shown}"
    return f"Wald interval {_limits(*inputs.wald)}, t interval {shown}" if inputs.wald else f"t interval {shown}"


def _limits(low: float, high: float) -> str:
    return f"{format_number(low)} to {format_number(high)}"


def _standing(inputs: Inputs, scale: Scale, settings: Settings) -> list[str]:
    """Say which thresholds the interval was held against."""
    if scale.mid is not None:
        declared = known(inputs.absolute_threshold or inputs.mid)
        return [f"declared threshold {declared.value:g}{f' ({declared.source})' if declared.source else ''}"]
    if scale.little is None:
        return ["no MID declared and no default band for this measure: only no effect is a threshold"]
    return ["default band, no MID declared"]
