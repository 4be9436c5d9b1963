"""What the figures of one cell's sensitivity analyses are drawn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict, TypeVar

from metawright.figures.cell.specification_data import SpecificationData, specification_data
from metawright.figures.kit.subject import PeriodName, Subject, subject_of
from metawright.pooling.tracks import headlines
from metawright.reading.protocol import Outcome
from metawright.sensitivity.documents import (
    BlockHead,
    ExaminedCell,
    ExaminedModel,
    LeaveOneOut,
    MultiversePeriod,
)


class OfModel(TypedDict):
    """An entry of an analysis that is about one model."""

    model: str
    track: str | None


Entry = TypeVar("Entry", bound=OfModel)


@dataclass(frozen=True)
class SensitivityData:
    """The sensitivity analyses of one outcome in one period.

    Attributes
    ----------
    subject : Subject
    document : ExaminedCell
        `sensitivity/<outcome>.<period>.json`.
    leave_one_out : LeaveOneOut
        `sensitivity/<outcome>.<period>.leave_one_out.json`.
    specifications : SpecificationData or None
        The period's part of `sensitivity/<outcome>.multiverse.json`, where it is known.
    """

    subject: Subject
    document: ExaminedCell
    leave_one_out: LeaveOneOut
    specifications: SpecificationData | None = None

    def headlines(self) -> list[ExaminedModel]:
        """Return the headline of each track with its result over all trials, the review's protocol first."""
        return headlines(self.document["models"])

    def of_headlines(self, entries: Sequence[Entry]) -> list[Entry]:
        """Return which *entries* of an analysis are about the headline models, the review's protocol first."""
        found = {entry["model"]: entry for entry in entries}
        return [found[row["model"]] for row in self.headlines() if row["model"] in found]


def reason_of(block: BlockHead) -> str:
    """Return why an analysis has nothing to draw; empty where it has."""
    return "" if block["status"] == "done" else block["reason"] or block["status"].replace("_", " ")


def sensitivity_data(
    outcome: Outcome,
    period: PeriodName,
    document: ExaminedCell,
    leave_one_out: LeaveOneOut,
    labels: Mapping[str, str] | None = None,
    *,
    arms: Mapping[str, Sequence[str] | str] | None = None,
    specifications: MultiversePeriod | None = None,
) -> SensitivityData:
    """Gather what the figures of one cell show.

    Parameters
    ----------
    outcome, period : mappings
        Blocks of the protocol with their `key`.
    document, leave_one_out : mappings
        The cell's two files of the sensitivity stage.
    labels : mapping, optional
        Names of trials by their keys.
    arms : mapping, optional
        The protocol's `arms`.
    specifications : mapping, optional
        The period's entry of the outcome's multiverse file.
    """
    subject = subject_of(outcome, period, labels, arms)
    entry = None if specifications is None else specification_data(outcome, period, specifications, arms=arms)
    return SensitivityData(subject, document, leave_one_out, entry)
