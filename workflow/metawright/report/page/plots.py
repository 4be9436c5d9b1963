"""The small intervals of the cards: one axis per outcome, and where everything stands on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypedDict

from metawright.report.page.axis import ticks_of
from metawright.report.svg import Marks, interval_marks, interval_range, position_on

if TYPE_CHECKING:
    from metawright.report.grid import Card, Grid


class LineMarks(Marks):
    """The interval of one line of a card."""

    key: str


class Tick(TypedDict):
    """A mark of an axis, and what it says."""

    at: float
    label: str


class CardPlot(TypedDict):
    """The small intervals of a card, on the axis of its outcome."""

    null: float
    marks: list[LineMarks]
    ticks: list[Tick]


def axes_of(grid: Grid) -> dict[str, tuple[float, float]]:
    """Return one axis per outcome, for the small intervals of its cards; *grid* is that of `metawright.report.grid`."""
    lines = {
        outcome["key"]: [limits for card in outcome["cards"] for _, limits in _drawn(card)]
        for outcome in grid["outcomes"]
    }
    return {key: interval_range(found) for key, found in lines.items()}


def plots_of(
    grid: Grid, axes: Mapping[str, tuple[float, float]], measures: Mapping[str, str]
) -> dict[str, CardPlot | None]:
    """Return the small intervals of every card, on the axis of its outcome."""
    plots: dict[str, CardPlot | None] = {}
    for outcome in grid["outcomes"]:
        axis = axes[outcome["key"]]
        marks = ticks_of(axis, measures[outcome["key"]], most=4)
        shown: list[Tick] = [{"at": position_on(place, axis), "label": label} for place, label in marks]
        for card in outcome["cards"]:
            lines: list[LineMarks] = [{**interval_marks(at, axis), "key": key} for key, at in _drawn(card)]
            plots[card["id"]] = {"null": position_on(0.0, axis), "marks": lines, "ticks": shown} if lines else None
    return plots


def _drawn(card: Card) -> list[tuple[str, tuple[float, float, float]]]:
    """Return the key and the limits of every line that has an interval."""
    lines = [(line["key"], line["limits"]) for line in card["lines"] if line["limits"]]
    published = card["published"]
    if published and published["limits"]:
        lines.append(("published", published["limits"]))
    return lines
