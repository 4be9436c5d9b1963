"""What the pooling stage leaves of a cell: its trials, its result under every model, and the two tracks compared.

Numbers are at full precision, ratios on the natural log scale; a number that does not apply is None (in memory also
NaN, which files do not hold).
"""

from typing import NotRequired, TypedDict

from metawright.reading.protocol import Branch


class CellTrial(TypedDict):
    """A trial of a cell: its row of `effects.csv`, with the words that its rows of `arms.csv` hold joined by `;`."""

    study: str
    y: float
    v: float
    n: float | None
    n_experimental: float | None
    n_control: float | None
    timepoint: str
    timepoint_months: float | None
    row_ids: str
    imputed: bool
    value_type: str
    flags: str


class PooledTrial(CellTrial):
    """A trial of a pool, with its 95% z interval."""

    ci_low: float
    ci_high: float


class PooledRow(TypedDict):
    """A row of `pooled.csv`: one cell under one model."""

    outcome: str
    period: str
    model: str
    track: str | None
    status: str
    measure: str
    k: int
    n: int | None
    n_experimental: int | None
    n_control: int | None
    tau2_method: str | None
    interval: str | None
    selected_by_rule: bool
    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    statistic: float | None
    df: float | None
    p: float | None
    q: float | None
    q_df: int | None
    q_p: float | None
    i2: float | None
    h2: float | None
    i2_q: float | None
    tau2: float | None
    tau2_low: float | None
    tau2_high: float | None
    pi_low: float | None
    pi_high: float | None


class Candidate(PooledRow):
    """What a branch of a discordant rule would have given."""

    branch: str
    notes: list[str]
    weights: list[float] | None
    converged: bool | None


class RuleResult(TypedDict):
    """What a rule declares, and what it chose: `fixed`, `random`, `undecided`, or None where nothing was pooled."""

    p_above: float
    i2_below: float
    combine: str
    on_discordance: str
    fixed: Branch
    random: Branch
    discordant: bool
    chosen: str | None


class ModelResult(PooledRow):
    """A cell under one model: its row of `pooled.csv`, and what stands beside it.

    `weights` are percentages in the order of the cell's trials, None in the place of one that the model leaves out
    (`excluded` has its name); `candidates` are both branches of a rule that was discordant.
    """

    weights: list[float | None] | None
    converged: bool | None
    notes: list[str]
    rule: RuleResult | None
    candidates: list[Candidate]
    excluded: list[str]


class ResultAgain(TypedDict):
    """A model's result without some trials, and whether that changes what it says of the whole pool."""

    model: str
    track: str | None
    status: str
    k: int
    n: int | None
    n_experimental: int | None
    n_control: int | None
    tau2_method: str | None
    interval: str | None
    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    i2: float | None
    tau2: float | None
    sign_changes: bool | None
    significance_changes: bool | None


class WithoutImputed(TypedDict):
    """A pool again, without its `estimated` values, or without every `recovered` one."""

    without: str
    studies: list[str]
    routes: list[str]
    models: list[ResultAgain]


class Pool(TypedDict):
    """The document of one cell, `pooling/<outcome>.<period>.json`.

    `routes` (by trial, how its numbers were recovered) and `without_imputed` are added by the stage's script.
    """

    outcome: str
    period: str
    measure: str
    status: str
    k: int
    n: int | None
    n_experimental: int | None
    n_control: int | None
    studies: list[PooledTrial]
    models: list[ModelResult]
    routes: NotRequired[dict[str, list[str]]]
    without_imputed: NotRequired[list[WithoutImputed]]


class TrackComparison(TypedDict):
    """The headlines of both tracks side by side: where each interval lies, and whether what they say differs."""

    conclusion_differs: bool | None
    significance_differs: bool | None
    sign_differs: bool | None
    protocol: str
    recommended: str
    words: str


#: Columns of `pooled.csv`.
POOLED_COLUMNS = tuple(PooledRow.__annotations__)
