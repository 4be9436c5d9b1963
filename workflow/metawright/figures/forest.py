"""The forest plot: RevMan's table with its plot, one section per period, drawn on a page of the report's width."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from metawright.figures.fonts import wrap
from metawright.figures.forest_axis import draw_axis, draw_guides, favours, forest_axis
from metawright.figures.forest_bands import Band, bands
from metawright.figures.forest_layout import (
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
from metawright.figures.forest_marks import draw_mark
from metawright.figures.forest_records import ForestData
from metawright.figures.forest_words import MARKS, common_pooling, effect_name, footnotes
from metawright.figures.page import INK, MUTED, REPORT_WIDTH, Page, figure_style

TITLE = 8.0  # type sizes
NOTE = 6.0
_MUTED = frozenset({"awaiting", "published"})


def forest_figure(data: ForestData, width: float = REPORT_WIDTH) -> Figure:
    """Draw the forest plot of one outcome.

    Parameters
    ----------
    data : ForestData
        What to show.
    width : float
        Points; the height follows from the number of trials.

    Returns
    -------
    matplotlib.figure.Figure
        In DejaVu Sans, ready for `metawright.figures.save.save`.
    """
    lines = bands(data)
    plan = layout(data, lines, width)
    texts = [label_lines(band, plan) for band in lines]
    heights = [
        band_height(band, text, plan.size, place == 0)
        for place, (band, text) in enumerate(zip(lines, texts, strict=True))
    ]
    heads = group_heads(data, plan)
    title = _title(data, width)
    head_height = _head_height(title, heads, plan.size)
    notes = [line for note in footnotes(data) for line in wrap(note, width - 2 * MARGIN, NOTE)]
    axis = forest_axis(lines, data)
    sides = favours(data, axis, plan)
    under = 16.0 + 8.0 * max(len(side.lines) for side in sides) + 4.0
    total = head_height + sum(heights) + under + 8.0 * len(notes) + MARGIN
    with figure_style():
        page = Page(width, total)
        for place, words in enumerate(title):
            page.text(MARGIN, MARGIN + TITLE * (0.75 + LINE * place), words, size=TITLE, style="bold")
        _draw_heads(page, data, plan, heads, head_height)
        bottom = head_height + sum(heights)
        draw_guides(page, data, plan, axis, head_height, bottom)
        top = head_height
        heaviest = max((band.mark.weight or 0.0 for band in lines if band.mark), default=0.0)
        for band, text, height in zip(lines, texts, heights, strict=True):
            _draw_band(page, band, text, plan, top + height)
            if band.mark is not None:
                middle = top + height - plan.size * (ROW / 2.0)
                draw_mark(page, band.mark, axis, plan.plot_left, plan.plot_right, middle, plan.size, heaviest)
            top += height
        draw_axis(page, plan, axis, bottom, sides)
        for place, note in enumerate(notes):
            page.text(MARGIN, bottom + under + 8.0 * (place + 0.6), note, size=NOTE, color=MUTED)
        return page.figure


def _draw_band(page: Page, band: Band, text: Sequence[str], plan: Layout, bottom: float) -> None:
    """Write a band whose lower edge is *bottom*; its numbers stand on its last line."""
    size, style = plan.size, band_style(band)
    color = MUTED if band.kind in _MUTED or band.note == "status" else INK
    base = bottom - size * (ROW - 1.0) / 2.0 - 0.14 * size
    for place, line in enumerate(text):
        lift = size * LINE * (len(text) - 1 - place)
        page.text(indent(band), base - lift, line, size=size, style=style, color=color)
    for key, cell in [*band.cells.items(), ("weight", band.weight), ("effect", band.effect)]:
        if cell and key in plan.rights:
            digits = cell.rstrip(MARKS)
            page.text(plan.rights[key], base, digits, size=size, style=style, color=color, align="right")
            # The sign of a note hangs in the gap, so that digits stay below digits.
            page.text(plan.rights[key], base, cell[len(digits) :], size=size, style=style, color=color)


def _title(data: ForestData, width: float) -> list[str]:
    words = f"{data.label} ({data.unit})" if data.unit else data.label
    return wrap(words, width - 2 * MARGIN, TITLE, "bold", most=3)


def _head_height(title: list[str], heads: dict[str, list[str]], size: float) -> float:
    rows = 1 + max((len(text) for text in heads.values()), default=1)
    return MARGIN + 2.0 + TITLE * LINE * len(title) + size * LINE * rows + 5.0


def _draw_heads(page: Page, data: ForestData, plan: Layout, heads: dict[str, list[str]], bottom: float) -> None:
    size, base = plan.size, bottom - 4.0
    page.text(MARGIN, base, study_head(data), size=size, style="bold")
    for column in plan.columns:
        page.text(plan.rights[column.key], base, column.head, size=size, style="bold", align="right")
    for group, text in heads.items():
        keys = [column.key for column in plan.columns if column.group == group]
        middle = (plan.rights[keys[0]] - plan.widths[keys[0]] + plan.rights[keys[-1]]) / 2.0
        for place, line in enumerate(text):
            y = base - size * LINE * (len(text) - place)
            page.text(middle, y, line, size=size, style="bold", align="center")
    page.text(plan.rights["weight"], base, "Weight", size=size, style="bold", align="right")
    how = f"{common_pooling(data)}, 95% CI"
    centre = (plan.plot_left + plan.plot_right) / 2.0
    for place, line in enumerate((effect_name(data), how)):
        y = base - size * LINE * (1 - place)
        page.text(plan.rights["effect"], y, line, size=size, style="bold", align="right")
        page.text(centre, y, line, size=size, style="bold", align="center")
    page.line(MARGIN, bottom, page.width - MARGIN, bottom, width=0.7)
