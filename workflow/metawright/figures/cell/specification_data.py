"""What a specification curve is drawn from: every combination of declared choices of one outcome in one period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metawright.figures.kit.subject import PeriodName, Result, Subject, subject_of
from metawright.reading.protocol import Outcome
from metawright.sensitivity.documents import MultiverseAxis, MultiversePeriod, ScaleSummaryEntry

#: A row of `specifications.csv`: its result, and its level of every axis by the axis's key.
Specification = Mapping[str, Any]


@dataclass(frozen=True)
class SpecificationData:
    """The specifications of one cell on the outcome's own scale, in the order of their estimates.

    Attributes
    ----------
    subject : Subject
    entry : MultiversePeriod
        The period's entry of `sensitivity/<outcome>.multiverse.json`.
    rows : sequence of mappings
        Specifications with a result on the own scale.
    """

    subject: Subject
    entry: MultiversePeriod
    rows: Sequence[Specification]

    @property
    def axes(self) -> Sequence[MultiverseAxis]:
        """The choices that have more than one level."""
        return self.entry["axes"]

    @property
    def summary(self) -> ScaleSummaryEntry | None:
        """The summary of the own scale."""
        found = [one for one in self.entry["summaries"] if one["scale"] == self.entry["own_scale"]]
        return found[0] if found else None

    @property
    def reason(self) -> str:
        """Why there is nothing to draw; empty where there is."""
        if self.rows:
            return ""
        return self.entry["reason"] or self.entry["status"].replace("_", " ") or "no specification"

    @property
    def idle(self) -> list[str]:
        """Names of the choices that change no computation: all specifications stand for all their levels."""
        return [one["label"] or one["axis"] for one in self.axes if self._idle(one["axis"])]

    def _idle(self, axis: str) -> bool:
        found = {frozenset(levels_of(row, axis)) for row in self.rows}
        return len(found) == 1 and len(next(iter(found))) > 1

    def telling(self) -> list[MultiverseAxis]:
        """Return the choices that tell specifications apart, each with the levels that specifications have."""
        kept: list[MultiverseAxis] = []
        for one in self.axes:
            used = {level for row in self.rows for level in levels_of(row, one["axis"])}
            levels = [level for level in one["levels"] if level["level"] in used]
            if len(levels) > 1 and not self._idle(one["axis"]):
                kept.append({**one, "levels": levels})
        return kept

    def axis_label(self, axis: str) -> str:
        """Return the name of a choice."""
        return next((one["label"] or axis for one in self.axes if one["axis"] == axis), axis)


def specification_data(
    outcome: Outcome,
    period: PeriodName,
    entry: MultiversePeriod,
    *,
    arms: Mapping[str, Sequence[str] | str] | None = None,
) -> SpecificationData:
    """Gather the specification curve of one cell.

    Parameters
    ----------
    outcome, period : mappings
        Blocks of the protocol with their `key`.
    entry : mapping
        The period's entry of `sensitivity/<outcome>.multiverse.json`.
    arms : mapping, optional
        The protocol's `arms`.
    """
    own = entry["own_scale"]
    rows: list[dict[str, Any]] = [row for row in entry["rows"] if row["scale"] == own and row["estimate"] is not None]
    # Estimates that only rounding tells apart stand together, in the order of their lower limits.
    rows.sort(key=lambda row: (float(f"{row['estimate']:.9g}"), row["ci_low"]))
    return SpecificationData(subject_of(outcome, period, None, arms), entry, rows)


def result_of(row: Specification) -> Result:
    """Return the result of a specification."""
    return {"estimate": row["estimate"], "ci_low": row["ci_low"], "ci_high": row["ci_high"]}


def levels_of(row: Specification, axis: str) -> list[str]:
    """Return the levels that a specification stands for on one axis: several where combinations were merged."""
    return str(row.get(axis) or "").split("|")
