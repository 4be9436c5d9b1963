"""The axis of a forest plot: its range, the lines down to it, its ticks, and what either side favours."""

from collections.abc import Sequence

from metawright.figures.forest.bands import Band
from metawright.figures.forest.layout import GAP, MARGIN, Layout
from metawright.figures.forest.records import ForestData
from metawright.figures.forest.words import forest_preset
from metawright.figures.kit.axis import Axis, effect_axis
from metawright.figures.kit.effect_scale import Favours, Scale, draw_scale
from metawright.figures.kit.effect_scale import favours as sides_of
from metawright.figures.kit.page import RULE, Page
from metawright.words.numbers import is_ratio


def forest_axis(lines: Sequence[Band], data: ForestData) -> Axis:
    """Choose the axis: headline results, published results and all estimates on it, long intervals clipped."""
    ends: dict[str, list[float]] = {"must": [], "trials": [], "rest": []}
    kinds = {"square": "trials", "hollow": "trials", "diamond": "must"}
    for mark in (band.mark for band in lines if band.mark is not None):
        ends["must"].append(mark.interval.estimate)
        ends[kinds.get(mark.shape, "rest")] += [mark.interval.low, mark.interval.high]
    if (mid := _mid_position(data)) is not None:
        ends["rest"].append(mid)
    return effect_axis(ends["must"], ends["trials"], ends["rest"], data.measure)


def _mid_position(data: ForestData) -> float | None:
    """Return where the minimal important difference lies, on the side of benefit; None for ratios."""
    if data.mid is None or is_ratio(data.measure):
        return None
    return data.mid if data.direction == "higher_is_better" else -data.mid


def favours(data: ForestData, axis: Axis, plan: Layout) -> list[Favours]:
    """Return what the left and the right side of the null value favour."""
    room = plan.plot_left - MARGIN  # below the table on the left, nothing stands
    more = {"spill": min(90.0, room + (axis.position(0.0, plan.plot_left, plan.plot_right) - plan.plot_left))}
    return sides_of(data.arms, data.direction, _scale(axis, plan), **more, verb=forest_preset(data).favours)


def _scale(axis: Axis, plan: Layout) -> Scale:
    return Scale(axis, plan.plot_left, plan.plot_right, plan.size)


def draw_guides(page: Page, data: ForestData, plan: Layout, axis: Axis, top: float, bottom: float) -> None:
    """Draw the line of no effect and, dotted, the minimal important difference."""
    null = axis.position(0.0, plan.plot_left, plan.plot_right)
    page.line(null, top, null, bottom, width=0.6)
    mid = _mid_position(data)
    if mid is not None and axis.low <= mid <= axis.high:
        x = axis.position(mid, plan.plot_left, plan.plot_right)
        page.line(x, top, x, bottom, width=0.6, color=RULE, dash=(1.0, 1.6))


def draw_axis(page: Page, plan: Layout, axis: Axis, y: float, sides: Sequence[Favours]) -> None:
    """Draw the axis at the height *y*, its ticks, and below them what the *sides* favour."""
    page.line(MARGIN, y, plan.plot_left - GAP, y, width=0.5, color=RULE)
    draw_scale(page, _scale(axis, plan), y, sides)
