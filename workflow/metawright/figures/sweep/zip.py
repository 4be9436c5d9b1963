"""The zip plot: intervals of single replicates, stacked by how far they lie from the truth (Morris 2019)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from metawright.figures.kit.page import MUTED, REPORT_WIDTH, Page
from metawright.figures.sweep.frame import MARGIN, SIZE, Frame, Style, axis_title, on_sheet, subtitle, titles

#: Replicates of each panel.
SHOWN = 400
HEIGHT = 230.0
COVERS, MISSES = Style("#0072b2", ()), Style("#d55e00", ())


def zip_figure(
    intervals: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]],
    theta: float,
    name: str,
    lines: Sequence[str],
    level: float = 0.95,
    width: float = REPORT_WIDTH,
) -> Figure:
    """Draw the intervals of the first replicates, one panel per model.

    Parameters
    ----------
    intervals : mapping
        Per model estimate, standard error, lower and upper limit of each replicate.
    theta : float
        The truth.
    name : str
        The grid.
    lines : sequence of str
        What the scenario is, below the title.
    level : float
        The nominal coverage, at which a line is drawn: an honest model changes colour there.
    width : float
        Points.
    """
    lines = subtitle(lines, width)
    head = MARGIN + 14.0 + 9.5 * len(lines) + 14.0
    height = head + HEIGHT + 30.0
    reach = _reach(intervals, theta)

    def draw(page: Page) -> None:
        titles(page, f"Intervals of single meta-analyses: grid {name}", lines)
        left, gap = 34.0, 8.0
        panel = (width - left - MARGIN - gap * (len(intervals) - 1)) / len(intervals)
        for place, (model, columns) in enumerate(intervals.items()):
            x = left + place * (panel + gap)
            frame = Frame(page, x, head, panel, HEIGHT, (theta - reach, theta + reach), (0.0, 1.0))
            covered = _panel(frame, columns, theta, level, place == 0)
            page.text(x + panel / 2, head - 4.0, f"{model}: {100 * covered:.1f}%", size=SIZE, align="center")
        axis_title(page, 9.0, head + HEIGHT / 2, "Centile of |estimate − θ|/SE", upright=False)
        axis_title(page, (left + width - MARGIN) / 2, height - 4.0, "95% intervals; the truth is the vertical line")

    return on_sheet(width, height, draw)


def _reach(intervals: Mapping, theta: float) -> float:
    """Half the range of the x axis: nine tenths of the limits lie within, wider intervals are cut at its ends."""
    ends = [np.abs(np.concatenate(columns[2:]) - theta) for columns in intervals.values()]
    return float(np.quantile(np.concatenate([end[np.isfinite(end)] for end in ends]), 0.9))


def _panel(frame: Frame, columns, theta: float, level: float, first: bool) -> float:
    estimate, se, low, high = (np.asarray(column)[:SHOWN] for column in columns)
    there = np.isfinite(estimate) & (se > 0)
    estimate, se, low, high = estimate[there], se[there], low[there], high[there]
    order = np.argsort(np.abs(estimate - theta) / se, kind="stable")
    reach = frame.x_range[1] - theta
    frame.axes([], [(share, f"{100 * share:g}") for share in (0.0, 0.25, 0.5, 0.75, level)], (False, first))
    count = len(order)
    for place, index in enumerate(order):
        y = frame.y((place + 0.5) / count)
        covers = low[index] <= theta <= high[index]
        ends = [min(max(end, theta - reach), theta + reach) for end in (low[index], high[index])]
        style = COVERS if covers else MISSES
        frame.page.line(frame.x(ends[0]), y, frame.x(ends[1]), y, width=0.45, color=style.color)
    frame.page.line(frame.x(theta), frame.top, frame.x(theta), frame.top + frame.height, width=0.8, color="#ffffff")
    y = frame.y(level)
    frame.page.line(frame.left, y, frame.left + frame.width, y, width=0.6, color=MUTED, dash=(3.0, 2.0))
    return float(np.mean((low <= theta) & (theta <= high)))
