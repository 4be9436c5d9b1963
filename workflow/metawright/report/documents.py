"""What the report stage leaves for programs and for its own renderers: `results.json`.

`docs/results.schema.json` is the same as a JSON Schema, written by `tools/results_schema.py`. Rows that come from
tables as they are keep their cells as text, by column. A number that does not apply is null, never zero.
"""

from typing import NotRequired, TypedDict

from metawright.appraisal.documents import Certainty, FilteredPool, FlowDocument, RiskOfBiasDocument, ScreeningCounts
from metawright.audit.documents import AuditDocument, Claim, ClaimCheck, ClaimComparison, FeasibleDocument
from metawright.effects.rows import InputRow
from metawright.extraction.documents import ExtractionAgreement
from metawright.heterogeneity.documents import HeterogeneityDocument, PeriodsDocument
from metawright.pooling.documents import (
    ModelResult,
    PooledRow,
    PooledTrial,
    ResultAgain,
    TrackComparison,
    WithoutImputed,
)
from metawright.reading.protocol import Protocol
from metawright.sensitivity.documents import (
    ExaminedCell,
    LeaveOneOut,
    MultiverseCounts,
    OmittedTrial,
    TestFamily,
    Verdict,
)
from metawright.simulation.documents import OwnConfiguration


class ReviewHead(TypedDict):
    """What a report begins with."""

    name: str
    title: str
    question: str
    source: str
    authors: list[str]


class Software(TypedDict):
    """A program that made the results."""

    name: str
    version: str


class ArmWordsShown(TypedDict):
    """What the two arms are called."""

    experimental: str
    control: str


class Counts(TypedDict):
    """Numbers of studies, cells, participants (None unless every study states them) and raw rows."""

    studies: int
    studies_with_data: int
    studies_awaiting: int
    cells: int
    pooled: int
    single_study: int
    awaiting_data: int
    conclusion_differs: int
    participants_experimental: int | None
    participants_control: int | None
    rows: int
    rows_used: int
    rows_not_used: int


class AppliedRule(TypedDict):
    """A cleaning rule that was applied to a cell of a raw row."""

    column: str
    rule: str
    before: str
    after: str


class RecoveredValue(TypedDict):
    """A value of a raw row that the file did not hold."""

    column: str
    route: str
    formula: str
    inputs: str
    value: float
    flags: str
    grid: str


class RowTrace(TypedDict):
    """Where the numbers of one raw row come from; `typed` are its cells as they stand in the file, by column."""

    row: str
    arm: str
    arm_label: str
    timepoint: str
    source: str
    typed: dict[str, str]
    rules: list[AppliedRule]
    recovered: list[RecoveredValue]


class ReportedTrial(PooledTrial):
    """A trial of a pool with the rows that it was made from.

    `arms` are its rows of `arms.csv`, `choices` those of `choices.csv`, as text by column.
    """

    arms: list[dict[str, str]]
    inputs: NotRequired[list[InputRow]]
    trace: NotRequired[list[RowTrace]]
    choices: NotRequired[list[dict[str, str]]]


class Tracks(TypedDict):
    """The headline of each track; None where none is declared."""

    protocol: ModelResult | None
    recommended: ModelResult | None


class AwaitingTrial(TypedDict):
    """A row of `awaiting.csv`, and whether a published claim rests on it; people may have further columns."""

    study: str
    outcome: str
    period: str
    missing: NotRequired[str]
    timepoint: NotRequired[str]
    why_needed: NotRequired[str]
    what_is_known: NotRequired[str]
    claim: NotRequired[str]
    published: bool


class CheckedClaim(Claim):
    """A published claim about a cell, held against our own pool."""

    check: ClaimCheck


class AssembledCell(TypedDict):
    """One cell of the report without its sensitivity analyses (see `metawright.report.cells.assemble_cell`)."""

    outcome: str
    period: str
    measure: str
    status: str
    k: int
    n: int | None
    n_experimental: int | None
    n_control: int | None
    studies: list[ReportedTrial]
    models: list[ModelResult]
    routes: NotRequired[dict[str, list[str]]]
    without_imputed: NotRequired[list[WithoutImputed]]
    tracks: Tracks
    comparison: TrackComparison
    heterogeneity: HeterogeneityDocument | None
    leave_one_out: LeaveOneOut | None
    awaiting: list[AwaitingTrial]
    incomplete: bool
    claims: list[CheckedClaim]
    main_claim: int | None


class ReportCell(AssembledCell):
    """One cell of the report: everything that is known about an outcome in a period."""

    sensitivity: ExaminedCell | None
    multiverse: MultiverseCounts | None
    verdict: Verdict | None


class CharacteristicColumn(TypedDict):
    """A column of the table of characteristics."""

    key: str
    label: str


class CharacteristicCell(TypedDict):
    """A characteristic of a study: the value, what the published review printed, and where the value comes from."""

    value: str
    as_printed: str | None
    source: str | None
    differs: bool


class CharacteristicRow(TypedDict):
    """A study of the table of characteristics; `reference` is its bibliography by column."""

    study: str
    label: str
    reference: dict[str, str]
    cells: list[CharacteristicCell]


class Characteristics(TypedDict):
    """Table 1 (see `metawright.report.characteristics.characteristics`)."""

    columns: list[CharacteristicColumn]
    rows: list[CharacteristicRow]


class UnusedRow(TypedDict):
    """Raw rows that enter no pool, with the reason; `arm` is empty where it holds for the whole contrast."""

    rows: list[str]
    arm: str
    study: str
    outcome: str
    timepoint: str
    reason: str


class ReportedRecovery(TypedDict):
    """A row of `recovered.csv` as text, its value as a number, and the period in whose pool it counts."""

    row: str
    study: str
    outcome: str
    timepoint: str
    arm: str
    column: str
    route: str
    formula: str
    inputs: str
    value: float
    flags: str
    grid: str
    period: str
    in_pool: bool


class ExtractionResults(TypedDict):
    """Where the numbers of a review come from; rows of tables as text by column."""

    file: str
    recovered: list[ReportedRecovery]
    choices: list[dict[str, str]]
    findings: list[dict[str, str]]
    conflicts: list[dict[str, str]]
    agreement: ExtractionAgreement | None


class ReportedClaim(ClaimComparison):
    """A claim beside the recomputed pool; of the specifications that fit, their number and the first in words."""

    specifications_that_fit: int | None
    first_that_fits: str


class AuditResults(TypedDict):
    """What the audit and the appraisal left (see `metawright.report.gathered.gathered`)."""

    audit: AuditDocument | None
    claims_check: list[ReportedClaim] | None
    feasible: FeasibleDocument | None
    flow: FlowDocument | None
    certainty: Certainty | None


class CellChange(TypedDict):
    """A cell of a raw row, before and now."""

    column: str
    before: str
    after: str


class RowChange(TypedDict):
    """A raw row that moved; `what` is `added`, `gone` or `changed`, here and below."""

    study: str
    outcome: str
    timepoint: str
    arm: str
    what: str
    cells: list[CellChange]


class EffectEnd(TypedDict):
    """The effect of a trial at one end of a comparison."""

    y: float | None
    ci_low: float | None
    ci_high: float | None


class EffectChange(TypedDict):
    """An effect of a trial that moved."""

    outcome: str
    period: str
    study: str
    what: str
    before: EffectEnd | None
    after: EffectEnd | None


class PoolEnd(TypedDict):
    """A pooled result at one end of a comparison."""

    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    i2: float | None
    tau2: float | None
    status: str
    k: int
    track: str | None
    measure: str


class PoolChange(TypedDict):
    """A pooled result that moved; `turned`: where its interval lay and lies, where that is not the same."""

    outcome: str
    period: str
    model: str
    what: str
    before: PoolEnd | None
    after: PoolEnd | None
    turned: list[str] | None


class VerdictEnd(TypedDict):
    """A verdict at one end of a comparison."""

    verdict: str
    depends_on: list[str]
    words: list[str]


class VerdictChange(TypedDict):
    """A verdict that moved."""

    outcome: str
    period: str
    what: str
    before: VerdictEnd | None
    after: VerdictEnd | None


class RatingEnd(TypedDict):
    """A rating of certainty at one end of a comparison."""

    words: str


class RatingChange(TypedDict):
    """A rating of certainty that moved."""

    outcome: str
    period: str
    what: str
    before: RatingEnd | None
    after: RatingEnd | None


class Changes(TypedDict):
    """What moved since earlier results; `same`: how many of each did not (see `metawright.report.changes`)."""

    rows: list[RowChange]
    effects: list[EffectChange]
    pools: list[PoolChange]
    verdicts: list[VerdictChange]
    ratings: list[RatingChange]
    same: dict[str, int]


class Interval(TypedDict):
    """An estimate with its interval; None where there is none."""

    estimate: float | None
    ci_low: float | None
    ci_high: float | None


#: A result that sentences and tables print: of a model, of a branch of its rule, or of some of the trials.
ResultRow = ModelResult | PooledRow | ResultAgain | OmittedTrial | FilteredPool | PoolEnd | Interval

#: Documents that carry rows of people's tables, who may have columns of their own: these hold text.
OPEN = (CheckedClaim, AwaitingTrial)


class Results(AuditResults):
    """The whole of `results.json` (see `metawright.report.results.gather_results`)."""

    schema_version: int
    review: ReviewHead
    protocol: Protocol
    labels: dict[str, str]
    arm_words: ArmWordsShown
    counts: Counts
    cells: list[ReportCell]
    periods: dict[str, PeriodsDocument]
    multiplicity: list[TestFamily]
    studies: Characteristics | None
    risk_of_bias: RiskOfBiasDocument | None
    screening: ScreeningCounts | None
    unused_rows: list[UnusedRow]
    cleaning_log: list[dict[str, str]]
    software: list[Software]
    missing: list[str]
    extraction: ExtractionResults
    own_configuration: OwnConfiguration | None
