"""The certainty of the evidence in the methods text: the rule in words, and every threshold with its standing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from metawright.words.names import join

if TYPE_CHECKING:
    from metawright.report.documents import Results


_STANDING = "default of this program"
#: From which words of the protocol the allocation comes, as the text has it.
_ALLOCATIONS = {
    "randomised": "randomised trials",
    "non_randomised": "comparisons without randomisation",
    "uncontrolled": "studies without a comparison group",
}


def certainty(results: Results) -> list[str]:
    """Return the paragraphs on the certainty of the evidence; none where it was not part of the review."""
    document = results.get("certainty")
    if not document or not document.get("thresholds"):
        return []
    models = list(dict.fromkeys(one["model"] for one in document["cells"] if one["model"]))
    rated = f" The result rated is that of {join(models)}." if models else ""
    return [
        "The certainty of the evidence was rated after GRADE, per outcome and period, for the headline result."
        f"{rated} The program suggests levels with the numbers behind them; people decide. {_start(document)} Nothing "
        "is rated where the risk of bias was not judged, where it is not known how people came into the arms, or where "
        "most of the trials known to belong to a result have no usable numbers; where some lack them, the rating is "
        "provisional.",
        "Each rating is about a target: that there is an effect, that the effect is important (against a declared "
        "minimal important difference), or that there is little or no effect. Imprecision takes the greater of two "
        "steps: which thresholds the interval crosses, and whether there is as much information as one adequately "
        "powered trial would need. Inconsistency asks on which side of the line the trials lie, risk of bias whose "
        "weight the result rests on. Indirectness and publication bias are judgements of people; below ten trials no "
        "test is read.",
        *_thresholds(document["thresholds"]),
    ]


def _start(document: Mapping) -> str:
    choices = document["choices"]
    if choices.get("start"):
        return f"Ratings start {choices['start']}, as the protocol declares."
    starts = {one["inputs"]["design"] for one in document["cells"] if one["inputs"]["k"]}
    named = [words for key, words in _ALLOCATIONS.items() if key in starts]
    if not named:
        return "The allocation of the trials is not declared."
    words = {"randomised": "high", "non_randomised": choices["robins_start"], "uncontrolled": "low"}
    said = [f"{_ALLOCATIONS[key]} start {word}" for key, word in words.items() if key in starts]
    return f"{join(said).capitalize()}."


def _thresholds(thresholds: Sequence[Mapping]) -> list[str]:
    """Return a paragraph per domain with its thresholds; each says whether it is the program's or the review's."""
    groups: dict[str, list[str]] = {}
    for one in thresholds:
        group, _, meaning = one["meaning"].rstrip(".").partition(": ")
        standing = _STANDING if one["default"] else "declared"
        groups.setdefault(group, []).append(f"{meaning} – {_value(one['value'])} ({standing})")
    return [f"Thresholds, {group.lower()}: {'; '.join(parts)}." for group, parts in groups.items()]


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return join([_value(one) for one in value])
    return f"{value:,.10g}" if isinstance(value, int | float) else str(value)
