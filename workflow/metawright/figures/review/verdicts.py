"""All verdicts of a review: what holds, what depends on a choice, what is open, outcome by outcome."""

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.figure import Figure

from metawright.figures.kit.conclusions import SHAPES, conclusion, draw_legend, legend_lines, legend_states
from metawright.figures.kit.interval_table import Column, Drawn, IntervalTable, Line, table_axis
from metawright.figures.kit.overview import OutcomeRows, Overview, common_widths, outcome_line
from metawright.figures.kit.page import PAGE_HEIGHT, REPORT_WIDTH
from metawright.figures.kit.publish import Drawing
from metawright.figures.kit.sheet import MARGIN, legend_part, notice, sheet
from metawright.figures.kit.subject import TRACK_NAMES, Subject
from metawright.figures.review.verdicts_text import (
    VERDICTS_COLUMNS,
    benefit_words,
    omission_words,
    specification_words,
    tracks_of,
    verdict_words,
    verdicts_alt_text,
    verdicts_table,
    verdicts_title,
)
from metawright.sensitivity.documents import Verdict

TRACKS = ("protocol", "recommended")
HEADS = {
    "k": ("k",),
    "verdict": ("Verdict",),
    "specifications": ("Specifications", "excl. no effect"),
    "omissions": ("Omissions", "that change it"),
    "benefit": ("Probability", "of benefit"),
}
UNDATED = frozenset({"awaiting_data"})
#: Points that the outcomes of a page take, beside title, legend and notes.
PAGE_ROOM = PAGE_HEIGHT - 90.0


def verdicts_figure(shown: Overview[Verdict], width: float = REPORT_WIDTH) -> Figure:
    """Draw a line per outcome and period, with both tracks' results, an axis per outcome.

    Parameters
    ----------
    shown : Overview
    width : float
        Points.
    """
    if shown.reason:
        return notice(verdicts_title(), shown.reason, width)
    return _sheets(shown, [shown.with_rows], width)[0]


def verdicts_pages(shown: Overview[Verdict], width: float = REPORT_WIDTH) -> list[Figure]:
    """Draw the same on as many pages as the lines take; nothing where one is enough.

    Parameters
    ----------
    shown : Overview
    width : float
        Points.
    """
    pages: list[list[OutcomeRows[Verdict]]] = [[]]
    filled = 0.0
    for one in shown.with_rows:
        height = _table(width, one, not pages[-1], {}).height
        if pages[-1] and filled + height > PAGE_ROOM:
            pages.append([])
            filled = 0.0
        pages[-1].append(one)
        filled += height
    return _sheets(shown, pages, width) if len(pages) > 1 else []


def _sheets(shown: Overview[Verdict], pages: Sequence[Sequence[OutcomeRows[Verdict]]], width: float) -> list[Figure]:
    """Draw the outcomes of each page, with the same columns on all."""
    outcomes = shown.with_rows
    least = common_widths(outcomes, partial(_table, width))
    states = {
        conclusion(track, one.subject.direction)
        for one in outcomes
        for _, verdict in one.rows
        for track in tracks_of(verdict).values()
        if track["estimate"] is not None
    }
    items = [(SHAPES[track], "track", TRACK_NAMES[track]) for track in TRACKS]
    legend = legend_lines([*items, *legend_states(states, outcomes[0].subject.arms)], width - 2 * MARGIN)
    note = (
        "Light bars: range of the estimates over all specifications. ● stable: none of the examined choices changes "
        "the conclusion. ◐ depends: some do. ○ open: no clear headline result. Conclusion: whether the interval "
        "excludes no effect, and on which side the estimate lies."
    )
    figures = []
    for page in pages:
        tables = [_table(width, one, place == 0, least) for place, one in enumerate(page)]
        figures.append(sheet(verdicts_title(), (*tables, legend_part(legend, draw_legend)), (note,), width))
    return figures


def _table(width: float, one: OutcomeRows[Verdict], first: bool, least: Mapping[str, float]) -> IntervalTable:
    subject = one.subject
    lines = [outcome_line(subject)]
    for period, verdict in one.rows:
        lines.append(_line(subject, period, verdict))
    columns = []
    for key, head in HEADS.items():
        left = key in ("k", "verdict")
        columns.append(Column(key, head if first else (), left=left, align="left" if key == "verdict" else "right"))
    axis = table_axis(lines, subject.measure, subject.mid_position)
    heads = ("Outcome and period", ("Result and", "95% CI")) if first else ("", ())
    return IntervalTable(
        subject, lines, columns, axis, MARGIN, width - 2 * MARGIN, *heads, least=least, label_most=110.0
    )


def _line(subject: Subject, period: str, verdict: Verdict) -> Line:
    tracks = tracks_of(verdict)
    drawn = tuple(Drawn(tracks[track], SHAPES[track]) for track in TRACKS if track in tracks)
    if verdict["status"] == "single_study":
        drawn = drawn[:1]
    range_ = verdict["multiverse"]
    cells = {
        "k": str(verdict["k"]),
        "verdict": verdict_words(verdict),
        "specifications": specification_words(verdict),
        "omissions": omission_words(verdict),
        "benefit": benefit_words(verdict, subject.direction),
    }
    band = (range_["low"], range_["high"]) if range_ else None
    return Line(period, drawn, cells, muted=verdict["status"] in UNDATED, indent=6.0, band=band)


DRAWING = Drawing(
    verdicts_figure,
    lambda shown: verdicts_title(),
    verdicts_alt_text,
    verdicts_table,
    VERDICTS_COLUMNS,
    verdicts_pages,
)
