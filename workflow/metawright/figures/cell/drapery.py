"""The drapery plot: P values of every possible effect, for each trial and for the pooled results.

Source: Rücker and Schwarzer (2021), Beyond the forest plot: the drapery plot, Research Synthesis Methods 12.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from scipy.special import ndtr, stdtr, stdtrit

from metawright.figures.cell.refit_lines import track_heads
from metawright.figures.cell.sensitivity_data import SensitivityData
from metawright.figures.kit.axis import Axis, value_axis
from metawright.figures.kit.effect_scale import Scale, favours
from metawright.figures.kit.page import INK, MUTED, REPORT_WIDTH, RULE, Page
from metawright.figures.kit.panel import Panel
from metawright.figures.kit.publish import Drawing
from metawright.figures.kit.sheet import MARGIN, SIZE, Part, notice, sheet
from metawright.files.known import known
from metawright.files.tables import Row
from metawright.sensitivity.documents import ExaminedModel
from metawright.words.names import count, sentence
from metawright.words.numbers import format_effect, format_number

HEIGHT = 170.0
LEFT, RIGHT = 30.0, 34.0
POINTS = 121
Z = 1.959963984540054
TRIAL = "#9db4c8"
STYLES = {"protocol": (INK, ()), "recommended": ("#c04a00", (4.0, 1.6))}
LEVELS = (0.05, 0.01)
DRAPERY_COLUMNS = ("outcome", "period", "line", "model", "label", "effect", "p")
#: The effects whose P values the table gives, as numbers of standard errors from the estimate.
_TABLED = np.linspace(-3.0, 3.0, 25)


def drapery_title(shown: SensitivityData) -> str:
    """Return the figure's title."""
    return shown.subject.title("Drapery plot")


def drapery_reason(shown: SensitivityData) -> str:
    """Return why there is no plot; empty where there is one."""
    if shown.document["k"] < 2:
        return "fewer than two trials"
    return "" if _models(shown) else "no headline has an interval of the kind estimate ± quantile × standard error"


def p_curve(effects: np.ndarray, estimate: float, se: float, df: float | None) -> np.ndarray:
    """Return the two-sided P values of the hypotheses that the true effect is each of *effects*.

    Parameters
    ----------
    effects : ndarray, shape (m,)
        On the scale of the files.
    estimate, se : float
        The result.
    df : float or None
        Degrees of freedom of its t statistic, None for a normal one.
    """
    distance = -np.abs(np.asarray(effects, dtype=float) - estimate) / se
    return 2.0 * (ndtr(distance) if df is None else stdtr(df, distance))


class _Headline(NamedTuple):
    """A headline result with the degrees of freedom that its interval is made with; None for a normal one."""

    row: ExaminedModel
    estimate: float
    se: float
    df: float | None


def _models(shown: SensitivityData) -> list[_Headline]:
    """Return the headline results whose intervals are made of a standard error and a known quantile."""
    found = []
    for row in shown.headlines():
        estimate, se, low, high = row["estimate"], row["se"], row["ci_low"], row["ci_high"]
        if estimate is None or not se or low is None or high is None:
            continue
        quantile = (high - low) / (2.0 * se)
        df = shown.document["k"] - len(row["excluded"]) - 1
        if abs(quantile - Z) < 1e-6:
            found.append(_Headline(row, estimate, se, None))
        elif df > 0 and abs(quantile / stdtrit(df, 0.975) - 1.0) < 1e-6:
            found.append(_Headline(row, estimate, se, float(df)))
    return found


def _axis(shown: SensitivityData, models: Sequence[_Headline]) -> Axis:
    """Return the axis: all estimates, the null value, and most of the middling interval on either side."""
    trials = shown.document["trials"]
    ys = [one["y"] for one in trials]
    reach = 1.5 * float(np.median([one["v"] ** 0.5 for one in trials]))
    ends = [0.0, *(y - reach for y in ys), *(y + reach for y in ys)]
    span = max(ends) - min(ends)
    for one in models:  # an interval of two trials may be endless: the axis holds what it can
        limits = (known(one.row["ci_low"]), known(one.row["ci_high"]))
        ends += [min(max(limit, min(ys) - span), max(ys) + span) for limit in limits]
    return value_axis(min(ends), max(ends), shown.subject.scale)


def drapery_figure(shown: SensitivityData, width: float = REPORT_WIDTH) -> Figure:
    """Draw a curve per trial and one per headline model.

    Parameters
    ----------
    shown : SensitivityData
    width : float
        Points.
    """
    title = drapery_title(shown)
    if reason := drapery_reason(shown):
        return notice(title, reason, width)
    models = _models(shown)
    across = _axis(shown, models)
    upward = Axis(0.0, 1.0, tuple((v, format_number(v, 1)) for v in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)))
    left = MARGIN + LEFT
    panel = Panel(left, 0.0, width - left - MARGIN - RIGHT, HEIGHT, across, upward)
    sides = favours(shown.subject.arms, shown.subject.direction, Scale(across, panel.left, panel.right, SIZE))
    under = 8.0 * max(len(side.lines) for side in sides) if _has_null(across) else 0.0

    def draw(page: Page, top: float) -> None:
        here = Panel(panel.left, top + 16.0, panel.width, panel.height, across, upward)
        _draw_curves(page, shown, here, models)
        here.draw_axes(page, shown.subject.effect, "P")
        for side in sides if _has_null(across) else ():
            for place, line in enumerate(side.lines):
                page.text(side.x, here.bottom + 28.0 + 8.0 * place, line, size=side.size, align=side.align)
        y = here.bottom + 34.0 + under
        for row, *_ in models:
            color, dash = STYLES[known(row["track"])]
            page.line(panel.left, y - 2.4, panel.left + 18.0, y - 2.4, width=1.6, color=color, dash=dash)
            page.text(panel.left + 23.0, y, _name(shown, row), size=SIZE)
            y += 10.0
        page.line(panel.left, y - 2.4, panel.left + 18.0, y - 2.4, width=0.8, color=TRIAL)
        page.text(panel.left + 23.0, y, "A trial", size=SIZE)

    note = (
        "The height of a curve is the P value of the hypothesis that the true effect is the one below it; where it "
        "crosses the line of 0.05, the 95% confidence interval ends."
    )
    return sheet(title, (Part(16.0 + HEIGHT + 40.0 + under + 10.0 * len(models), draw),), (note,), width)


def _has_null(axis: Axis) -> bool:
    return axis.low < 0.0 < axis.high


def _name(shown: SensitivityData, row: ExaminedModel) -> str:
    decimals = shown.subject.decimals([row])
    return f"{': '.join(track_heads(row))}, {shown.subject.text(row, decimals)}"


def _draw_curves(page: Page, shown: SensitivityData, panel: Panel, models: Sequence[_Headline]) -> None:
    effects = np.linspace(panel.across.low, panel.across.high, POINTS)
    for level in LEVELS:
        y = panel.y(level)
        page.line(panel.left, y, panel.right, y, width=0.5, color=RULE, dash=(1.0, 1.6))
    page.text(panel.right + 3.0, panel.y(LEVELS[0]), "95% CI", size=SIZE, color=MUTED)
    for one in shown.document["trials"]:
        # A peak that falls between two points of the grid is drawn all the same.
        at = np.union1d(effects, [min(max(one["y"], effects[0]), effects[-1])])
        _curve(page, panel, at, p_curve(at, one["y"], one["v"] ** 0.5, None), TRIAL, (), 0.6)
    panel.upright(page, 0.0, color=INK)
    for row, estimate, se, df in reversed(models):
        at = np.union1d(effects, [estimate])
        color, dash = STYLES[known(row["track"])]
        _curve(page, panel, at, p_curve(at, estimate, se, df), color, dash, 1.6)


def _curve(
    page: Page, panel: Panel, xs: np.ndarray, ps: np.ndarray, color: str, dash: tuple[float, ...], width: float
) -> None:
    page.curve([(panel.x(x), panel.y(p)) for x, p in zip(xs, ps, strict=True)], width=width, color=color, dash=dash)


def drapery_alt_text(shown: SensitivityData) -> str:
    """Return the pooled results and between which effects the trials' curves peak."""
    lead = f"{drapery_title(shown)}."
    if reason := drapery_reason(shown):
        return f"{lead} Not drawn: {reason}."
    ys = sorted(one["y"] for one in shown.document["trials"])
    decimals = shown.subject.decimals([one.row for one in _models(shown)])
    ends = [format_effect(y, None, None, shown.subject.measure, decimals) for y in (ys[0], ys[-1])]
    words = [
        lead,
        f"{sentence(count(len(ys), 'trial'))} with curves of P values that peak from {ends[0]} to {ends[1]}.",
    ]
    return " ".join([*words, *(f"{_name(shown, one.row)}." for one in _models(shown))])


def drapery_table(shown: SensitivityData) -> list[Row]:
    """Return points of every curve as a table with the columns `DRAPERY_COLUMNS`."""
    if drapery_reason(shown):
        return []
    subject = shown.subject
    curves: list[tuple[str, str, str, float, float, float | None]] = [
        ("trial", "", subject.study(one["study"]), one["y"], one["v"] ** 0.5, None) for one in shown.document["trials"]
    ]
    curves += [("pooled", row["model"], "", estimate, se, df) for row, estimate, se, df in _models(shown)]
    both = {"outcome": subject.outcome, "period": subject.period}
    return [
        both | {"line": line, "model": model, "label": label, "effect": float(effect), "p": float(p)}
        for line, model, label, estimate, se, df in curves
        for effect, p in zip(estimate + se * _TABLED, p_curve(estimate + se * _TABLED, estimate, se, df), strict=True)
    ]


DRAWING = Drawing(drapery_figure, drapery_title, drapery_alt_text, drapery_table, DRAPERY_COLUMNS)
