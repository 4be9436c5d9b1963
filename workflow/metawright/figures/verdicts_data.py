"""What the overview of all verdicts of a review is drawn from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from metawright.figures.subject import Subject, subject_of
from metawright.report.words import dashed


@dataclass(frozen=True)
class OutcomeVerdicts:
    """The verdicts of one outcome: (name of the period, verdict) in the protocol's order."""

    subject: Subject
    rows: Sequence[tuple[str, Mapping]]


@dataclass(frozen=True)
class VerdictsData:
    """The verdicts of a review, outcome by outcome."""

    outcomes: Sequence[OutcomeVerdicts]

    @property
    def reason(self) -> str:
        """Why there is nothing to draw; empty where there is."""
        return "" if any(one.rows for one in self.outcomes) else "no outcome is declared"


def verdicts_data(
    verdicts: Iterable[Mapping],
    outcomes: Sequence[Mapping],
    periods: Sequence[Mapping],
    *,
    arms: Mapping | None = None,
    labels: Mapping[str, str] | None = None,
) -> VerdictsData:
    """Gather the overview.

    Parameters
    ----------
    verdicts : iterable of mappings
        `verdicts` of `sensitivity/verdicts.json`.
    outcomes, periods : sequences of mappings
        The protocol's blocks with their `key`, in order.
    arms : mapping, optional
        The protocol's `arms`.
    labels : mapping, optional
        Names of trials by their keys.
    """
    found = {(one["outcome"], one["period"]): one for one in verdicts}
    blocks = list(periods) or [{"key": "all", "label": "All"}]
    gathered = []
    for outcome in outcomes:
        rows = [
            (dashed(block.get("label") or block["key"]), found[outcome["key"], block["key"]])
            for block in blocks
            if (outcome["key"], block["key"]) in found
        ]
        gathered.append(OutcomeVerdicts(subject_of(outcome, {"key": "all"}, labels, arms), rows))
    return VerdictsData(gathered)
