"""The Baujat plot: which trials carry the heterogeneity and which carry the result."""

from typing import NamedTuple

from matplotlib.figure import Figure

from metawright.figures.cell.sensitivity_data import SensitivityData, reason_of
from metawright.figures.kit.axis import value_axis
from metawright.figures.kit.page import REPORT_WIDTH, Page
from metawright.figures.kit.panel import BELOW, LEFT, Panel, label_points
from metawright.figures.kit.publish import Drawing
from metawright.figures.kit.sheet import MARGIN, SIZE, Part, notice, sheet
from metawright.figures.kit.subject import IN_SENTENCE, TRACK_NAMES
from metawright.files.tables import Row
from metawright.sensitivity.documents import BaujatModel

DOT = "#143f66"
HEIGHT = 150.0
GAP = 18.0
BAUJAT_COLUMNS = ("outcome", "period", "track", "model", "study", "label", "heterogeneity", "influence")


def baujat_title(shown: SensitivityData) -> str:
    """Return the figure's title."""
    return shown.subject.title("Baujat plot")


def baujat_reason(shown: SensitivityData) -> str:
    """Return why there is no plot; empty where there is one."""
    return reason_of(shown.document["baujat"]) or (
        "" if any(_points(one) for one in _models(shown)) else "no headline has a result"
    )


def _models(shown: SensitivityData) -> list[BaujatModel]:
    return shown.of_headlines(shown.document["baujat"]["models"])


class _Point(NamedTuple):
    """A trial with both of its coordinates."""

    study: str
    heterogeneity: float
    influence: float


def _points(model: BaujatModel) -> list[_Point]:
    found = [(one["study"], one["heterogeneity"], one["influence"]) for one in model["trials"]]
    return [_Point(study, x, y) for study, x, y in found if x is not None and y is not None]


def baujat_figure(shown: SensitivityData, width: float = REPORT_WIDTH) -> Figure:
    """Draw a panel per track; trials far from the corner of the plot are named.

    Parameters
    ----------
    shown : SensitivityData
    width : float
        Points.
    """
    title = baujat_title(shown)
    if reason := baujat_reason(shown):
        return notice(title, reason, width)
    models = [model for model in _models(shown) if _points(model)]
    inner = min((width - 2 * MARGIN - GAP * (len(models) - 1)) / len(models), 300.0)

    def draw(page: Page, top: float) -> None:
        for place, model in enumerate(models):
            left = MARGIN + (inner + GAP) * place
            head = f"{TRACK_NAMES[model['track']]} ({model['model']})"
            page.text(left, top + 8.0, head, size=SIZE, style="bold")
            _draw_panel(page, shown, model, left + LEFT, top + 28.0, inner - LEFT)

    note = (
        "Across: (effect − pooled effect)² over its variance. Upwards: squared standardised change of the pooled "
        "effect without the trial. Trials whose names found no room are in the table."
    )
    return sheet(title, (Part(28.0 + HEIGHT + BELOW, draw),), (note,), width)


def _draw_panel(page: Page, shown: SensitivityData, model: BaujatModel, left: float, top: float, width: float) -> None:
    points = _points(model)
    ends = (max(one.heterogeneity for one in points) or 1.0, max(one.influence for one in points) or 1.0)
    across, upward = (value_axis(0.0, 1.06 * end, most=5) for end in ends)
    panel = Panel(left, top, width, HEIGHT, across, upward)
    panel.draw_axes(page, "Contribution to heterogeneity", "Influence on the pooled effect")
    # Far from the corner first: those are the trials to name.
    far = sorted(points, key=lambda one: -max(one.heterogeneity / ends[0], one.influence / ends[1]))
    places = [(panel.x(one.heterogeneity), panel.y(one.influence)) for one in far]
    for x, y in reversed(places):
        page.circle(x, y, 2.3, fill="#ffffff", edge=DOT)
    for x, y, name, align in label_points(places, [shown.subject.study(one.study) for one in far], panel):
        page.text(x, y, name, size=SIZE, align=align)


def baujat_alt_text(shown: SensitivityData) -> str:
    """Return which trials lead either axis under each track."""
    lead = f"{baujat_title(shown)}."
    if reason := baujat_reason(shown):
        return f"{lead} Not drawn: {reason.rstrip('.')}."
    words = [lead]
    for model in _models(shown):
        if points := _points(model):
            first = max(points, key=lambda one: one.heterogeneity)
            second = max(points, key=lambda one: one.influence)
            words.append(
                f"Under {IN_SENTENCE[model['track']]} ({model['model']}) {shown.subject.study(first.study)} "
                f"contributes most to heterogeneity ({first.heterogeneity:.2f}) and "
                f"{shown.subject.study(second.study)} influences the result most ({second.influence:.2f})."
            )
    return " ".join(words)


def baujat_table(shown: SensitivityData) -> list[Row]:
    """Return the coordinates as a table with the columns `BAUJAT_COLUMNS`."""
    if baujat_reason(shown):
        return []
    subject = shown.subject
    return [
        {"outcome": subject.outcome, "period": subject.period, "track": model["track"], "model": model["model"]}
        | {"study": one["study"], "label": subject.study(one["study"])}
        | {"heterogeneity": one["heterogeneity"], "influence": one["influence"]}
        for model in _models(shown)
        for one in model["trials"]
    ]


DRAWING = Drawing(baujat_figure, baujat_title, baujat_alt_text, baujat_table, BAUJAT_COLUMNS)
