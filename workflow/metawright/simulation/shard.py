"""One job of a sweep: the statistics of a list of ranges of blocks, as a small text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from metawright.simulation.pieces import Piece
from metawright.simulation.replicates import run_blocks
from metawright.simulation.scenario import scenario_of
from metawright.simulation.setup import setup_of
from metawright.simulation.statistics import Statistics, statistics_of

if TYPE_CHECKING:
    from metawright.simulation.documents import Held, Plan, ShardHead, StatisticsDocument


def simulate_shard(plan: Plan, name: str, tell: Callable[[int], None] | None = None) -> str:
    """Run one shard of a plan.

    Parameters
    ----------
    plan : Plan
        From `metawright.simulation.plan.plan_sweep`.
    name : str
        The shard.
    tell : callable, optional
        Called after each block with the number of its replicates.

    Returns
    -------
    str
        Lines of JSON: first what the shard holds and the digest of the code, then the statistics of each range.
    """
    held = plan["shards"].get(name) or _taken_from(plan, name)
    setups = {key: setup_of(document) for key, document in plan["setups"].items()}
    lines: list[ShardHead | StatisticsDocument] = [{"code": plan["code"], "holds": held}]
    for key, start, stop in held:
        unit = plan["units"][key]
        statistics = run_blocks(scenario_of(unit["scenario"]), setups[unit["setup"]], start, stop, tell)
        lines.append(statistics.document)
    return "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)


def _taken_from(plan: Plan, name: str) -> list[Held]:
    """Return what the plan takes from a shard that it found made: Snakemake may ask for it again all the same.

    It does so where the script is newer than the shard, as after a fresh checkout; by then the old file is gone.
    """
    return [(unit, start, stop) for unit, pieces in plan["cover"].items() for of, start, stop in pieces if of == name]


def pieces_of(name: str, first_line: str, code: str) -> list[Piece]:
    """Return what a shard file holds by its first line; nothing if other code made it."""
    head: ShardHead = json.loads(first_line)
    if head["code"] != code:
        return []
    return [Piece(unit, start, stop, name) for unit, start, stop in head["holds"]]


def read_shard(lines: Iterable[str]) -> dict[tuple[str, int, int], Statistics]:
    """Return the statistics of a shard file by unit and range of blocks."""
    head, *rest = map(json.loads, lines)
    return {tuple(held): statistics_of(document) for held, document in zip(head["holds"], rest, strict=True)}
