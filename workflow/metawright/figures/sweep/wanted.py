"""Which figures a sweep has: what its effects and its performance measures allow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metawright.figures.catalogue import KnownGrid, Of, figures_of
from metawright.simulation.performance import PERFORMANCE


def grid_figure_names(grid: str, block: Mapping[str, Any]) -> list[str]:
    """Return the names of the figures of a grid of a sweep: `<grid>.<figure>`.

    Parameters
    ----------
    grid : str
        The grid's name.
    block : mapping
        Its block of the completed `config/simulation.yaml`.
    """
    shown = frozenset(
        measure
        for measure, about in PERFORMANCE.items()
        if about.estimand in block["estimands"] and measure in block.get("performance", PERFORMANCE)
    )
    thetas = block["data"]["theta"]
    known = KnownGrid(any(theta == 0 for theta in thetas), any(theta != 0 for theta in thetas), shown)
    return [f"{grid}.{one.name}" for one in figures_of(Of.SWEEP) if one.possible_of_grid(known)]
