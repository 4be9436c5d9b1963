"""A table with intervals: names and numbers beside one plot in which every line has one interval or two."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from metawright.figures.kit.axis import Axis, effect_axis
from metawright.figures.kit.conclusions import draw_interval
from metawright.figures.kit.effect_scale import EDGE, Favours, Scale, draw_scale, favours
from metawright.figures.kit.fonts import text_width, wrap
from metawright.figures.kit.interval_marks import arrow
from metawright.figures.kit.line_of_text import Align
from metawright.figures.kit.page import INK, MUTED, RULE, Page
from metawright.figures.kit.subject import Result, Subject

SIZE = 7.0
LINE = 1.3
ROW, DOUBLE = 11.4, 14.0  # distance of lines with one interval and with two
GAP = 8.0
APART = 2.9  # half the distance of two intervals on one line
BAND, ARROW_COLOR = "#e4e4e4", "#a8a8a8"
LABEL_LEAST, LABEL_MOST = 56.0, 140.0
PLOT_LEAST = 105.0
HANGING = "*"
REACH = 2.5  # limits farther from no effect than this many times the middling one are clipped


@dataclass(frozen=True)
class Drawn:
    """An interval on a line; `pale` where another line has it too.

    `band` is a wider interval behind it (a prediction interval).
    """

    row: Result
    shape: str = "square"
    pale: bool = False
    band: tuple[float, float] | None = None


@dataclass(frozen=True)
class Line:
    """One line.

    `strong` are the keys of cells in bold; a `head` line opens a group of lines; `band` is a range behind the
    intervals.
    """

    label: str
    drawn: tuple[Drawn | None, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)
    style: str = "regular"
    muted: bool = False
    indent: float = 0.0
    head: bool = False
    strong: frozenset[str] = frozenset()
    band: tuple[float, float] | None = None


@dataclass(frozen=True)
class Column:
    """A column of numbers, `left` or right of the plot, under a head of one line or several."""

    key: str
    head: tuple[str, ...]
    left: bool = True
    align: Align = "right"


def table_axis(lines: Sequence[Line], measure: str, mid: float | None = None) -> Axis:
    """Choose the axis for the intervals of *lines*: estimates on it, very long intervals clipped."""
    must, trials, rest = [], [], [] if mid is None else [mid]
    for drawn in (drawn for line in lines for drawn in line.drawn if drawn is not None):
        if drawn.row["estimate"] is None:
            continue
        must.append(drawn.row["estimate"])
        trials += [value for value in (drawn.row["ci_low"], drawn.row["ci_high"]) if value is not None]
        rest += list(drawn.band or ())
    rest += [value for line in lines for value in line.band or ()]
    sizes = sorted(abs(value) for value in trials)
    reach = REACH * sizes[len(sizes) // 2] if sizes else 0.0
    kept = [value for value in trials if abs(value) <= reach]
    # Where a side is clipped it reaches as far as the other: an arrow does not end sooner than a longer line beside it.
    longest = max(map(abs, kept), default=0.0)
    kept += [math.copysign(longest, value) for value in trials if abs(value) > reach]
    return effect_axis(must, kept, rest, measure)


@dataclass(frozen=True)
class IntervalTable:
    """Lines, columns and an axis, laid out in *width* points from *left*.

    `reference`: values marked by dotted lines down the plot. `label_head` and `plot_head` are the heads of the first
    column and of the plot. `least` are least widths of columns, `label` that of the first: tables one below the other
    stand in line.
    """

    subject: Subject
    lines: Sequence[Line]
    columns: Sequence[Column]
    axis: Axis
    left: float
    width: float
    label_head: str = ""
    plot_head: tuple[str, ...] = ()
    reference: tuple[float, ...] = ()
    label_most: float = LABEL_MOST
    verb: str = "Favours"
    least: Mapping[str, float] = field(default_factory=dict)

    @property
    def _label_width(self) -> float:
        head = text_width(self.label_head, SIZE, "bold")
        widths = [line.indent + text_width(line.label, SIZE, line.style) for line in self.lines if not line.head]
        columns = self._widths()
        room = self.width - math.fsum(columns.values()) - GAP * (len(columns) + 2) - EDGE - PLOT_LEAST
        widest = min(max(widths, default=0.0), self.label_most, max(room, LABEL_LEAST))
        return max(widest, head, self.least.get("label", 0.0))

    def _widths(self) -> dict[str, float]:
        widths = {}
        for column in self.columns:
            texts = [
                text_width(line.cells.get(column.key, "").rstrip(HANGING), SIZE, self._style(line, column.key))
                for line in self.lines
            ]
            widths[column.key] = max(*texts, *(text_width(head, SIZE, "bold") for head in column.head), 0.0)
            widths[column.key] = max(widths[column.key], self.least.get(column.key, 0.0))
        return widths

    @staticmethod
    def _style(line: Line, key: str) -> str:
        return "bold" if key in line.strong or line.style == "bold" else "regular"

    def widths(self) -> dict[str, float]:
        """Return the widths of the columns, that of the first under `label`."""
        return self._widths() | {"label": self._label_width}

    def _labels(self) -> list[list[str]]:
        most = self._label_width
        return [
            [line.label] if line.head else wrap(line.label, most - line.indent + 0.1, SIZE, line.style, most=3)
            for line in self.lines
        ]

    @staticmethod
    def _body(line: Line, label: Sequence[str]) -> float:
        """Return the height of a line without the gap above it."""
        return max(DOUBLE if len(line.drawn) > 1 else ROW, SIZE * LINE * len(label) + 2.3)

    def _heights(self) -> list[float]:
        heights = []
        for place, (line, label) in enumerate(zip(self.lines, self._labels(), strict=True)):
            heights.append(self._body(line, label) + (4.0 if line.head and place else 0.0))
        return heights

    @property
    def _head_height(self) -> float:
        rows = max([len(column.head) for column in self.columns] + [len(self.plot_head), 1 if self.label_head else 0])
        return SIZE * LINE * rows + 5.0 if rows else 2.0

    def _places(self) -> tuple[dict[str, float], Scale]:
        """Return the x at which each column's text stands (its right end, or left) and the scale of the plot."""
        widths = self._widths()
        x, places = self.left + self._label_width, {}
        for column in (column for column in self.columns if column.left):
            x += GAP + widths[column.key]
            places[column.key] = x - (widths[column.key] if column.align == "left" else 0.0)
        right = self.left + self.width
        for column in reversed([column for column in self.columns if not column.left]):
            places[column.key] = right - (widths[column.key] if column.align == "left" else 0.0)
            right -= widths[column.key] + GAP
        return places, Scale(self.axis, x + GAP + 2.0, right - EDGE, SIZE)

    @property
    def scale(self) -> Scale:
        """Where the axis lies."""
        return self._places()[1]

    def _sides(self, scale: Scale) -> list[Favours]:
        arms, direction = self.subject.arms, self.subject.direction
        right = self.left + self.width - scale.null - 4.0
        return favours(arms, direction, scale, max(60.0, scale.null - self.left - 4.0), right, 1.0, self.verb)

    @property
    def _plotted(self) -> bool:
        """Whether any line has an interval: else there is no axis."""
        return any(d is not None and d.row["estimate"] is not None for line in self.lines for d in line.drawn)

    @property
    def height(self) -> float:
        """Height with head, axis and what its sides favour."""
        if not self._plotted:
            return self._head_height + math.fsum(self._heights()) + 6.0
        sides = max(len(side.lines) for side in self._sides(self.scale))
        return self._head_height + math.fsum(self._heights()) + 14.0 + 8.0 * sides + 4.0

    def draw(self, page: Page, top: float) -> None:
        """Draw everything; *top* is the upper edge."""
        places, scale = self._places()
        start = top + self._head_height
        self._draw_heads(page, places, scale, start)
        heights, bottoms = self._heights(), []
        for height in heights:
            bottoms.append((bottoms[-1] if bottoms else start) + height)
        bottom = bottoms[-1]
        rows = list(zip(self.lines, self._labels(), bottoms, strict=True))
        for line, label, y in rows:
            self._draw_bands(page, line, scale, y - self._body(line, label) / 2.0)
        if self._plotted:
            self._draw_guides(page, scale, start, bottoms)
            draw_scale(page, scale, bottom, self._sides(scale))
        for line, label, y in rows:
            self._draw_line(page, line, label, places, scale, y)

    def _draw_guides(self, page: Page, scale: Scale, start: float, bottoms: Sequence[float]) -> None:
        """Draw the line of no effect and the references, broken where the words of a head run into the plot."""
        spans, top = [], start
        for line, bottom in zip(self.lines, bottoms, strict=True):
            if line.head and self.left + text_width(line.label, SIZE, line.style) > scale.left:
                spans.append((top, bottom - ROW))
                top = bottom
        spans.append((top, bottoms[-1]))
        for upper, lower in spans:
            if lower > upper:
                for value in self.reference:
                    if scale.holds(value):
                        x = scale.position(value)
                        page.line(x, upper, x, lower, width=0.6, color=RULE, dash=(1.0, 1.6))
                page.line(scale.null, upper, scale.null, lower, width=0.6)

    def _draw_heads(self, page: Page, places: Mapping[str, float], scale: Scale, bottom: float) -> None:
        base = bottom - 4.0
        page.text(self.left, base, self.label_head, size=SIZE, style="bold")
        for column in self.columns:
            for place, text in enumerate(reversed(column.head)):
                y = base - SIZE * LINE * place
                page.text(places[column.key], y, text, size=SIZE, style="bold", align=column.align)
        for place, text in enumerate(reversed(self.plot_head)):
            middle = (scale.left + scale.right) / 2.0
            page.text(middle, base - SIZE * LINE * place, text, size=SIZE, style="bold", align="center")
        if self._head_height > 2.0:
            page.line(self.left, bottom, self.left + self.width, bottom, width=0.7)

    def _draw_line(
        self, page: Page, line: Line, label: Sequence[str], places: Mapping[str, float], scale: Scale, bottom: float
    ) -> None:
        color = MUTED if line.muted else INK
        middle = bottom - self._body(line, label) / 2.0
        base = middle + 0.36 * SIZE
        for place, text in enumerate(label):
            y = base + SIZE * LINE * (place - (len(label) - 1) / 2.0)
            page.text(self.left + line.indent, y, text, size=SIZE, style=line.style, color=color)
        for column in self.columns:
            text = line.cells.get(column.key, "")
            style = self._style(line, column.key)
            # The sign of a note hangs in the gap, so that digits stay below digits.
            digits = text.rstrip(HANGING)
            page.text(places[column.key], base, digits, size=SIZE, style=style, color=color, align=column.align)
            if digits != text:
                page.text(places[column.key], base, text[len(digits) :], size=SIZE, style=style, color=color)
        for drawn, shift in zip(line.drawn, _shifts(line), strict=False):
            if drawn is not None:
                pale, direction = drawn.pale, self.subject.direction
                draw_interval(page, scale, drawn.row, middle + shift, drawn.shape, direction, pale=pale)

    @staticmethod
    def _draw_bands(page: Page, line: Line, scale: Scale, middle: float) -> None:
        if line.band is not None:
            _draw_band(page, line.band, scale, middle, DOUBLE - 2.4 if len(line.drawn) > 1 else ROW - 2.4)
        for drawn, shift in zip(line.drawn, _shifts(line), strict=False):
            if drawn is not None and drawn.band is not None:
                _draw_band(page, drawn.band, scale, middle + shift, 5.8)


def _shifts(line: Line) -> tuple[float, ...]:
    """Return how far from the middle of a line each of its intervals stands."""
    return (0.0,) if len(line.drawn) < 2 else (-APART, APART)


def _draw_band(page: Page, band: tuple[float, float], scale: Scale, y: float, height: float) -> None:
    """Draw a range; an end beyond the axis becomes an arrow."""
    low, high = (scale.position(value) for value in band)
    left, right = max(low, scale.left), min(high, scale.right)
    if left < right:
        page.box(left, y - height / 2.0, right - left, height, fill=BAND)
    for beyond, x, sign in ((low < scale.left, scale.left, -1.0), (high > scale.right, scale.right, 1.0)):
        if beyond:
            arrow(page, x, y, sign, ARROW_COLOR)
