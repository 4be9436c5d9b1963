"""Run blocks of replicates of a scenario: draw, pool under every model, keep the sufficient statistics."""

from __future__ import annotations

from collections.abc import Callable

from metawright.simulation.draw import Draw, draw
from metawright.simulation.models import Result, run_models
from metawright.simulation.scenario import Scenario
from metawright.simulation.setup import Setup
from metawright.simulation.statistics import Statistics, block_statistics
from metawright.simulation.streams import BLOCK, stream


def run_block(scenario: Scenario, setup: Setup, block: int, size: int = BLOCK) -> tuple[Draw, dict[str, Result]]:
    """Draw one block and pool it: any block of a sweep again, for whoever wants to see single replicates."""
    drawn = draw(scenario, stream(setup.seed, scenario.digest, block), size)
    return drawn, run_models(drawn.y, drawn.v, setup.models, setup.level)


def run_blocks(
    scenario: Scenario, setup: Setup, start: int, stop: int, tell: Callable[[int], None] | None = None
) -> Statistics:
    """Return the statistics of the blocks from *start* up to *stop*.

    Parameters
    ----------
    scenario : Scenario
    setup : Setup
    start, stop : int
        Numbers of the first block and of the one after the last.
    tell : callable, optional
        Called after each block with the number of its replicates.

    Returns
    -------
    Statistics
        Memory does not grow with the number of blocks.
    """
    total = Statistics()
    for block in range(start, stop):
        drawn, results = run_block(scenario, setup, block)
        total.add(block_statistics(results, drawn, setup, scenario.theta, scenario.between))
        if tell:
            tell(BLOCK)
    return total
