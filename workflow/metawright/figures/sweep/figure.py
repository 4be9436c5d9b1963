"""Every figure of the sweep by its name: drawing, words and table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from metawright.figures.sweep.curves import curves_figure
from metawright.figures.sweep.data import FACTORS, grid_data, said
from metawright.figures.sweep.nested_loop import nested_loop_figure
from metawright.figures.sweep.power import power_figure
from metawright.figures.sweep.text import (
    FIGURE_COLUMNS,
    SHOWS,
    ZIP_COLUMNS,
    curves_words,
    figure_table,
    power_words,
    trust_words,
    zip_table,
    zip_words,
)
from metawright.figures.sweep.trust import trust_figure
from metawright.figures.sweep.zip import SHOWN, zip_figure
from metawright.simulation.replicates import run_block
from metawright.simulation.scenario import Scenario, scenario_of
from metawright.simulation.setup import Setup, setup_of

TITLES = {
    "type1": "Type I error",
    "coverage": "Coverage",
    "nested_loop": "Every scenario of the grid",
    "power": "Power against width",
    "trust": "Which model to trust",
    "zip": "Intervals of single meta-analyses",
}


@dataclass(frozen=True)
class Drawn:
    """A figure with its title, its words, and the rows and columns of its table."""

    figure: Figure
    title: str
    words: str
    table: Iterable[Mapping]
    columns: Sequence[str]


def simulation_figure(kind: str, rows: Iterable[Mapping[str, str]], plan: Mapping, name: str) -> Drawn:
    """Draw one figure of one grid.

    Parameters
    ----------
    kind : str
        A key of `TITLES`.
    rows : iterable of mappings
        Rows of `performance.csv`, as text.
    plan : Mapping
        The plan of the sweep; the zip plot runs the first block of one scenario again.
    name : str
        The grid.
    """
    title = f"{TITLES[kind]}: grid {name}"
    if kind == "zip":
        return _zip(plan, name, title)
    grid = grid_data(rows, name)
    null, effective = grid.null, grid.effective
    part = {"type1": null, "coverage": effective, "power": effective}.get(kind, null if null.scenarios else effective)
    performance = "type1" if part is null else "coverage"
    draw, words = _DRAWN[kind]
    table = figure_table(part, [name for name in SHOWS[kind] if kind != "nested_loop" or name == performance])
    return Drawn(draw(part, performance), title, words(part, performance, title), table, FIGURE_COLUMNS)


_DRAWN: dict[str, tuple[Callable, Callable]] = {
    "type1": (curves_figure, curves_words),
    "coverage": (curves_figure, curves_words),
    "nested_loop": (nested_loop_figure, curves_words),
    "power": (lambda grid, _: power_figure(grid), lambda grid, _, title: power_words(grid, title)),
    "trust": (lambda grid, _: trust_figure(grid), lambda grid, _, title: trust_words(grid, title)),
}


def _zip(plan: Mapping, name: str, title: str) -> Drawn:
    grid = next(grid for grid in plan["grids"] if grid["name"] == name)
    setup = setup_of(plan["setups"][grid["setup"]])
    scenario = _telling([scenario_of(plan["units"][unit]["scenario"]) for unit in grid["units"]])
    _, results = run_block(scenario, setup, 0)
    intervals = {}
    for model in _shown_models(setup):
        fit = results[model].fit
        intervals[model] = tuple(np.asarray(x) for x in (fit.estimate, fit.se, fit.ci_low, fit.ci_high))
    lines = [
        f"{_words(scenario)}; the first {SHOWN} replicates. Blue intervals hold the truth, orange ones miss it; an "
        "honest model changes colour at the dashed line."
    ]
    figure = zip_figure(intervals, scenario.theta, name, lines, setup.level)
    words = zip_words(intervals, scenario.theta, SHOWN, f"{title}, {_words(scenario)}")
    return Drawn(figure, title, words, zip_table(intervals, scenario.theta, SHOWN), ZIP_COLUMNS)


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
    return ", ".join(said(name, str(shown[name])) for name in FACTORS if name in shown and shown[name] != "nan")
