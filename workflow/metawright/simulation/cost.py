"""What a grid costs: seconds per replicate from the scenario and the models, on one core.

The coefficients were measured on one machine; `machine_factor` holds another one against it with a block of its own.
They decide how work is cut into jobs and what is announced, never a result.
"""

from __future__ import annotations

import time
from functools import cache
from math import fsum

from metawright.measures.registry import simulation_of
from metawright.pooling.estimators import estimator_of
from metawright.pooling.intervals import interval_method
from metawright.simulation.models import Choice, model_of
from metawright.simulation.replicates import run_blocks
from metawright.simulation.scenario import Scenario
from metawright.simulation.setup import Setup
from metawright.simulation.streams import BLOCK

# Microseconds per replicate: alone, per model, and per trial for the draw, the preparation, and each tau2 method.
_REPLICATE, _MODEL = 0.05, 0.025
_DRAW_KNOWN = 0.012
_PREPARE = 0.007


def seconds_per_block(scenario: Scenario, setup: Setup) -> float:
    """Return the time of one block on the machine on which the coefficients were measured."""
    pairs = {pair for model in setup.models for pair in _pairs(model.choice)}
    draw = _DRAW_KNOWN if scenario.known_variances else simulation_of(scenario.measure).cost
    per_trial = draw + _PREPARE
    per_trial += fsum(estimator_of(method).cost for method in {method for method, _ in pairs})
    cost = _REPLICATE + per_trial * scenario.k + _MODEL * len(setup.models)
    cost += max(interval_method(name).cost for _, name in pairs)
    return cost * BLOCK * 1e-6


def _pairs(choice: Choice) -> tuple[tuple[str, str], ...]:
    return (choice,) if isinstance(choice, tuple) else (choice.fixed, choice.random)


@cache
def machine_factor() -> float:
    """Return how many times slower this machine is: one block, the better of two runs."""
    names = ("FE-z", "DL-z", "PM-HKSJ", "REML-HKSJ", "REML-mHKSJ")
    setup = Setup(0, tuple(map(model_of, names)), "FE-z")
    scenario = Scenario(k=5, i2=50)
    run_blocks(scenario, setup, 0, 1)
    times = []
    for _ in range(2):
        begin = time.perf_counter()
        run_blocks(scenario, setup, 0, 1)
        times.append(time.perf_counter() - begin)
    return min(times) / seconds_per_block(scenario, setup)
