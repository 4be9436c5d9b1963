"""Missing participants: the pooled effect if they differed from those observed, and where the conclusion changes."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from contourpy import contour_generator
from matplotlib.figure import Figure

from metawright.figures.cell.sensitivity_data import SensitivityData, reason_of
from metawright.figures.kit.axis import Axis, value_axis
from metawright.figures.kit.conclusions import excludes
from metawright.figures.kit.fonts import text_width
from metawright.figures.kit.page import INK, REPORT_WIDTH, Page
from metawright.figures.kit.panel import BELOW, LEFT, Panel
from metawright.figures.kit.publish import Drawing
from metawright.figures.kit.sheet import MARGIN, SIZE, Part, notice, sheet
from metawright.figures.kit.subject import IN_SENTENCE, TRACK_NAMES, Result
from metawright.files.known import known
from metawright.files.tables import Row
from metawright.measures.scales import IDENTITY, LOGARITHM
from metawright.sensitivity.documents import MissingGrid, MissingModel, TippingPointEntry
from metawright.words.numbers import format_estimate, format_number

HEIGHT = 165.0
GAP = 18.0
# From in favour of control (vermilion) over no effect to in favour of the experimental arm (blue).
ANCHORS = ((192, 80, 0), (240, 184, 147), (246, 246, 246), (165, 195, 222), (31, 95, 153))
LEVELS = 24


def _shades() -> tuple[str, ...]:
    """Return `LEVELS` colours between the anchors."""
    found = []
    for level in range(LEVELS):
        place = (level + 0.5) / LEVELS * (len(ANCHORS) - 1)
        low = int(place)
        pair = zip(ANCHORS[low], ANCHORS[low + 1], strict=True)
        found.append("#" + "".join(f"{round(a + (b - a) * (place - low)):02x}" for a, b in pair))
    return tuple(found)


SHADES = _shades()
DOT = 1.3
MISSING_DATA_COLUMNS = (
    "outcome", "period", "track", "model", "line", "experimental", "control", "estimate", "ci_low", "ci_high",
    "excludes_zero", "becomes",
)  # fmt: skip


def missing_data_title(shown: SensitivityData) -> str:
    """Return the figure's title."""
    return shown.subject.title("Missing participants")


def missing_data_reason(shown: SensitivityData) -> str:
    """Return why there is no map; empty where there is one."""
    return reason_of(shown.document["missing_data"]) or ("" if _maps(shown) else "no headline model has a map")


class _Map(NamedTuple):
    """A model with its results over the grid."""

    model: MissingModel
    grid: MissingGrid

    @property
    def estimates(self) -> list[float]:
        """The estimates that exist."""
        return [one for row in self.grid["estimate"] for one in row if one is not None]


def _maps(shown: SensitivityData) -> list[_Map]:
    models = shown.of_headlines(shown.document["missing_data"]["models"])
    return [_Map(model, grid) for model in models if (grid := model.get("grid"))]


def _result(grid: MissingGrid, i: int, j: int) -> Result:
    return {
        "estimate": grid["estimate"][i][j],
        "ci_low": grid["ci_low"][i][j],
        "ci_high": grid["ci_high"][i][j],
    }


def _values(grid: MissingGrid) -> tuple[list[float], bool]:
    """Return the places of the grid's lines and whether they are logarithms of odds ratios."""
    if "imor" in grid:
        return [math.log(value) for value in grid["imor"]], True
    return known(grid.get("lambda")), False


def missing_data_figure(shown: SensitivityData, width: float = REPORT_WIDTH) -> Figure:
    """Draw a map per track: across what is assumed of the experimental arm, upwards of the control arm.

    Parameters
    ----------
    shown : SensitivityData
    width : float
        Points.
    """
    title = missing_data_title(shown)
    if reason := missing_data_reason(shown):
        return notice(title, reason, width)
    maps = _maps(shown)
    inner = min((width - 2 * MARGIN - GAP * (len(maps) - 1)) / len(maps), 280.0)
    most = max((abs(one) for each in maps for one in each.estimates), default=1.0) or 1.0

    def draw(page: Page, top: float) -> None:
        for place, each in enumerate(maps):
            left, model = MARGIN + (inner + GAP) * place, each.model
            page.text(left, top + 8.0, f"{TRACK_NAMES[model['track']]} ({model['model']})", size=SIZE, style="bold")
            _draw_map(page, shown, each, left + LEFT, top + 28.0, inner - LEFT, most)
        _draw_key(page, shown, most, top + 28.0 + HEIGHT + BELOW + 14.0)

    return sheet(title, (Part(28.0 + HEIGHT + BELOW + 34.0, draw),), (_note(maps),), width)


def _note(maps: Sequence[_Map]) -> str:
    logs = any("imor" in each.grid for each in maps)
    what = (
        "Axes: odds of an event among the missing over those among the observed."
        if logs
        else "Axes: mean of the missing minus mean of the observed."
    )
    words = [what, "Dots: the interval excludes no effect. Black line: its limit is no effect. Cross: no difference."]
    if any(each.model.get("tipping_points") for each in maps):
        words.append("Diamonds: nearest changes of the conclusion, where they lie in the map.")
    return " ".join(words)


def _draw_map(
    page: Page, shown: SensitivityData, each: _Map, left: float, top: float, width: float, most: float
) -> None:
    grid, subject = each.grid, shown.subject
    values, logs = _values(grid)
    edges = _edges(values)
    axis = value_axis(edges[0], edges[-1], LOGARITHM if logs else IDENTITY, most=5)
    axis = Axis(axis.low, axis.high, _imor_ticks(known(grid.get("imor")))) if logs else axis
    panel = Panel(left, top, width, HEIGHT, axis, axis)
    colors: dict[str, list[tuple[float, float, float, float]]] = {}
    for i, row in enumerate(grid["estimate"]):
        x0, x1 = panel.x(edges[i]), panel.x(edges[i + 1])
        for j, estimate in enumerate(row):
            if estimate is not None:
                y0, y1 = panel.y(edges[j + 1]), panel.y(edges[j])
                # A little overlap: no white seams between neighbours.
                box = (x0, y0, x1 - x0 + 0.1, y1 - y0 + 0.1)
                colors.setdefault(_shade(estimate, most, subject.direction), []).append(box)
    for color in SHADES:
        page.boxes(colors.get(color, []), fill=color)
    dots = []
    for i, x in enumerate(values):
        for j, y in enumerate(values):
            if excludes(_result(grid, i, j)):
                dots.append((panel.x(x) - DOT / 2, panel.y(y), panel.x(x) + DOT / 2, panel.y(y)))
    page.strokes(dots, width=DOT, color=INK)
    for line in _limits(grid, values):
        page.curve([(panel.x(x), panel.y(y)) for x, y in line], width=1.4)
    x, y = panel.x(0.0), panel.y(0.0)
    page.line(x - 3.5, y, x + 3.5, y, width=0.9)
    page.line(x, y - 3.5, x, y + 3.5, width=0.9)
    for e, c in map(_place, _tips(each.model)):
        if panel.holds(e, c):
            x, y = panel.x(e), panel.y(c)
            page.polygon([(x - 3.4, y), (x, y - 3.4), (x + 3.4, y), (x, y + 3.4)], fill=INK, edge="#ffffff", width=0.8)
    unit = f" ({subject.unit})" if subject.unit and not logs else ""
    panel.draw_axes(page, f"Missing, {subject.arms['experimental']}{unit}", f"Missing, {subject.arms['control']}{unit}")


def _edges(values: Sequence[float]) -> list[float]:
    """Return the borders of cells around *values*."""
    middles = [(a + b) / 2.0 for a, b in pairwise(values)]
    return [2 * values[0] - middles[0], *middles, 2 * values[-1] - middles[-1]]


def _imor_ticks(imors: Sequence[float]) -> tuple[tuple[float, str], ...]:
    kept = [value for value in imors if abs(value * 5 - round(value * 5)) < 1e-9 or abs(value - 0.5) < 1e-9]
    return tuple((math.log(value), format(value, "g")) for value in kept)


def _shade(estimate: float, most: float, direction: str) -> str:
    benefit = estimate if direction == "higher_is_better" else -estimate
    place = (benefit / most + 1.0) / 2.0
    return SHADES[min(len(SHADES) - 1, max(0, int(place * len(SHADES))))]


def _limits(grid: MissingGrid, values: Sequence[float]) -> list[list[tuple[float, float]]]:
    """Return the lines along which either limit of the interval is no effect."""
    lines = []
    for limits in (grid["ci_low"], grid["ci_high"]):
        # Rows of the generator's field run upwards: the grid's first axis is the one across.
        field = [[math.nan if (value := row[j]) is None else value for row in limits] for j in range(len(values))]
        found: Iterable[object] = contour_generator(values, values, field).lines(0.0)
        lines += [[(x, y) for x, y in np.asarray(line, dtype=float).tolist()] for line in found]
    return lines


def _tips(model: MissingModel) -> list[TippingPointEntry]:
    """Return where a conclusion changes, of the ways on which it does."""
    return [one for one in model.get("tipping_points", []) if one["becomes"]]


def _place(tip: TippingPointEntry) -> tuple[float, float]:
    """Return where a change lies in the map."""
    difference = known(tip["difference"])
    return (difference, 0.0) if tip["path"] == "experimental" else (difference / 2.0, -difference / 2.0)


def _draw_key(page: Page, shown: SensitivityData, most: float, y: float) -> None:
    """Draw the colours from one side's favour to the other's, with the effects at their borders."""
    subject = shown.subject
    sign = 1.0 if subject.direction == "higher_is_better" else -1.0
    left = MARGIN + LEFT
    words = f"Pooled {subject.effect.lower()}"
    page.text(left, y + 6.5, words, size=SIZE)
    x = left + text_width(words, SIZE) + 10.0
    step = 9.0
    for place, color in enumerate(SHADES):
        page.box(x + step * place, y, step + 0.1, 8.0, fill=color)
    for place in range(0, LEVELS + 1, LEVELS // 4):
        value = sign * most * (2.0 * place / LEVELS - 1.0)
        page.text(x + step * place, y + 16.5, format_estimate(value, subject.measure, 2), size=SIZE, align="center")


def missing_data_alt_text(shown: SensitivityData) -> str:
    """Return what is observed, the range over the map, and where the conclusion changes."""
    lead = f"{missing_data_title(shown)}."
    if reason := missing_data_reason(shown):
        return f"{lead} Not drawn: {reason.rstrip('.')}."
    subject, words = shown.subject, [lead]
    for each in _maps(shown):
        model, observed = each.model, each.model["observed"]
        decimals = subject.decimals([observed] if observed else [])
        limits = (min(each.estimates), max(each.estimates))
        ends = [format_estimate(value, subject.measure, decimals) for value in limits]
        text = f"{TRACK_NAMES[model['track']]} ({model['model']}): "
        text += f"observed {subject.text(observed, decimals)}; " if observed else ""
        words.append(f"{text}over the map from {ends[0]} to {ends[1]}.")
        tips = _tips(model)
        for one in tips:
            how = "in the experimental arm alone" if one["path"] == "experimental" else "half in each arm, opposite"
            words.append(
                f"The interval first {one['becomes']} no effect at a difference of {format_number(one['difference'])} "
                f"between the arms ({how})."
            )
        if model.get("tipping_points") and not tips:
            words.append(f"Nowhere in the range searched does the conclusion of {IN_SENTENCE[model['track']]} change.")
    return " ".join(words)


def missing_data_table(shown: SensitivityData) -> list[Row]:
    """Return maps, extremes and tipping points as a table with the columns `MISSING_DATA_COLUMNS`."""
    if missing_data_reason(shown):
        return []
    subject = shown.subject
    rows: list[Row] = []
    for model, grid in _maps(shown):
        head = {"track": model["track"], "model": model["model"]}
        values = grid.get("imor") or known(grid.get("lambda"))
        for line, found in (("observed", model["observed"]), ("best", model["best"]), ("worst", model["worst"])):
            if found is not None:
                rows.append({**head, "line": line, **found})
        for one in _tips(model):
            e, c = _place(one)
            own = {"line": "tipping_point", "experimental": e, "control": c, "becomes": one["becomes"]}
            rows.append(head | own | {name: one[name] for name in ("estimate", "ci_low", "ci_high")})
        for i, x in enumerate(values):
            for j, y in enumerate(values):
                row = _result(grid, i, j)
                own = {"line": "map", "experimental": x, "control": y, "excludes_zero": excludes(row)}
                rows.append({**head, **own, **row})
    both = {"outcome": subject.outcome, "period": subject.period}
    return [{name: {**both, **row}.get(name) for name in MISSING_DATA_COLUMNS} for row in rows]


DRAWING = Drawing(
    missing_data_figure, missing_data_title, missing_data_alt_text, missing_data_table, MISSING_DATA_COLUMNS
)
