"""The sweep's figures in words and as tables of their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from metawright.figures.sweep.data import FACTORS, Grid, alike, level_label
from metawright.files.tables import Row

#: Columns of the table beside every figure; `performance` names what `value` is.
FIGURE_COLUMNS = ("scenario", *FACTORS, "model", "performance", "value", "mcse", "replicates")
#: What performance measures are called.
NAMES = {"type1": "Type I error", "coverage": "Coverage", "power": "Power"}


def figure_table(grid: Grid, performances: Sequence[str]) -> Iterator[Row]:
    """Yield the numbers of a figure, a row per scenario, model and measure."""
    for scenario in grid.scenarios:
        for model in grid.models:
            for name in performances:
                found = grid.get(scenario, model, name)
                if found:
                    value, mcse, replicates = found
                    row = {"model": model, "performance": name, "value": value, "mcse": mcse}
                    yield dict(scenario) | row | {"replicates": replicates}


def curves_words(grid: Grid, performance: str, title: str) -> str:
    """Return curves or a nested-loop plot in words: each model's range over the scenarios, and where it is worst."""
    scenarios = f"{len(grid.scenarios):,} scenarios{span(grid)}"
    lines = [f"{title}. {NAMES[performance]} of {len(grid.models)} models in {scenarios}."]
    for group in alike(grid, performance):
        values = [(v[0], s) for s in grid.scenarios if (v := grid.get(s, group[0], performance))]
        low, high = min(values, key=lambda item: item[0]), max(values, key=lambda item: item[0])
        worst = low if performance == "coverage" else high
        place = ", ".join(level_label(factor, worst[1][factor]) for factor in grid.varying)
        extreme = "lowest" if performance == "coverage" else "highest"
        where = f", {extreme} at {place}" if place and low[0] != high[0] else ""
        lines.append(f"{', '.join(group)}: {share(low[0])} to {share(high[0])}{where}.")
    return " ".join(lines)


def share(value: float) -> str:
    """Return a share as percent with one decimal."""
    return f"{100 * value:.1f}%"


def span(grid: Grid) -> str:
    """Return which levels of its factors a grid goes through, in parentheses; empty where none varies."""
    parts = []
    for factor in grid.varying:
        words = [level_label(factor, level) for level in grid.levels(factor)]
        numeric = all(" = " in word for word in words)
        rest = [word[len(FACTORS[factor]) :].lstrip(" :=") for word in words[1:]]
        parts.append(f"{words[0]} to {rest[-1]}" if numeric else ", ".join([words[0], *rest]))
    return f" ({'; '.join(parts)})" if parts else ""
