"""Which replicates are wanted, which exist, and how the rest is cut into jobs of a declared time.

The unit of work is a range of blocks of one scenario under one setup. Shard files that exist are the ledger: what they
hold is taken, if its code is the present one, and only the rest is planned, so that scenarios, replicates, another cut
into jobs or a killed run never make anything be computed twice. A shard's name is a digest of what it holds.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from metawright.simulation.grids import Grid
from metawright.simulation.pieces import Piece
from metawright.simulation.scenario import Scenario, differing
from metawright.simulation.setup import Setup
from metawright.simulation.streams import BLOCK

if TYPE_CHECKING:
    from metawright.simulation.documents import Held, Plan, PlannedGrid

#: Jobs are made shorter than declared rather than fewer than this, so that small sweeps keep several cores busy...
LEAST_JOBS = 8
#: ...but not shorter than this many seconds: starting a job costs one or more.
LEAST_SECONDS = 2.0


def unit_key(scenario: Scenario, setup: Setup) -> str:
    """Return the name of a scenario under a setup."""
    return f"{scenario.key}.{setup.key}"


def plan_sweep(
    grids: Sequence[Grid],
    existing: Iterable[Piece],
    code: str,
    job_seconds: float,
    seconds_per_block: Callable[[Scenario, Setup], float],
) -> Plan:
    """Return the plan of a sweep.

    Parameters
    ----------
    grids : sequence of Grid
    existing : iterable of Piece
        What the shard files of the present code hold.
    code : str
        Digest of the code; it enters the names of new shards.
    job_seconds : float
        Time that one job is to take.
    seconds_per_block : callable
        The estimated time of a block on one core.

    Returns
    -------
    Plan
        `run` (a name for what is still to do), `setups` and `units` (scenario and setup of each), `grids` (with the
        units in order), `cover` (per unit the pieces that make up its blocks), `shards` (what each new shard is to
        hold) and the totals `replicates`, `fits`, `planned_replicates`, `planned_fits`, `planned_seconds`.
    """
    setups = {grid.setup.key: grid.setup for grid in grids}
    units: dict[str, tuple[Scenario, Setup]] = {}
    stops: dict[str, set[int]] = {}
    for grid in grids:
        for scenario in grid.scenarios:
            key = unit_key(scenario, grid.setup)
            units[key] = scenario, grid.setup
            stops.setdefault(key, set()).add(grid.blocks)
    at_hand: dict[str, list[Piece]] = {}
    for piece in existing:
        at_hand.setdefault(piece.unit, []).append(piece)
    cover = {key: _cover(key, sorted(stops[key]), at_hand.get(key, [])) for key in units}
    missing = [piece for pieces in cover.values() for piece in pieces if not piece.shard]
    costs = {piece.unit: seconds_per_block(*units[piece.unit]) for piece in missing}
    shards = _cut(missing, costs, job_seconds, code)
    placed = [Piece(unit, start, stop, name) for name, held in shards.items() for unit, start, stop in held]
    by_unit: dict[str, list[Piece]] = {}
    for piece in [*(p for pieces in cover.values() for p in pieces if p.shard), *placed]:
        by_unit.setdefault(piece.unit, []).append(piece)
    models = {key: len(setup.models) for key, setup in setups.items()}
    planned = sum((piece.stop - piece.start) * BLOCK for piece in missing)
    return {
        "code": code,
        "run": hashlib.sha256(" ".join(shards).encode()).hexdigest()[:16],
        "setups": {key: setup.document for key, setup in setups.items()},
        "units": {
            key: {"scenario": differing(scenario), "setup": setup.key} for key, (scenario, setup) in units.items()
        },
        "grids": [_grid_document(grid) for grid in grids],
        "cover": {
            key: [(p.shard, p.start, p.stop) for p in sorted(by_unit[key], key=lambda p: p.start)] for key in units
        },
        "shards": shards,
        "replicates": sum(max(stops[key]) * BLOCK for key in units),
        "fits": sum(max(stops[key]) * BLOCK * models[setup.key] for key, (_, setup) in units.items()),
        "planned_replicates": planned,
        "planned_fits": sum((p.stop - p.start) * BLOCK * models[units[p.unit][1].key] for p in missing),
        "planned_seconds": math.fsum((p.stop - p.start) * costs[p.unit] for p in missing),
    }


def _grid_document(grid: Grid) -> PlannedGrid:
    return {
        "name": grid.name,
        "aims": grid.aims,
        "setup": grid.setup.key,
        "units": [unit_key(scenario, grid.setup) for scenario in grid.scenarios],
        "trials": list(grid.trials),
        "performance": list(grid.performance),
        "blocks": grid.blocks,
    }


def _cover(unit: str, stops: Sequence[int], pieces: Sequence[Piece]) -> list[Piece]:
    """Make up the blocks up to each stop of pieces at hand and of missing ones (without a shard), in order.

    No piece reaches across a stop: a grid that asks for fewer replicates gets exactly those.
    """
    made: list[Piece] = []
    begin = 0
    for stop in stops:
        place = begin
        while place < stop:
            fitting = [piece for piece in pieces if piece.start == place and piece.stop <= stop]
            if fitting:
                made.append(max(fitting, key=lambda piece: (piece.stop, piece.shard)))
                place = made[-1].stop
                continue
            later = [piece.start for piece in pieces if place < piece.start and piece.stop <= stop]
            end = min([stop, *later])
            made.append(Piece(unit, place, end))
            place = end
        begin = stop
    return made


def _cut(missing: Sequence[Piece], costs: Mapping[str, float], job_seconds: float, code: str) -> dict[str, list[Held]]:
    """Fill jobs of equal time one after the other; a long range goes on in the next job."""
    total = math.fsum((piece.stop - piece.start) * costs[piece.unit] for piece in missing)
    jobs = max(math.ceil(total / max(1.0, job_seconds)), min(LEAST_JOBS, int(total / LEAST_SECONDS)), 1)
    room = total / jobs
    shards: dict[str, list[Held]] = {}
    held: list[Held] = []
    used = 0.0

    def close() -> None:
        text = json.dumps([code, held])
        shards[hashlib.sha256(text.encode()).hexdigest()[:16]] = list(held)
        held.clear()

    for piece in missing:
        place, cost = piece.start, costs[piece.unit]
        while place < piece.stop:
            blocks = min(piece.stop - place, max(1, round((room - used) / cost)))
            held.append((piece.unit, place, place + blocks))
            place += blocks
            used += blocks * cost
            if used >= room - cost / 2.0:
                close()
                used = 0.0
    if held:
        close()
    return shards
