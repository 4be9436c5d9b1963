"""Curves over the heterogeneity: type I error or coverage of every model, with bands of Monte Carlo error."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from matplotlib.figure import Figure

from metawright.figures.kit.page import REPORT_WIDTH, Page
from metawright.figures.kit.publish import Drawing
from metawright.figures.sweep.data import FACTORS, Grid, SweepData, alike
from metawright.figures.sweep.frame import (
    Frame,
    percent_ticks,
    styles,
    subtitle,
)
from metawright.figures.sweep.layout import Panels, panels
from metawright.figures.sweep.panels import Words, panel_sheet
from metawright.figures.sweep.text import FIGURE_COLUMNS, NAMES, curves_words, figure_table
from metawright.files.tables import Row

PANEL_HEIGHT = 108.0
_Z = 1.96


def curves_figure(grid: Grid, performance: str, title: str, width: float = REPORT_WIDTH) -> Figure:
    """Draw one line per model (models that coincide share one), a panel per k and per other factor.

    Parameters
    ----------
    grid : Grid
        Only the scenarios that the measure is about.
    performance : {"type1", "coverage"}
    title : str
    width : float
        Points.
    """
    plan, groups = panels(grid), alike(grid, performance)
    nominal = {"type1": 1.0 - grid.level, "coverage": grid.level}.get(performance)
    y_range = _range(grid, performance, nominal)
    lines = subtitle([_note(grid, plan)], width)
    words = Words(title, lines, _x_title(plan), NAMES[performance])

    def draw_panel(page: Page, left: float, top: float, panel: float, part: Grid, first: bool) -> None:
        frame = _frame(page, left, top, panel, part, plan, y_range)
        _draw(frame, part, plan, groups, performance, nominal, first)

    return panel_sheet(grid, plan, groups, words, draw_panel, width=width, panel_height=PANEL_HEIGHT)


def curves_drawing(performance: str, part: Callable[[SweepData], Grid]) -> Drawing:
    """Return the drawing of the curves of a performance measure.

    Parameters
    ----------
    performance : {"type1", "coverage"}
    part : callable
        The scenarios of what is shown that the measure is about.
    """

    def figure(shown: SweepData) -> Figure:
        return curves_figure(part(shown), performance, shown.title)

    def alt_text(shown: SweepData) -> str:
        return curves_words(part(shown), performance, shown.title)

    def table(shown: SweepData) -> Iterator[Row]:
        return figure_table(part(shown), (performance,))

    return Drawing(figure, lambda shown: shown.title, alt_text, table, FIGURE_COLUMNS)


def _x_title(plan: Panels) -> str:
    return "True I², %" if plan.x == "i2" else f"True {FACTORS[plan.x]}" if plan.x == "tau2" else FACTORS[plan.x]


def _note(grid: Grid, plan: Panels) -> str:
    replicates = sorted({value[2] for value in grid.values.values()})
    text = f"Bands: 95% Monte Carlo intervals, {replicates[-1]:,} replicates a scenario. Dashed grey: nominal."
    return text + (f" {plan.hidden} more combinations of factors are not shown." if plan.hidden else "")


def _range(grid: Grid, performance: str, nominal: float | None) -> tuple[float, float]:
    seen = [value[0] for (key, _, name), value in grid.values.items() if name == performance and _in(grid, key)]
    if performance == "coverage":
        low = min([*seen, grid.level - 0.05])
        return (max(0.0, int(low * 20 - 0.5) / 20), 1.0)
    return 0.0, min(1.0, max([*seen, 2 * (nominal or 0.05)]) * 1.06)


def _in(grid: Grid, key: str) -> bool:
    return any(scenario["scenario"] == key for scenario in grid.scenarios)


def _frame(page: Page, left: float, top: float, width: float, part: Grid, plan: Panels, y_range) -> Frame:
    values = [float(s[plan.x]) for s in part.scenarios if s[plan.x]] or [0.0, 1.0]
    low, high = min(values), max(values)
    pad = 0.04 * (high - low) or 0.5
    return Frame(page, left, top, width, PANEL_HEIGHT, (low - pad, high + pad), y_range)


def _draw(frame: Frame, part: Grid, plan: Panels, groups, performance: str, nominal: float | None, first: bool) -> None:
    ticks = sorted({float(s[plan.x]) for s in part.scenarios if s[plan.x]})
    low, high = frame.y_range
    y_ticks = percent_ticks(high) if low == 0 else [(p / 100, f"{p}%") for p in range(round(100 * low), 101, 5)]
    if len(y_ticks) > 8:
        y_ticks = y_ticks[len(y_ticks) % 2 :: 2] if low else y_ticks[::2]
    frame.axes([(tick, f"{tick:g}") for tick in ticks], y_ticks, (True, first))
    if nominal is not None:
        frame.level(nominal)
    looks = styles(groups)
    found = []
    for group, style in zip(groups, looks, strict=True):
        points = []
        for scenario in sorted(part.scenarios, key=lambda s: float(s[plan.x] or 0)):
            value = part.get(scenario, group[0], performance)
            if value and scenario[plan.x]:
                points.append((float(scenario[plan.x]), *value[:2]))
        frame.band([(x, value - _Z * error, value + _Z * error) for x, value, error in points], style)
        found.append((points, style))
    for points, style in reversed(found):
        frame.curve([(x, value) for x, value, _ in points], style)
        for x, value, _ in points:
            frame.page.circle(frame.x(x), frame.y(value), 1.3, fill=style.color)
