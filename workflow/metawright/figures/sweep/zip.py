"""The zip plot: intervals of single replicates, stacked by how far they lie from the truth (Morris 2019)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.figure import Figure

from metawright.figures.kit.page import MUTED, REPORT_WIDTH, Page
from metawright.figures.kit.publish import Drawing
from metawright.figures.sweep.data import FACTORS, SweepData, level_label
from metawright.figures.sweep.frame import MARGIN, SIZE, Frame, Style, axis_title, on_sheet, subtitle, titles
from metawright.figures.sweep.text import share
from metawright.files.tables import Row
from metawright.simulation.replicates import run_block
from metawright.simulation.scenario import Scenario, scenario_of
from metawright.simulation.setup import Setup, setup_of

#: Replicates of each panel.
SHOWN = 400
HEIGHT = 230.0
#: Columns of the table of the intervals.
ZIP_COLUMNS = ("model", "replicate", "estimate", "se", "ci_low", "ci_high", "covers")
COVERS, MISSES = Style("#0072b2", ()), Style("#d55e00", ())


@dataclass(frozen=True)
class Intervals:
    """The intervals of the replicates of one scenario.

    Attributes
    ----------
    scenario : Scenario
    level : float
        The nominal coverage.
    models : mapping
        Per model estimate, standard error, lower and upper limit of each replicate.
    """

    scenario: Scenario
    level: float
    models: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]


@lru_cache(maxsize=1)
def intervals_of(shown: SweepData) -> Intervals:
    """Run the first block of the grid's most telling scenario again."""
    grid = next(grid for grid in shown.plan["grids"] if grid["name"] == shown.grid.name)
    setup = setup_of(shown.plan["setups"][grid["setup"]])
    scenario = _telling([scenario_of(shown.plan["units"][unit]["scenario"]) for unit in grid["units"]])
    _, results = run_block(scenario, setup, 0)
    models = {}
    for model in _shown_models(setup):
        fit = results[model].fit
        models[model] = tuple(np.asarray(x) for x in (fit.estimate, fit.se, fit.ci_low, fit.ci_high))
    return Intervals(scenario, setup.level, models)


def _telling(scenarios: Sequence[Scenario]) -> Scenario:
    """Return the scenario nearest to three trials, an I2 of 50% and no effect."""

    def far(scenario: Scenario) -> tuple:
        i2 = scenario.true_i2
        return abs(scenario.k - 3), abs(i2 - 50) if i2 == i2 else 0.0, abs(scenario.theta)

    return min(scenarios, key=far)


def _shown_models(setup: Setup) -> list[str]:
    """Return the reference, the first rule, the first random model with z and the first with HKSJ."""
    keys = [setup.reference]
    tests = (
        lambda model: model.is_rule,
        lambda model: model.has_tau2 and model.choice[1] == "z",
        lambda model: model.has_tau2 and model.choice[1] == "HKSJ",
    )
    for test in tests:
        keys += [model.key for model in setup.models if test(model) and model.key not in keys][:1]
    return keys


def _words(scenario: Scenario) -> str:
    shown = {"k": scenario.k, "i2": f"{scenario.true_i2:g}", "theta": scenario.theta}
    if not scenario.arms and not scenario.known:
        shown |= {"n": scenario.n, "size_pattern": scenario.size_pattern}
    shown |= {"distribution": scenario.distribution}
    return ", ".join(level_label(name, str(shown[name])) for name in FACTORS if name in shown and shown[name] != "nan")


def zip_figure(shown: SweepData, width: float = REPORT_WIDTH) -> Figure:
    """Draw the intervals of the first replicates, one panel per model.

    A line stands at the nominal coverage: an honest model changes colour there.

    Parameters
    ----------
    shown : SweepData
    width : float
        Points.
    """
    found = intervals_of(shown)
    intervals, theta, level = found.models, found.scenario.theta, found.level
    note = (
        f"{_words(found.scenario)}; the first {SHOWN} replicates. Blue intervals hold the truth, orange ones miss it; "
        "an honest model changes colour at the dashed line."
    )
    lines = subtitle([note], width)
    head = MARGIN + 14.0 + 9.5 * len(lines) + 14.0
    height = head + HEIGHT + 30.0
    reach = _reach(intervals, theta)

    def draw(page: Page) -> None:
        titles(page, shown.title, lines)
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


def _reach(intervals: Mapping[str, Sequence[np.ndarray]], theta: float) -> float:
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
        ends = [min(max(float(end), theta - reach), theta + reach) for end in (low[index], high[index])]
        style = COVERS if covers else MISSES
        frame.page.line(frame.x(ends[0]), y, frame.x(ends[1]), y, width=0.45, color=style.color)
    frame.page.line(frame.x(theta), frame.top, frame.x(theta), frame.top + frame.height, width=0.8, color="#ffffff")
    y = frame.y(level)
    frame.page.line(frame.left, y, frame.left + frame.width, y, width=0.6, color=MUTED, dash=(3.0, 2.0))
    return float(np.mean((low <= theta) & (theta <= high)))


def zip_alt_text(shown: SweepData) -> str:
    """Return the share of intervals that hold the truth, per model."""
    found = intervals_of(shown)
    theta = found.scenario.theta
    parts = []
    for model, (_, _, low, high) in found.models.items():
        low, high = low[:SHOWN], high[:SHOWN]
        there = np.isfinite(low)
        held = np.mean((low <= theta) & (theta <= high), where=there)
        parts.append(f"{model} {share(float(held))} of {np.count_nonzero(there)}")
    return f"{shown.title}, {_words(found.scenario)}. Intervals that hold the truth: {'; '.join(parts)}."


def zip_table(shown: SweepData) -> Iterator[Row]:
    """Yield the intervals, with the columns `ZIP_COLUMNS`."""
    found = intervals_of(shown)
    theta = found.scenario.theta
    for model, columns in found.models.items():
        for replicate, values in enumerate(zip(*(column[:SHOWN] for column in columns), strict=True)):
            estimate, se, low, high = map(float, values)
            covers = low <= theta <= high if np.isfinite(low) else None
            row = {"estimate": estimate, "se": se, "ci_low": low, "ci_high": high, "covers": covers}
            yield {"model": model, "replicate": replicate} | row


DRAWING = Drawing(zip_figure, lambda shown: shown.title, zip_alt_text, zip_table, ZIP_COLUMNS)
