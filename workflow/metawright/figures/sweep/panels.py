"""A sheet of small multiples: title, legend, and a panel per column and row of the layout."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from metawright.figures.kit.page import Page
from metawright.figures.sweep.data import Grid, level_label
from metawright.figures.sweep.frame import (
    MARGIN,
    SIZE,
    axis_title,
    draw_legend,
    head_height,
    on_sheet,
    titles,
)
from metawright.figures.sweep.layout import Panels


@dataclass(frozen=True)
class Words:
    """What stands around the panels: title, lines below it, titles of the axes."""

    title: str
    lines: Sequence[str]
    x: str
    y: str


def panel_sheet(
    grid: Grid,
    plan: Panels,
    groups: Sequence[Sequence[str]],
    words: Words,
    draw_panel: Callable[[Page, float, float, float, Grid, bool], None],
    *,
    width: float,
    panel_height: float,
) -> Figure:
    """Draw a panel per column and row of *plan*.

    Parameters
    ----------
    grid : Grid
    plan : Panels
    groups : sequence of sequences of str
        Models that share a line, for the legend.
    words : Words
    draw_panel : callable
        Called with the page, the panel's left edge, top and width, its scenarios, and whether it begins its row.
    width, panel_height : float
        Points.
    """
    head = head_height(words.lines, groups, width)
    row_height = panel_height + 26.0 + (11.0 if plan.rows[0] else 0.0)
    height = head + row_height * len(plan.rows) + 16.0

    def draw(page: Page) -> None:
        top = titles(page, words.title, words.lines)
        draw_legend(page, groups, MARGIN, top, width - 2 * MARGIN)
        left, gap = 40.0, 8.0
        panel = (width - left - MARGIN - gap * (len(plan.columns) - 1)) / len(plan.columns)
        for place, row in enumerate(plan.rows):
            y = head + row_height * place
            if row:
                page.text(left, y + 7.0, plan.row_title(row), size=SIZE, style="bold")
                y += 11.0
            for column, level in enumerate(plan.columns):
                panel_left = left + column * (panel + gap)
                if plan.column:
                    page.text(
                        panel_left + panel / 2, y + 9.0, level_label(plan.column, level), size=SIZE, align="center"
                    )
                draw_panel(page, panel_left, y + 13.0, panel, plan.grid(grid, row, level), column == 0)
            axis_title(page, 10.0, y + 13.0 + panel_height / 2, words.y, upright=False)
        axis_title(page, (left + width - MARGIN) / 2, height - 4.0, words.x)

    return on_sheet(width, height, draw)
