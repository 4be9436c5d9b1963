"""The specification curve: every combination of declared choices in the order of its estimate, its choices below.

Up to `SINGLE` specifications each has a place of its own. More are drawn in columns that stand for several: a bar per
conclusion, as wide as its share of the column, and shades of grey for how many of the column made a choice.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum
from statistics import median
from typing import NamedTuple

from metawright.figures.cell.specification_data import Specification, SpecificationData, levels_of, result_of
from metawright.figures.kit.axis import Axis
from metawright.figures.kit.conclusions import (
    BENEFIT,
    COLORS,
    HARM,
    INCLUDES,
    SHAPES,
    TINTS,
    conclusion,
    mark,
)
from metawright.figures.kit.fonts import text_width, truncate, wrap
from metawright.figures.kit.interval_table import Drawn, Line, table_axis
from metawright.figures.kit.page import INK, MUTED, Page
from metawright.figures.kit.upright_scale import ABOVE, BELOW, UprightScale
from metawright.words.numbers import format_percent

SINGLE = 400
COLUMNS = 240
MARKED = 60  # up to this many specifications have filled and hollow marks
SIZE = 7.0
LINE = 1.3
ROW = 9.2
GROUP_GAP = 3.5
CURVE = 118.0
GREYS = ("#dadada", "#a8a8a8", "#6f6f6f", "#2b2b2b")
STATES = (INCLUDES, HARM, BENEFIT)
AXIS_MOST, LEVEL_MOST = 68.0, 130.0
STEP_MOST = 16.0
LEVELS_MOST = 12
SHARE_HEAD = ("95% CI excludes", "no effect")


@dataclass(frozen=True)
class Bin:
    """Specifications that share a column of the figure, which begins at `start` and ends at `stop` (of all)."""

    start: int
    stop: int
    rows: Sequence[Specification]


class _Level(NamedTuple):
    """A line of the matrix; `level` is None for those levels that have no line of their own."""

    level: str | None
    label: str


class _Group(NamedTuple):
    """A choice with the lines of its levels."""

    axis: str
    label: str
    levels: Sequence[_Level]


def bins_of(rows: Sequence[Specification]) -> list[Bin]:
    """Return a column per specification, or `COLUMNS` columns where there are more than `SINGLE`."""
    number = len(rows)
    if number <= SINGLE:
        return [Bin(place, place + 1, [row]) for place, row in enumerate(rows)]
    edges = [round(place * number / COLUMNS) for place in range(COLUMNS + 1)]
    return [Bin(a, b, rows[a:b]) for a, b in pairwise(edges)]


def curve_axis(rows: Sequence[Specification], measure: str, mid: float | None = None) -> Axis:
    """Choose the axis of the effects for the intervals of *rows*."""
    return table_axis([Line("", (Drawn(result_of(row)),)) for row in rows], measure, mid)


class SpecificationCurve:
    """The curve and its matrix of choices, laid out in *width* points from *left*."""

    def __init__(self, shown: SpecificationData, left: float, width: float, curve: float = CURVE) -> None:
        self.shown, self.left, self.width, self.curve = shown, left, width, curve
        self.rows = shown.rows
        self.bins = bins_of(self.rows)
        self.axis = curve_axis(self.rows, shown.subject.measure, shown.subject.mid_position)
        self.states = [conclusion(result_of(row), shown.subject.direction) for row in self.rows]
        self.groups = _groups(shown)
        levels = [level.label for group in self.groups for level in group.levels]
        words = [word for group in self.groups for word in group.label.split()]
        self.axis_width = min(max((text_width(word, SIZE, "bold") for word in words), default=0.0), AXIS_MOST)
        self.axis_width = max(self.axis_width, 52.0)
        self.level_width = min(max((text_width(text, SIZE) for text in levels), default=0.0), LEVEL_MOST)
        share = max(text_width(text, SIZE, "bold") for text in SHARE_HEAD)
        self.plot_left = left + self.axis_width + self.level_width + 16.0
        room = left + width - share - 6.0 - self.plot_left
        self.step = min(room / max(1, len(self.rows)), STEP_MOST)
        self.plot_right = self.plot_left + self.step * len(self.rows)
        self.share_right = left + width

    @property
    def height(self) -> float:
        """Height of the curve with the words around it, and the matrix."""
        return ABOVE + self.curve + BELOW + self._matrix_height() + 2.0

    def _matrix_height(self) -> float:
        lines = [max(len(group.levels) * ROW, self._name_height(group)) for group in self.groups]
        return ROW + fsum(lines) + GROUP_GAP * len(self.groups)

    def _name(self, group: _Group) -> list[str]:
        return wrap(group.label, self.axis_width + 0.1, SIZE, "bold", most=3)

    def _name_height(self, group: _Group) -> float:
        return SIZE * LINE * len(self._name(group)) + 1.0

    def _x(self, place: float) -> float:
        return self.plot_left + self.step * place

    def draw(self, page: Page, top: float) -> None:
        """Draw everything; *top* is the upper edge."""
        self._draw_curve(page, top + ABOVE)
        self._draw_matrix(page, top + ABOVE + self.curve + BELOW)

    def _draw_curve(self, page: Page, top: float) -> None:
        scale = UprightScale(self.shown.subject, self.axis, self.plot_left, self.plot_right, top, self.curve)
        scale.draw(page, self.left)
        if len(self.rows) <= SINGLE:
            self._draw_single(page, scale)
        else:
            self._draw_binned(page, scale)
            scale.draw_null(page)
        for track in SHAPES:
            place = next((place for place, row in enumerate(self.rows) if row.get("headline") == track), None)
            if place is not None:
                _headline(page, self._x(place + 0.5), scale.y(self.rows[place]["estimate"]), track)

    def _draw_single(self, page: Page, scale: UprightScale) -> None:
        width = min(1.3, 0.75 * self.step)
        for state in STATES:
            own = [place for place, one in enumerate(self.states) if one == state]
            ends = []
            for place in own:
                row, x = self.rows[place], self._x(place + 0.5)
                ends.append((x, scale.y(row["ci_low"]), x, scale.y(row["ci_high"])))
            page.strokes(ends, width=width, color=TINTS[state])
        half = min(2.1, 0.45 * self.step)
        if len(self.rows) <= MARKED:
            for place, state in enumerate(self.states):
                mark(page, self._x(place + 0.5), scale.y(self.rows[place]["estimate"]), "circle", state, half=half)
            return
        for state in STATES:
            own = [place for place, one in enumerate(self.states) if one == state]
            points = [(self._x(place + 0.5), scale.y(self.rows[place]["estimate"])) for place in own]
            half = max(half, 0.6)
            page.strokes([(x - half, y, x + half, y) for x, y in points], width=1.8, color=COLORS[state])

    def _draw_binned(self, page: Page, scale: UprightScale) -> None:
        boxes: dict[str, list[tuple[float, float, float, float]]] = {state: [] for state in STATES}
        middles = []
        for one in self.bins:
            own = self.states[one.start : one.stop]
            x, counts = self._x(one.start), Counter(own)
            for state in STATES:
                if not counts[state]:
                    continue
                rows = [row for row, found in zip(one.rows, own, strict=True) if found == state]
                low, high = (scale.y(median(row[key] for row in rows)) for key in ("ci_low", "ci_high"))
                width = self.step * counts[state]
                boxes[state].append((x, high, width, low - high))
                x += width
            value = median(row["estimate"] for row in one.rows)
            middles.append((self._x((one.start + one.stop) / 2.0), scale.y(value)))
        for state in STATES:
            page.boxes(boxes[state], fill=TINTS[state])
        page.curve(middles, width=1.4, color=INK)

    def _draw_matrix(self, page: Page, top: float) -> None:
        base = top + ROW / 2.0 + 0.36 * SIZE
        page.text(self.left, base, "95% CI excludes no effect", size=SIZE, style="bold")
        excluding = [state != INCLUDES for state in self.states]
        self._draw_row(page, excluding, top + ROW / 2.0)
        for place, text in enumerate(reversed(SHARE_HEAD)):
            y = base - ROW - SIZE * LINE * place
            page.text(self.share_right, y, text, size=SIZE, style="bold", align="right")
        self._share(page, excluding, [True] * len(excluding), base)
        y = top + ROW
        for group in self.groups:
            page.line(self.left, y + GROUP_GAP / 2.0, self.share_right, y + GROUP_GAP / 2.0, width=0.3, color="#d0d0d0")
            y += GROUP_GAP
            for place, text in enumerate(self._name(group)):
                y_text = y + ROW / 2.0 + 0.36 * SIZE + SIZE * LINE * place
                page.text(self.left, y_text, text, size=SIZE, style="bold")
            height = max(len(group.levels) * ROW, self._name_height(group))
            for place, level in enumerate(group.levels):
                middle = y + ROW * (place + 0.5)
                label = truncate(level.label, self.level_width + 0.1, SIZE)
                if level.level is None:
                    page.text(self.left + self.axis_width + 8.0, middle + 0.36 * SIZE, label, size=SIZE, color=MUTED)
                    continue
                page.text(self.left + self.axis_width + 8.0, middle + 0.36 * SIZE, label, size=SIZE)
                chosen = [level.level in levels_of(row, group.axis) for row in self.rows]
                self._draw_row(page, chosen, middle)
                self._share(page, excluding, chosen, middle + 0.36 * SIZE)
            y += height

    def _share(self, page: Page, excluding: Sequence[bool], chosen: Sequence[bool], base: float) -> None:
        """Write how many percent of the chosen specifications exclude no effect."""
        own = [out for out, one in zip(excluding, chosen, strict=True) if one]
        text = format_percent(100.0 * sum(own) / len(own)) if own else "–"
        page.text(self.share_right, base, text, size=SIZE, align="right")

    def _draw_row(self, page: Page, chosen: Sequence[bool], y: float) -> None:
        if len(self.rows) <= 120:
            half = min(2.2, 0.36 * self.step)
            ends = [(self._x(i + 0.5) - half, y, self._x(i + 0.5) + half, y) for i, one in enumerate(chosen) if one]
            page.strokes(ends, width=5.2, color=GREYS[-1])
            return
        shares = [sum(chosen[one.start : one.stop]) / (one.stop - one.start) for one in self.bins]
        shades = [min(3, int(4.0 * share - 1e-9)) if share > 0 else -1 for share in shares]
        for shade, color in enumerate(GREYS):
            runs = _runs([one == shade for one in shades])
            ends = [(self._x(self.bins[a].start), y, self._x(self.bins[b - 1].stop), y) for a, b in runs]
            page.strokes(ends, width=6.0, color=color)


def _runs(flags: Sequence[bool]) -> list[tuple[int, int]]:
    """Return the stretches of true *flags* as start and end (exclusive)."""
    runs, start = [], None
    for place, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = place
        elif not flag and start is not None:
            runs.append((start, place))
            start = None
    return runs


def _groups(shown: SpecificationData) -> list[_Group]:
    """Return the choices that tell specifications apart, those first that move the estimate most."""
    order = {one["axis"]: place for place, one in enumerate(shown.summary["axes"] if shown.summary else ())}
    groups = []
    for axis in sorted(shown.telling(), key=lambda one: order.get(one["axis"], len(order))):
        levels = [_Level(one["level"], one["label"] or one["level"]) for one in axis["levels"]]
        if len(levels) > LEVELS_MOST:
            rest = len(levels) - LEVELS_MOST + 1
            levels = [*levels[: LEVELS_MOST - 1], _Level(None, f"and {rest} more")]
        groups.append(_Group(axis["axis"], axis["label"] or axis["axis"], levels))
    return groups


def _headline(page: Page, x: float, y: float, track: str) -> None:
    """Mark the headline result of a track: black, ringed in white."""
    if SHAPES.get(track) == "diamond":
        for wide, fill in ((4.6, "#ffffff"), (3.6, INK)):
            page.polygon([(x - wide, y), (x, y - wide), (x + wide, y), (x, y + wide)], fill=fill)
        return
    for half, fill in ((3.5, "#ffffff"), (2.7, INK)):
        page.box(x - half, y - half, 2 * half, 2 * half, fill=fill)
