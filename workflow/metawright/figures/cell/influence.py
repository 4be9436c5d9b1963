"""Influence diagnostics: a line per trial, a column per diagnostic, a mark per track, limits as dashed lines."""

from collections.abc import Sequence
from math import fsum
from typing import Literal

from matplotlib.figure import Figure

from metawright.figures.cell.refit_lines import track_items
from metawright.figures.cell.sensitivity_data import SensitivityData, reason_of
from metawright.figures.kit.axis import Axis, value_axis
from metawright.figures.kit.conclusions import HARM, INCLUDES, SHAPES, draw_legend, legend_lines, mark
from metawright.figures.kit.fonts import text_width, wrap
from metawright.figures.kit.page import REPORT_WIDTH, RULE, Page
from metawright.figures.kit.publish import Drawing
from metawright.figures.kit.sheet import MARGIN, Part, legend_part, notice, sheet
from metawright.figures.kit.subject import IN_SENTENCE
from metawright.files.known import known
from metawright.files.tables import Row
from metawright.sensitivity.documents import InfluenceModel, InfluenceTrial
from metawright.words.names import join

SIZE = 7.0
ROW = 12.0
APART = 2.7
LABEL_MOST = 106.0
GAP = 9.0
FLAGGED_FROM = 3  # trials; with fewer nothing is flagged and no limit is drawn
COOK = 0.4549364231195724  # median of chi-squared with one degree of freedom
STRIPE = "#f3f3f3"
Diagnostic = Literal["rstudent", "dffits", "cook_d", "cov_r", "tau2_del", "q_del", "hat", "dfbs"]
DIAGNOSTICS: dict[Diagnostic, str] = {
    "rstudent": "Residual", "dffits": "DFFITS", "cook_d": "Cook’s D", "cov_r": "Cov. ratio", "tau2_del": "τ² without",
    "q_del": "Q without", "hat": "Hat", "dfbs": "DFBETAS",
}  # fmt: skip
REFERENCE: dict[Diagnostic, float] = {
    "rstudent": 0.0,
    "dffits": 0.0,
    "cook_d": 0.0,
    "cov_r": 1.0,
    "hat": 0.0,
    "dfbs": 0.0,
}
BOTH_SIDES = frozenset({"dffits", "dfbs"})
INFLUENCE_COLUMNS = ("outcome", "period", "track", "model", "study", "label", *DIAGNOSTICS, "weight", "flagged")


def influence_title(shown: SensitivityData) -> str:
    """Return the figure's title."""
    return shown.subject.title("Influence of each trial")


def influence_reason(shown: SensitivityData) -> str:
    """Return why there are no diagnostics; empty where there are."""
    return reason_of(shown.document["influence"]) or ("" if _models(shown) else "no headline model has a result")


def _models(shown: SensitivityData) -> list[InfluenceModel]:
    return shown.of_headlines(shown.document["influence"]["models"])


def _limits(shown: SensitivityData, key: Diagnostic) -> list[float]:
    """Return where a diagnostic is flagged (Viechtbauer and Cheung 2010); nothing with fewer than three trials."""
    k = shown.document["k"]
    if k < FLAGGED_FROM:
        return []
    limit = {"dffits": 3.0 * (k - 1) ** -0.5, "cook_d": COOK, "hat": 3.0 / k, "dfbs": 1.0}.get(key)
    if limit is None:
        return []
    return [-limit, limit] if key in BOTH_SIDES else [limit]


def _axis(shown: SensitivityData, key: Diagnostic, trials: Sequence[InfluenceTrial]) -> Axis:
    """Choose the axis of one diagnostic: all values; limits only where they do not crush the values."""
    values = [value for trial in trials if (value := trial[key]) is not None]
    values += [REFERENCE[key]] if key in REFERENCE else []
    low, high = min(values, default=0.0), max(values, default=1.0)
    for limit in _limits(shown, key):
        if (high - low) > 0 and max(high, limit) - min(low, limit) <= 2.5 * (high - low):
            low, high = min(low, limit), max(high, limit)
    room = 0.08 * (high - low) or 0.5 * abs(high) or 0.5
    return value_axis(low - room, high + room, most=3)


def influence_figure(shown: SensitivityData, width: float = REPORT_WIDTH) -> Figure:
    """Draw the deletion diagnostics of every trial.

    Parameters
    ----------
    shown : SensitivityData
    width : float
        Points.
    """
    title = influence_title(shown)
    if reason := influence_reason(shown):
        return notice(title, reason, width)
    models = _models(shown)
    studies = list(dict.fromkeys(trial["study"] for model in models for trial in model["trials"]))
    trials = [trial for model in models for trial in model["trials"]]
    flagged = {trial["study"] for trial in trials if trial["flagged"]}
    names = [shown.subject.study(study) + ("*" if study in flagged else "") for study in studies]
    styles = ["bold" if study in flagged else "regular" for study in studies]
    widths = [text_width(name, SIZE, style) for name, style in zip(names, styles, strict=True)]
    label = min(max(widths), LABEL_MOST)
    lines = [wrap(name, label + 0.1, SIZE, style, most=2) for name, style in zip(names, styles, strict=True)]
    heights = [max(ROW, SIZE * 1.3 * len(text) + 3.0) for text in lines]
    keys: list[Diagnostic] = [key for key in DIAGNOSTICS if any(trial[key] is not None for trial in trials)]
    step = (width - 2 * MARGIN - label - 4.0) / len(keys)

    def draw(page: Page, top: float) -> None:
        start = top + 14.0
        bottom = start + fsum(heights)
        y = start
        for place, (text, style, height) in enumerate(zip(lines, styles, heights, strict=True)):
            if place % 2 == 0:
                page.box(MARGIN, y, width - 2 * MARGIN, height, fill=STRIPE)
            for row, line in enumerate(text):
                base = y + height / 2.0 + 0.36 * SIZE + SIZE * 1.3 * (row - (len(text) - 1) / 2.0)
                page.text(MARGIN, base, line, size=SIZE, style=style)
            y += height
        for place, key in enumerate(keys):
            left = MARGIN + label + 4.0 + step * place + GAP
            _draw_column(page, shown, models, key, studies, heights, left, left + step - GAP, start, bottom)

    items = track_items(shown)
    if shown.document["k"] >= FLAGGED_FROM:
        items += [("circle", HARM, "beyond a limit"), ("circle", INCLUDES, "within all limits")]
    legend = legend_part(legend_lines(items, width - 2 * MARGIN), draw_legend)
    return sheet(title, (Part(14.0 + fsum(heights) + 16.0, draw), legend), (_note(shown),), width)


def _note(shown: SensitivityData) -> str:
    lead = "Each mark: what the analysis without that trial says. "
    if shown.document["k"] < FLAGGED_FROM:
        return lead + "With two trials none is flagged."
    return (
        f"{lead}Dashed: limits (|DFFITS| > 3√(1/(k − 1)), Cook’s D > 0.45, hat > 3/k, |DFBETAS| > 1), where they lie "
        "in the figure. * and bold: beyond a limit."
    )


def _draw_column(
    page: Page,
    shown: SensitivityData,
    models: Sequence[InfluenceModel],
    key: Diagnostic,
    studies: Sequence[str],
    heights: Sequence[float],
    left: float,
    right: float,
    top: float,
    bottom: float,
) -> None:
    axis = _axis(shown, key, [trial for model in models for trial in model["trials"]])
    page.text((left + right) / 2.0, top - 5.0, DIAGNOSTICS[key], size=SIZE, style="bold", align="center")
    if key in REFERENCE:
        x = axis.position(REFERENCE[key], left, right)
        page.line(x, top, x, bottom, width=0.6, color=RULE)
    for limit in _limits(shown, key):
        if axis.low <= limit <= axis.high:
            x = axis.position(limit, left, right)
            page.line(x, top, x, bottom, width=0.7, dash=(2.0, 1.6))
    y = top
    for study, height in zip(studies, heights, strict=True):
        shifts = (0.0,) if len(models) == 1 else (-APART, APART)
        for model, shift in zip(models, shifts, strict=False):
            trial = next((one for one in model["trials"] if one["study"] == study), None)
            value = None if trial is None else trial[key]
            if trial is not None and value is not None:
                state = HARM if trial["flagged"] else INCLUDES
                x = axis.position(value, left, right)
                mark(page, x, y + height / 2.0 + shift, SHAPES[known(model["track"])], state, half=1.8)
        y += height
    page.line(left, bottom, right, bottom, width=0.7)
    ends = _ticks(axis, left, right)
    for value, text in ends:
        x = axis.position(value, left, right)
        page.line(x, bottom, x, bottom + 2.5, width=0.7)
        page.text(x, bottom + 9.5, text, size=SIZE, align="center")


def _ticks(axis: Axis, left: float, right: float) -> list[tuple[float, str]]:
    """Return ticks whose labels neither touch each other nor leave the column."""
    kept, end = [], left - GAP / 2.0
    for value, text in axis.ticks:
        x, half = axis.position(value, left, right), text_width(text, SIZE) / 2.0
        if x - half >= end and x + half <= right + GAP / 2.0:
            kept.append((value, text))
            end = x + half + 3.0
    return kept


def influence_alt_text(shown: SensitivityData) -> str:
    """Return which trials are flagged under each track, in words."""
    lead = f"{influence_title(shown)}."
    if reason := influence_reason(shown):
        return f"{lead} Not drawn: {reason.rstrip('.')}."
    words = [lead]
    for model in _models(shown):
        flagged = [shown.subject.study(trial["study"]) for trial in model["trials"] if trial["flagged"]]
        distances = [(trial["cook_d"], trial["study"]) for trial in model["trials"]]
        found = [(distance, study) for distance, study in distances if distance is not None]
        most = max(found, key=lambda one: one[0], default=None)
        says = f"{join(flagged)} beyond a limit" if flagged else "no trial beyond a limit"
        text = f"Under {IN_SENTENCE[model['track']]} ({model['model']}): {says}"
        if most is not None:
            text += f"; largest Cook’s distance {most[0]:.2f} ({shown.subject.study(most[1])})"
        words.append(f"{text}.")
    return " ".join(words)


def influence_table(shown: SensitivityData) -> list[Row]:
    """Return the diagnostics as a table with the columns `INFLUENCE_COLUMNS`."""
    if influence_reason(shown):
        return []
    subject = shown.subject
    return [
        {"outcome": subject.outcome, "period": subject.period, "track": model["track"], "model": model["model"]}
        | {"study": trial["study"], "label": subject.study(trial["study"])}
        | {name: value for name, value in trial.items() if name in INFLUENCE_COLUMNS[6:]}
        for model in _models(shown)
        for trial in model["trials"]
    ]


DRAWING = Drawing(influence_figure, influence_title, influence_alt_text, influence_table, INFLUENCE_COLUMNS)
