"""The protocol of a review as everything reads it: checked, with all defaults filled in.

The keys are those of `workflow/schemas/protocol.schema.yaml`, which says what each means and holds its default; a key
that may be absent here has no default there. `metawright.checking.protocol.complete` makes these documents.
"""

from typing import NotRequired, TypedDict, final


class Scale(TypedDict):
    """The range of an outcome's scale."""

    min: NotRequired[float | None]
    max: NotRequired[float | None]
    integer: bool


class MinimalImportantDifference(TypedDict):
    """The smallest difference that matters to patients."""

    value: NotRequired[float | None]
    source: NotRequired[str]


class AbsoluteThreshold(TypedDict):
    """The smallest difference in risk that matters to patients."""

    value: float
    source: str


class Outcome(TypedDict):
    """An outcome as the protocol declares it. `key` and `label` are filled in when the protocol is completed."""

    key: str
    label: str
    aliases: list[str]
    measure: str
    direction: str
    unit: NotRequired[str]
    scale: NotRequired[Scale]
    minimal_important_difference: NotRequired[MinimalImportantDifference]
    absolute_threshold: NotRequired[AbsoluteThreshold]
    variance: str
    smd: str
    second_order: bool
    zero_scope: str
    mh_exact: bool
    allow_mixed_smd: bool
    reversed_studies: list[str]


#: A follow-up period, in months. `label` is filled in when the protocol is completed.
Period = TypedDict(
    "Period",
    {
        "key": str,
        "label": str,
        "from": float,
        "to": float | None,
        "closed": str,
        "pick": str,
        "target": NotRequired[float],
        "rho": NotRequired[float],
        "timepoints": list[str],
    },
)


class Cleaning(TypedDict):
    """How the cells of `extraction.csv` are read."""

    mode: str
    pairs: NotRequired[str]


class ArmWords(TypedDict):
    """What people wrote for the two arms."""

    experimental: list[str]
    control: list[str]


class Branch(TypedDict):
    """Estimator and interval of one branch of a rule."""

    tau2_method: str
    interval: str


class SelectionRule(TypedDict):
    """How a rule chooses between a fixed and a random model."""

    p_above: float
    i2_below: float
    combine: str
    on_discordance: str
    fixed: Branch
    random: Branch


@final
class NamedModel(TypedDict):
    """A model that names its estimator and its interval."""

    key: str
    track: NotRequired[str]
    tau2_method: str
    interval: str


@final
class RuleModel(TypedDict):
    """A model whose estimator and interval a rule chooses."""

    key: str
    track: NotRequired[str]
    rule: SelectionRule


#: A model as the protocol declares it.
DeclaredModel = NamedModel | RuleModel


class Imputation(TypedDict):
    """How a missing mean or SD is recovered."""

    enabled: bool
    routes: list[str]
    ci_quantile: str
    exclude_skewed: bool
    rho: float | None
    rho_grid: list[float]


class Crossover(TypedDict):
    """What is done with cross-over trials."""

    use: str
    rho: NotRequired[float]


class Contaminated(TypedDict):
    """Per track, whether its models keep or drop trials whose control arm has had the treatment."""

    protocol: str
    recommended: str
    other: str


class MultiverseSettings(TypedDict):
    """The choices of which every combination is fitted."""

    models: list[str]
    tau2_methods: list[str]
    intervals: list[str]
    picks: list[str]
    imputation: list[str]
    participants: list[str]
    variances: list[str]
    measures: list[str]
    risk_of_bias: list[str]
    contaminated: list[str]


class CumulativeSettings(TypedDict):
    """In which orders trials accumulate."""

    orders: list[str]


class GoshSettings(TypedDict):
    """How many subsets of the trials are drawn."""

    sample: int
    seed: int


class TauPrior(TypedDict):
    """A prior of the between-trial SD."""

    key: str
    label: NotRequired[str]
    family: str
    scale: NotRequired[float]
    loc: NotRequired[float]
    df: NotRequired[float]
    unit: str
    measures: list[str]


class MeanPrior(TypedDict):
    """Normal prior of the mean effect."""

    mean: float
    sd: float


class Priors(TypedDict):
    """Priors of the Bayesian analysis."""

    tau: list[TauPrior]
    mean: NotRequired[MeanPrior]


class MissingDataSettings(TypedDict):
    """Assumptions about participants who were randomised and not analysed."""

    sd_lambda: float
    rho_lambda: float
    imors: list[float]
    sd_log_imor: float


class StudyProperty(TypedDict):
    """A column of `studies.csv` that an analysis reads."""

    column: str
    label: NotRequired[str]


class PeriodsSettings(TypedDict):
    """Correlations under which periods that share trials are compared."""

    rho: list[float]
    phi: list[float]


class MultiplicitySettings(TypedDict):
    """The family of tests whose P values are adjusted."""

    family: str
    count: str


class InformationTarget(TypedDict):
    """The differences that matter for one outcome, and its SD."""

    deltas: NotRequired[list[float]]
    sd: NotRequired[float]


class InformationSizeSettings(TypedDict):
    """Errors and differences of the required information size."""

    alpha: float
    power: float
    sequential: bool
    outcomes: dict[str, InformationTarget]


class SensitivitySettings(TypedDict):
    """What is examined beside the declared models."""

    multiverse: MultiverseSettings
    cumulative: CumulativeSettings
    gosh: GoshSettings
    reference_sd: dict[str, float]
    priors: Priors
    missing_data: MissingDataSettings
    subgroups: list[StudyProperty]
    moderators: list[StudyProperty]
    periods: PeriodsSettings
    multiplicity: MultiplicitySettings
    information_size: InformationSizeSettings


class AppraisalSettings(TypedDict):
    """How risk of bias was judged, and what the judgements count for."""

    instrument: str
    concerns_to_high: NotRequired[int]
    domains: dict[str, str]
    grade: NotRequired[dict[str, str]]


class BaselineRisk(TypedDict):
    """The risk of the control arm that absolute effects are given at."""

    outcome: str
    period: NotRequired[str]
    risk: float
    source: str


class CertaintyOverride(TypedDict):
    """A rating that people decided, with their reason."""

    outcome: str
    period: NotRequired[str]
    domain: str
    levels: int
    reason: str


class CertaintyThresholds(TypedDict):
    """The thresholds of the suggested ratings of certainty."""

    allocation: NotRequired[str]
    start: NotRequired[str]
    robins_start: str
    not_judged_weight: float
    risk_of_bias_weight: float
    grave_weight: float
    two_domains_weight: float
    low_weight: float
    some_high_weight: float
    i2_from: float
    opposite_weight: float
    prediction_from: int
    grave_i2_from: float
    grave_opposite_weight: float
    appreciable_ratio: list[float]
    little_ratio: list[float]
    appreciable_risk_difference: float
    little_risk_difference: float
    appreciable_smd: float
    little_smd: float
    rare_from: int
    rare_within: float
    extreme_ratio: float
    extreme_times: float
    extreme_below: float
    alpha: float
    power: float
    relative_reduction: float
    assumed_risk: float
    information_size: float
    half_information: float
    close_call: float
    wide_ratio: float
    wide_odds_ratio: float
    egger_below: float
    known_trials: float


class CertaintySettings(CertaintyThresholds):
    """The thresholds, the risks that absolute effects are given at, and what people decided instead."""

    baseline_risks: list[BaselineRisk]
    overrides: list[CertaintyOverride]


class Characteristic(TypedDict):
    """A column of the table of characteristics."""

    column: str
    label: NotRequired[str]


class ReportSettings(TypedDict):
    """What the report says and how its numbers look."""

    preset: str
    deviations: list[str]
    authors: list[str]
    characteristics: list[Characteristic]


class OwnConfigurationSettings(TypedDict):
    """Whether the declared models are simulated with the review's own numbers."""

    own_configuration: str


class ArchiveSettings(TypedDict):
    """What an archive hands over and under which terms."""

    withhold: list[str]
    licence: str
    date: str


class Protocol(TypedDict):
    """A completed protocol: what a review declares, with every default of the schema."""

    title: str
    question: str
    source: str
    outcomes: dict[str, Outcome]
    periods: list[Period]
    clock: str
    cleaning: Cleaning
    arms: ArmWords
    models: list[DeclaredModel]
    imputation: Imputation
    multi_arm: str
    crossover: Crossover
    contaminated: Contaminated
    prediction_interval: str
    sensitivity: SensitivitySettings
    appraisal: AppraisalSettings
    certainty: CertaintySettings
    report: ReportSettings
    simulation: OwnConfigurationSettings
    archive: ArchiveSettings
