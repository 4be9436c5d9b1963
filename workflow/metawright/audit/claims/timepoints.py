"""Lists of time points as tables of characteristics print them: `3, 6, 9, 12, 18, 24-m follow-up`."""

import re

from metawright.extraction.timepoints import months
from metawright.reading.characters import fold

_ASIDE = re.compile(r"\([^)]*\)")
_EVERY_MONTH = re.compile(r"monthly to (\d+) months?")
_BARE = re.compile(r"\d+(?:\.\d+)?")
_POINT = re.compile(r"(\d+(?:\.\d+)?)[\s-]*([a-z]+)")


def time_list(text: str) -> list[tuple[str, float]]:
    """Return the time points of a printed list as (label, month), in its order; parts that name no time are left out.

    A bare number takes the unit of the next one that has a unit. Remarks in parentheses are no time points.
    """
    text = _ASIDE.sub(" ", fold(text))
    every = _EVERY_MONTH.fullmatch(text.strip())
    if every:
        return [(f"{month} months", float(month)) for month in range(1, int(every[1]) + 1)]
    parts = [part.strip() for part in re.split(r"[,;]|\band\b", text) if part.strip()]
    unit, found = "", []
    for part in reversed(parts):
        if _BARE.fullmatch(part):
            part = f"{part} {unit}".strip()
        else:
            point = _POINT.search(part)
            if point is None:
                continue
            unit = point[2]
        label = _POINT.search(part)
        month = months(label[0]) if label else None
        if month is not None:
            found.append((part, month))
    return found[::-1]
