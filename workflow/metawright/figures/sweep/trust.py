"""Which model to trust at your k and I2: the narrowest interval among those that keep their level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from matplotlib.figure import Figure

from metawright.figures.kit.fonts import text_width, truncate
from metawright.figures.kit.page import INK, MUTED, REPORT_WIDTH, Page
from metawright.figures.kit.publish import Drawing
from metawright.figures.sweep.data import Grid, SweepData, level_label
from metawright.figures.sweep.frame import (
    COLORS,
    MARGIN,
    SIZE,
    SMALL,
    Style,
    axis_title,
    on_sheet,
    subtitle,
    titles,
)
from metawright.figures.sweep.layout import panels
from metawright.figures.sweep.power import width_ratio
from metawright.figures.sweep.text import FIGURE_COLUMNS, figure_table, share
from metawright.files.tables import Row, TextRow

#: A model keeps its level where its coverage is at most this much below nominal.
TOLERANCE = 0.01
#: Widths that differ by less than this share are the same.
SAME = 0.03
CELL_HEIGHT = 26.0
NOBODY = "none"


def trusted(grid: Grid, scenario: TextRow) -> tuple[str, float, float] | None:
    """Return the model of one scenario with its coverage and relative median width; None if no model keeps its level.

    Coverage counts as kept when it is within `TOLERANCE` of nominal or less than two Monte Carlo standard errors
    short of that. Of models whose widths differ by less than `SAME` the first in the grid's order is taken.
    """
    found = []
    for model in grid.models:
        coverage, ratio = grid.get(scenario, model, "coverage"), width_ratio(grid, scenario, model)
        if coverage and ratio and coverage[0] + 2.0 * coverage[1] >= grid.level - TOLERANCE:
            found.append((model, coverage[0], ratio))
    if not found:
        return None
    narrowest = min(ratio for _, _, ratio in found)
    return next(item for item in found if item[2] <= narrowest * (1.0 + SAME))


def trust_figure(shown: SweepData, width: float = REPORT_WIDTH) -> Figure:
    """Draw a heat map of k by I2, one map per combination of the other factors.

    Parameters
    ----------
    shown : SweepData
        Its scenarios without an effect are drawn; where there are none, those with one.
    width : float
        Points.
    """
    grid = shown.grid.first
    plan = panels(grid)
    columns = plan.columns if plan.column else ("",)
    xs = sorted(grid.levels(plan.x), key=lambda text: float(text or 0))
    chosen = {s["scenario"]: trusted(grid, s) for s in grid.scenarios}
    names = {found[0] for found in chosen.values() if found}
    ranked = [model for model in grid.models if model in names]
    shades = {model: COLORS[place % len(COLORS)] for place, model in enumerate(ranked)}
    least = f"{100 * (grid.level - TOLERANCE):g}%"
    note = (
        f"The narrowest interval (median) among the models whose coverage at the true I² is at least {least}, "
        "within two Monte Carlo standard errors. The I² that a few trials show is a poor guide to it. Below the model: "
        f"its coverage, and its median width relative to {grid.reference}."
    )
    lines = subtitle([note], width)
    head = MARGIN + 14.0 + 9.5 * len(lines) + 6.0
    map_height = CELL_HEIGHT * len(columns) + 24.0
    height = head + (map_height + 11.0) * len(plan.rows) + 14.0
    names = [level_label(plan.column, level) for level in columns] if plan.column else []
    left = max([52.0, *(text_width(name, SIZE) + MARGIN + 6.0 for name in names)])
    cell = (width - left - MARGIN) / max(1, len(xs))

    def draw(page: Page) -> None:
        titles(page, shown.title, lines)
        for place, row in enumerate(plan.rows):
            y = head + (map_height + 11.0) * place
            if row:
                page.text(left, y + 7.0, plan.row_title(row), size=SIZE, style="bold")
            y += 11.0
            for down, level in enumerate(columns):
                top = y + CELL_HEIGHT * down
                if plan.column:
                    text = level_label(plan.column, level)
                    page.text(left - 4.0, top + CELL_HEIGHT / 2 + 2.4, text, size=SIZE, align="right")
                for scenario in plan.grid(grid, row, level).scenarios:
                    across = xs.index(scenario[plan.x])
                    _cell(page, left + cell * across, top, cell, chosen[scenario["scenario"]], shades)
            for across, text in enumerate(xs):
                middle, bottom = left + cell * (across + 0.5), y + CELL_HEIGHT * len(columns)
                page.text(middle, bottom + 8.5, level_label(plan.x, text), size=SIZE, align="center")
        axis_title(page, (left + width - MARGIN) / 2, height - 4.0, "True heterogeneity")

    return on_sheet(width, height, draw)


def _cell(page: Page, x: float, y: float, width: float, found, shades: Mapping[str, str]) -> None:
    if found is None:
        page.box(x, y, width, CELL_HEIGHT, fill="#f4f4f4", edge="#ffffff", width=1.0)
        page.text(x + width / 2, y + CELL_HEIGHT / 2 + 2.4, NOBODY, size=SIZE, color=MUTED, align="center")
        return
    model, coverage, ratio = found
    page.box(x, y, width, CELL_HEIGHT, fill=Style(shades[model], ()).tint, edge="#ffffff", width=1.0)
    page.box(x + 1.0, y + 1.0, 3.0, CELL_HEIGHT - 2.0, fill=shades[model])
    name = truncate(model, width - 10.0, SIZE, "bold")
    page.text(x + width / 2 + 1.5, y + 10.5, name, size=SIZE, style="bold", color=INK, align="center")
    text = f"{100 * coverage:.1f}%, {ratio:.1f}×"
    page.text(x + width / 2 + 1.5, y + 20.0, text, size=SMALL, color=INK, align="center")


def trust_alt_text(shown: SweepData) -> str:
    """Return for each cell of the map the model, its coverage and its width."""
    grid = shown.grid.first
    plan, lines = panels(grid), [f"{shown.title}."]
    for row in plan.rows:
        for level in plan.columns:
            for scenario in plan.grid(grid, row, level).scenarios:
                found = trusted(grid, scenario)
                names = [*row, *([plan.column] if plan.column else []), plan.x]
                place = ", ".join(level_label(name, scenario[name]) for name in names)
                what = f"{found[0]} ({share(found[1])}, {found[2]:.1f} times)" if found else "none"
                lines.append(f"{place}: {what}.")
    return " ".join(lines)


def trust_table(shown: SweepData) -> Iterator[Row]:
    """Yield the numbers of the map, with the columns `FIGURE_COLUMNS`."""
    return figure_table(shown.grid.first, ("coverage", "median_width"))


DRAWING = Drawing(trust_figure, lambda shown: shown.title, trust_alt_text, trust_table, FIGURE_COLUMNS)
