"""What a sweep reads, plans and keeps, and what a simulation of a review's own configuration leaves."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict, final

from metawright.reading.protocol import Branch, DeclaredModel

#: Fields of a `metawright.simulation.scenario.Scenario` by name, as JSON holds them: lists in place of tuples.
Factors = Mapping[str, Any]
#: Per factor of a grid (`metawright.simulation.grids.FACTORS`) the values that it is crossed over.
GridData = dict[str, list[Any]]
#: Blocks of a unit from the first up to the second number; in a file a list.
Held = tuple[str, int, int]


class NamedPool(TypedDict):
    """A pool of a review, the trials of which a grid takes."""

    review: str
    outcome: str
    period: str


class GridRule(TypedDict):
    """A rule of a grid; a branch that is left out is the usual one."""

    p_above: float
    i2_below: float
    combine: str
    on_discordance: str
    fixed: NotRequired[Branch]
    random: NotRequired[Branch]


@final
class GridRuleModel(TypedDict):
    """A model of a grid whose estimator and interval a rule chooses."""

    key: str
    rule: GridRule


#: A model as a grid or a protocol declares it.
GridModel = DeclaredModel | GridRuleModel


class TargetError(TypedDict):
    """The Monte Carlo standard error that a proportion is to have, and the proportion at which it holds."""

    mcse: float
    at: float


class GridBlock(TypedDict):
    """A grid of `simulation.yaml`."""

    aims: str
    data: GridData
    estimands: list[str]
    models: list[str | GridModel]
    reference: NotRequired[str]
    prediction_interval: str
    level: float
    performance: NotRequired[list[str]]
    replicates: int | TargetError


class SweepArchive(TypedDict):
    """What an archive says about a sweep."""

    title: str
    authors: list[str]
    licence: str
    date: str


class SimulationFile(TypedDict):
    """The content of `simulation.yaml`, with all defaults."""

    seed: int
    grids: dict[str, GridBlock]
    archive: SweepArchive


class SetupDocument(TypedDict):
    """A `metawright.simulation.setup.Setup`."""

    seed: int
    models: list[DeclaredModel]
    reference: str
    prediction_interval: str
    level: float


class PlannedUnit(TypedDict):
    """A scenario, by the fields that are not as by default, and the key of its setup."""

    scenario: Factors
    setup: str


class PlannedGrid(TypedDict):
    """A grid of a plan: per scenario its unit and the pool whose trials it takes; blocks of each."""

    name: str
    aims: str
    setup: str
    units: list[str]
    trials: list[str]
    performance: list[str]
    blocks: int


class Plan(TypedDict):
    """The plan of a sweep (see `metawright.simulation.plan.plan_sweep`); `cover` names shards in place of units."""

    code: str
    run: str
    setups: dict[str, SetupDocument]
    units: dict[str, PlannedUnit]
    grids: list[PlannedGrid]
    cover: dict[str, list[Held]]
    shards: dict[str, list[Held]]
    replicates: int
    fits: int
    planned_replicates: int
    planned_fits: int
    planned_seconds: float


class ShardHead(TypedDict):
    """The first line of a shard file: the digest of the code, and what the lines after it hold."""

    code: str
    holds: list[Held]


class StatisticsDocument(TypedDict):
    """A `metawright.simulation.statistics.Statistics` without loss: per model its counts, and its sums as text."""

    blocks: int
    replicates: int
    counts: dict[str, list[int]]
    sums: dict[str, str]


#: A performance measure with its Monte Carlo standard error; None where the model has none.
Performance = tuple[float, float] | None


class SimulatedTrial(TypedDict):
    """A trial of a configuration: arm sizes, and whether its numbers are still awaited."""

    study: str
    n_experimental: int
    n_control: int
    awaiting: bool


class ModelPerformance(TypedDict):
    """What a model does in one scenario; `width_ratio`: its median width over that of the reference."""

    key: str
    type1: Performance
    coverage: Performance
    width: Performance
    median_width: Performance
    pi_coverage: Performance
    random_chosen: Performance
    discordant: Performance
    undecided: Performance
    convergence: Performance
    width_ratio: float | None


class SimulatedScenario(TypedDict):
    """The performance of all models at one I² (percent)."""

    i2: float
    tau2: float
    models: list[ModelPerformance]


class SimulationAssumptions(TypedDict):
    """What the simulation of a pool assumes, in words, and the risk of the control arm where it needs one."""

    variances: str
    measure: str
    control_risk: NotRequired[float]


class SimulatedPool(TypedDict):
    """A pool simulated with its own trials (see `metawright.simulation.own_configuration.own_configuration`)."""

    outcome: str
    period: str
    measure: str
    status: str
    reason: str | None
    trials: list[SimulatedTrial]
    assumptions: SimulationAssumptions | None
    replicates: int
    level: float
    models: list[DeclaredModel]
    scenarios: list[SimulatedScenario]
    reference: NotRequired[str]


class OwnSentences(TypedDict):
    """Sentences on the whole review, and on each pool by `outcome.period`."""

    sentences: list[str]
    cells: dict[str, list[str]]


class OwnConfiguration(OwnSentences):
    """The document of a review, `own_configuration.json`: the keys of both headlines, sentences and pools."""

    rule: str | None
    recommended: str | None
    pools: list[SimulatedPool]
