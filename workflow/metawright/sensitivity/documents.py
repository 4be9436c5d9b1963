"""What the sensitivity stage leaves: of each cell its examination, of each outcome its multiverse, and the verdicts.

A block of an examination has a `status` (`done`, or why not: `awaiting_data`, `single_study`, `not_possible`,
`not_assessed`, `nothing_missing`) and a `reason`; the keys that say what it is about are there in any case. A number
that does not apply is None (in memory also NaN, which files do not hold).
"""

from typing import Literal, NotRequired, TypedDict

from metawright.heterogeneity.documents import Agreement, LadderRung


class BlockHead(TypedDict):
    """What every block of an examination says of itself."""

    status: str
    reason: str


class ModelHead(TypedDict):
    """What identifies a model in a block: estimator and interval that it used, and the trials that it leaves out."""

    model: str
    track: str | None
    tau2_method: str
    interval: str
    excluded: list[str]


class ExaminedTrial(TypedDict):
    """A trial of an examined cell."""

    study: str
    y: float
    v: float
    n: float | None
    n_experimental: float | None
    n_control: float | None
    year: int | None


class ExaminedModel(ModelHead):
    """The result of a model with all of its trials."""

    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    tau2: float | None
    i2: float | None


class InfluenceLimits(TypedDict):
    """Absolute values beyond which a trial is flagged."""

    dffits: float
    cook_d: float
    hat: float
    dfbs: float


class InfluenceTrial(TypedDict):
    """Deletion diagnostics of a trial (see `metawright.sensitivity.influence.Influence`)."""

    study: str
    rstudent: float | None
    dffits: float | None
    cook_d: float | None
    cov_r: float | None
    tau2_del: float | None
    q_del: float | None
    hat: float | None
    weight: float | None
    dfbs: float | None
    flagged: bool


class InfluenceModel(ModelHead):
    """Deletion diagnostics under one model."""

    limits: InfluenceLimits
    trials: list[InfluenceTrial]


class InfluenceBlock(BlockHead):
    """Deletion diagnostics of every trial under every model."""

    models: list[InfluenceModel]


class BaujatTrial(TypedDict):
    """Coordinates of a trial in a Baujat plot."""

    study: str
    heterogeneity: float | None
    influence: float | None


class BaujatModel(ModelHead):
    """Coordinates under one model."""

    trials: list[BaujatTrial]


class BaujatBlock(BlockHead):
    """Contribution of every trial to heterogeneity and to the result."""

    models: list[BaujatModel]


class CumulativeStep(TypedDict):
    """The pool after one more trial."""

    k: int
    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    i2: float | None
    tau2: float | None
    significant: bool
    study: str
    year: int | None


class CumulativeModel(ModelHead):
    """The history of a pool under one model."""

    steps: list[CumulativeStep]


class CumulativeOrder(TypedDict):
    """The histories in one order of the trials."""

    order: str
    models: list[CumulativeModel]


class CumulativeBlock(BlockHead):
    """Refits as trials accumulate."""

    orders: list[CumulativeOrder]


class GoshTrial(TypedDict):
    """The mean estimate of the subsets with a trial, and of those without it."""

    study: str
    with_trial: float | None
    without_trial: float | None


class GoshPoints(TypedDict):
    """Every subset, for a figure."""

    estimate: list[float | None]
    i2: list[float | None]
    size: list[int]
    highlighted: list[bool]


class GoshHistogram(TypedDict):
    """The subsets as counts of estimate and I², for a figure."""

    estimate_edges: list[float]
    i2_edges: list[float]
    counts: list[list[int]]
    highlighted: list[list[int]]


class GoshModel(ModelHead):
    """All subsets of the trials under one model; `estimate` and `i2` are the quantiles `at`."""

    subsets: int
    complete: bool
    undecided: int
    at: list[float]
    estimate: list[float] | None
    i2: list[float] | None
    share_positive: float | None
    share_excluding_zero: float | None
    trials: list[GoshTrial]
    highlight: str | None
    points: NotRequired[GoshPoints | None]
    histogram: NotRequired[GoshHistogram | None]


class GoshBlock(BlockHead):
    """All subsets of the trials under the headline of each track. `results.json` leaves out what only figures need."""

    models: list[GoshModel]


class ShrinkageColumns(TypedDict):
    """Posterior of every trial's own effect, in the order of the trials."""

    mean: list[float | None]
    sd: list[float | None]
    ci_low: list[float | None]
    ci_high: list[float | None]


class TauCurveColumns(TypedDict):
    """Densities of tau, for a figure."""

    tau: list[float]
    prior: list[float]
    posterior: list[float]


class PosteriorDone(TypedDict):
    """The posterior under one prior of tau (see `metawright.pooling.bayes.Posterior`)."""

    key: str
    status: Literal["done"]
    reason: str
    k: int
    tau_prior: str
    mean_prior: str
    level: float
    mean: float | None
    median: float
    sd: float | None
    ci_low: float
    ci_high: float
    shortest_low: float
    shortest_high: float
    p_above_zero: float
    mid: float | None
    p_above_mid: float | None
    p_below_minus_mid: float | None
    pi_low: float
    pi_high: float
    new_above_zero: float
    tau_mean: float | None
    tau_median: float
    tau_upper: float
    shrinkage: NotRequired[ShrinkageColumns]
    tau_curve: NotRequired[TauCurveColumns]
    points: int
    converged: bool
    remarks: list[str]
    label: str


class PosteriorRefused(TypedDict):
    """A prior under which there is no posterior, with the reason."""

    key: str
    status: Literal["refused"]
    reason: str
    tau_prior: NotRequired[str]
    label: str


PosteriorEntry = PosteriorDone | PosteriorRefused


class BayesBlock(BlockHead):
    """The Bayesian analysis of a cell. `results.json` leaves out what only figures need."""

    mid: float | None
    mean_prior: str
    posteriors: list[PosteriorEntry]


class TippingTrial(TypedDict):
    """By how much one trial's effect has to shift until the conclusion changes; None: it does not in reach."""

    study: str
    shift: float | None


class TippingEffects(TypedDict):
    """What single trials would have to show to change the conclusion."""

    significant: bool
    reach: float
    trials: list[TippingTrial]


class MarginModel(ModelHead):
    """How far a result is from the line between significant and not (see `metawright.sensitivity.margin.Margin`)."""

    significant: bool
    critical: float | None
    margin: float | None
    estimate_shift: float | None
    width_factor: float | None
    information: float | None
    tipping: TippingEffects | None


class MarginBlock(BlockHead):
    """Distance of every model's result to the line."""

    models: list[MarginModel]


class SequentialStep(TypedDict):
    """A trial in a sequential analysis."""

    study: str
    patients: float
    fraction: float
    z: float | None
    boundary: float | None


class SequentialAnalysis(ModelHead):
    """The rated model beside a sequential boundary."""

    steps: list[SequentialStep]
    crossed: bool
    reached: bool


class InformationSizeEntry(TypedDict):
    """The participants that one difference asks for (see `metawright.sensitivity.information_size`)."""

    size: float
    diversity: float
    adjusted: float
    delta: float
    variance: float
    alpha: float
    power: float
    delta_source: str
    fraction: float | None
    sequential: SequentialAnalysis | None


class InformationSizeBlock(BlockHead):
    """Participants that a conclusive meta-analysis needs, and those pooled so far."""

    sd: float | None
    sd_source: str
    patients: int | None
    sizes: list[InformationSizeEntry]


class MissingTrial(TypedDict):
    """Who is missing from a trial: participants, those randomised, and the share that was analysed, by arm."""

    study: str
    n_experimental: int | None
    randomised_experimental: int | None
    analysed_experimental: float | None
    n_control: int | None
    randomised_control: int | None
    analysed_control: float | None
    low: bool
    reason: str


class ResultUnderAssumption(TypedDict):
    """A result under an assumption about who is missing."""

    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    excludes_zero: bool


class TippingPointEntry(TypedDict):
    """Where a conclusion changes (see `metawright.sensitivity.missing.TippingPoint`)."""

    path: str
    reach: float
    difference: float | None
    becomes: str
    estimate: float | None
    ci_low: float | None
    ci_high: float | None


#: The result over a grid of assumptions, for a figure; `lambda` (differences) or `imor` are its axes.
MissingGrid = TypedDict(
    "MissingGrid",
    {
        "lambda": NotRequired[list[float]],
        "imor": NotRequired[list[float]],
        "estimate": list[list[float | None]],
        "ci_low": list[list[float | None]],
        "ci_high": list[list[float | None]],
    },
)


class MissingModel(TypedDict):
    """What one model's result becomes under assumptions about who is missing; tipping points for differences only."""

    model: str
    track: str | None
    observed: ResultUnderAssumption | None
    tipping_points: NotRequired[list[TippingPointEntry]]
    grid: NotRequired[MissingGrid | None]
    best: ResultUnderAssumption | None
    worst: ResultUnderAssumption | None


class MissingDataBlock(BlockHead):
    """Participants randomised and not analysed. `kind` is `imdom` (differences of means) or `imor` (events)."""

    kind: str
    trials: list[MissingTrial]
    reach: float | None
    models: list[MissingModel]


class LineTestEntry(TypedDict):
    """A regression test for small-study effects (see `metawright.sensitivity.small_study.lines.LineTest`)."""

    name: str
    k: int
    bias: float | None
    bias_se: float | None
    statistic: float | None
    df: float | None
    p: float | None
    limit_estimate: float | None
    limit_se: float | None
    limit_ci_low: float | None
    limit_ci_high: float | None
    reason: str


class BeggEntry(TypedDict):
    """Begg's rank test."""

    k: int
    tau: float | None
    p: float | None
    exact: bool


class PetPeeseEntry(TypedDict):
    """PET, PEESE, and which of the two is read."""

    pet: LineTestEntry
    peese: LineTestEntry
    pet_p_one_sided: float | None
    chosen: str


class TrimFillEntry(ModelHead):
    """A pool with the trials that trim and fill adds."""

    estimator: str
    side: str
    k0: int
    converged: bool
    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    filled_y: list[float]
    filled_v: list[float]


class SmallStudyBlock(BlockHead):
    """Small-study effects of the trials that the rated model pools; below ten trials the tests are None."""

    k: int
    egger: LineTestEntry | None
    egger_mixed: LineTestEntry | None
    begg: BeggEntry | None
    egger_sized: LineTestEntry | None
    peters: LineTestEntry | None
    harbord: LineTestEntry | None
    pet_peese: PetPeeseEntry | None
    trim_fill: list[TrimFillEntry]
    bands: list[int] | None
    read: list[str]
    remarks: list[str]
    studies: list[str]


class DifferenceTestEntry(TypedDict):
    """The test for a difference between subgroups (see `metawright.heterogeneity.subgroups.DifferenceTest`)."""

    q: float | None
    df: int
    df_residual: float | None
    p: float | None
    i2: float | None


class SeparateGroup(TypedDict):
    """A subgroup pooled with a tau² of its own."""

    level: str
    k: int
    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    tau2: float | None
    i2: float | None


class SeparateGroups(TypedDict):
    """Subgroups, each with its own tau²."""

    groups: list[SeparateGroup]
    difference: DifferenceTestEntry


class CommonGroup(TypedDict):
    """A subgroup's mean under one tau² for all."""

    level: str
    k: int
    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None


class CommonGroups(TypedDict):
    """Subgroups that share one tau²."""

    groups: list[CommonGroup]
    tau2: float | None
    i2: float | None
    residual_q: float | None
    residual_df: int
    residual_p: float | None
    difference: DifferenceTestEntry


class SubgroupColumn(BlockHead):
    """The pools by the groups of one column of `studies.csv`; `unknown` are trials of which it is not known."""

    column: str
    label: str
    unknown: list[str]
    tau2_method: str
    interval: str
    separate: SeparateGroups | None
    common: CommonGroups | None
    warnings: list[str]


class SubgroupsBlock(BlockHead):
    """Pools by group of every declared column."""

    columns: list[SubgroupColumn]


class ModeratorTrial(TypedDict):
    """A trial with its value of a moderator."""

    study: str
    value: float
    y: float
    v: float


class PermutationEntry(TypedDict):
    """The permutation P of a moderator."""

    p: float
    count: int
    exact: bool


class RegressionLine(TypedDict):
    """The fitted mean and its interval across the range of a moderator, for a figure."""

    x: list[float]
    estimate: list[float]
    ci_low: list[float]
    ci_high: list[float]


class ModeratorColumn(BlockHead):
    """A meta-regression on one column of `studies.csv` (see `metawright.heterogeneity.meta_regression`).

    Without a regression the keys of its numbers are absent.
    """

    column: str
    label: str
    unknown: list[str]
    trials: NotRequired[list[ModeratorTrial]]
    names: NotRequired[list[str]]
    tau2_method: NotRequired[str]
    interval: NotRequired[str]
    k: NotRequired[int]
    estimate: NotRequired[list[float | None]]
    se: NotRequired[list[float | None]]
    ci_low: NotRequired[list[float | None]]
    ci_high: NotRequired[list[float | None]]
    p: NotRequired[list[float | None]]
    covariance: NotRequired[list[list[float | None]]]
    df: NotRequired[float | None]
    tau2: NotRequired[float | None]
    converged: NotRequired[bool]
    i2: NotRequired[float | None]
    r2: NotRequired[float | None]
    residual_q: NotRequired[float | None]
    residual_df: NotRequired[int]
    residual_p: NotRequired[float | None]
    model_statistic: NotRequired[float | None]
    model_df: NotRequired[int]
    model_p: NotRequired[float | None]
    warnings: NotRequired[list[str]]
    permutation: PermutationEntry | None
    line: NotRequired[RegressionLine | None]


class ModeratorsBlock(BlockHead):
    """Meta-regressions on every declared column. `results.json` leaves out what only figures need."""

    columns: list[ModeratorColumn]


class MethodLadderBlock(BlockHead):
    """Every usual model side by side (see `metawright.heterogeneity.method_ladder`); `flag_words` explains flags."""

    rungs: list[LadderRung]
    agreement: Agreement | None
    distinct: int
    excluding: int
    remarks: list[str]
    flag_words: dict[str, str]


class ExaminedCell(TypedDict):
    """The document of one cell, `sensitivity/<outcome>.<period>.json`: named blocks beside its results."""

    outcome: str
    period: str
    measure: str
    status: str
    k: int
    trials: list[ExaminedTrial]
    models: list[ExaminedModel]
    influence: InfluenceBlock
    baujat: BaujatBlock
    cumulative: CumulativeBlock
    gosh: GoshBlock
    bayes: BayesBlock
    margin: MarginBlock
    information_size: InformationSizeBlock
    missing_data: MissingDataBlock
    small_study_effects: SmallStudyBlock
    subgroups: SubgroupsBlock
    moderators: ModeratorsBlock
    method_ladder: MethodLadderBlock


class OmittedTrial(TypedDict):
    """A model's result without one trial; the three flags are None where that is no comparison."""

    study: str
    status: str
    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    q: float | None
    i2: float | None
    i2_q: float | None
    tau2: float | None
    tau2_method: str | None
    interval: str | None
    sign_changes: bool | None
    significance_changes: bool | None
    model_choice_changes: bool | None


class LeaveOneOutModel(TypedDict):
    """A model without each of its trials in turn."""

    model: str
    track: str | None
    omitted: list[OmittedTrial]


class LeaveOneOut(TypedDict):
    """The document of one cell, `sensitivity/<outcome>.<period>.leave_one_out.json`."""

    outcome: str
    period: str
    status: str
    k: int
    models: list[LeaveOneOutModel]
    remarks: list[str]


class AxisLevel(TypedDict):
    """A level of an axis, and what it is called."""

    level: str
    label: str


class MultiverseAxis(TypedDict):
    """A choice that was varied."""

    axis: str
    label: str
    words: str
    levels: list[AxisLevel]


class AxisEffectEntry(TypedDict):
    """How much a choice moves the estimate (see `metawright.sensitivity.multiverse.AxisEffect`)."""

    axis: str
    sets: int
    mean_range: float | None
    largest_range: float | None
    verdict_changes: float | None


class ScaleSummaryEntry(TypedDict):
    """The specifications of one scale (see `metawright.sensitivity.multiverse.ScaleSummary`)."""

    scale: str
    specifications: int
    excluding_zero: float
    positive: float
    low: float
    median: float
    high: float
    axes: list[AxisEffectEntry]
    moves_most: str


class DroppedSpecification(TypedDict):
    """A combination of choices that cannot be made, with the reason."""

    choices: dict[str, str]
    reason: str


class MultiverseCounts(TypedDict):
    """The multiverse of one period, without its specifications."""

    outcome: str
    period: str
    status: str
    reason: str
    k: int
    own_scale: str
    axes: list[MultiverseAxis]
    declared: int
    impossible: int
    merged: int
    specifications: int
    summaries: list[ScaleSummaryEntry]


class MultiversePeriod(MultiverseCounts):
    """The multiverse of one period; a row of `rows` is a row of `specifications.csv`, with its level of every axis."""

    dropped: list[DroppedSpecification]
    rows: list[dict[str, object]]


class MultiverseDocument(TypedDict):
    """The document of one outcome, `sensitivity/<outcome>.multiverse.json`."""

    outcome: str
    periods: list[MultiversePeriod]


class TippingPointShort(TypedDict):
    """A difference of missing participants that changes the conclusion."""

    path: str
    difference: float | None
    becomes: str


class NeededToChange(TypedDict):
    """What would change a conclusion (see `metawright.sensitivity.verdict.needed_to_change`)."""

    margin: float | None
    shift: float
    trials: list[str] | None
    tipping_points: list[TippingPointShort]


class TrackVerdict(TypedDict):
    """Where the headline of a track lies, and what would change what it says."""

    model: str | None
    where: str
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    changed_without: list[str] | None
    needed: NeededToChange | None


class VerdictTracks(TypedDict):
    """The headlines of both tracks; None where none is declared."""

    protocol: TrackVerdict | None
    recommended: TrackVerdict | None


class VerdictMultiverse(TypedDict):
    """How many specifications exclude no effect; `mixed`: some do and some do not, or on both sides."""

    specifications: int
    excluding_zero: float
    low: float
    high: float
    moves_most: str
    moves_words: str | None
    mixed: bool


class VerdictPosterior(TypedDict):
    """What a posterior says of the effect."""

    key: str
    p_above_zero: float
    p_above_mid: float | None


class Verdict(TypedDict):
    """Does the conclusion of a cell survive every reasonable choice (see `metawright.sensitivity.verdict.verdict`)?"""

    outcome: str
    period: str
    status: str
    k: int
    verdict: str
    depends_on: list[str]
    tracks: VerdictTracks
    same_conclusion: bool | None
    multiverse: VerdictMultiverse | None
    bayesian: list[VerdictPosterior]
    missing_status: str | None
    words: list[str]


class AdjustedTest(TypedDict):
    """The P value of one cell, adjusted for its family."""

    outcome: str
    period: str
    p: float | None
    holm: float | None
    benjamini_hochberg: float | None


class TestFamily(TypedDict):
    """The P values of a family of tests of one track."""

    track: str
    model: str
    family: str
    size: int
    count: str
    tests: list[AdjustedTest]


class VerdictsDocument(TypedDict):
    """The document of a review, `sensitivity/verdicts.json`."""

    verdicts: list[Verdict]
    multiplicity: list[TestFamily]
