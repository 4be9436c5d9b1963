"""What the checks read: the files of a review, by trial, by reference and by kind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from metawright.appraisal.documents import ScreeningCounts
from metawright.audit.claims.timepoints import time_list
from metawright.audit.documents import FeasibleClaim
from metawright.audit.published import claims_of, main_claim, split
from metawright.extraction.documents import CheckedRow, Design
from metawright.extraction.timepoints import period_of
from metawright.files.tables import TextRow
from metawright.pooling.documents import Pool
from metawright.reading.characters import fold
from metawright.reading.protocol import Outcome, Period, Protocol
from metawright.reading.vocabulary import outcome_words

Rows = Sequence[TextRow]


class Cells(dict[str, str]):
    """The cells of a row; one whose optional column the table lacks is empty."""

    def __missing__(self, name: str) -> str:
        """Return the content of a column that is not there."""
        return ""


@dataclass(frozen=True)
class Material:
    """The files of a review; what it does not have is empty.

    Attributes
    ----------
    protocol : Mapping
        The completed protocol.
    claims, citations, studies, statements, trial_reports, other_reviews, claim_trials, risk_of_bias, awaiting : rows
        The tables of those names.
    screening : Mapping or None
        Content of `screening.yaml`.
    arms : rows
        Rows of `arms.csv` with numbers as numbers, each with `printed` (its numbers as text) and `raw`, as
        `metawright.audit.extraction.rows_of` returns them.
    pools : mapping
        The documents of the pooling stage by (outcome, period).
    designs : mapping
        See `metawright.extraction.designs.designs_of`.
    feasible : sequence of mappings
        What the missing trials must show, claim by claim (see `metawright.audit.feasible`).
    """

    protocol: Protocol
    claims: Rows = ()
    citations: Rows = ()
    studies: Rows = ()
    statements: Rows = ()
    trial_reports: Rows = ()
    other_reviews: Rows = ()
    claim_trials: Rows = ()
    risk_of_bias: Rows = ()
    awaiting: Rows = ()
    screening: ScreeningCounts | None = None
    arms: Sequence[CheckedRow] = ()
    pools: Mapping[tuple[str, str], Pool] = field(default_factory=dict)
    designs: Mapping[str, Design] = field(default_factory=dict)
    feasible: Sequence[FeasibleClaim] = ()

    @cached_property
    def outcomes(self) -> Mapping[str, Outcome]:
        """The protocol's outcomes."""
        return self.protocol["outcomes"]

    @cached_property
    def periods(self) -> Sequence[Period]:
        """The protocol's periods."""
        return self.protocol["periods"]

    @cached_property
    def by_study(self) -> dict[str, Mapping[str, str]]:
        """Rows of studies.csv by trial."""
        return {row["study"]: row for row in self.studies}

    @cached_property
    def study_of(self) -> dict[str, str]:
        """Trial by reference number."""
        return {row["ref"].strip(): row["study"].strip() for row in self.citations}

    @cached_property
    def ref_of(self) -> dict[str, str]:
        """Reference number by trial."""
        return {study: ref for ref, study in self.study_of.items()}

    def measure(self, outcome: str) -> str:
        """Return the effect measure of an outcome."""
        return self.outcomes[outcome]["measure"]

    def cells_of(self, row: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return the outcome x period cells that a claim or a statement is about."""
        periods = split(row.get("period")) or ([self.periods[0]["key"]] if len(self.periods) == 1 else [])
        return [(outcome, period) for outcome in split(row.get("outcome")) for period in periods]

    def claims_about(self, outcome: str, period: str) -> list[dict[str, str]]:
        """Return the claims about one cell, in the order of the file."""
        return claims_of(self.claims, outcome, period, len(self.periods))

    @cached_property
    def cells(self) -> list[tuple[str, str]]:
        """All outcome x period cells in the protocol's order."""
        return [(outcome, period["key"]) for outcome in self.outcomes for period in self.periods]

    @cached_property
    def main_claims(self) -> dict[tuple[str, str], dict[str, str]]:
        """The claim that says most about each cell that has one."""
        found = {cell: main_claim(self.claims_about(*cell)) for cell in self.cells}
        return {cell: claim for cell, claim in found.items() if claim}

    def cited_in(self, claims: Iterable[Mapping[str, str]]) -> list[str]:
        """Return the reference numbers that the first of these claims with any cites."""
        for claim in claims:
            if split(claim.get("refs_expanded")):
                return split(claim["refs_expanded"])
        return []

    def trials_cited(self, outcome: str, period: str) -> list[str]:
        """Return the trials that the claims about a cell cite."""
        return [self.study_of[ref] for ref in self.cited_in(self.claims_about(outcome, period)) if ref in self.study_of]

    def stated(self, kind: str) -> list[Mapping[str, str]]:
        """Return the statements of one kind."""
        return [row for row in self.statements if row["kind"].strip() == kind]

    def printed(self, study: str, column: str) -> str:
        """Return what the review printed about a trial: the companion `X_as_printed`, else the column itself."""
        row = self.by_study.get(study, {})
        return (row[f"{column}_as_printed"] if f"{column}_as_printed" in row else row.get(column) or "").strip()

    def fact(self, study: str, column: str) -> str:
        """Return what is known about a trial."""
        return (self.by_study.get(study, {}).get(column) or "").strip()

    def label(self, study: str) -> str:
        """Return a trial's name, with its reference number where it has one."""
        name = self.fact(study, "label") or study
        return f"{name} ({self.ref_of[study]})" if study in self.ref_of else name

    def outcomes_of(self, study: str, printed: bool) -> set[str]:
        """Return the outcomes that a trial measured, as printed or as known."""
        text = self.printed(study, "outcomes") if printed else self.fact(study, "outcomes")
        words = outcome_words(self.outcomes)
        parts = [fold(part) for part in text.split(";")]
        # `ALSFRS (primary outcome)` is the outcome ALSFRS with a remark
        return {words[key] for part in parts for key in (part, part.partition("(")[0].strip()) if key in words}

    def times_of(self, study: str, printed: bool) -> list[tuple[str, float]]:
        """Return the time points of a trial: label and month, as printed or as known."""
        return time_list(self.printed(study, "timepoints") if printed else self.fact(study, "timepoints"))

    def times_in(self, study: str, period: str, printed: bool) -> list[tuple[str, float]]:
        """Return the time points of a trial that lie in a period."""
        return [
            (raw, month)
            for raw, month in self.times_of(study, printed)
            if period_of(raw, month, self.periods) == period
        ]

    def period_label(self, period: str) -> str:
        """Return a period's label."""
        return next((item["label"] for item in self.periods if item["key"] == period), period)
