"""What a grid costs: seconds per replicate from the scenario and the models, on one core.

The coefficients were measured on one machine; `machine_factor` holds another one against it with a block of its own.
They decide how work is cut into jobs and what is announced, never a result.
"""

from __future__ import annotations

import time
from functools import cache

from metawright.simulation.models import model_of
from metawright.simulation.replicates import run_blocks
from metawright.simulation.scenario import Scenario
from metawright.simulation.setup import Setup
from metawright.simulation.streams import BLOCK

# Microseconds: per replicate and model, and per trial.
_MODEL, _MODEL_TRIAL = 0.055, 0.006
# Per trial and tau2 method that iterates.
_ITERATED = {"PM": 0.02, "EB": 0.02, "REML": 0.045, "ML": 0.045}
# Henmi and Copas solve an equation with an integral in it for every replicate.
_HENMI_COPAS = 250.0
_DRAW = {"known": 0.05, "MD": 0.14, "SMD": 0.16, "OR": 0.30, "RR": 0.30}


def seconds_per_block(scenario: Scenario, setup: Setup) -> float:
    """Return the time of one block on the machine on which the coefficients were measured."""
    k = scenario.k
    cost = 0.1 + _DRAW["known" if scenario.known_variances else scenario.measure] * k
    pairs = {pair for model in setup.models for pair in _pairs(model.choice)}
    cost += sum(_ITERATED.get(method, 0.01) * k for method in {method for method, _ in pairs})
    cost += len(setup.models) * (_MODEL + _MODEL_TRIAL * k)
    cost += _HENMI_COPAS * any(interval == "HC" for _, interval in pairs)
    return cost * BLOCK * 1e-6


def _pairs(choice) -> tuple[tuple[str, str], ...]:
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
