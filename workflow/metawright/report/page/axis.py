"""Axes of the small drawings of the page, on the scale of the files, with marks at round numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from metawright.report.svg import interval_range
from metawright.words.numbers import back_transform, format_as_recorded, is_ratio, scale_of

if TYPE_CHECKING:
    from metawright.report.documents import ReportCell


#: Marks of an axis of ratios: the fewest of them that leave at least three.
_RATIOS = (
    tuple(10.0**power for power in range(-6, 7)),
    tuple(step * 10.0**power for power in range(-4, 4) for step in (1.0, 2.0, 5.0)),
    tuple(round(step * 0.1, 1) for step in range(1, 100)),
    tuple(round(step * 0.02, 2) for step in range(20, 120)),
)


def axis_of(cell: ReportCell) -> tuple[float, float]:
    """Return the axis that a cell's trials and models share; intervals that are far wider run out of it."""
    rows = [(one["y"], one["ci_low"], one["ci_high"]) for one in cell["studies"]]
    for row in cell["models"]:
        estimate, low, high = row.get("estimate"), row.get("ci_low"), row.get("ci_high")
        if estimate is not None and low is not None and high is not None:
            rows.append((estimate, low, high))
    return interval_range(rows)


def ticks_of(axis: tuple[float, float], measure: str, most: int = 6) -> list[tuple[float, str]]:
    """Return where an axis has marks, and what they say.

    Parameters
    ----------
    axis : (float, float)
        Ends on the scale of the files.
    measure : str
        The effect measure; marks of ratios are round as ratios.
    most : int
        As many marks at most.

    Returns
    -------
    list of (float, str)
        Places on the scale of the files.
    """
    low, high = axis
    if is_ratio(measure):
        sets = [[math.log(one) for one in ratios if low <= math.log(one) <= high] for ratios in _RATIOS]
        enough = [places for places in sets if len(places) >= 3]
        places = _thinned((enough or [max(sets, key=len)])[0], most)
    elif scale_of(measure).ticks:
        round_ones = map(scale_of(measure).stored, scale_of(measure).ticks)
        places = _thinned([place for place in round_ones if low <= place <= high], most)
    else:
        step = _step(high - low, most)
        first = math.ceil(low / step - 1e-9)
        places = [index * step for index in range(first, math.floor(high / step + 1e-9) + 1)]
    return [(place, format_as_recorded(_tidy(back_transform(place, measure)), 6)) for place in places]


def _step(width: float, most: int) -> float:
    power = 10.0 ** math.floor(math.log10(width / most))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0, 20.0) if width / (step * power) <= most)


def _thinned(places: list[float], most: int) -> list[float]:
    """Return every nth place such that no effect stays where it is one of them."""
    every = -(-len(places) // most)
    null = next((index for index, place in enumerate(places) if abs(place) < 1e-12), 0)
    return [place for index, place in enumerate(places) if (index - null) % max(1, every) == 0]


def _tidy(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")
