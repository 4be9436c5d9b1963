"""The bubble plot of a meta-regression: effects against a declared property of the trials."""

from collections.abc import Sequence
from math import fsum
from typing import NamedTuple

from matplotlib.figure import Figure

from metawright.figures.cell.sensitivity_data import SensitivityData
from metawright.figures.kit.axis import value_axis
from metawright.figures.kit.fonts import text_width, truncate
from metawright.figures.kit.page import INK, REPORT_WIDTH, RULE, Page
from metawright.figures.kit.panel import BELOW, LEFT, Panel
from metawright.figures.kit.publish import Drawing
from metawright.figures.kit.sheet import MARGIN, SIZE, Part, notice, sheet
from metawright.files.known import known
from metawright.files.tables import Row
from metawright.sensitivity.documents import ModeratorColumn, ModeratorTrial, RegressionLine
from metawright.words.numbers import PLAIN, format_ci, format_number, format_p, is_ratio

HEIGHT = 150.0
GAP = 22.0
PER_ROW = 2
LARGEST = 9.0  # radius of the heaviest trial, in points
EDGE, FILL, BAND = "#143f66", "#c5d4e3", "#ececec"
BUBBLE_COLUMNS = (
    "outcome", "period", "line", "moderator", "study", "label", "value", "estimate", "ci_low", "ci_high", "weight", "p",
)  # fmt: skip


def bubble_title(shown: SensitivityData) -> str:
    """Return the figure's title."""
    return shown.subject.title("Meta-regression")


def bubble_reason(shown: SensitivityData) -> str:
    """Return why there is no plot; empty where there is one."""
    if _fits(shown):
        return ""
    block = shown.document["moderators"]
    refused = [f"{one['label']}: {one['reason']}" for one in block["columns"]]
    return block["reason"] or "; ".join(refused) or "no moderator is declared"


class _Fit(NamedTuple):
    """A meta-regression that was done; `slope` is that of its moderator."""

    label: str
    k: int
    trials: Sequence[ModeratorTrial]
    weights: Sequence[float]
    slope: dict[str, float | None]
    line: RegressionLine


def _fits(shown: SensitivityData) -> list[_Fit]:
    return [_fit(one) for one in shown.document["moderators"]["columns"] if one["status"] == "done"]


def _fit(column: ModeratorColumn) -> _Fit:
    found = {name: known(column.get(name)) for name in ("estimate", "ci_low", "ci_high", "p")}
    slope = {name: values[1] for name, values in found.items()}
    trials, line = known(column.get("trials")), known(column.get("line"))
    return _Fit(column["label"], known(column.get("k")), trials, weights(column), slope, line)


def weights(column: ModeratorColumn) -> list[float]:
    """Return the weights of the trials of a fitted column in percent, 1 / (v + tau2 that the moderator leaves)."""
    tau2 = known(column.get("tau2"))
    found = [1.0 / (one["v"] + tau2) for one in known(column.get("trials"))]
    return [100.0 * one / fsum(found) for one in found]


def bubble_figure(shown: SensitivityData, width: float = REPORT_WIDTH) -> Figure:
    """Draw a panel per moderator: trials as discs by weight, the fitted line and its 95% confidence band.

    Parameters
    ----------
    shown : SensitivityData
    width : float
        Points.
    """
    title = bubble_title(shown)
    if reason := bubble_reason(shown):
        return notice(title, reason, width)
    fits = _fits(shown)
    inner = (width - 2 * MARGIN - GAP) / PER_ROW
    rows = [fits[start : start + PER_ROW] for start in range(0, len(fits), PER_ROW)]
    return sheet(title, [_row(shown, row, inner) for row in rows], (_note(shown),), width)


def _note(shown: SensitivityData) -> str:
    log = " of the logarithm" if is_ratio(shown.subject.measure) else ""
    return (
        f"Slope: change{log} of the effect per unit, REML with Hartung–Knapp intervals. Areas of discs follow the "
        "weights; shaded: 95% confidence band. Trials were not randomised to these properties."
    )


def _row(shown: SensitivityData, fits: Sequence[_Fit], inner: float) -> Part:
    def draw(page: Page, top: float) -> None:
        for place, fit in enumerate(fits):
            left = MARGIN + (inner + GAP) * place
            page.text(left, top + 8.0, truncate(fit.label, inner, SIZE, "bold"), size=SIZE, style="bold")
            page.text(left, top + 18.0, truncate(_words(fit), inner, SIZE), size=SIZE)
            _draw_panel(page, shown, fit, left + LEFT, top + 38.0, inner - LEFT)

    return Part(38.0 + HEIGHT + BELOW + 8.0, draw)


def _words(fit: _Fit) -> str:
    slope = format_number(fit.slope["estimate"], 3)
    limits = format_ci(fit.slope["ci_low"], fit.slope["ci_high"], PLAIN, 3)
    return f"Slope {slope} {limits}, {format_p(fit.slope['p'])}, {fit.k} trials"


def _draw_panel(page: Page, shown: SensitivityData, fit: _Fit, left: float, top: float, width: float) -> None:
    xs, line = [one["value"] for one in fit.trials], fit.line
    room = 0.08 * ((max(xs) - min(xs)) or 1.0)
    ys = [one["y"] for one in fit.trials]
    span = (max(ys) - min(ys)) or 1.0
    ends = [*ys, *line["estimate"]]
    # A band that runs far beyond the trials says no more for being whole.
    ends += [min(max(y, min(ys) - 0.6 * span), max(ys) + 0.6 * span) for y in (*line["ci_low"], *line["ci_high"])]
    across = value_axis(min(xs) - room, max(xs) + room, most=6)
    upward = value_axis(min(ends) - 0.08 * span, max(ends) + 0.08 * span, shown.subject.scale)
    panel = Panel(left, top, width, HEIGHT, across, upward)
    band = list(zip(line["x"], line["ci_low"], strict=True)) + list(zip(line["x"], line["ci_high"], strict=True))[::-1]
    page.polygon([(panel.x(x), panel.y(y)) for x, y in band], fill=BAND)
    if upward.low < 0.0 < upward.high:
        page.line(panel.left, panel.y(0.0), panel.right, panel.y(0.0), width=0.5, color=RULE)
    shares = fit.weights
    for one, share in sorted(zip(fit.trials, shares, strict=True), key=lambda pair: -pair[1]):
        radius = max(1.2, LARGEST * (share / max(max(shares), 12.0)) ** 0.5)
        page.circle(panel.x(one["value"]), panel.y(one["y"]), radius, fill=FILL, edge=EDGE)
    page.curve(
        [(panel.x(x), panel.y(y)) for x, y in zip(line["x"], line["estimate"], strict=True)], width=1.1, color=INK
    )
    name = fit.label if text_width(fit.label, SIZE) <= width else ""
    panel.draw_axes(page, name, shown.subject.effect)


def bubble_alt_text(shown: SensitivityData) -> str:
    """Return the slope of every moderator."""
    lead = f"{bubble_title(shown)}."
    if reason := bubble_reason(shown):
        return f"{lead} Not drawn: {reason.rstrip('.')}."
    return " ".join([lead, *(f"{fit.label}: {_words(fit)[0].lower()}{_words(fit)[1:]}." for fit in _fits(shown))])


def bubble_table(shown: SensitivityData) -> list[Row]:
    """Return trials, slopes and fitted lines as a table with the columns `BUBBLE_COLUMNS`."""
    rows: list[Row] = []
    both = {"outcome": shown.subject.outcome, "period": shown.subject.period}
    for fit in _fits(shown):
        own = both | {"moderator": fit.label}
        for one, weight in zip(fit.trials, fit.weights, strict=True):
            row = {"line": "trial", "study": one["study"], "label": shown.subject.study(one["study"])}
            rows.append(own | row | {"value": one["value"], "estimate": one["y"], "weight": weight})
        rows.append(own | {"line": "slope"} | fit.slope)
        columns = (fit.line[name] for name in ("x", "estimate", "ci_low", "ci_high"))
        for value, estimate, low, high in zip(*columns, strict=True):
            fitted = {"value": value, "estimate": estimate, "ci_low": low, "ci_high": high}
            rows.append(own | {"line": "fitted"} | fitted)
    return rows


DRAWING = Drawing(bubble_figure, bubble_title, bubble_alt_text, bubble_table, BUBBLE_COLUMNS)
