"""The nested-loop plot: every scenario in one panel, its factors as stairs below (Rücker and Schwarzer 2014)."""

from __future__ import annotations

from collections.abc import Iterator

from matplotlib.figure import Figure

from metawright.figures.kit.fonts import text_width
from metawright.figures.kit.page import MUTED, REPORT_WIDTH, Page
from metawright.figures.kit.publish import Drawing
from metawright.figures.sweep.data import FACTORS, LEVELS, SweepData, alike
from metawright.figures.sweep.frame import (
    MARGIN,
    SMALL,
    Frame,
    draw_legend,
    head_height,
    on_sheet,
    percent_ticks,
    styles,
    subtitle,
    titles,
)
from metawright.figures.sweep.text import FIGURE_COLUMNS, NAMES, curves_words, figure_table
from metawright.files.tables import Row

#: Scenarios that a page can hold; a larger grid is shown in part, and says so.
MOST = 400
HEIGHT = 170.0
STAIR = 20.0


def performance_of(shown: SweepData) -> str:
    """Return the performance measure that is drawn: type I error where the grid has scenarios without an effect."""
    return "type1" if shown.grid.null.scenarios else "coverage"


def nested_loop_figure(shown: SweepData, width: float = REPORT_WIDTH) -> Figure:
    """Draw a step per scenario and model; scenarios are ordered by their factors, the last varying fastest.

    Parameters
    ----------
    shown : SweepData
    width : float
        Points.
    """
    grid, performance = shown.grid.first, performance_of(shown)
    factors = [factor for factor in grid.varying if factor != "theta" or len(grid.levels("theta")) > 1]
    order = {factor: {level: place for place, level in enumerate(grid.levels(factor))} for factor in factors}
    scenarios = sorted(grid.scenarios, key=lambda s: [order[factor][s[factor]] for factor in factors])
    drawn = scenarios[:MOST]
    groups = alike(grid, performance)
    hidden = len(scenarios) - len(drawn)
    note = "One step per scenario; the stairs below say which. Dashed grey: nominal."
    part = f" The first {len(drawn)} of {len(scenarios):,} scenarios." if hidden else ""
    lines = subtitle([note + part], width)
    head = head_height(lines, groups, width)
    height = head + HEIGHT + STAIR * len(factors) + 14.0
    nominal = {"type1": 1.0 - grid.level, "coverage": grid.level}.get(performance)

    def draw(page: Page) -> None:
        top = titles(page, f"{NAMES[performance]} in every scenario: grid {grid.name}", lines)
        draw_legend(page, groups, MARGIN, top, width - 2 * MARGIN)
        values = [v[0] for s in drawn for g in groups if (v := grid.get(s, g[0], performance))]
        low = 0.0 if performance != "coverage" else max(0.0, int(min([*values, grid.level]) * 20 - 0.5) / 20)
        high = 1.0 if performance == "coverage" else min(1.0, max(values) * 1.06)
        left = max([40.0, *(text_width(FACTORS[factor], SMALL) + MARGIN + 4.0 for factor in factors)])
        x_range = 0.0, float(len(drawn))
        frame = Frame(page, left, head + 4.0, width - left - MARGIN, HEIGHT, x_range, (low, high))
        ticks = percent_ticks(high)
        frame.axes([], [tick for tick in ticks if tick[0] >= low])
        if nominal is not None:
            frame.level(nominal)
        for group, style in reversed(list(zip(groups, styles(groups), strict=True))):
            steps = []
            for place, scenario in enumerate(drawn):
                value = grid.get(scenario, group[0], performance)
                if value:
                    steps += [(float(place), value[0]), (place + 1.0, value[0])]
            frame.curve(steps, style, 0.9)
        for place, factor in enumerate(factors):
            _stairs(frame, [scenario[factor] for scenario in drawn], factor, place, grid.levels(factor))

    return on_sheet(width, height, draw)


def _stairs(frame: Frame, levels: list[str], factor: str, place: int, known: list[str]) -> None:
    """One factor: a step up for each level, named where it first stands."""
    page = frame.page
    bottom = frame.top + HEIGHT + STAIR * (place + 1) + 1.0
    rise = (STAIR - 9.0) / max(1, len(known) - 1)
    page.text(frame.left - 3.0, bottom - 1.0, FACTORS[factor], size=SMALL, color=MUTED, align="right")
    points, named = [], set()
    for index, level in enumerate(levels):
        y = bottom - rise * known.index(level)
        points += [(frame.x(index), y), (frame.x(index + 1.0), y)]
        room = frame.x(float(_run(levels, index))) - frame.x(0.0)
        if level not in named and (index == 0 or levels[index - 1] != level):
            text = LEVELS.get(level, level)
            text = f"{float(level):g}" if level.replace(".", "", 1).lstrip("-").isdigit() else text
            if room > 3.4 * len(text):
                page.text(frame.x(index) + 1.0, y - 1.8, text, size=5.2, color=MUTED)
                named.add(level)
    page.polyline(points, width=0.8, color="#5f5f5f")


def _run(levels: list[str], start: int) -> int:
    """Length of the run of one level that begins at *start*."""
    stop = start
    while stop < len(levels) and levels[stop] == levels[start]:
        stop += 1
    return stop - start


def nested_loop_alt_text(shown: SweepData) -> str:
    """Return each model's range over the scenarios, and where it is worst."""
    return curves_words(shown.grid.first, performance_of(shown), shown.title)


def nested_loop_table(shown: SweepData) -> Iterator[Row]:
    """Yield the numbers of the steps, with the columns `FIGURE_COLUMNS`."""
    return figure_table(shown.grid.first, (performance_of(shown),))


DRAWING = Drawing(
    nested_loop_figure, lambda shown: shown.title, nested_loop_alt_text, nested_loop_table, FIGURE_COLUMNS
)
