"""Would it survive? The method ladder, leave-one-out and the specification curve of one cell on one page."""

from matplotlib.figure import Figure

from metawright.figures.cell.leave_one_out import (
    leave_one_out_lines,
    leave_one_out_panel,
    leave_one_out_reason,
    omitted_of,
)
from metawright.figures.cell.method_ladder import (
    distinct_lines,
    ladder_abbreviations,
    ladder_table,
    method_ladder_reason,
)
from metawright.figures.cell.refit_lines import track_items
from metawright.figures.cell.sensitivity_data import SensitivityData
from metawright.figures.cell.sensitivity_text import (
    SENSITIVITY_COLUMNS,
    sensitivity_alt_text,
    sensitivity_reason,
    sensitivity_table,
    sensitivity_title,
)
from metawright.figures.cell.specification_curve import SINGLE, SpecificationCurve
from metawright.figures.cell.specification_data import SpecificationData, result_of
from metawright.figures.cell.specification_text import curve_notes
from metawright.figures.kit.axis import Axis
from metawright.figures.kit.conclusions import conclusion, draw_legend, legend_lines, legend_states
from metawright.figures.kit.fonts import wrap
from metawright.figures.kit.interval_table import IntervalTable, table_axis
from metawright.figures.kit.page import MUTED, REPORT_WIDTH, Page
from metawright.figures.kit.publish import Drawing
from metawright.figures.kit.sheet import LINE, MARGIN, SIZE, Part, legend_part, notice, sheet
from metawright.figures.kit.subject import Result

HEAD = 13.0
MIDDLE = 14.0  # between the two upper panels
CURVE = 84.0


def sensitivity_figure(shown: SensitivityData, width: float = REPORT_WIDTH) -> Figure:
    """Draw the three essential analyses of one cell: A models, B trials, C all choices at once.

    Parameters
    ----------
    shown : SensitivityData
        Without specifications, panel C is left out.
    width : float
        Points.

    Returns
    -------
    matplotlib.figure.Figure
        In DejaVu Sans, ready for `metawright.figures.kit.save.save`.
    """
    title = sensitivity_title(shown)
    if reason := sensitivity_reason(shown):
        return notice(title, reason, width)
    half = (width - 2 * MARGIN - MIDDLE) / 2.0
    axis = _shared_axis(shown)
    right = MARGIN + half + MIDDLE
    ladder = None if method_ladder_reason(shown) else ladder_table(shown, MARGIN, half, axis)
    without = None if leave_one_out_reason(shown) else leave_one_out_panel(shown, right, half, axis)
    parts = [_pair(shown, ladder, without, right, half)]
    notes = [ladder_abbreviations(shown)] if ladder else []
    if shown.specifications is not None and not shown.specifications.reason:
        parts.append(_curve(shown.specifications, width))
        notes += curve_notes(shown.specifications, len(shown.specifications.rows) > SINGLE)
    parts.append(legend_part(_legend(shown, width - 2 * MARGIN), draw_legend))
    return sheet(title, parts, (" ".join(notes),), width)


def _shared_axis(shown: SensitivityData) -> Axis:
    """Return one axis for both upper panels, so that they can be compared."""
    lines = [] if method_ladder_reason(shown) else distinct_lines(shown)
    lines += [] if leave_one_out_reason(shown) else leave_one_out_lines(shown)
    return table_axis(lines, shown.subject.measure, shown.subject.mid_position)


def _pair(
    shown: SensitivityData, ladder: IntervalTable | None, without: IntervalTable | None, right: float, half: float
) -> Part:
    """Put the ladder and leave-one-out side by side; where one is missing its reason stands in its place."""
    panels = (
        (MARGIN, "A  Models", ladder, method_ladder_reason(shown)),
        (right, "B  Without each trial", without, leave_one_out_reason(shown)),
    )
    height = HEAD + max(panel.height if panel else 20.0 for _, _, panel, _ in panels) + 6.0

    def draw(page: Page, top: float) -> None:
        for left, head, panel, reason in panels:
            page.text(left, top + 8.0, head, size=SIZE, style="bold")
            if panel is not None:
                panel.draw(page, top + HEAD)
                continue
            for place, line in enumerate(wrap(reason, half, SIZE, "italic")):
                y = top + HEAD + SIZE * (1.0 + LINE * place)
                page.text(left, y, line, size=SIZE, style="italic", color=MUTED)

    return Part(height, draw)


def _curve(specifications: SpecificationData, width: float) -> Part:
    curve = SpecificationCurve(specifications, MARGIN, width - 2 * MARGIN, CURVE)

    def draw(page: Page, top: float) -> None:
        page.text(MARGIN, top + 8.0, "C  Specifications", size=SIZE, style="bold")
        curve.draw(page, top)

    return Part(curve.height, draw)


def _legend(shown: SensitivityData, width: float) -> list[list[tuple[str, str, str]]]:
    rows: list[Result] = [*shown.document["method_ladder"]["rungs"], *shown.headlines()]
    rows += [row for part in omitted_of(shown).values() for row in part]
    rows += [result_of(row) for row in shown.specifications.rows] if shown.specifications else []
    states = {conclusion(row, shown.subject.direction) for row in rows if row["estimate"] is not None}
    return legend_lines([*track_items(shown), *legend_states(states, shown.subject.arms)], width)


DRAWING = Drawing(sensitivity_figure, sensitivity_title, sensitivity_alt_text, sensitivity_table, SENSITIVITY_COLUMNS)
