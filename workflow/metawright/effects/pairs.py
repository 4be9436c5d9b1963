"""The rows of one trial at one time point."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from metawright.extraction.documents import ArmRow
from metawright.reading.vocabulary import fold


@dataclass
class Pair:
    """One comparison of a trial at one time point: an experimental and a control arm, or a contrast row.

    An arm is a row of `arms.csv`, or several of them combined: then `parts` holds the rows.
    """

    study: str
    arms: dict[str, ArmRow] = field(default_factory=dict)
    others: list[ArmRow] = field(default_factory=list)

    @cached_property
    def rows(self) -> list[ArmRow]:
        """The rows that make the effect: both arms, or the contrast where an arm is missing."""
        both = [part for role in ("experimental", "control") for part in parts_of(self.arms.get(role))]
        if not {"experimental", "control"} <= set(self.arms) and "contrast" in self.arms:
            return [self.arms["contrast"]]
        return sorted(both, key=lambda row: row["row"])

    @property
    def beside(self) -> list[ArmRow]:
        """The rows of the same time point that do not make the effect."""
        used = {row["row"] for row in self.rows}
        every = [part for arm in self.arms.values() for part in parts_of(arm)]
        return [row for row in (*every, *self.others) if row["row"] not in used]

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

    def n(self, role: str) -> int | float | None:
        """Return the number of participants in an arm, if the arm makes the effect."""
        return None if self.is_contrast or role not in self.arms else self.arms[role]["n"]

    @property
    def size(self) -> int | float | None:
        """The number of participants that the rows of the effect state, of both arms or of the contrast."""
        return self.arms["contrast"]["n"] if self.is_contrast else sum(arm["n"] or 0 for arm in self._sides())

    def _sides(self) -> list[ArmRow]:
        return [self.arms[role] for role in ("experimental", "control") if role in self.arms]


@dataclass
class TimePoint:
    """All usable rows of one trial at one time point, by role."""

    study: str
    members: dict[str, list[ArmRow]] = field(default_factory=dict)

    @property
    def rows(self) -> list[ArmRow]:
        """Every row, in the order of the file."""
        return sorted((row for rows in self.members.values() for row in rows), key=lambda row: row["row"])


def parts_of(arm: ArmRow | None) -> list[ArmRow]:
    """Return the rows that an arm consists of."""
    return [] if arm is None else list(arm.get("parts", [arm]))


def time_of(row: ArmRow) -> float | str:
    """Return what tells the time points of a trial apart: the month, or the label where it names none."""
    return fold(row["timepoint"]) if row["timepoint_months"] is None else row["timepoint_months"]


def trials_of(rows: Iterable[ArmRow]) -> Iterator[list[TimePoint]]:
    """Yield, trial by trial in the order of the file, the trial's time points."""
    trials: dict[str, dict[object, TimePoint]] = {}
    for row in rows:
        point = trials.setdefault(fold(row["study"]), {}).setdefault(time_of(row), TimePoint(row["study"]))
        point.members.setdefault(row["arm"], []).append(row)
    for times in trials.values():
        yield list(times.values())
