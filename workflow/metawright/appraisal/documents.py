"""What the appraisal stage leaves: judgements on risk of bias, the flow of records, the certainty of every cell.

A number that does not apply is None (in memory also NaN, which files do not hold).
"""

from typing import TypedDict

from metawright.reading.protocol import CertaintyThresholds


class DomainName(TypedDict):
    """A domain of risk of bias, and what it is called."""

    key: str
    label: str


class Judgement(TypedDict):
    """A judgement on one domain of one trial; None where it is missing."""

    judgement: str | None
    support: str


class JudgedStudy(TypedDict):
    """A trial's judgements by domain, its grade by the review's rule, and what the review printed."""

    study: str
    label: str
    judgements: dict[str, Judgement]
    grade: str | None
    grade_printed: str | None
    overall: str | None
    overall_printed: str | None


class DomainAgreement(TypedDict):
    """How far two raters agree."""

    pairs: int
    percent: float | None
    kappa: float | None


class RaterAgreement(TypedDict):
    """How far two raters agree; an entry of `undecided` has `study`, `domain`, and the judgement of each rater."""

    raters: list[str]
    overall: DomainAgreement
    domains: dict[str, DomainAgreement]
    undecided: list[dict[str, str]]


class RiskOfBiasDocument(TypedDict):
    """The judgements of a review, `appraisal/risk_of_bias.json`; `counts` by domain and level."""

    instrument: str
    domains: list[DomainName]
    studies: list[JudgedStudy]
    counts: dict[str, dict[str, int]]
    agreement: RaterAgreement | None
    remarks: list[str]


class ScreeningCounts(TypedDict, total=False):
    """Counts of the PRISMA 2020 flow diagram; an absent count is not known, it is not zero.

    The keys are those of `workflow/schemas/screening.schema.yaml`.
    """

    previous_studies: int
    previous_reports: int
    database_results: int
    register_results: int
    website_results: int
    organisation_results: int
    citations_results: int
    duplicates: int
    excluded_automatic: int
    excluded_other: int
    records_screened: int
    records_excluded: int
    dbr_sought_reports: int
    dbr_notretrieved_reports: int
    dbr_assessed: int
    dbr_excluded: dict[str, int]
    other_sought_reports: int
    other_notretrieved_reports: int
    other_assessed: int
    other_excluded: dict[str, int]
    new_studies: int
    new_reports: int
    total_studies: int
    total_reports: int
    total_studies_ma: int


class FlowCheck(TypedDict):
    """An identity of the flow diagram, and whether it closes (see `metawright.appraisal.screening.check_flow`)."""

    id: str
    words: str
    status: str
    left: int | None
    right: int | None
    known: dict[str, int]
    missing: list[str]


class ChecklistItem(TypedDict):
    """An item of PRISMA 2020, and who fills it."""

    item: str
    topic: str
    filled: str
    where: str


class FlowDocument(TypedDict):
    """The flow of records, `appraisal/screening.json`."""

    counts: ScreeningCounts | None
    checks: list[FlowCheck]
    closes: bool | None
    checklist: list[ChecklistItem]


class ThresholdWords(TypedDict):
    """A threshold in words; `default`: whether it is the default of this program."""

    key: str
    value: float | str | list[float]
    meaning: str
    default: bool


class DomainLevels(TypedDict):
    """Levels down by domain; None: not judged, or does not apply."""

    risk_of_bias: int | None
    inconsistency: int | None
    indirectness: int | None
    imprecision: int | None
    publication_bias: int | None


class RatingDetail(TypedDict):
    """Both steps of imprecision: interval (`A`) and information size (`B`; `r` is `have` over `ois`)."""

    target: str | None
    ois: float | None
    have: float | None
    r: float | None
    A: int
    B: int
    why: list[str]


class SuggestedRating(TypedDict):
    """The rating that the numbers alone give, and its levels."""

    rating: str | None
    levels: DomainLevels


class DomainFootnotes(TypedDict):
    """Why levels were taken on a domain, and what else a reader must know."""

    triggers: list[str]
    remarks: list[str]


class RatingDocument(TypedDict):
    """A rating (see `metawright.appraisal.rating.engine.Rating`); `footnotes` by domain."""

    status: str
    basis: str
    start: str | None
    levels: DomainLevels
    rating: str | None
    at_most: str | None
    reason: str
    suggested: SuggestedRating
    up: int
    eligible_up: int
    detail: RatingDetail | None
    footnotes: dict[str, DomainFootnotes]
    remarks: list[str]


class DecisionEntry(TypedDict):
    """What a person decided (see `metawright.appraisal.rating.domain.Decision`)."""

    domain: str
    levels: int | str
    reason: str
    by: str
    date: str


class DomainRating(TypedDict):
    """What is said of one domain; `numbers` are those behind it, by what the domain calls them."""

    suggested: int | None
    levels: int | None
    triggers: list[str]
    remarks: list[str]
    numbers: dict[str, object]
    override: DecisionEntry | None


class ThresholdOfImportance(TypedDict):
    """A declared threshold of importance, and where it comes from."""

    value: float
    source: str


class EffectAndVariance(TypedDict):
    """Effect and sampling variance of a trial."""

    y: float
    v: float


class WeightedJudgements(TypedDict):
    """Overall judgements of a pool by weight (see `metawright.appraisal.rating.inputs.RiskOfBias`)."""

    instrument: str
    weights: dict[str, float]
    two_high: float
    same_without_high: bool | None


class RatingInputs(TypedDict):
    """What a cell is rated by (see `metawright.appraisal.rating.inputs.Inputs`)."""

    measure: str
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    interval: str
    df: float | None
    wald: list[float] | None
    fixed: list[float] | None
    k: int
    n: float | None
    events: float | None
    design: str | None
    start: str | None
    direction: str
    mid: ThresholdOfImportance | None
    absolute_threshold: ThresholdOfImportance | None
    sd: float | None
    control_risk: float | None
    i2: float | None
    pi_low: float | None
    pi_high: float | None
    opposite_weight: float | None
    overlap: str
    line: float | None
    studies: list[EffectAndVariance]
    rob: WeightedJudgements | None
    indirectness: int | None
    publication_bias: int | None
    up: int | None
    egger_p: float | None
    test: str
    shrinks: bool | None
    eligible_trials: int | None


class RatedCell(TypedDict):
    """The certainty of one cell (see `metawright.appraisal.certainty.certainty_of_cell`).

    `domains` is empty where there are no data.
    """

    outcome: str
    period: str
    status: str
    measure: str
    model: str | None
    k: int
    n: float | None
    known_trials: int | None
    awaiting: list[str]
    incomplete: bool
    rating_status: str
    basis: str
    start: str | None
    levels: DomainLevels
    rating: str | None
    at_most: str | None
    reason: str
    up: int
    eligible_up: int
    detail: RatingDetail | None
    remarks: list[str]
    suggested: str | None
    suggested_levels: DomainLevels
    words: str
    decisions: list[DecisionEntry]
    domains: dict[str, DomainRating]
    inputs: RatingInputs


class AbsoluteEffect(TypedDict):
    """What a ratio means for 1,000 people (see `metawright.appraisal.absolute.absolute_effect`)."""

    baseline: float
    source: str
    risk: float
    difference: float
    risk_low: float
    difference_low: float
    risk_high: float
    difference_high: float


class SummaryRow(TypedDict):
    """A row of the Summary of Findings (see `metawright.appraisal.certainty.summary_rows`)."""

    outcome: str
    period: str
    participants: str
    effect: str
    absolute: AbsoluteEffect | None
    certainty: str
    suggested: str
    status: str
    basis: str
    start: str
    target: str
    up: int
    levels_risk_of_bias: int | None
    levels_inconsistency: int | None
    levels_indirectness: int | None
    levels_imprecision: int | None
    levels_publication_bias: int | None
    suggested_risk_of_bias: int | None
    suggested_inconsistency: int | None
    suggested_indirectness: int | None
    suggested_imprecision: int | None
    suggested_publication_bias: int | None
    incomplete: bool
    notes: list[str]


class WeightedTrial(TypedDict):
    """A trial's weight in a pool, in percent."""

    study: str
    label: str
    weight: float


class DomainShares(TypedDict):
    """The share of each judgement on a domain in a pool's weight, in percent."""

    key: str
    label: str
    shares: dict[str, float]


class WeightsOfPool(TypedDict):
    """The weights of a pool by judgement."""

    outcome_label: str
    period_label: str
    outcome: str
    period: str
    model: str
    trials: list[WeightedTrial]
    domains: list[DomainShares]


class FilteredPool(TypedDict):
    """A pool of the trials that a filter keeps."""

    filter: str
    model: str
    k: int
    left_out: list[str]
    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None


class PoolsByJudgement(TypedDict):
    """The pools of one cell without trials at risk."""

    outcome: str
    period: str
    measure: str
    pools: list[FilteredPool]


class Certainty(TypedDict):
    """The certainty of every cell, `appraisal/certainty.json` (see `metawright.appraisal.rate.rate_review`)."""

    choices: CertaintyThresholds
    thresholds: list[ThresholdWords]
    cells: list[RatedCell]
    not_rated: str | None
    summary_of_findings: list[SummaryRow]
    weights: list[WeightsOfPool]
    by_judgement: list[PoolsByJudgement]
