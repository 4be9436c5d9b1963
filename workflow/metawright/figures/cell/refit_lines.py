"""Lines of a figure in which every line is one more analysis under the headline models of both tracks."""

from collections.abc import Mapping, Sequence

from metawright.figures.cell.sensitivity_data import SensitivityData
from metawright.figures.kit.conclusions import SHAPES, conclusion, legend_lines, legend_states
from metawright.figures.kit.interval_table import Drawn
from metawright.figures.kit.subject import TRACK_NAMES
from metawright.pooling.model_names import model_short


def track_heads(row: Mapping) -> tuple[str, str]:
    """Return the head of the column of a track: its name and its model."""
    return TRACK_NAMES[row["track"]], model_short(row["tau2_method"], row["interval"]) or row["model"]


def drawn_of(row: Mapping | None, track: str) -> Drawn | None:
    """Return the mark of a result under one track's headline model."""
    return None if row is None else Drawn(row, SHAPES[track])


def legend_of(shown: SensitivityData, rows: Sequence[Mapping], width: float) -> list:
    """Return the lines of the legend: which shape is which track, and what filled and hollow mean."""
    states = {conclusion(row, shown.subject.direction) for row in rows if row.get("estimate") is not None}
    return legend_lines([*track_items(shown), *legend_states(states, shown.subject.arms)], width)


def track_items(shown: SensitivityData) -> list[tuple[str, str, str]]:
    """Return the legend's items for the shapes of the tracks; none where there is one track alone."""
    heads = shown.headlines()
    if len(heads) < 2:
        return []
    return [(SHAPES[head["track"]], "track", f"{TRACK_NAMES[head['track']]} ({head['model']})") for head in heads]


def changes(whole: Mapping, part: Mapping, direction: str) -> str:
    """Return how the conclusion of *part* differs from that of *whole*: `conclusion`, `side` or nothing.

    `conclusion` where one interval excludes no effect and the other does not; `side` where the estimates lie on
    opposite sides of it. A single trial that is left of two is not compared: its interval is of another kind.
    """
    if whole.get("estimate") is None or part.get("estimate") is None or part.get("status") == "single_study":
        return ""
    included = [conclusion(row, direction) == "includes" for row in (whole, part)]
    if included[0] != included[1]:
        return "conclusion"
    return "side" if whole["estimate"] * part["estimate"] < 0 else ""
