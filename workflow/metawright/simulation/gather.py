"""Merge the shards of a sweep into the table of performance measures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from metawright.measures.registry import measure_of, simulation_of
from metawright.simulation.performance import performance
from metawright.simulation.scenario import Scenario, scenario_of
from metawright.simulation.setup import Setup, setup_of
from metawright.simulation.statistics import Statistics

if TYPE_CHECKING:
    from metawright.files.tables import Row
    from metawright.simulation.documents import Plan

#: Columns of `performance.csv`.
PERFORMANCE_COLUMNS = (
    "scenario", "measure_of_effect", "k", "i2", "tau2", "n", "size_pattern", "distribution", "known_variances", "theta",
    "grid", "trials", "sd", "sd_pattern", "variances", "smd", "control_risk", "misreported_sd", "small_study_bias",
    "timepoint_correlation", "level", "prediction_interval", "reference", "model", "performance", "value", "mcse",
    "replicates",
)  # fmt: skip

Shard = Mapping[tuple[str, int, int], Statistics]


def gather_performance(plan: Plan, shard: Callable[[str], Shard]) -> Iterator[Row]:
    """Yield the rows of `performance.csv`: grids in order, their scenarios, models and measures.

    Parameters
    ----------
    plan : Plan
        From `metawright.simulation.plan.plan_sweep`.
    shard : callable
        Gives the content of a shard by name.
    """
    setups = {key: setup_of(document) for key, document in plan["setups"].items()}
    for grid in plan["grids"]:
        setup = setups[grid["setup"]]
        for unit, trials in zip(grid["units"], grid["trials"], strict=True):
            scenario = scenario_of(plan["units"][unit]["scenario"])
            merged = Statistics()
            for name, start, stop in plan["cover"][unit]:
                if stop <= grid["blocks"]:
                    merged.add(shard(name)[unit, start, stop])
            if merged.blocks != grid["blocks"]:
                raise ValueError(f"{unit}: {merged.blocks} blocks where {grid['blocks']} were planned")
            factors = factor_columns(scenario, setup) | {"grid": grid["name"], "trials": trials}
            for model in setup.models:
                for name, value, mcse, replicates in performance(scenario, setup, model, merged):
                    if name in grid["performance"]:
                        row = {"model": model.key, "performance": name, "value": value, "mcse": mcse}
                        yield factors | row | {"replicates": replicates}


def factor_columns(scenario: Scenario, setup: Setup) -> dict[str, object]:
    """Return the columns that describe a scenario; a factor that plays no part in it is empty."""
    measure = measure_of(scenario.measure)
    binary = simulation_of(scenario.measure).drawn == "events"
    from_review = bool(scenario.arms)
    return {
        "scenario": scenario.key,
        "measure_of_effect": scenario.measure,
        "k": scenario.k,
        "i2": float(scenario.true_i2),
        "tau2": float(scenario.between),
        "n": None if from_review else scenario.n,
        "size_pattern": None if from_review else scenario.size_pattern,
        "distribution": scenario.distribution,
        "known_variances": scenario.known_variances,
        "theta": float(scenario.theta),
        "sd": None if binary else float(scenario.sd),
        "sd_pattern": None if binary else scenario.sd_pattern,
        "variances": scenario.variances,
        "smd": scenario.smd if "smd" in measure.options else None,
        "control_risk": float(scenario.control_risk) if binary else None,
        "misreported_sd": float(scenario.misreported_sd),
        "small_study_bias": float(scenario.small_study_bias),
        "timepoint_correlation": scenario.timepoint_correlation,
        "level": float(setup.level),
        "prediction_interval": setup.prediction_interval,
        "reference": setup.reference,
    }
