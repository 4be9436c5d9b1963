"""Methods text: follow-up periods and the choice of a time point within them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from metawright.words.names import dashed, join, sentence
from metawright.words.numbers import format_as_recorded

if TYPE_CHECKING:
    from metawright.reading.protocol import Period, Protocol


PICKS = {
    "latest": "the latest time point",
    "earliest": "the earliest time point",
    "closest_to_target": "the time point closest to the target",
    "end_of_treatment": "the time point closest to the end of treatment",
    "longest_complete_n": "the time point with the most participants",
    "average_with_rho": "the average of all time points",
}


def periods(protocol: Protocol) -> list[str]:
    """Return the paragraphs on periods; one short sentence where the review declares none."""
    declared = protocol["periods"]
    if [period["key"] for period in declared] == ["all"]:
        picked = PICKS[declared[0].get("pick", "latest")]
        return [f"The review has no follow-up periods; of a trial with several time points, {picked} entered."]
    spans = [f"{dashed(period.get('label') or period['key'])} ({_span(period)})" for period in declared]
    text = f"Follow-up falls into the periods {join(spans)}, counted from randomisation. "
    if protocol.get("clock") == "end_of_treatment":
        text += "A follow-up counts from the end of treatment. "
    text += f"{_picks(declared)}; ties go to the later one. "
    text += "Weeks and days are turned into months (30.4375 days each) and snap to a whole month within a "
    text += "quarter of a month. Time points outside every period are listed as not used, with the reason. "
    text += "The same participants may recur in several periods, so there is no total over periods."
    return [text]


def _span(period: Period) -> str:
    labels = period.get("timepoints") or []
    reported = "reported as " + join((f"“{label}”" for label in labels), last="or") if labels else ""
    low, high = period["from"], period.get("to")
    if reported and high is not None and high - low < 1:
        return reported  # days: a fraction of a month tells a reader nothing
    first = format_as_recorded(low, most=2)
    if high is None:
        months = f"month {first} onwards"
    elif period.get("closed", "both") == "both":
        months = f"months {first} to {format_as_recorded(high, most=2)}"
    else:
        months = f"from month {first} to before {format_as_recorded(high, most=2)}"
    return f"{months}, or {reported}" if reported else months


def _picks(declared: Sequence[Mapping]) -> str:
    policies = {period.get("pick", "latest") for period in declared}
    if len(policies) == 1:
        return f"Within a period, {PICKS[policies.pop()]} of a trial entered the pool"
    each = [f"{PICKS[period.get('pick', 'latest')]} in {dashed(period.get('label', ''))}" for period in declared]
    return sentence(f"{join(each)} entered the pool")
