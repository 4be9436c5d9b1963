"""The small intervals of the cards: one axis per outcome, and where everything stands on it."""

from collections.abc import Mapping

from metawright.report.page.axis import ticks_of
from metawright.report.svg import interval_marks, interval_range, position_on


def axes_of(grid: Mapping) -> dict[str, tuple[float, float]]:
    """Return one axis per outcome, for the small intervals of its cards; *grid* is that of `metawright.report.grid`."""
    lines = {
        outcome["key"]: [line for card in outcome["cards"] for line in _drawn(card)] for outcome in grid["outcomes"]
    }
    return {key: interval_range([line["limits"] for line in found]) for key, found in lines.items()}


def plots_of(grid: Mapping, axes: Mapping, measures: Mapping[str, str]) -> dict:
    """Return the small intervals of every card, on the axis of its outcome."""
    plots = {}
    for outcome in grid["outcomes"]:
        axis = axes[outcome["key"]]
        marks = ticks_of(axis, measures[outcome["key"]], most=4)
        shown = [{"at": position_on(place, axis), "label": label} for place, label in marks]
        for card in outcome["cards"]:
            lines = [interval_marks(line["limits"], axis) | {"key": line["key"]} for line in _drawn(card)]
            plots[card["id"]] = {"null": position_on(0.0, axis), "marks": lines, "ticks": shown} if lines else None
    return plots


def _drawn(card: Mapping) -> list[Mapping]:
    lines = [line for line in card["lines"] if line["limits"]]
    published = card["published"]
    if published and published["limits"]:
        lines.append({"key": "published", "limits": published["limits"]})
    return lines
