"""What the extraction stage leaves: rows of arms with numbers as numbers, the cleaning log, findings, agreement."""

from typing import NotRequired, TypedDict

from metawright.reading.protocol import ArmWords, Cleaning, Outcome, Period


class ArmRow(TypedDict):
    """A row of `arms.csv`: one row of `extraction.csv` after cleaning (see `metawright.extraction.arms.arm_rows`).

    Several arms that were combined into one have these rows in `parts`; an arm that several comparisons share has their
    number in `shares`, and its part of the participants in `n`.
    """

    row: int
    study: str
    outcome: str
    timepoint: str
    timepoint_months: float | None
    period: str | None
    arm: str
    n: float | None
    n_randomised: float | None
    mean: float | None
    sd: float | None
    events: float | None
    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    ci_level: float | None
    value_type: str
    used: bool
    reason: str
    flags: str
    source: str
    notes: str
    arm_label: str
    median: float | None
    q1: float | None
    q3: float | None
    min: float | None
    max: float | None
    p_value: str
    t_value: float | None
    f_value: float | None
    sd_baseline: float | None
    sd_final: float | None
    effect_scale: str
    parts: NotRequired[list["ArmRow"]]
    shares: NotRequired[int]


class PrintedRow(ArmRow):
    """A row of `arms.csv` with its numbers as text, by column and with the decimals that they were given."""

    printed: dict[str, str]


class CheckedRow(PrintedRow):
    """A row of `arms.csv` as checks take it: with its numbers as text, and its cells as typed, by column."""

    raw: dict[str, str]


class ExtractionRules(TypedDict):
    """The blocks of a completed protocol that cleaning rests on; the protocol itself has them all."""

    outcomes: dict[str, Outcome]
    periods: list[Period]
    arms: ArmWords
    clock: str
    cleaning: Cleaning


class LogRow(TypedDict):
    """A row of `cleaning_log.csv`: one application of a cleaning rule."""

    file: str
    row: int
    column: str
    rule: str
    before: str
    after: str


class FindingRow(TypedDict):
    """A row of `findings.csv` of the extraction stage (see `metawright.extraction.findings.Finding`)."""

    id: str
    severity: str
    check: str
    file: str
    row: int
    study: str
    outcome: str
    column: str
    value: str
    expected: str
    message: str


class Design(TypedDict, total=False):
    """What `studies.csv` says of a trial's design, as far as it says anything.

    `contaminated_from` is the month at which the control arm had the experimental treatment, `contaminated_after` says
    whether that month itself is still clean.
    """

    trial: str
    treatment_months: float
    contaminated_from: float
    contaminated_after: bool
    crossover: bool


class AgreementRows(TypedDict):
    """Rows of the first extractor, of the second, and of both."""

    first: int
    second: int
    both: int


class ExtractedOnce(TypedDict):
    """An outcome of a trial that one extractor alone has."""

    study: str
    outcome: str


class ColumnAgreement(TypedDict):
    """How far two extractors agree on a column: `kappa` of words; of numbers the rest, where both give some."""

    pairs: int
    equal: int
    percent: float | None
    kappa: NotRequired[float | None]
    kappa_reported: NotRequired[float | None]
    numbers: NotRequired[int]
    icc: NotRequired[float | None]
    bias: NotRequired[float | None]
    sd_of_differences: NotRequired[float | None]
    limit_low: NotRequired[float | None]
    limit_high: NotRequired[float | None]


class ExtractionAgreement(TypedDict):
    """The document of two extractors, `agreement.json`."""

    rows: AgreementRows
    extracted_once: list[ExtractedOnce]
    conflicts: int
    open: int
    columns: dict[str, ColumnAgreement]


#: Columns of the tables, in their order.
ARM_COLUMNS = tuple(name for name in ArmRow.__annotations__ if name in ArmRow.__required_keys__)
LOG_COLUMNS = tuple(LogRow.__annotations__)
FINDING_COLUMNS = tuple(FindingRow.__annotations__)
