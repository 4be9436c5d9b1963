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
    q_df: float | None
    q_p: float | None
    i2: float | None
    h2: float | None
    i2_q: float | None
    tau2: float | None
    tau2_low: float | None
    tau2_high: float | None
    pi_low: float | None
    pi_high: float | None


class FittedRow(PooledRow):
    """A row of `pooled.csv` with what stands beside its numbers.

    `weights` are percentages in the order of the cell's trials, None in the place of one that the model leaves out.
    """

    weights: list[float | None] | None
    converged: bool | None
    notes: list[str]


class Candidate(FittedRow):
    """What a branch of a discordant rule would have given."""

    branch: str


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


class ModelResult(FittedRow):
    """A cell under one model: `excluded` trials that it leaves out, `candidates` of a rule that was discordant."""

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


class PoolOfTrials(TypedDict):
    """A cell with its trials: all that a Bayesian analysis takes of a pool."""

    outcome: str
    period: str
    status: str
    k: int
    studies: list[CellTrial]


class ScaledPrior(TypedDict):
    """A prior of tau: its family with the parameters that this has.

    With `sd` it is one for standardised differences, which `sd` turns into the unit of the effects.
    """

    key: str
    family: str
    scale: NotRequired[float]
    loc: NotRequired[float]
    df: NotRequired[float]
    sd: NotRequired[float]


class Posteriors(TypedDict):
    """The posteriors of a cell: `key`, `status`, `reason`, and the fields of `metawright.pooling.bayes.Posterior`."""

    outcome: str
    period: str
    status: str
    k: int
    posteriors: list[dict[str, object]]


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
