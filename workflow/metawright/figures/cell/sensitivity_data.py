"""What the figures of one cell's sensitivity analyses are drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass

from metawright.figures.cell.specification_data import SpecificationData, specification_data
from metawright.figures.kit.subject import Subject, subject_of
from metawright.pooling.tracks import headlines


@dataclass(frozen=True)
class SensitivityData:
    """The sensitivity analyses of one outcome in one period.

    Attributes
    ----------
    subject : Subject
    document : mapping
        `sensitivity/<outcome>.<period>.json`.
    leave_one_out : mapping
        `sensitivity/<outcome>.<period>.leave_one_out.json`.
    specifications : SpecificationData or None
        The period's part of `sensitivity/<outcome>.multiverse.json`, where it is known.
    """

    subject: Subject
    document: Mapping
    leave_one_out: Mapping
    specifications: SpecificationData | None = None

    def headlines(self) -> list[Mapping]:
        """Return the headline of each track with its result over all trials, the review's protocol first."""
        return headlines(self.document.get("models") or ())

    def block(self, name: str) -> Mapping:
        """Return an analysis of the document; one that is not there was not done."""
        return self.document.get(name) or {"status": "not_assessed", "reason": "this analysis was not done"}

    def of_headlines(self, name: str) -> list[Mapping]:
        """Return the entries of the headline models in an analysis, the review's protocol first."""
        entries = {entry["model"]: entry for entry in self.block(name).get("models") or []}
        return [entries[row["model"]] for row in self.headlines() if row["model"] in entries]

    def reason(self, name: str) -> str:
        """Return why an analysis has nothing to draw; empty where it has."""
        block = self.block(name)
        if block["status"] == "done":
            return ""
        return block.get("reason") or str(block["status"]).replace("_", " ")


def sensitivity_data(
    outcome: Mapping,
    period: Mapping,
    document: Mapping,
    leave_one_out: Mapping,
    labels: Mapping[str, str] | None = None,
    *,
    arms: Mapping | None = None,
    specifications: Mapping | None = None,
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
