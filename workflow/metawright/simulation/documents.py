"""What a simulation of a review's own configuration leaves."""

from typing import NotRequired, TypedDict

from metawright.reading.protocol import SelectionRule

#: A performance measure with its Monte Carlo standard error; None where the model has none.
Performance = tuple[float, float] | None


class SimulatedTrial(TypedDict):
    """A trial of a configuration: arm sizes, and whether its numbers are still awaited."""

    study: str
    n_experimental: int
    n_control: int
    awaiting: bool


class SimulatedModel(TypedDict):
    """A model that is simulated: with `rule`, or with `tau2_method` and `interval`."""

    key: str
    tau2_method: NotRequired[str]
    interval: NotRequired[str]
    rule: NotRequired[SelectionRule]


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
    models: list[SimulatedModel]
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
