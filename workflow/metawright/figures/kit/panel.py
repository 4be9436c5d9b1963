"""A panel with two axes of numbers on a page, and names beside points where they do not collide."""

from collections.abc import Sequence
from dataclasses import dataclass

from metawright.figures.kit.axis import Axis
from metawright.figures.kit.fonts import text_width
from metawright.figures.kit.line_of_text import Align
from metawright.figures.kit.page import RULE, Dash, Page

SIZE = 7.0
LINE = 1.3
TICK = 2.5
BELOW = 22.0  # room below a panel for ticks and the name of the axis
LEFT = 30.0  # room left of it for tick labels

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Panel:
    """The rectangle from *left*, *top* of *width* x *height* points with a horizontal and a vertical axis.

    `down`: the vertical axis grows downwards.
    """

    left: float
    top: float
    width: float
    height: float
    across: Axis
    upward: Axis
    down: bool = False

    @property
    def right(self) -> float:
        """The x of its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The y of its lower edge."""
        return self.top + self.height

    def x(self, value: float) -> float:
        """Return where *value* lies across, at most at an edge."""
        return min(max(self.across.position(value, self.left, self.right), self.left), self.right)

    def y(self, value: float) -> float:
        """Return the height of *value*, at most at an edge."""
        ends = (self.top, self.bottom) if self.down else (self.bottom, self.top)
        return min(max(self.upward.position(value, *ends), self.top), self.bottom)

    def holds(self, x: float, y: float) -> bool:
        """Return whether a point lies inside."""
        return self.across.low <= x <= self.across.high and self.upward.low <= y <= self.upward.high

    def pieces(self, xs: Sequence[float], ys: Sequence[float]) -> list[list[tuple[float, float]]]:
        """Return the pieces of a line that lie inside, each of two points or more."""
        pieces: list[list[tuple[float, float]]] = [[]]
        for x, y in zip(xs, ys, strict=True):
            if x is not None and y is not None and self.holds(x, y):
                pieces[-1].append((self.x(x), self.y(y)))
            elif pieces[-1]:
                pieces.append([])
        return [piece for piece in pieces if len(piece) > 1]

    def draw_axes(self, page: Page, below: str = "", beside: str = "", *, numbers: bool = True) -> None:
        """Draw both axes with their ticks; *below* names the horizontal axis, *beside* stands above the vertical."""
        page.line(self.left, self.bottom, self.right, self.bottom, width=0.7)
        page.line(self.left, self.top, self.left, self.bottom, width=0.7)
        for value, label in _apart(self.across, self.width, across=True):
            x = self.x(value)
            page.line(x, self.bottom, x, self.bottom + TICK, width=0.7)
            page.text(x, self.bottom + 9.5, label, size=SIZE, align="center")
        if numbers:
            for value, label in _apart(self.upward, self.height, across=False):
                y = self.y(value)
                page.line(self.left - TICK, y, self.left, y, width=0.7)
                page.text(self.left - 4.5, y + 0.36 * SIZE, label, size=SIZE, align="right")
        page.text((self.left + self.right) / 2.0, self.bottom + 18.5, below, size=SIZE, align="center")
        page.text(self.left - (24.0 if numbers else 0.0), self.top - 6.5, beside, size=SIZE)

    def upright(self, page: Page, value: float, *, dash: Dash = (), color: str = RULE, width: float = 0.6) -> None:
        """Draw a vertical line at *value* where it lies on the axis."""
        if self.across.low <= value <= self.across.high:
            page.line(self.x(value), self.top, self.x(value), self.bottom, width=width, color=color, dash=dash)


def _apart(axis: Axis, length: float, *, across: bool) -> Sequence[tuple[float, str]]:
    """Return the ticks whose labels fit beside each other, every second one where not all do."""
    ticks = list(axis.ticks)
    for step in (1, 2, 3, 4):
        shown = ticks[::step]
        places = [axis.position(value, 0.0, length) for value, _ in shown]
        sizes = [text_width(label, SIZE) + 4.0 if across else SIZE * LINE for _, label in shown]
        gaps = zip(places, places[1:], sizes, sizes[1:], strict=False)
        if all(b - a >= (one + two) / 2.0 for a, b, one, two in gaps):
            break
    return shown


def label_points(
    points: Sequence[tuple[float, float]],
    names: Sequence[str],
    panel: Panel,
    *,
    most: int = 12,
    taken: Sequence[Box] = (),
) -> list[tuple[float, float, str, Align]]:
    """Choose where names stand beside points so that none touches another name or a point.

    Parameters
    ----------
    points : sequence of (float, float)
        On the page; those first whose names matter most.
    names : sequence of str
        One per point; what finds no place is left out.
    panel : Panel
        Names stay inside it.
    most : int
        Number of names.
    taken : sequence of (left, top, right, bottom)
        Where nothing may stand.

    Returns
    -------
    list of (x, baseline, name, align)
    """
    boxes = [*taken, *((x - 2.6, y - 2.6, x + 2.6, y + 2.6) for x, y in points)]
    placed: list[tuple[float, float, str, Align]] = []
    for (x, y), name in zip(points, names, strict=True):
        if len(placed) >= most:
            break
        wide = text_width(name, SIZE)
        options: list[tuple[float, float, Align]] = [(x + 4.5, y + 2.5, "left"), (x - 4.5, y + 2.5, "right")]
        options.extend([(x, y - 5.0, "center"), (x, y + 9.5, "center")])
        options.extend((x + 4, y + drop, "left") for drop in (-3, 8))
        options.extend((x - 4, y + drop, "right") for drop in (-3, 8))
        for at, base, align in options:
            start = at - {"left": 0.0, "center": 0.5, "right": 1.0}[align] * wide
            box = (start, base - 0.74 * SIZE, start + wide, base + 0.2 * SIZE)
            inside = (
                box[0] >= panel.left + 1 and box[2] <= panel.right and box[1] >= panel.top and box[3] <= panel.bottom
            )
            own = (x - 2.6, y - 2.6, x + 2.6, y + 2.6)
            if inside and not any(_touch(box, other) for other in boxes if other != own):
                boxes.append(box)
                placed.append((at, base, name, align))
                break
    return placed


def _touch(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
