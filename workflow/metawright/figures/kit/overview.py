"""A figure with a line per outcome and period of a whole review: what it shows, and what its tables have in common."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from metawright.figures.kit.interval_table import IntervalTable, Line
from metawright.figures.kit.subject import ALL, PeriodName, Subject, subject_of
from metawright.reading.protocol import Outcome
from metawright.words.names import dashed

#: What is shown of one outcome in one period.
Entry = TypeVar("Entry")


@dataclass(frozen=True)
class OutcomeRows(Generic[Entry]):
    """What is shown of one outcome: (name of the period, entry) in the protocol's order."""

    subject: Subject
    rows: Sequence[tuple[str, Entry]]


@dataclass(frozen=True)
class Overview(Generic[Entry]):
    """What is shown of a review, outcome by outcome, or why there is nothing."""

    outcomes: Sequence[OutcomeRows[Entry]]
    nothing: str

    @property
    def reason(self) -> str:
        """Why there is nothing to draw; empty where there is."""
        return "" if self.with_rows else self.nothing

    @property
    def with_rows(self) -> list[OutcomeRows[Entry]]:
        """The outcomes with something to show."""
        return [one for one in self.outcomes if one.rows]


def overview(
    found: Mapping[tuple[str, str], Entry],
    outcomes: Sequence[Outcome],
    periods: Sequence[PeriodName],
    nothing: str,
    *,
    arms: Mapping[str, Sequence[str] | str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> Overview[Entry]:
    """Arrange entries by outcome and period.

    Parameters
    ----------
    found : mapping
        Entries by the keys of outcome and period.
    outcomes, periods : sequences of mappings
        The protocol's blocks with their `key`, in order.
    nothing : str
        Why there is nothing to draw, if there is no entry.
    arms : mapping, optional
        The protocol's `arms`.
    labels : mapping, optional
        Names of trials by their keys.
    """
    gathered = []
    for outcome in outcomes:
        rows = [
            (dashed(block.get("label") or block["key"]), found[outcome["key"], block["key"]])
            for block in periods
            if (outcome["key"], block["key"]) in found
        ]
        gathered.append(OutcomeRows(subject_of(outcome, ALL, labels, arms), rows))
    return Overview(gathered, nothing)


def outcome_line(subject: Subject) -> Line:
    """Return the line above those of an outcome: its name, its measure and unit."""
    unit = f", {subject.unit}" if subject.unit else ""
    return Line(f"{subject.label} ({subject.effect.lower()}{unit})", head=True, style="bold")


def common_widths(
    outcomes: Sequence[OutcomeRows[Entry]],
    table: Callable[[OutcomeRows[Entry], bool, Mapping[str, float]], IntervalTable],
) -> dict[str, float]:
    """Return the least widths of columns that let the tables of all outcomes, the first with a head, stand alike."""
    least: dict[str, float] = {}
    for place, one in enumerate(outcomes):
        for key, value in table(one, place == 0, {}).widths().items():
            least[key] = max(least.get(key, 0.0), value)
    return least
