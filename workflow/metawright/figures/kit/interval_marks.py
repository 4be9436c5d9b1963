"""Intervals as marks: whiskers, diamonds and arrows, clipped to the ends of an axis."""

from metawright.figures.kit.page import Page

ARROW = 3.2


def arrow(page: Page, x: float, y: float, sign: float, color: str) -> None:
    """Draw an arrow head whose tip is at *x*, pointing right for a *sign* of 1."""
    back = x - sign * ARROW
    page.polygon([(x, y), (back, y - 0.55 * ARROW), (back, y + 0.55 * ARROW)], fill=color)


def whisker(
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
            arrow(page, left if sign < 0 else right, y, sign, color)
        elif cap and left <= end <= right:
            page.line(end, y - cap, end, y + cap, width=0.9, color=color)


def diamond(
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
        arrow(page, left, y, -1.0, edge)
    if high > right:
        arrow(page, right, y, 1.0, edge)


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
