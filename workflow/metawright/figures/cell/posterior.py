"""The Bayesian result: posterior of the mean effect, prior and posterior of the heterogeneity, prior by prior."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from metawright.figures.cell.sensitivity_data import SensitivityData, reason_of
from metawright.figures.kit.axis import value_axis
from metawright.figures.kit.fonts import text_width
from metawright.figures.kit.interval_table import Column, Drawn, IntervalTable, Line, table_axis
from metawright.figures.kit.page import REPORT_WIDTH, Page
from metawright.figures.kit.panel import BELOW, Panel
from metawright.figures.kit.publish import Drawing
from metawright.figures.kit.sheet import MARGIN, SIZE, Drawable, Part, notice, sheet
from metawright.figures.kit.subject import Result
from metawright.files.known import known
from metawright.files.tables import Row
from metawright.sensitivity.documents import ExaminedTrial, PosteriorDone, TauCurveColumns
from metawright.words.numbers import format_effect, format_number, p_value

HEIGHT = 105.0
GAP = 24.0
POINTS = 200
# Okabe and Ito, with dashes beside colours.
STYLES = (("#1f5f99", ()), ("#d55e00", (4.0, 1.6)), ("#009e73", (1.2, 1.2)), ("#8a5a9e", (4.0, 1.4, 1.0, 1.4)))
PRIOR_WIDTH = 0.6
POSTERIOR_COLUMNS = (
    "outcome", "period", "prior", "label", "status", "median", "mean", "sd", "ci_low", "ci_high", "shortest_low",
    "shortest_high", "p_above_zero", "mid", "p_above_mid", "p_below_minus_mid", "pi_low", "pi_high", "tau_median",
    "tau_upper", "tau_prior", "shown",
)  # fmt: skip


def posterior_title(shown: SensitivityData) -> str:
    """Return the figure's title."""
    return shown.subject.title("Bayesian analysis")


def posterior_reason(shown: SensitivityData) -> str:
    """Return why there is no posterior; empty where there is one."""
    block = shown.document["bayes"]
    if reason := reason_of(block):
        return reason
    refused = [one["reason"] for one in block["posteriors"] if one["reason"]]
    return "" if _entries(shown) else next(iter(refused), "no prior is declared")


def _entries(shown: SensitivityData) -> list[PosteriorDone]:
    return [one for one in shown.document["bayes"]["posteriors"] if one["status"] == "done"][: len(STYLES)]


def mean_curve(entry: PosteriorDone, trials: Sequence[ExaminedTrial]) -> tuple[list[float], list[float]] | None:
    """Return values of the mean effect and their posterior density, None where the prior of the mean is not flat.

    The mixture of normals over the points of the tau curve: without the last hundredth of tau's posterior, which the
    eye does not miss.
    """
    if entry["mean_prior"] != "flat":
        return None
    curve = known(entry.get("tau_curve"))
    tau, density = (np.asarray(curve[key], dtype=float) for key in ("tau", "posterior"))
    y, v = (np.asarray([one[key] for one in trials], dtype=float) for key in ("y", "v"))
    weight = 1.0 / (v[:, None] + tau**2)
    total = weight.sum(axis=0)
    centre, sd = (weight * y[:, None]).sum(axis=0) / total, total**-0.5
    half = 0.75 * (entry["ci_high"] - entry["ci_low"])
    x = np.linspace(entry["median"] - half, entry["median"] + half, POINTS)
    scaled = (x[:, None] - centre) / sd
    share = density / density.sum()
    return x.tolist(), (np.exp(-0.5 * scaled**2) / sd * share).sum(axis=1).tolist()


def posterior_figure(shown: SensitivityData, width: float = REPORT_WIDTH) -> Figure:
    """Draw both posteriors and, below, the numbers of every prior.

    Parameters
    ----------
    shown : SensitivityData
    width : float
        Points.
    """
    title = posterior_title(shown)
    if reason := posterior_reason(shown):
        return notice(title, reason, width)
    entries = _entries(shown)
    inner = (width - 2 * MARGIN - GAP) / 2.0

    def draw(page: Page, top: float) -> None:
        _draw_mean(page, shown, entries, MARGIN, inner, top)
        _draw_tau(page, entries, MARGIN + inner + GAP, inner, top)
        x, y = MARGIN, top + 16.0 + HEIGHT + BELOW + 8.0
        for entry, (color, dash) in zip(entries, STYLES, strict=False):
            page.line(x, y, x + 18.0, y, width=1.3, color=color, dash=dash)
            words = entry["label"] or entry["key"]
            page.text(x + 22.0, y + 0.36 * SIZE, words, size=SIZE)
            x += 22.0 + text_width(words, SIZE) + 14.0
        page.text(x, y + 0.36 * SIZE, "(thin: prior)", size=SIZE)

    parts: tuple[Drawable, ...] = (
        Part(16.0 + HEIGHT + BELOW + 18.0, draw),
        _table(shown, entries, width - 2 * MARGIN),
    )
    return sheet(title, parts, (_note(shown),), width)


def _note(shown: SensitivityData) -> str:
    block = shown.document["bayes"]
    words = [f"Prior of the mean effect: {block['mean_prior'] or 'flat'}."]
    words.append("Marks: median with the equal-tailed 95% credible interval; light bars: 95% predictive interval.")
    refused = [one for one in block["posteriors"] if one["status"] != "done"]
    words += [f"{one['label'] or one['key']}: {one['reason']}." for one in refused]
    return " ".join(words)


def _draw_mean(
    page: Page, shown: SensitivityData, entries: Sequence[PosteriorDone], left: float, width: float, top: float
) -> None:
    curves = [mean_curve(entry, shown.document["trials"]) for entry in entries]
    drawn = [curve for curve in curves if curve is not None]
    subject = shown.subject
    page.text(left, top + 8.0, f"Mean effect ({subject.effect.lower()})", size=SIZE, style="bold")
    if not drawn:
        page.text(left, top + 34.0, "The curve is not in the file.", size=SIZE, style="italic")
        return
    low = min([*(entry["ci_low"] for entry in entries), 0.0])
    high = max([*(entry["ci_high"] for entry in entries), 0.0])
    room = 0.12 * (high - low)
    top_density = 1.06 * max(max(ys) for _, ys in drawn)
    across = value_axis(low - room, high + room, subject.scale, most=6)
    panel = Panel(left, top + 16.0, width, HEIGHT, across, value_axis(0.0, top_density, most=3))
    panel.upright(page, 0.0, color="#000000")
    if subject.mid_position is not None:
        panel.upright(page, subject.mid_position, dash=(1.0, 1.6))
    for curve, (color, dash) in zip(curves, STYLES, strict=False):
        for piece in [] if curve is None else panel.pieces(*curve):
            page.curve(piece, width=1.2, color=color, dash=dash)
    panel.draw_axes(page, subject.effect, numbers=False)


def _draw_tau(page: Page, entries: Sequence[PosteriorDone], left: float, width: float, top: float) -> None:
    page.text(left, top + 8.0, "Heterogeneity (τ)", size=SIZE, style="bold")
    end = max(entry["tau_upper"] for entry in entries) * 1.15
    curves = [known(entry.get("tau_curve")) for entry in entries]
    peaks = [_peak(curve) for curve in curves]
    upward = value_axis(0.0, 1.15 * max(peaks), most=3)
    panel = Panel(left, top + 16.0, width, HEIGHT, value_axis(0.0, end, most=6), upward)
    for curve, (color, dash) in zip(curves, STYLES, strict=False):
        for density, wide in ((curve["prior"], PRIOR_WIDTH), (curve["posterior"], 1.2)):
            for piece in panel.pieces(curve["tau"], density):
                page.curve(piece, width=wide, color=color, dash=dash)
    panel.draw_axes(page, "τ, standard deviation of the trials’ true effects", numbers=False)


def _peak(curve: TauCurveColumns) -> float:
    """Return the height to show of a density; one that runs to infinity at 0 is cut at four times its middle."""
    values = sorted(value for value in curve["posterior"] if value is not None)
    return min(values[-1], 4.0 * values[int(0.75 * len(values))]) or 1.0


def _table(shown: SensitivityData, entries: Sequence[PosteriorDone], width: float) -> IntervalTable:
    subject = shown.subject
    rows = [_row(entry) for entry in entries]
    decimals = subject.decimals(rows)
    better = subject.direction == "higher_is_better"
    lines = []
    for entry, row in zip(entries, rows, strict=True):
        benefit = entry["p_above_zero"] if better else 1.0 - entry["p_above_zero"]
        cells = {"effect": subject.text(row, decimals), "benefit": p_value(benefit)}
        cells |= {"tau": format_number(entry["tau_median"]), "upper": format_number(entry["tau_upper"])}
        beyond = _beyond(entry, better)
        cells["mid"] = "" if beyond is None else p_value(beyond)
        band = (entry["pi_low"], entry["pi_high"])
        lines.append(Line(entry["label"] or entry["key"], (Drawn(row, "circle", band=band),), cells))
    columns = [Column("effect", ("Median", "[95% CrI]")), Column("benefit", ("Probability", "of benefit"))]
    if any(_beyond(entry, better) is not None for entry in entries):
        columns.append(Column("mid", ("of an important", "one")))
    columns += [Column("tau", ("τ,", "median"), left=False), Column("upper", ("95%", "limit"), left=False)]
    axis = table_axis(lines, subject.measure, subject.mid_position)
    return IntervalTable(subject, lines, columns, axis, MARGIN, width, "Prior of τ")


def _row(entry: PosteriorDone) -> Result:
    return {"estimate": entry["median"], "ci_low": entry["ci_low"], "ci_high": entry["ci_high"]}


def _beyond(entry: PosteriorDone, better: bool) -> float | None:
    return entry["p_above_mid"] if better else entry["p_below_minus_mid"]


def posterior_alt_text(shown: SensitivityData) -> str:
    """Return the results of every prior in words."""
    lead = f"{posterior_title(shown)}."
    if reason := posterior_reason(shown):
        return f"{lead} Not drawn: {reason.rstrip('.')}."
    entries, subject = _entries(shown), shown.subject
    decimals = subject.decimals([_row(entry) for entry in entries])
    better = subject.direction == "higher_is_better"
    words = [lead]
    for entry in entries:
        benefit = entry["p_above_zero"] if better else 1.0 - entry["p_above_zero"]
        beyond = _beyond(entry, better)
        important = "" if beyond is None else f" and {p_value(beyond)} of one beyond the minimal important difference"
        effect = format_effect(entry["median"], entry["ci_low"], entry["ci_high"], subject.measure, decimals)
        words.append(
            f"Prior {entry['label'] or entry['key']}: median {effect}, probability {p_value(benefit)} of an effect "
            f"in favour of {subject.arms['experimental']}{important}; τ median {format_number(entry['tau_median'])}."
        )
    return " ".join(words)


def posterior_table(shown: SensitivityData) -> list[Row]:
    """Return every prior as a row with the columns `POSTERIOR_COLUMNS`."""
    if posterior_reason(shown):
        return []
    subject = shown.subject
    entries = shown.document["bayes"]["posteriors"]
    decimals = subject.decimals([_row(one) for one in entries if one["status"] == "done"])
    rows: list[Row] = []
    for one in entries:
        text = subject.text(_row(one), decimals) if one["status"] == "done" else ""
        row = {"outcome": subject.outcome, "period": subject.period, "prior": one["key"], "shown": text}
        rows.append(row | {name: one.get(name) for name in POSTERIOR_COLUMNS if name not in row})
    return rows


DRAWING = Drawing(posterior_figure, posterior_title, posterior_alt_text, posterior_table, POSTERIOR_COLUMNS)
