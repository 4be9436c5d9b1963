"""The radial plot: precise trials to the right, effects as slopes from the origin.

Source: Galbraith (1988), Graphical display of estimates having differing standard errors, Technometrics 30.
"""

import math
from typing import TypedDict

from matplotlib.figure import Figure

from metawright.figures.cell.sensitivity_data import SensitivityData
from metawright.figures.kit.axis import value_axis
from metawright.figures.kit.fonts import text_width
from metawright.figures.kit.page import INK, MUTED, REPORT_WIDTH, RULE, Page
from metawright.figures.kit.panel import BELOW, LEFT, Panel, label_points
from metawright.figures.kit.publish import Drawing
from metawright.figures.kit.sheet import MARGIN, SIZE, Part, notice, sheet
from metawright.figures.kit.subject import IN_SENTENCE, TRACK_NAMES
from metawright.files.known import known
from metawright.files.tables import Row
from metawright.sensitivity.documents import ExaminedModel
from metawright.words.names import join, sentence

HEIGHT = 165.0
GAP = 20.0
RIGHT = 30.0  # for the scale of effects
DOT, BAND = "#143f66", "#ececec"
Z = 1.959963984540054
LEAST = 5
RADIAL_COLUMNS = ("outcome", "period", "track", "model", "study", "label", "precision", "standardised", "outside")


def radial_title(shown: SensitivityData) -> str:
    """Return the figure's title."""
    return shown.subject.title("Radial plot")


def radial_reason(shown: SensitivityData) -> str:
    """Return why there is no plot; empty where there is one."""
    if shown.document["k"] < LEAST:
        return f"fewer than {LEAST} trials"
    return "" if _models(shown) else "no headline has a result"


def _models(shown: SensitivityData) -> list[ExaminedModel]:
    return [row for row in shown.headlines() if row["estimate"] is not None]


class RadialPoint(TypedDict):
    """A trial in the plot: its coordinates, and whether it lies outside the band."""

    study: str
    precision: float
    standardised: float
    outside: bool


def radial_points(shown: SensitivityData, model: ExaminedModel) -> list[RadialPoint]:
    """Return the coordinates of the trials that *model* pools.

    Precision is 1 / sqrt(v + tau2), with the model's tau2 (none under fixed effects); the standardised effect is the
    effect times that. A point is outside when it lies more than 1.96 from the line through the origin whose slope is
    the pooled effect: its residual would be significant.
    """
    estimate = known(model["estimate"])
    points: list[RadialPoint] = []
    for one in shown.document["trials"]:
        if one["study"] not in model["excluded"]:
            precision = 1.0 / math.sqrt(one["v"] + (model["tau2"] or 0.0))
            far = abs((one["y"] - estimate) * precision) > Z
            points.append(
                {"study": one["study"], "precision": precision, "standardised": one["y"] * precision, "outside": far}
            )
    return points


def radial_figure(shown: SensitivityData, width: float = REPORT_WIDTH) -> Figure:
    """Draw a panel per track; trials outside the band are named.

    Parameters
    ----------
    shown : SensitivityData
    width : float
        Points.
    """
    title = radial_title(shown)
    if reason := radial_reason(shown):
        return notice(title, reason, width)
    models = _models(shown)
    inner = min((width - 2 * MARGIN - GAP * (len(models) - 1)) / len(models), 300.0)

    def draw(page: Page, top: float) -> None:
        for place, model in enumerate(models):
            left = MARGIN + (inner + GAP) * place
            page.text(left, top + 8.0, f"{TRACK_NAMES[model['track']]} ({model['model']})", size=SIZE, style="bold")
            _draw_panel(page, shown, model, left + LEFT, top + 28.0, inner - LEFT - RIGHT)

    note = (
        "A line from the origin through a trial has the trial’s effect as its slope, read on the right. Solid line: "
        "pooled effect; shaded: within 1.96 of it, where 95% of the trials are expected. Random-effects models add "
        "their τ² to every variance."
    )
    return sheet(title, (Part(28.0 + HEIGHT + BELOW, draw),), (note,), width)


def _draw_panel(
    page: Page, shown: SensitivityData, model: ExaminedModel, left: float, top: float, width: float
) -> None:
    points = radial_points(shown, model)
    furthest = 1.06 * max(one["precision"] for one in points)
    slope = known(model["estimate"])
    heights = [one["standardised"] for one in points] + [0.0, slope * furthest, Z, -Z]
    room = 0.06 * (max(heights) - min(heights))
    low, high = min(heights) - room, max(heights) + room
    panel = Panel(left, top, width, HEIGHT, value_axis(0.0, furthest, most=5), value_axis(low, high, most=6))
    page.polygon([(panel.x(x), panel.y(y)) for x, y in _band(slope, furthest, low, high)], fill=BAND)
    page.line(panel.left, panel.y(0.0), panel.right, panel.y(0.0), width=0.5, color=RULE)
    page.line(panel.left, panel.y(0.0), panel.right, panel.y(slope * furthest), width=0.9, color=INK)
    ordered = sorted(points, key=lambda one: -abs(one["standardised"] - slope * one["precision"]))
    places = [(panel.x(one["precision"]), panel.y(one["standardised"])) for one in ordered]
    for one, (x, y) in zip(ordered, places, strict=True):
        page.circle(x, y, 2.2, fill="#d55e00" if one["outside"] else "#ffffff", edge=DOT)
    names = [shown.subject.study(one["study"]) if one["outside"] else "" for one in ordered]
    far = [(place, name) for place, name in zip(places, names, strict=True) if name]
    rest = [(x - 2.6, y - 2.6, x + 2.6, y + 2.6) for (x, y), name in zip(places, names, strict=True) if not name]
    for x, y, name, align in label_points([one for one, _ in far], [name for _, name in far], panel, taken=rest):
        page.text(x, y, name, size=SIZE, align=align)
    panel.draw_axes(page, "Precision (1 / standard error)", "Standardised effect")
    _draw_slopes(page, shown, panel, furthest, low, high)


def _band(slope: float, furthest: float, low: float, high: float) -> list[tuple[float, float]]:
    """Return the outline of what lies within 1.96 of the line, cut at the edges of the panel."""
    steps = [furthest * place / 60.0 for place in range(61)]
    upper = [(x, min(max(slope * x + Z, low), high)) for x in steps]
    lower = [(x, min(max(slope * x - Z, low), high)) for x in steps]
    return upper + lower[::-1]


def _draw_slopes(page: Page, shown: SensitivityData, panel: Panel, furthest: float, low: float, high: float) -> None:
    """Draw the scale of effects along the right edge: where a line of that slope leaves the panel."""
    axis = value_axis(low / furthest, high / furthest, shown.subject.scale, most=6)
    page.line(panel.right, panel.top, panel.right, panel.bottom, width=0.7)
    last = math.inf
    for value, label in axis.ticks:
        y = panel.y(value * furthest)
        page.line(panel.right, y, panel.right + 2.5, y, width=0.7)
        if last - y >= SIZE * 1.3:
            page.text(panel.right + 4.5, y + 0.36 * SIZE, label, size=SIZE)
            last = y
    words = "Effect"
    page.text(panel.right + 24.0 - text_width(words, SIZE), panel.top - 6.5, words, size=SIZE, color=MUTED)


def radial_alt_text(shown: SensitivityData) -> str:
    """Return how many trials lie outside the band of each headline model, and which."""
    lead = f"{radial_title(shown)}."
    if reason := radial_reason(shown):
        return f"{lead} Not drawn: {reason}."
    words = [lead]
    for model in _models(shown):
        points = radial_points(shown, model)
        far = [shown.subject.study(one["study"]) for one in points if one["outside"]]
        which = f" ({join(far)})" if far else ""
        words.append(
            f"Under {IN_SENTENCE[model['track']]} ({model['model']}) {len(far) or 'none'} of "
            f"{len(points)} trials lie{'s' if len(far) == 1 else ''} more than 1.96 from the pooled line{which}."
        )
    return " ".join([words[0], *(sentence(text) for text in words[1:])])


def radial_table(shown: SensitivityData) -> list[Row]:
    """Return the coordinates as a table with the columns `RADIAL_COLUMNS`."""
    if radial_reason(shown):
        return []
    subject = shown.subject
    return [
        {
            "outcome": subject.outcome,
            "period": subject.period,
            "track": model["track"],
            "model": model["model"],
            "label": subject.study(one["study"]),
            **one,
        }
        for model in _models(shown)
        for one in radial_points(shown, model)
    ]


DRAWING = Drawing(radial_figure, radial_title, radial_alt_text, radial_table, RADIAL_COLUMNS)
