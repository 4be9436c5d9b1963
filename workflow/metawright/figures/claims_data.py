"""What the figure of published claims beside recomputed pools is drawn from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from metawright.figures.subject import Subject, subject_of
from metawright.report.words import dashed


@dataclass(frozen=True)
class OutcomeClaims:
    """The main claims of one outcome: (name of the period, entry of the comparison) in the protocol's order."""

    subject: Subject
    rows: Sequence[tuple[str, Mapping]]


@dataclass(frozen=True)
class ClaimsData:
    """The main claims of a review, outcome by outcome."""

    outcomes: Sequence[OutcomeClaims]

    @property
    def reason(self) -> str:
        """Why there is nothing to draw; empty where there is."""
        return (
            "" if any(one.rows for one in self.outcomes) else "no claim is about an outcome and period of the protocol"
        )


def claims_data(
    entries: Iterable[Mapping],
    outcomes: Sequence[Mapping],
    periods: Sequence[Mapping],
    *,
    arms: Mapping | None = None,
    labels: Mapping[str, str] | None = None,
) -> ClaimsData:
    """Gather the figure.

    Parameters
    ----------
    entries : iterable of mappings
        The claims beside the recomputed pools (`audit/claims_check.json`); of each cell the main claim is drawn.
    outcomes, periods : sequences of mappings
        The protocol's blocks with their `key`, in order.
    arms : mapping, optional
        The protocol's `arms`.
    labels : mapping, optional
        Names of trials by their keys.
    """
    found = {(one["outcome"], one["period"]): one for one in entries if one["main"]}
    gathered = []
    for outcome in outcomes:
        rows = [
            (dashed(block.get("label") or block["key"]), found[outcome["key"], block["key"]])
            for block in periods
            if (outcome["key"], block["key"]) in found
        ]
        gathered.append(OutcomeClaims(subject_of(outcome, {"key": "all"}, labels, arms), rows))
    return ClaimsData(gathered)
