"""What certainty costs: power against the width of the intervals, for every model."""

from __future__ import annotations

import math
from collections.abc import Iterator

from matplotlib.figure import Figure

from metawright.figures.kit.page import REPORT_WIDTH, Page
from metawright.figures.kit.publish import Drawing
from metawright.figures.sweep.data import Grid, SweepData, alike, level_label
from metawright.figures.sweep.frame import (
    Frame,
    percent_ticks,
    styles,
    subtitle,
)
from metawright.figures.sweep.layout import panels
from metawright.figures.sweep.panels import Words, panel_sheet
from metawright.figures.sweep.text import FIGURE_COLUMNS, figure_table, share, span
from metawright.files.tables import Row

PANEL_HEIGHT = 120.0
#: Coverage below the nominal level by more than this leaves a mark hollow.
SHORT = 0.025


def width_ratio(grid: Grid, scenario, model: str) -> float | None:
    """Return the median width of a model over that of the reference in one scenario."""
    own, other = grid.get(scenario, model, "median_width"), grid.get(scenario, grid.reference, "median_width")
    return own[0] / other[0] if own and other and other[0] > 0 else None


def power_figure(shown: SweepData, width: float = REPORT_WIDTH) -> Figure:
    """Draw a mark per model and I2, a panel per k: median width relative to the reference, and power.

    Parameters
    ----------
    shown : SweepData
        Its scenarios with an effect are drawn.
    width : float
        Points.
    """
    grid = shown.grid.effective
    plan, groups = panels(grid), alike(grid, "power", 0.03)
    ratios = [r for s in grid.scenarios for g in groups if (r := width_ratio(grid, s, g[0]))]
    x_range = (min([0.9, *(r / 1.1 for r in ratios)]), max([2.0, *(1.1 * r for r in ratios)]))
    levels = [level_label(plan.x, level) for level in (grid.levels(plan.x)[0], grid.levels(plan.x)[-1])]
    note = f"Along a line: {levels[0]} to {levels[1]}. Hollow: coverage more than {100 * SHORT:g} points below nominal."
    lines = subtitle([note], width)
    text = f"Median width of the interval relative to {grid.reference}"
    words = Words(shown.title, lines, text, "Power")

    def draw_panel(page: Page, left: float, top: float, panel: float, part: Grid, first: bool) -> None:
        frame = Frame(page, left, top, panel, PANEL_HEIGHT, x_range, (0.0, 1.0), log_x=True)
        frame.axes(_ratio_ticks(x_range), percent_ticks(1.0), (True, first))
        _marks(frame, part, plan.x, groups)

    return panel_sheet(grid, plan, groups, words, draw_panel, width=width, panel_height=PANEL_HEIGHT)


def _ratio_ticks(x_range: tuple[float, float]) -> list[tuple[float, str]]:
    wide = math.log(x_range[1] / x_range[0]) > math.log(12)
    values = (1, 3, 10, 30, 100) if wide else (1, 2, 4, 8)
    return [(float(value), f"{value}×") for value in values if x_range[0] <= value <= x_range[1]]


def _marks(frame: Frame, part: Grid, along: str, groups) -> None:
    for group, style in reversed(list(zip(groups, styles(groups), strict=True))):
        points = []
        for scenario in sorted(part.scenarios, key=lambda s: float(s[along] or 0)):
            ratio, power = width_ratio(part, scenario, group[0]), part.get(scenario, group[0], "power")
            coverage = part.get(scenario, group[0], "coverage")
            if ratio and power:
                points.append((ratio, power[0], bool(coverage and coverage[0] >= part.level - SHORT)))
        frame.curve([point[:2] for point in points], style, 0.7)
        for ratio, power, sound in points:
            fill = style.color if sound else "#ffffff"
            frame.page.circle(frame.x(ratio), frame.y(power), 2.2, fill=fill, edge=style.color)


def power_alt_text(shown: SweepData) -> str:
    """Return for each model its range of power and of width."""
    grid = shown.grid.effective
    scenarios = f"{len(grid.scenarios):,} scenarios{span(grid)}"
    lines = [f"{shown.title}. Power and median width relative to {grid.reference} in {scenarios}."]
    for model in grid.models:
        powers = [v[0] for s in grid.scenarios if (v := grid.get(s, model, "power"))]
        ratios = [r for s in grid.scenarios if (r := width_ratio(grid, s, model))]
        if powers and ratios:
            lines.append(
                f"{model}: power {share(min(powers))} to {share(max(powers))}, "
                f"width {min(ratios):.1f} to {max(ratios):.1f} times."
            )
    return " ".join(lines)


def power_table(shown: SweepData) -> Iterator[Row]:
    """Yield the numbers of the marks, with the columns `FIGURE_COLUMNS`."""
    return figure_table(shown.grid.effective, ("power", "median_width", "coverage"))


DRAWING = Drawing(power_figure, lambda shown: shown.title, power_alt_text, power_table, FIGURE_COLUMNS)
