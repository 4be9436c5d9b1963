"""The forest plot: RevMan's table with its plot, one section per period, drawn on a page of the report's width."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from matplotlib.figure import Figure

from metawright.figures.forest.axis import draw_axis, draw_guides, favours, forest_axis
from metawright.figures.forest.bands import Band, bands
from metawright.figures.forest.layout import (
    LINE,
    MARGIN,
    ROW,
    Layout,
    band_height,
    band_style,
    group_heads,
    indent,
    label_lines,
    layout,
    study_head,
)
from metawright.figures.forest.marks import draw_lights, draw_mark
from metawright.figures.forest.pages import breaks
from metawright.figures.forest.records import ForestData
from metawright.figures.forest.text import FOREST_COLUMNS, forest_alt_text, forest_table
from metawright.figures.forest.words import MARKS, effect_heads, footnotes, forest_preset, letter
from metawright.figures.kit.axis import Axis
from metawright.figures.kit.effect_scale import Favours
from metawright.figures.kit.fonts import wrap
from metawright.figures.kit.line_of_text import Align
from metawright.figures.kit.page import INK, MUTED, PAGE_HEIGHT, REPORT_WIDTH, Page, figure_style
from metawright.figures.kit.publish import Drawing
from metawright.words.numbers import preset

TITLE = 8.0  # type sizes
NOTE = 6.0
NOTE_LINE = 8.0
_MUTED = frozenset({"awaiting", "published"})


@dataclass(frozen=True)
class _Plan:
    """A forest plot before it is drawn: the same columns, axis and heads on every page of it."""

    data: ForestData
    width: float
    bands: list[Band]
    texts: list[list[str]]
    heights: list[float]
    columns: Layout
    heads: Mapping[str, list[str]]
    axis: Axis
    sides: list[Favours]
    heaviest: float
    notes: list[str]

    @property
    def under(self) -> float:
        """The height of the axis with what it favours."""
        return 16.0 + 8.0 * max(len(side.lines) for side in self.sides) + 4.0


def forest_figure(data: ForestData, width: float = REPORT_WIDTH) -> Figure:
    """Draw the forest plot of one outcome.

    Parameters
    ----------
    data : ForestData
        What to show, and as which journal.
    width : float
        Points; the height follows from the number of trials.

    Returns
    -------
    matplotlib.figure.Figure
        In DejaVu Sans, ready for `metawright.figures.kit.save.save`.
    """
    plan = _plan(data, width)
    return _draw(plan, range(len(plan.bands)), True, True)


def forest_pages(data: ForestData, width: float = REPORT_WIDTH, height: float = PAGE_HEIGHT) -> list[Figure]:
    """Draw the forest plot of one outcome on as many pages as it needs, each with the heads and the axis.

    Parameters
    ----------
    data, width
        As for `forest_figure`.
    height : float
        Points; a figure that is a little higher stays whole, for it may be set a little smaller.

    Returns
    -------
    list of matplotlib.figure.Figure
        One, the same as `forest_figure` draws, unless the plot is too high for a page.
    """
    plan = _plan(data, width)
    room = height - _head_height(_title(data, width, False), plan) - plan.under - MARGIN
    last = NOTE_LINE * len(plan.notes)
    if fsum(plan.heights) + last <= 1.15 * room:
        return [_draw(plan, range(len(plan.bands)), True, True)]
    starts = breaks([band.kind for band in plan.bands], plan.heights, room, last)
    ends = [*starts[1:], len(plan.bands)]
    return [
        _draw(plan, range(start, end), start == 0, end == len(plan.bands))
        for start, end in zip(starts, ends, strict=True)
    ]


def _plan(data: ForestData, width: float) -> _Plan:
    lines = bands(data)
    columns = layout(data, lines, width)
    texts = [label_lines(band, columns) for band in lines]
    heights = [
        band_height(band, text, columns.size, place == 0)
        for place, (band, text) in enumerate(zip(lines, texts, strict=True))
    ]
    axis = forest_axis(lines, data)
    with preset(data.preset):
        notes = [line for note in footnotes(data) for line in wrap(note, width - 2 * MARGIN, NOTE)]
    return _Plan(
        data=data,
        width=width,
        bands=lines,
        texts=texts,
        heights=heights,
        columns=columns,
        heads=group_heads(data, columns),
        axis=axis,
        sides=favours(data, axis, columns),
        heaviest=max((band.mark.weight or 0.0 for band in lines if band.mark), default=0.0),
        notes=notes,
    )


def _draw(plan: _Plan, which: range, first: bool, last: bool) -> Figure:
    """Draw the bands *which* on one page."""
    data, columns = plan.data, plan.columns
    title = _title(data, plan.width, first)
    head_height = _head_height(title, plan)
    bottom = head_height + fsum(plan.heights[place] for place in which)
    notes = plan.notes if last else []
    with figure_style():
        page = Page(plan.width, bottom + plan.under + NOTE_LINE * len(notes) + MARGIN)
        for place, words in enumerate(title):
            page.text(MARGIN, MARGIN + TITLE * (0.75 + LINE * place), words, size=TITLE, style="bold")
        _draw_heads(page, data, columns, plan.heads, head_height)
        draw_guides(page, data, columns, plan.axis, head_height, bottom)
        top = head_height
        for place in which:
            _draw_band(page, plan, place, top + plan.heights[place])
            top += plan.heights[place]
        draw_axis(page, columns, plan.axis, bottom, plan.sides)
        for place, note in enumerate(notes):
            y = bottom + plan.under + NOTE_LINE * (place + 0.6)
            page.text(MARGIN, y, note, size=NOTE, color=MUTED)
        return page.figure


def _draw_band(page: Page, plan: _Plan, place: int, bottom: float) -> None:
    """Draw a band whose lower edge is *bottom*; its numbers and marks stand on its last line."""
    band, text, columns = plan.bands[place], plan.texts[place], plan.columns
    size, style = columns.size, band_style(band)
    color = MUTED if band.kind in _MUTED or band.note == "status" else INK
    base = bottom - size * (ROW - 1.0) / 2.0 - 0.14 * size
    for row, line in enumerate(text):
        lift = size * LINE * (len(text) - 1 - row)
        page.text(indent(band), base - lift, line, size=size, style=style, color=color)
    for key, cell in [*band.cells.items(), ("weight", band.weight), ("effect", band.effect)]:
        if cell and key in columns.rights:
            digits = cell.rstrip(MARKS)
            page.text(columns.rights[key], base, digits, size=size, style=style, color=color, align="right")
            # The sign of a note hangs in the gap, so that digits stay below digits.
            page.text(columns.rights[key], base, cell[len(digits) :], size=size, style=style, color=color)
    middle = bottom - size * (ROW / 2.0)
    if band.mark is not None:
        journal = (forest_preset(plan.data), plan.data.layout)
        ends = (columns.plot_left, columns.plot_right)
        draw_mark(page, band.mark, plan.axis, *ends, middle, size, plan.heaviest, *journal)
    draw_lights(page, band.lights, columns.lights, middle, size)


def _title(data: ForestData, width: float, first: bool = True) -> list[str]:
    words = f"{data.label} ({data.unit})" if data.unit else data.label
    return wrap(words if first else f"{words}, continued", width - 2 * MARGIN, TITLE, "bold", most=3)


def _head_height(title: list[str], plan: _Plan) -> float:
    rows = 1 + max((len(text) for text in plan.heads.values()), default=1)
    return MARGIN + 2.0 + TITLE * LINE * len(title) + plan.columns.size * LINE * rows + 5.0


def _draw_heads(page: Page, data: ForestData, plan: Layout, heads: Mapping[str, Sequence[str]], bottom: float) -> None:
    size, base, journal = plan.size, bottom - 4.0, forest_preset(data)

    def head(x: float, y: float, words: str, align: Align) -> None:
        page.text(x, y, words, size=size, style="bold", align=align)

    head(MARGIN, base, study_head(data), "left")
    for column in plan.columns:
        head(plan.rights[column.key], base, column.head, "right")
    for group, text in heads.items():
        keys = [column.key for column in plan.columns if column.group == group]
        middle = (plan.rights[keys[0]] - plan.widths[keys[0]] + plan.rights[keys[-1]]) / 2.0
        for place, line in enumerate(text):
            head(middle, base - size * LINE * (len(text) - place), line, "center")
    head(plan.rights["weight"], base, journal.weight, "right")
    for place, line in enumerate(effect_heads(data)):
        y = base - size * LINE * (1 - place)
        head(plan.rights["effect"], y, line, "right")
        if journal.plot_head:
            head((plan.plot_left + plan.plot_right) / 2.0, y, line, "center")
    for place, x in enumerate(plan.lights):
        head(x, base, letter(place), "center")
    if len(plan.lights) > 3:
        head((plan.lights[0] + plan.lights[-1]) / 2.0, base - size * LINE, "Risk of bias", "center")
    page.line(MARGIN, bottom, page.width - MARGIN, bottom, width=0.7)


DRAWING = Drawing(
    forest_figure,
    lambda shown: f"Forest plot: {shown.label}",
    forest_alt_text,
    forest_table,
    FOREST_COLUMNS,
    forest_pages,
)
