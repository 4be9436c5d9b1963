"""Published and recomputed pools side by side, a line per outcome and period, with what the comparison says."""

from collections.abc import Mapping
from functools import partial

from matplotlib.figure import Figure

from metawright.audit.documents import ClaimComparison, EstimateAndLimits
from metawright.audit.published import REPRODUCED
from metawright.figures.kit.conclusions import draw_legend, legend_lines
from metawright.figures.kit.interval_table import Column, Drawn, IntervalTable, Line, table_axis
from metawright.figures.kit.overview import OutcomeRows, Overview, common_widths, outcome_line
from metawright.figures.kit.page import REPORT_WIDTH
from metawright.figures.kit.publish import Drawing
from metawright.figures.kit.sheet import MARGIN, legend_part, notice, sheet
from metawright.figures.kit.subject import Result
from metawright.figures.review.claims_text import (
    CLAIMS_COLUMNS,
    SIGNS,
    claims_alt_text,
    claims_table_rows,
    claims_title,
    published_words,
    recomputed_words,
    status_words,
)

PUBLISHED, RECOMPUTED = "hollow diamond", "filled diamond"
HEADS = {
    "claim": ("Claim",),
    "published": ("Published",),
    "recomputed": ("Recomputed",),
    "status": ("Comparison", "(trials with data)"),
}


def claims_figure(shown: Overview[ClaimComparison], width: float = REPORT_WIDTH) -> Figure:
    """Draw two diamonds per outcome and period: as published above, recomputed below; an axis per outcome.

    Parameters
    ----------
    shown : Overview
    width : float
        Points.
    """
    if shown.reason:
        return notice(claims_title(), shown.reason, width)
    least = common_widths(shown.with_rows, partial(_table, width))
    tables = [_table(width, one, place == 0, least) for place, one in enumerate(shown.with_rows)]
    items = [
        (PUBLISHED, "track", "Published, as printed"),
        (RECOMPUTED, "track", "Recomputed by the review’s protocol"),
    ]
    legend = legend_lines(items, width - 2 * MARGIN)
    note = (
        f"Diamonds: estimate and 95% CI. ● reproduced: {REPRODUCED}, same significance. "
        "◐ partly checkable: some of the trials have data, or only P is printed. × not reproduced. "
        "– not checkable: no data, or words alone."
    )
    return sheet(claims_title(), (*tables, legend_part(legend, draw_legend)), (note,), width)


def _table(width: float, one: OutcomeRows[ClaimComparison], first: bool, least: Mapping[str, float]) -> IntervalTable:
    subject = one.subject
    lines = [outcome_line(subject)]
    lines += [_line(one, period, entry) for period, entry in one.rows]
    columns = [
        Column(key, head if first else (), left=key == "claim", align="left" if key in ("claim", "status") else "right")
        for key, head in HEADS.items()
    ]
    axis = table_axis(lines, subject.measure, subject.mid_position)
    heads = ("Outcome and period", ("Published and", "recomputed")) if first else ("", ())
    return IntervalTable(
        subject, lines, columns, axis, MARGIN, width - 2 * MARGIN, *heads, least=least, label_most=100.0
    )


def _line(one: OutcomeRows[ClaimComparison], period: str, entry: ClaimComparison) -> Line:
    published, own = entry["pooled_published"], entry["pooled_recomputed"]
    drawn = (
        None if published is None else Drawn(_result(published), PUBLISHED),
        Drawn(own, RECOMPUTED) if own and own["estimate"] is not None else None,
    )
    cells = {
        "claim": entry["claim"],
        "published": published_words(entry, one),
        "recomputed": recomputed_words(entry, one),
        "status": f"{SIGNS[entry['check']['status']]} {status_words(entry)}",
    }
    strong = frozenset({"status"}) if entry["check"]["status"] == "not_reproduced" else frozenset()
    return Line(period, drawn, cells, indent=6.0, strong=strong)


def _result(published: EstimateAndLimits) -> Result:
    return {"estimate": published["estimate"], "ci_low": published["ci_low"], "ci_high": published["ci_high"]}


DRAWING = Drawing(claims_figure, lambda shown: claims_title(), claims_alt_text, claims_table_rows, CLAIMS_COLUMNS)
