"""The marks of a forest plot: squares, diamonds, bars, all clipped to the axis with arrows where they run on."""

from metawright.figures.axis import Axis
from metawright.figures.fonts import text_width
from metawright.figures.forest_bands import Mark
from metawright.figures.page import INK, MUTED, Page

SQUARE, LINE_COLOR = "#1f5f99", "#143f66"
SECOND_FILL, SECOND_EDGE = "#c9c9c9", "#6e6e6e"
ARROW = 3.2
UNPOOLED = 0.35  # area of the square of a trial that carries no weight, relative to the heaviest


def draw_mark(
    page: Page, mark: Mark, axis: Axis, left: float, right: float, y: float, size: float, heaviest: float
) -> None:
    """Draw one band's mark around the height *y* in the plot between *left* and *right*.

    *size* is the type size, by which the marks are measured; *heaviest* is the largest weight in the figure: the
    areas of squares are proportional to their weights across it.
    """
    ends = [axis.place(v, left, right) for v in (mark.interval.low, mark.interval.high)]
    middle = axis.place(mark.interval.estimate, left, right)
    if mark.shape == "square":
        share = mark.weight / heaviest if mark.weight is not None and heaviest > 0 else UNPOOLED
        _whisker(page, *ends, left, right, y, width=0.8, color=LINE_COLOR)
        half = max(0.9, 0.58 * size * share**0.5)
        if left <= middle <= right:
            page.box(middle - half, y - half, 2 * half, 2 * half, fill=SQUARE)
    elif mark.shape == "bar":
        _whisker(page, *ends, left, right, y, width=1.5, color=SECOND_EDGE, cap=0.26 * size)
    else:
        fill, edge = {"diamond": (INK, INK), "second": (SECOND_FILL, SECOND_EDGE), "hollow": ("#ffffff", INK)}[
            mark.shape
        ]
        half = (0.5 if mark.shape == "diamond" else 0.4) * size
        _diamond(page, ends[0], middle, ends[1], left, right, y, half, fill, edge)
        if mark.shape == "hollow":
            _name(page, "published", max(ends[0], left), min(ends[1], right), left, axis.place(0.0, left, right), y)


def _arrow(page: Page, x: float, y: float, sign: float, color: str) -> None:
    """Draw an arrow head whose tip is at *x*, pointing right for a *sign* of 1."""
    back = x - sign * ARROW
    page.polygon([(x, y), (back, y - 0.55 * ARROW), (back, y + 0.55 * ARROW)], fill=color)


def _whisker(
    page: Page,
    low: float,
    high: float,
    left: float,
    right: float,
    y: float,
    *,
    width: float,
    color: str,
    cap: float = 0,
) -> None:
    """Draw an interval as a line; an end beyond the axis becomes an arrow."""
    start, stop = max(low, left), min(high, right)
    if start < stop:
        inset = 0.6 * ARROW
        page.line(
            start + (inset if low < left else 0), y, stop - (inset if high > right else 0), y, width=width, color=color
        )
    for end, beyond, sign in ((low, low < left, -1.0), (high, high > right, 1.0)):
        if beyond:
            _arrow(page, left if sign < 0 else right, y, sign, color)
        elif cap and left <= end <= right:
            page.line(end, y - cap, end, y + cap, width=0.9, color=color)


def _diamond(
    page: Page,
    low: float,
    middle: float,
    high: float,
    left: float,
    right: float,
    y: float,
    half: float,
    fill: str,
    edge: str,
) -> None:
    """Draw a diamond from *low* to *high*, cut where the axis ends, with an arrow there."""
    outline = [(low, y), (middle, y - half), (high, y), (middle, y + half)]
    inside = _clip(_clip(outline, left, 1.0), right, -1.0)
    if len(inside) > 2:
        page.polygon(inside, fill=fill, edge=edge, width=0.7)
    if low < left:
        _arrow(page, left, y, -1.0, edge)
    if high > right:
        _arrow(page, right, y, 1.0, edge)


def _clip(points: list[tuple[float, float]], bound: float, sign: float) -> list[tuple[float, float]]:
    """Return the part of a polygon to the right (*sign* 1) or left (-1) of *bound* (Sutherland and Hodgman 1974)."""
    kept = []
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
        in0, in1 = sign * (x0 - bound) >= 0, sign * (x1 - bound) >= 0
        if in0:
            kept.append((x0, y0))
        if in0 != in1:
            kept.append((bound, y0 + (y1 - y0) * (bound - x0) / (x1 - x0)))
    return kept


def _name(page: Page, words: str, low: float, high: float, left: float, null: float, y: float) -> None:
    """Write *words* beside a mark, right or left of it, where they stay clear of the line of no effect."""
    width = text_width(words, 5.4) + 3.0
    if high + width < page.width and not high < null < high + width:
        page.text(high + 3.0, y + 1.8, words, size=5.4, color=MUTED)
    elif low - width >= left and not low - width < null < low:
        page.text(low - 3.0, y + 1.8, words, size=5.4, color=MUTED, align="right")
