"""The axis of a forest plot: its range, the lines down to it, its ticks, and what either side favours."""

from collections.abc import Sequence
from dataclasses import dataclass

from metawright.figures.axis import Axis, effect_axis
from metawright.figures.fonts import text_width, wrap
from metawright.figures.forest_bands import Band
from metawright.figures.forest_layout import EDGE, GAP, MARGIN, Layout
from metawright.figures.forest_records import ForestData
from metawright.figures.page import RULE, Page
from metawright.report.numbers import is_ratio


def forest_axis(lines: Sequence[Band], data: ForestData) -> Axis:
    """Choose the axis: headline results, published results and all estimates on it, long intervals clipped."""
    ends: dict[str, list[float]] = {"must": [], "trials": [], "rest": []}
    kinds = {"square": "trials", "hollow": "trials", "diamond": "must"}
    for mark in (band.mark for band in lines if band.mark is not None):
        ends["must"].append(mark.interval.estimate)
        ends[kinds.get(mark.shape, "rest")] += [mark.interval.low, mark.interval.high]
    if _mid_place(data) is not None:
        ends["rest"].append(_mid_place(data))
    return effect_axis(ends["must"], ends["trials"], ends["rest"], data.measure)


def _mid_place(data: ForestData) -> float | None:
    """Return where the minimal important difference lies, on the side of benefit; None for ratios."""
    if data.mid is None or is_ratio(data.measure):
        return None
    return data.mid if data.direction == "higher_is_better" else -data.mid


@dataclass(frozen=True)
class Favours:
    """What one side of the null value favours, as placed below the axis."""

    lines: list[str]
    x: float
    align: str
    size: float


def favours(data: ForestData, axis: Axis, plan: Layout) -> list[Favours]:
    """Return what the left and the right side of the null value favour.

    Effects are experimental minus control, so that the right side is the experimental arm's where higher is better.
    """
    sides = ("control", "experimental") if data.direction == "higher_is_better" else ("experimental", "control")
    null = axis.place(0.0, plan.plot_left, plan.plot_right)
    words = [f"Favours {data.arms[role]}" for role in sides]
    halves = [null - plan.plot_left - 4.0, plan.plot_right - null - 4.0]
    if all(text_width(text, plan.size) <= half for text, half in zip(words, halves, strict=True)):
        middles = [(plan.plot_left + null) / 2.0, (null + plan.plot_right) / 2.0]
        return [Favours([text], x, "center", plan.size) for text, x in zip(words, middles, strict=True)]
    # Both stand against the null value; the left side may run on below the table, where nothing stands.
    rooms = [max(halves[0], 90.0), halves[1] + EDGE]
    for size in (plan.size, 0.9 * plan.size):
        texts = [wrap(text, room, size, most=3) for text, room in zip(words, rooms, strict=True)]
        if all(len(lines) == 1 for lines in texts):
            break
    return [Favours(texts[0], null - 4.0, "right", size), Favours(texts[1], null + 4.0, "left", size)]


def draw_guides(page: Page, data: ForestData, plan: Layout, axis: Axis, top: float, bottom: float) -> None:
    """Draw the line of no effect and, dotted, the minimal important difference."""
    null = axis.place(0.0, plan.plot_left, plan.plot_right)
    page.line(null, top, null, bottom, width=0.6)
    mid = _mid_place(data)
    if mid is not None and axis.low <= mid <= axis.high:
        x = axis.place(mid, plan.plot_left, plan.plot_right)
        page.line(x, top, x, bottom, width=0.6, color=RULE, dash=(1.0, 1.6))


def draw_axis(page: Page, plan: Layout, axis: Axis, y: float, sides: Sequence[Favours]) -> None:
    """Draw the axis at the height *y*, its ticks, and below them what the *sides* favour."""
    page.line(MARGIN, y, plan.plot_left - GAP, y, width=0.5, color=RULE)
    page.line(plan.plot_left, y, plan.plot_right, y, width=0.7)
    spaced = _spaced_ticks(axis, plan)
    for value, label in axis.ticks:
        x = axis.place(value, plan.plot_left, plan.plot_right)
        page.line(x, y, x, y + 2.5, width=0.7)
        if label in spaced:
            page.text(x, y + 9.5, label, size=plan.size, align="center")
    for side in sides:
        for place, line in enumerate(side.lines):
            page.text(side.x, y + 18.5 + 8.0 * place, line, size=side.size, align=side.align)


def _spaced_ticks(axis: Axis, plan: Layout) -> set[str]:
    """Return the labels that fit beside each other: all, or every second one counted from the null value."""
    places = [axis.place(value, plan.plot_left, plan.plot_right) for value, _ in axis.ticks]
    widths = [text_width(label, plan.size) for _, label in axis.ticks]
    fits = all(
        b - a > (wa + wb) / 2.0 + 3.0 for a, b, wa, wb in zip(places, places[1:], widths, widths[1:], strict=False)
    )
    labels = [label for _, label in axis.ticks]
    null = next(place for place, (value, _) in enumerate(axis.ticks) if value == 0.0)
    return set(labels) if fits else set(labels[null % 2 :: 2])
