"""Lines of a figure in which every line is one more analysis under the headline models of both tracks."""

from collections.abc import Sequence

from metawright.figures.cell.sensitivity_data import OfModel, SensitivityData
from metawright.figures.kit.conclusions import SHAPES, conclusion, legend_lines, legend_states
from metawright.figures.kit.interval_table import Drawn
from metawright.figures.kit.subject import TRACK_NAMES, Result
from metawright.files.known import known
from metawright.pooling.model_names import model_short


class FittedModel(OfModel):
    """An entry that says with which estimator and which interval its model was fitted."""

    tau2_method: str
    interval: str


def track_heads(row: FittedModel) -> tuple[str, str]:
    """Return the head of the column of a track: its name and its model."""
    return TRACK_NAMES[row["track"]], model_short(row["tau2_method"], row["interval"]) or row["model"]


def drawn_of(row: Result | None, head: OfModel) -> Drawn | None:
    """Return the mark of a result under the headline model of a track."""
    return None if row is None else Drawn(row, SHAPES[known(head["track"])])


def legend_of(shown: SensitivityData, rows: Sequence[Result], width: float) -> list[list[tuple[str, str, str]]]:
    """Return the lines of the legend: which shape is which track, and what filled and hollow mean."""
    states = {conclusion(row, shown.subject.direction) for row in rows if row["estimate"] is not None}
    return legend_lines([*track_items(shown), *legend_states(states, shown.subject.arms)], width)


def track_items(shown: SensitivityData) -> list[tuple[str, str, str]]:
    """Return the legend's items for the shapes of the tracks; none where there is one track alone."""
    heads = shown.headlines()
    if len(heads) < 2:
        return []
    return [
        (SHAPES[known(head["track"])], "track", f"{TRACK_NAMES[head['track']]} ({head['model']})") for head in heads
    ]


def changes(whole: Result, part: Result, direction: str) -> str:
    """Return how the conclusion of *part* differs from that of *whole*: `conclusion`, `side` or nothing.

    `conclusion` where one interval excludes no effect and the other does not; `side` where the estimates lie on
    opposite sides of it.
    """
    if whole["estimate"] is None or part["estimate"] is None:
        return ""
    included = [conclusion(row, direction) == "includes" for row in (whole, part)]
    if included[0] != included[1]:
        return "conclusion"
    return "side" if whole["estimate"] * part["estimate"] < 0 else ""
