"""The sweep's figures in words and as tables of their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from metawright.figures.sweep.data import FACTORS, Grid, alike, said
from metawright.figures.sweep.layout import panels
from metawright.figures.sweep.power import width_ratio
from metawright.figures.sweep.trust import trusted

#: Columns of the table beside every figure; `performance` names what `value` is.
FIGURE_COLUMNS = ("scenario", *FACTORS, "model", "performance", "value", "mcse", "replicates")
#: Columns of the table beside a zip plot.
ZIP_COLUMNS = ("model", "replicate", "estimate", "se", "ci_low", "ci_high", "covers")
#: What each figure shows.
SHOWS = {
    "type1": ("type1",),
    "coverage": ("coverage",),
    "nested_loop": ("type1", "coverage"),
    "power": ("power", "median_width", "coverage"),
    "trust": ("coverage", "median_width"),
}
_NAMES = {"type1": "Type I error", "coverage": "Coverage", "power": "Power"}


def figure_table(grid: Grid, performances: Sequence[str]) -> Iterator[dict]:
    """Yield the numbers of a figure, a row per scenario, model and measure."""
    for scenario in grid.scenarios:
        for model in grid.models:
            for name in performances:
                found = grid.get(scenario, model, name)
                if found:
                    value, mcse, replicates = found
                    row = {"model": model, "performance": name, "value": value, "mcse": mcse}
                    yield dict(scenario) | row | {"replicates": replicates}


def zip_table(intervals: Mapping[str, tuple], theta: float, shown: int) -> Iterator[dict]:
    """Yield the intervals of a zip plot."""
    for model, columns in intervals.items():
        for replicate, values in enumerate(zip(*(column[:shown] for column in columns), strict=True)):
            estimate, se, low, high = map(float, values)
            covers = low <= theta <= high if np.isfinite(low) else None
            row = {"estimate": estimate, "se": se, "ci_low": low, "ci_high": high, "covers": covers}
            yield {"model": model, "replicate": replicate} | row


def curves_words(grid: Grid, performance: str, title: str) -> str:
    """Return curves or a nested-loop plot in words: each model's range over the scenarios, and where it is worst."""
    scenarios = f"{len(grid.scenarios):,} scenarios{_span(grid)}"
    lines = [f"{title}. {_NAMES[performance]} of {len(grid.models)} models in {scenarios}."]
    for group in alike(grid, performance):
        values = [(v[0], s) for s in grid.scenarios if (v := grid.get(s, group[0], performance))]
        low, high = min(values, key=lambda item: item[0]), max(values, key=lambda item: item[0])
        worst = low if performance == "coverage" else high
        place = ", ".join(said(factor, worst[1][factor]) for factor in grid.varying)
        extreme = "lowest" if performance == "coverage" else "highest"
        where = f", {extreme} at {place}" if place and low[0] != high[0] else ""
        lines.append(f"{', '.join(group)}: {_share(low[0])} to {_share(high[0])}{where}.")
    return " ".join(lines)


def power_words(grid: Grid, title: str) -> str:
    """Return the power against width figure in words: for each model its range of both."""
    scenarios = f"{len(grid.scenarios):,} scenarios{_span(grid)}"
    lines = [f"{title}. Power and median width relative to {grid.reference} in {scenarios}."]
    for model in grid.models:
        powers = [v[0] for s in grid.scenarios if (v := grid.get(s, model, "power"))]
        ratios = [r for s in grid.scenarios if (r := width_ratio(grid, s, model))]
        if powers and ratios:
            lines.append(
                f"{model}: power {_share(min(powers))} to {_share(max(powers))}, "
                f"width {min(ratios):.1f} to {max(ratios):.1f} times."
            )
    return " ".join(lines)


def trust_words(grid: Grid, title: str) -> str:
    """Return the heat map in words: for each cell the model, its coverage and its width."""
    plan, lines = panels(grid), [f"{title}."]
    for row in plan.rows:
        for level in plan.columns:
            for scenario in plan.grid(grid, row, level).scenarios:
                found = trusted(grid, scenario)
                names = [*row, *([plan.column] if plan.column else []), plan.x]
                place = ", ".join(said(name, scenario[name]) for name in names)
                what = f"{found[0]} ({_share(found[1])}, {found[2]:.1f} times)" if found else "none"
                lines.append(f"{place}: {what}.")
    return " ".join(lines)


def zip_words(intervals: Mapping[str, tuple], theta: float, shown: int, title: str) -> str:
    """Return a zip plot in words: the share of intervals that hold the truth."""
    parts = []
    for model, (_, _, low, high) in intervals.items():
        low, high = low[:shown], high[:shown]
        there = np.isfinite(low)
        share = np.mean((low <= theta) & (theta <= high), where=there)
        parts.append(f"{model} {_share(float(share))} of {np.count_nonzero(there)}")
    return f"{title}. Intervals that hold the truth: {'; '.join(parts)}."


def _share(value: float) -> str:
    return f"{100 * value:.1f}%"


def _span(grid: Grid) -> str:
    parts = []
    for factor in grid.varying:
        words = [said(factor, level) for level in grid.levels(factor)]
        numeric = all(" = " in word for word in words)
        rest = [word[len(FACTORS[factor]) :].lstrip(" :=") for word in words[1:]]
        parts.append(f"{words[0]} to {rest[-1]}" if numeric else ", ".join([words[0], *rest]))
    return f" ({'; '.join(parts)})" if parts else ""
