"""How far a sweep is, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metawright.simulation.streams import BLOCK

if TYPE_CHECKING:
    from metawright.simulation.documents import Plan


def duration(seconds: float) -> str:
    """Return a time in the two units that people would name."""
    seconds = max(0.0, seconds)
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    if seconds < 172800:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.1f} days"


def amount(number: float) -> str:
    """Return a large number as people say it."""
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if number >= size:
            return f"{number / size:.3g} {word}"
    return f"{number:,.0f}"


def announcement(plan: Plan) -> str:
    """Return what a plan is going to do and cost, before it runs."""
    lines = []
    for grid in plan["grids"]:
        models = len(plan["setups"][grid["setup"]]["models"])
        lines.append(
            f"grid {grid['name']}: {len(grid['units']):,} scenarios x {amount(grid['blocks'] * BLOCK)} replicates "
            f"x {models} models"
        )
    there = plan["replicates"] - plan["planned_replicates"]
    if not plan["planned_replicates"]:
        return "\n".join([*lines, f"All {amount(plan['replicates'])} replicates exist already; nothing is drawn."])
    kept = f" ({amount(there)} exist already)" if there else ""
    lines.append(
        f"to draw: {amount(plan['planned_replicates'])} replicates{kept}, {amount(plan['planned_fits'])} fits, "
        f"in {len(plan['shards'])} jobs; estimated {duration(plan['planned_seconds'])} on one core"
    )
    return "\n".join(lines)


def standing(done: int, total: int, rate: float) -> str:
    """Return replicates done, rate per second, and time left."""
    share = f"{amount(done)} of {amount(total)} replicates ({100.0 * done / total if total else 100.0:.0f}%)"
    if not rate:
        return share
    return f"{share}, {amount(rate)} per second, {duration((total - done) / rate)} left"
