"""Cumulative analysis: the result as the trials came in, by year or from the most to the least precise."""

from matplotlib.figure import Figure

from metawright.figures.cell.refit_lines import drawn_of, legend_of, track_heads
from metawright.figures.cell.sensitivity_data import SensitivityData, reason_of
from metawright.figures.kit.conclusions import draw_legend, excludes
from metawright.figures.kit.interval_table import Column, IntervalTable, Line, table_axis
from metawright.figures.kit.page import REPORT_WIDTH
from metawright.figures.kit.publish import Drawing
from metawright.figures.kit.sheet import MARGIN, legend_part, notice, sheet
from metawright.figures.kit.subject import TRACK_NAMES
from metawright.files.known import known
from metawright.files.tables import Row
from metawright.sensitivity.documents import CumulativeModel, CumulativeStep
from metawright.words.names import sentence
from metawright.words.numbers import format_percent

CUMULATIVE_COLUMNS = (
    "outcome", "period", "order", "track", "model", "step", "study", "label", "year", "k", "estimate", "ci_low",
    "ci_high", "p", "i2", "tau2", "shown",
)  # fmt: skip
ORDERS = {"year": "by year", "precision": "from the most precise trial"}


def cumulative_order(shown: SensitivityData) -> str:
    """Return the order that is drawn: by year where the years are known, else by precision."""
    return next((one["order"] for one in shown.document["cumulative"]["orders"]), "")


def cumulative_title(shown: SensitivityData, order: str | None = None) -> str:
    """Return the figure's title."""
    order = order or cumulative_order(shown)
    return shown.subject.title("Cumulative analysis" + (f" {ORDERS.get(order, order)}" if order else ""))


def cumulative_reason(shown: SensitivityData) -> str:
    """Return why there is no cumulative analysis; empty where there is one."""
    unknown = "" if cumulative_order(shown) else "no order of the trials is known"
    return reason_of(shown.document["cumulative"]) or unknown


def _models(shown: SensitivityData, order: str) -> list[CumulativeModel]:
    blocks = {one["order"]: one for one in shown.document["cumulative"]["orders"]}
    return shown.of_headlines(blocks[order]["models"])


def cumulative_figure(shown: SensitivityData, width: float = REPORT_WIDTH, order: str | None = None) -> Figure:
    """Draw one line per trial that joins.

    Parameters
    ----------
    shown : SensitivityData
    width : float
        Points.
    order : {"year", "precision"}, optional
        Default: by year where every year is known.
    """
    title = cumulative_title(shown, order)
    if reason := cumulative_reason(shown):
        return notice(title, reason, width)
    order = order or cumulative_order(shown)
    subject, models = shown.subject, _models(shown, order)
    rows = [step for model in models for step in model["steps"]]
    decimals = subject.decimals(rows)
    lines = []
    for place, step in enumerate(models[0]["steps"]):
        steps = [_step(model, step["study"]) for model in models]
        cells = {
            known(m["track"]): subject.text(s, decimals) for m, s in zip(models, steps, strict=True) if s is not None
        }
        cells |= {"k": str(step["k"]), "i2": format_percent(step["i2"])}
        drawn = tuple(drawn_of(s, m) for m, s in zip(models, steps, strict=True))
        lines.append(Line(_label(shown, step, place, order), drawn, cells))
    columns = [Column("k", ("k",))]
    columns += [Column(known(model["track"]), (*track_heads(model), "effect [95% CI]")) for model in models]
    columns.append(Column("i2", ("I²",), left=False))
    axis = table_axis(lines, subject.measure, subject.mid_position)
    table = IntervalTable(
        subject, lines, columns, axis, MARGIN, width - 2 * MARGIN, "Trial that joins", (subject.effect,)
    )
    legend = legend_of(shown, rows, width - 2 * MARGIN)
    note = "The intervals are those of single analyses: they make no allowance for repeated looks."
    return sheet(title, (table, legend_part(legend, draw_legend)), (note,), width)


def _step(model: CumulativeModel, study: str) -> CumulativeStep | None:
    return next((step for step in model["steps"] if step["study"] == study), None)


def _label(shown: SensitivityData, step: CumulativeStep, place: int, order: str) -> str:
    name = shown.subject.study(step["study"])
    year = "" if step["year"] is None or str(step["year"]) in name else f" ({step['year']})"
    return f"{'+ ' if place else ''}{name}{year if order == 'year' else ''}"


def cumulative_alt_text(shown: SensitivityData, order: str | None = None) -> str:
    """Return what the figure shows in sentences: first, last, and from when on the interval excludes no effect."""
    lead = f"{cumulative_title(shown, order)}."
    if reason := cumulative_reason(shown):
        return f"{lead} Not drawn: {reason.rstrip('.')}."
    subject, words = shown.subject, [lead]
    for model in _models(shown, order or cumulative_order(shown)):
        steps = [step for step in model["steps"] if step["estimate"] is not None]
        decimals = subject.decimals(steps)
        first, last = steps[0], steps[-1]
        words.append(
            f"{TRACK_NAMES[model['track']]} ({model['model']}): {subject.text(first, decimals)} with "
            f"{subject.study(first['study'])} alone, {subject.text(last, decimals)} with {last['k']} trials."
        )
        since = len(steps)
        while since and excludes(steps[since - 1]) == excludes(last):
            since -= 1
        says = "excludes" if excludes(last) else "includes"
        study = subject.study(steps[since]["study"])
        words.append(sentence(f"the interval {says} no effect from {study} on (trial {since + 1} of {len(steps)})."))
    return " ".join(words)


def cumulative_table(shown: SensitivityData) -> list[Row]:
    """Return every order as a table with the columns `CUMULATIVE_COLUMNS`."""
    if cumulative_reason(shown):
        return []
    subject = shown.subject
    rows: list[Row] = []
    for order in (one["order"] for one in shown.document["cumulative"]["orders"]):
        for model in _models(shown, order):
            decimals = subject.decimals(model["steps"])
            for place, step in enumerate(model["steps"]):
                rows.append(
                    {"outcome": subject.outcome, "period": subject.period, "order": order, "track": model["track"]}
                    | {"model": model["model"], "step": place + 1, "label": subject.study(step["study"])}
                    | {name: value for name, value in step.items() if name in CUMULATIVE_COLUMNS[6:]}
                    | {"shown": subject.text(step, decimals)}
                )
    return rows


DRAWING = Drawing(cumulative_figure, cumulative_title, cumulative_alt_text, cumulative_table, CUMULATIVE_COLUMNS)
