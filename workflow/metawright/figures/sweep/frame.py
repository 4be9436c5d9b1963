"""Panels of the sweep's figures: axes, grid lines, curves with bands, and the legend of the models."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from metawright.figures.kit.fonts import text_width, wrap
from metawright.figures.kit.page import INK, MUTED, Page, figure_style

SIZE, SMALL = 7.0, 6.2
MARGIN = 6.0
GRID_LINE, FRAME_LINE = "#e3e3e3", "#9a9a9a"
# Okabe and Ito's colours, which people with any kind of colour vision tell apart, without the yellow.
COLORS = ("#000000", "#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a7a7a")
DASHES = ((), (4.0, 1.6), (1.2, 1.4), (6.0, 1.4, 1.2, 1.4))


@dataclass(frozen=True)
class Style:
    """How the lines of one group of models are drawn."""

    color: str
    dash: tuple

    @property
    def tint(self) -> str:
        """The colour of its bands: four fifths white."""
        parts = [int(self.color[place : place + 2], 16) for place in (1, 3, 5)]
        return "#" + "".join(f"{round(255 - (255 - part) * 0.22):02x}" for part in parts)


def styles(groups: Sequence[Sequence[str]]) -> list[Style]:
    """Return a style per group; colours first, then dashes."""
    count = len(COLORS)
    return [Style(COLORS[place % count], DASHES[place // count % len(DASHES)]) for place in range(len(groups))]


@dataclass(frozen=True)
class Frame:
    """One panel: a rectangle on the page and the ranges of its axes; `log` axes take logarithms."""

    page: Page
    left: float
    top: float
    width: float
    height: float
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    log_x: bool = False

    def x(self, value: float) -> float:
        """Return the place of a value on the x axis."""
        low, high = self.x_range
        if self.log_x:
            value, low, high = math.log(value), math.log(low), math.log(high)
        return self.left + (value - low) / (high - low) * self.width

    def y(self, value: float) -> float:
        """Return the place of a value on the y axis; beyond its ends, the end."""
        low, high = self.y_range
        share = (min(max(value, low), high) - low) / (high - low)
        return self.top + (1.0 - share) * self.height

    def axes(
        self,
        x_ticks: Sequence[tuple[float, str]],
        y_ticks: Sequence[tuple[float, str]],
        labels: tuple[bool, bool] = (True, True),
    ) -> None:
        """Draw grid lines, ticks and the frame; *labels* says whether x and y ticks are named."""
        bottom, right = self.top + self.height, self.left + self.width
        for value, text in y_ticks:
            self.page.line(self.left, self.y(value), right, self.y(value), width=0.4, color=GRID_LINE)
            if labels[1]:
                self.page.text(self.left - 3.0, self.y(value) + 2.2, text, size=SMALL, color=MUTED, align="right")
        free = -math.inf
        for value, text in x_ticks:
            self.page.line(self.x(value), self.top, self.x(value), bottom, width=0.4, color=GRID_LINE)
            half = text_width(text, SMALL) / 2.0
            if labels[0] and self.x(value) - half > free:  # else it would touch its neighbour
                free = self.x(value) + half + 2.0
                self.page.text(self.x(value), bottom + 8.0, text, size=SMALL, color=MUTED, align="center")
        corners = [
            (self.left, self.top),
            (right, self.top),
            (right, bottom),
            (self.left, bottom),
            (self.left, self.top),
        ]
        self.page.polyline(corners, width=0.5, color=FRAME_LINE)

    def level(self, value: float) -> None:
        """Draw a line across the panel at the nominal value."""
        y = self.y(value)
        self.page.line(self.left, y, self.left + self.width, y, width=0.7, color=MUTED, dash=(3.0, 2.0))

    def band(self, points: Sequence[tuple[float, float, float]], style: Style) -> None:
        """Fill between low and high of ``(x, low, high)``."""
        if len(points) > 1:
            lower = [(self.x(x), self.y(low)) for x, low, _ in points]
            upper = [(self.x(x), self.y(high)) for x, _, high in reversed(points)]
            self.page.polygon(lower + upper, fill=style.tint)

    def curve(self, points: Sequence[tuple[float, float]], style: Style, width: float = 1.1) -> None:
        """Draw a line through the points."""
        if len(points) > 1:
            places = [(self.x(x), self.y(y)) for x, y in points]
            self.page.polyline(places, width=width, color=style.color, dash=style.dash)


def percent_ticks(high: float) -> list[tuple[float, str]]:
    """Return ticks for shares from 0 to *high*."""
    step = next(step for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.25) if high / step <= 6 or step == 0.25)
    return [(place * step, f"{100 * place * step:g}%") for place in range(int(high / step + 1e-9) + 1)]


def legend_height(groups: Sequence[Sequence[str]], width: float) -> float:
    """Return the height of `draw_legend`."""
    return 10.5 * len(_rows(groups, width)) + 4.0


def draw_legend(page: Page, groups: Sequence[Sequence[str]], left: float, top: float, width: float) -> None:
    """Name the models of every line."""
    looks = styles(groups)
    for place, row in enumerate(_rows(groups, width)):
        x, y = left, top + 10.5 * place + 8.0
        for index in row:
            page.line(x, y - 2.4, x + 18.0, y - 2.4, width=1.6, color=looks[index].color, dash=looks[index].dash)
            page.text(x + 22.0, y, ", ".join(groups[index]), size=SIZE)
            x += _entry(groups[index])


def _entry(group: Sequence[str]) -> float:
    return text_width(", ".join(group), SIZE) + 36.0


def _rows(groups: Sequence[Sequence[str]], width: float) -> list[list[int]]:
    rows, used = [[]], 0.0
    for index, group in enumerate(groups):
        if rows[-1] and used + _entry(group) > width:
            rows.append([])
            used = 0.0
        rows[-1].append(index)
        used += _entry(group)
    return rows


def subtitle(lines: Sequence[str], width: float) -> list[str]:
    """Break the lines below a title for a page of this width."""
    return [part for line in lines for part in wrap(line, width - 2 * MARGIN, SIZE)]


def titles(page: Page, title: str, lines: Sequence[str] = ()) -> float:
    """Write the title and the lines below it; return where the rest may begin."""
    page.text(MARGIN, MARGIN + 9.0, title, size=9.0, style="bold")
    for place, line in enumerate(lines):
        page.text(MARGIN, MARGIN + 20.0 + 9.5 * place, line, size=SIZE, color=MUTED)
    return _below_titles(lines)


def head_height(lines: Sequence[str], groups: Sequence[Sequence[str]], width: float) -> float:
    """Return the height of what stands above the plots of a sheet: title, lines and legend."""
    return _below_titles(lines) + legend_height(groups, width - 2 * MARGIN)


def _below_titles(lines: Sequence[str]) -> float:
    return MARGIN + 14.0 + 9.5 * len(lines) + 4.0


def axis_title(page: Page, x: float, y: float, text: str, upright: bool = True) -> None:
    """Write the title of an axis, centred; the y axis has it turned."""
    page.text(x, y, text, size=SIZE, color=INK, align="center", rotation=0.0 if upright else 90.0)


def on_sheet(width: float, height: float, draw: Callable[[Page], None]) -> Figure:
    """Return the figure that *draw* drew on a sheet of this size."""
    with figure_style():
        page = Page(width, height)
        draw(page)
        return page.figure
