"""Which time point of a trial enters a period."""

from collections.abc import Sequence
from dataclasses import dataclass

from metawright.effects.pairs import Pair
from metawright.extraction.documents import Design
from metawright.files.known import known
from metawright.reading.protocol import Period


@dataclass(frozen=True)
class Picked:
    """A choice among time points: its place in the sequence, whether it was a tie, and why in words."""

    index: int
    tie: bool
    reason: str


def pick(points: Sequence[Sequence[Pair]], period: Period, design: Design | None = None) -> Picked:
    """Choose the one time point that a trial gives to *period*, by the period's declared policy.

    `latest`, `earliest`, `closest_to_target` (needs `target`, in months), `end_of_treatment` (closest to the trial's
    `treatment_months`) and `longest_complete_n` (most participants). Ties go to the later time point; labels that name
    no month count as earliest, in file order.

    Parameters
    ----------
    points : sequence of sequences of Pair
        The estimable comparisons of one trial in the period, by time point; at least one.
    period : Mapping
        The period's block of the completed protocol.
    design : Mapping, optional
        The trial's design, see `metawright.extraction.designs`.
    """
    policy = period["pick"]
    later = [_later(pairs[0]) for pairs in points]
    months = [month for month, _ in later]
    if policy == "earliest":
        index = min(range(len(points)), key=lambda place: later[place])
        return Picked(index, months.count(months[index]) > 1, "the earliest")
    scores, reason = [0.0] * len(points), "the latest"
    if policy == "closest_to_target":
        target = known(period.get("target"))
        scores = [-abs(month - target) for month in months]
        reason = f"closest to month {target:g}"
    elif policy == "end_of_treatment":
        end = (design or {}).get("treatment_months")
        if end is None:
            reason = "the latest, for studies.csv names no treatment_months"
        else:
            scores = [-abs(month - end) for month in months]
            reason = f"closest to the end of treatment, month {end:g}"
    elif policy == "longest_complete_n":
        scores = [float(sum(pair.size or 0 for pair in pairs)) for pairs in points]
        reason = "most participants"
    index = max(range(len(points)), key=lambda place: (scores[place], *later[place]))
    level = [place for place in range(len(points)) if scores[place] == scores[index]]
    if reason.startswith("the latest"):
        return Picked(index, months.count(months[index]) > 1, reason)
    tie = len(level) > 1
    return Picked(index, tie, f"{reason}; a tie, decided for the later" if tie else reason)


def _later(pair: Pair) -> tuple[float, int]:
    return (-1.0 if pair.month is None else pair.month, pair.rows[0]["row"])
