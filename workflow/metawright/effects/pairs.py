"""The rows of one trial at one time point."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from metawright.extraction.vocabulary import fold


@dataclass
class Pair:
    """One trial at one time point: an experimental and a control row, or a contrast row."""

    study: str
    arms: dict[str, Mapping] = field(default_factory=dict)

    @property
    def rows(self) -> list[Mapping]:
        """The rows that make the effect: both arms, or the contrast where an arm is missing."""
        both = [self.arms[role] for role in ("experimental", "control") if role in self.arms]
        if len(both) < 2 and "contrast" in self.arms:
            return [self.arms["contrast"]]
        return sorted(both, key=lambda row: row["row"])

    @property
    def beside(self) -> list[Mapping]:
        """The rows of the same time point that do not make the effect."""
        used = {row["row"] for row in self.rows}
        return [row for row in self.arms.values() if row["row"] not in used]

    @property
    def is_contrast(self) -> bool:
        """Whether the effect comes from a contrast row."""
        return self.rows[0]["arm"] == "contrast"

    @property
    def label(self) -> str:
        """The time point as reported."""
        return self.rows[0]["timepoint"]

    @property
    def month(self) -> float | None:
        """The time point in months."""
        return self.rows[0]["timepoint_months"]

    def n(self, role: str) -> int | None:
        """Return the number of participants in an arm, if the arm has a row."""
        return next((row["n"] for row in self.rows if row["arm"] == role), None)


def pairs_of(rows: Iterable[Mapping]) -> Iterator[list[Pair]]:
    """Yield, trial by trial in the order of the file, the trial's time points."""
    trials: dict[str, dict[object, Pair]] = {}
    for row in rows:
        month = row["timepoint_months"]
        time = fold(row["timepoint"]) if month is None else month
        pair = trials.setdefault(fold(row["study"]), {}).setdefault(time, Pair(row["study"]))
        pair.arms[row["arm"]] = row
    for times in trials.values():
        yield list(times.values())
