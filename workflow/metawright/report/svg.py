"""Drawings inside the page: figures made ready for it, and the small intervals of the summary cards."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import TypedDict

_PROLOG = re.compile(r"^.*?(?=<svg\b)", re.S)
_METADATA = re.compile(r"<metadata>.*?</metadata>\s*", re.S)
_ID = re.compile(r'\bid="([^"]+)"')
# Of the file's own head: the page scales it, and says itself what it is.
_HEAD = re.compile(r'\s(?:width|height|role|aria-[a-z]+|version|xmlns(?::\w+)?)="[^"]*"')


def inline_svg(svg: str, name: str, title: str) -> str:
    """Make an SVG file part of an HTML page.

    Parameters
    ----------
    svg : str
        Text of the file.
    name : str
        Prefix for its ids, so that two drawings of one page never share one.
    title : str
        Text alternative; the drawing becomes one image to a screen reader.

    Returns
    -------
    str
        The `<svg>` element without prolog and metadata, scaling to its container.
    """
    body = _METADATA.sub("", _PROLOG.sub("", svg, count=1)).strip()
    prefix = re.sub(r"[^\w-]", "-", name)
    for found in dict.fromkeys(_ID.findall(body)):
        new = f"{prefix}-{found}"
        body = body.replace(f'id="{found}"', f'id="{new}"')
        body = body.replace(f"url(#{found})", f"url(#{new})").replace(f'href="#{found}"', f'href="#{new}"')
    head, rest = body.split(">", 1)
    head = f'{_HEAD.sub("", head)} role="img" aria-labelledby="{prefix}-title"'
    return f'{head}><title id="{prefix}-title">{escape(title)}</title>{rest}'


def width_of(svg: str) -> float | None:
    """Return the width of the view box of an SVG file, in its own units."""
    found = re.search(r'viewBox="[\d.eE+-]+ [\d.eE+-]+ ([\d.]+)', svg)
    return float(found.group(1)) if found else None


def interval_range(rows: Iterable[Sequence[float]]) -> tuple[float, float]:
    """Return the part of the axis that small intervals of one outcome are drawn on.

    It always holds the null value and every estimate; of intervals much wider than the median one it
    holds a part only, the rest is cut off with an arrow.
    """
    rows = [row for row in rows if all(abs(value) < 1e300 for value in row)]
    if not rows:
        return -1.0, 1.0
    widths = sorted(high - low for _, low, high in rows)
    reach = 1.25 * max(widths[len(widths) // 2], 1e-12)
    low = min([0.0] + [max(low, estimate - reach) for estimate, low, _ in rows])
    high = max([0.0] + [min(high, estimate + reach) for estimate, _, high in rows])
    margin = 0.06 * (high - low or 1.0)
    return low - margin, high + margin


class Marks(TypedDict):
    """Where one interval is drawn on an axis of 100 units, and which of its ends are cut off."""

    estimate: float
    low: float
    high: float
    cut_low: bool
    cut_high: bool


def interval_marks(limits: Sequence[float], axis: tuple[float, float]) -> Marks:
    """Return where to draw one interval on an axis of 100 units: ends, estimate, and which ends are cut off."""
    estimate, low, high = limits
    scale = 100.0 / (axis[1] - axis[0])
    place = [round(min(100.0, max(0.0, (value - axis[0]) * scale)), 2) for value in (estimate, low, high)]
    return {
        "estimate": place[0],
        "low": place[1],
        "high": place[2],
        "cut_low": low < axis[0],
        "cut_high": high > axis[1],
    }


def position_on(value: float, axis: tuple[float, float]) -> float:
    """Return where *value* stands on an axis of 100 units."""
    return round(100.0 * (value - axis[0]) / (axis[1] - axis[0]), 2)
