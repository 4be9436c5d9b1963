"""All subsets of the trials (GOSH): pooled estimate against heterogeneity, with and without the telling trial."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from metawright.figures.cell.sensitivity_data import SensitivityData, reason_of
from metawright.figures.kit.axis import value_axis
from metawright.figures.kit.fonts import text_width, truncate
from metawright.figures.kit.page import REPORT_WIDTH, Page
from metawright.figures.kit.panel import BELOW, LEFT, Panel
from metawright.figures.kit.publish import Drawing
from metawright.figures.kit.sheet import MARGIN, SIZE, Part, notice, sheet
from metawright.figures.kit.subject import IN_SENTENCE, TRACK_NAMES
from metawright.files.known import known
from metawright.files.tables import Row
from metawright.measures.registry import measure_of
from metawright.sensitivity.documents import GoshModel
from metawright.words.names import count, sentence
from metawright.words.numbers import format_estimate, format_percent

HEIGHT = 130.0
STRIP = 26.0  # height of the distribution above the panel
GAP = 18.0
SINGLE = 100  # up to this many subsets each is drawn
BINS = (60, 40)
DASH = (2.4, 1.2)
# From few to many subsets: without the telling trial (blue), with it (vermilion), some of both (grey).
RAMPS = {
    "without": ("#cfdfee", "#8fb4d6", "#4a82b5", "#1f4e79"),
    "with": ("#fbdcc4", "#f3ab78", "#de6f26", "#9c4100"),
    "both": ("#dedede", "#b4b4b4", "#808080", "#484848"),
}
GOSH_COLUMNS = (
    "outcome", "period", "track", "model", "line", "study", "label", "subsets", "quantile", "estimate", "i2",
    "share_positive", "share_excluding_zero",
)  # fmt: skip


@dataclass(frozen=True)
class Cells:
    """Counts of subsets by estimate and I2, and how many of them hold the telling trial."""

    estimates: Sequence[float]
    i2s: Sequence[float]
    counts: Sequence[Sequence[float]]
    holding: Sequence[Sequence[float]]


def gosh_title(shown: SensitivityData) -> str:
    """Return the figure's title."""
    return shown.subject.title("All subsets of the trials")


def gosh_reason(shown: SensitivityData) -> str:
    """Return why there is no plot; empty where there is one."""
    if shown.document["k"] == 2:
        return "two trials make three subsets: they are in the leave-one-out figure"
    none = "" if _drawable(shown) else "no subset of two trials or more has a result"
    return reason_of(shown.document["gosh"]) or none


def _drawable(shown: SensitivityData) -> list[GoshModel]:
    models = shown.of_headlines(shown.document["gosh"]["models"])
    return [model for model in models if _points(model) or model.get("histogram")]


def _points(model: GoshModel) -> list[tuple[float, float, bool]]:
    points = model.get("points")
    if points is None:
        return []
    columns = zip(points["estimate"], points["i2"], points["highlighted"], strict=True)
    return [(y, i2, held) for y, i2, held in columns if y is not None and i2 is not None]


def cells_of(model: GoshModel) -> Cells:
    """Return the histogram of a model; its points are counted where they come one by one."""
    histogram = model.get("histogram")
    if histogram:
        edges = (histogram["estimate_edges"], histogram["i2_edges"])
        return Cells(*edges, histogram["counts"], histogram["highlighted"])
    points = _points(model)
    low, high = min(y for y, _, _ in points), max(y for y, _, _ in points)
    low, high = (low, high) if low < high else (low - 0.5, high + 0.5)
    counts, held = ([[0] * BINS[1] for _ in range(BINS[0])] for _ in range(2))
    for y, i2, holds in points:
        i = min(BINS[0] - 1, int((y - low) / (high - low) * BINS[0]))
        j = min(BINS[1] - 1, int(i2 / 100.0 * BINS[1]))
        counts[i][j] += 1
        held[i][j] += holds
    edges = [low + (high - low) * place / BINS[0] for place in range(BINS[0] + 1)]
    return Cells(edges, [100.0 * place / BINS[1] for place in range(BINS[1] + 1)], counts, held)


def gosh_figure(shown: SensitivityData, width: float = REPORT_WIDTH) -> Figure:
    """Draw a panel per track: where the subsets lie, and their distribution above.

    Parameters
    ----------
    shown : SensitivityData
    width : float
        Points.
    """
    title = gosh_title(shown)
    if reason := gosh_reason(shown):
        return notice(title, reason, width)
    models = _drawable(shown)
    inner = min((width - 2 * MARGIN - GAP * (len(models) - 1)) / len(models), 320.0)
    body = 14.0 + STRIP + 14.0 + HEIGHT + BELOW

    def draw(page: Page, top: float) -> None:
        for place, model in enumerate(models):
            left = MARGIN + (inner + GAP) * place
            head = f"{TRACK_NAMES[model['track']]} ({model['model']})"
            page.text(left, top + 8.0, head, size=SIZE, style="bold")
            _draw_panel(page, shown, model, left, inner, top + 14.0)
            if model["highlight"]:
                _draw_key(page, shown, model, left, inner, top + body + 8.0)

    keyed = any(model["highlight"] for model in models)
    return sheet(title, (Part(body + (26.0 if keyed else 0.0), draw),), (_note(shown, models),), width)


def _note(shown: SensitivityData, models: Sequence[GoshModel]) -> str:
    words = []
    for model in models:
        size = f"{model['subsets']:,}".replace(",", "\u202f")
        lead = "All" if model["complete"] else "A random sample of"
        text = f"{lead} {size} subsets" if not words else TRACK_NAMES[model["track"]]
        words.append(f"{text}: {_share(model)} of the intervals exclude no effect.")
    if words and len(models) > 1:
        words[0] = words[0].replace(":", f"; {TRACK_NAMES[models[0]['track']].lower()}:", 1)
    return " ".join([*words, "Line: estimate of all trials. The darker, the more subsets (logarithmic)."])


def _share(model: GoshModel) -> str:
    """Return the share of intervals that exclude no effect."""
    return format_percent(100.0 * known(model["share_excluding_zero"]))


def _draw_panel(page: Page, shown: SensitivityData, model: GoshModel, left: float, width: float, top: float) -> None:
    cells, measure = cells_of(model), shown.subject.measure
    whole = next((row["estimate"] for row in shown.headlines() if row["model"] == model["model"]), None)
    low, high = cells.estimates[0], cells.estimates[-1]
    room = 0.04 * (high - low)
    across = value_axis(low - room, high + room, measure_of(measure).scale, most=5)
    panel = Panel(left + LEFT, top + STRIP + 14.0, width - LEFT, HEIGHT, across, value_axis(0.0, 100.0, most=5))
    points = _points(model)
    if points and len(points) <= SINGLE:
        for y, i2, holds in points:
            _draw_point(page, panel.x(y), panel.y(i2), holds)
    else:
        _draw_cells(page, panel, cells)
    _draw_strip(page, panel, cells, top + STRIP)
    panel.upright(page, 0.0)
    if whole is not None:
        panel.upright(page, whole, color="#000000", dash=(2.0, 1.6), width=0.8)
    panel.draw_axes(page, shown.subject.effect, "I² (%)")


def _draw_point(page: Page, x: float, y: float, holds: bool) -> None:
    """Draw a subset: a diamond where it holds the telling trial, else a circle."""
    if holds:
        page.polygon([(x - 2.2, y), (x, y - 2.2), (x + 2.2, y), (x, y + 2.2)], fill=RAMPS["with"][2])
    else:
        page.circle(x, y, 1.7, fill="#ffffff", edge=RAMPS["without"][3])


def _draw_cells(page: Page, panel: Panel, cells: Cells) -> None:
    """Draw neighbours above each other that have one colour as one stroke: a small file."""
    most = max(max(row) for row in cells.counts)
    strokes: dict[str, list] = {}
    for i, (row, held) in enumerate(zip(cells.counts, cells.holding, strict=True)):
        x = panel.x((cells.estimates[i] + cells.estimates[i + 1]) / 2.0)
        colors = [_color(number, inside, most) for number, inside in zip(row, held, strict=True)]
        start = 0
        for j, color in enumerate(colors):
            if j + 1 == len(colors) or colors[j + 1] != color:
                if color:
                    strokes.setdefault(color, []).append((x, panel.y(cells.i2s[start]), x, panel.y(cells.i2s[j + 1])))
                start = j + 1
    wide = panel.x(cells.estimates[1]) - panel.x(cells.estimates[0])
    for color in (color for ramp in RAMPS.values() for color in ramp):
        # A little overlap: no white seams between neighbours.
        page.strokes(strokes.get(color, []), width=wide + 0.15, color=color)


def _color(number: float, inside: float, most: float) -> str:
    """Return the colour of a cell, by how many subsets it has and how many of them hold the telling trial."""
    if not number:
        return ""
    share = inside / number
    ramp = RAMPS["with" if share > 2 / 3 else "without" if share < 1 / 3 else "both"]
    return ramp[min(3, int(4.0 * math.log1p(number) / math.log1p(most) * 0.9999))]


def _draw_strip(page: Page, panel: Panel, cells: Cells, bottom: float) -> None:
    """Draw the distribution of the estimates, of subsets with and without the telling trial."""
    inside = [sum(row) for row in cells.holding]
    outside = [sum(row) - held for row, held in zip(cells.counts, inside, strict=True)]
    most = max([*inside, *outside, 1])
    for values, color, dash in ((outside, RAMPS["without"][3], ()), (inside, RAMPS["with"][3], DASH)):
        if not any(values):
            continue
        points = [(panel.x(cells.estimates[0]), bottom)]
        for place, value in enumerate(values):
            y = bottom - STRIP * value / most
            points += [(panel.x(cells.estimates[place]), y), (panel.x(cells.estimates[place + 1]), y)]
        points.append((panel.x(cells.estimates[-1]), bottom))
        page.curve(points, width=0.8, color=color, dash=dash)
    page.line(panel.left, bottom, panel.right, bottom, width=0.5)


def _draw_key(page: Page, shown: SensitivityData, model: GoshModel, left: float, width: float, y: float) -> None:
    name = truncate(shown.subject.study(known(model["highlight"])), 100.0, SIZE)
    x = left
    for key, words, dash in (("with", f"with {name}", DASH), ("without", "without", ()), ("both", "some of both", ())):
        lead = 11.0 if key == "both" else 22.0
        if x > left and x + lead + text_width(words, SIZE) > left + width:
            x, y = left, y + 10.0
        page.box(x, y - 3.0, 8.0, 6.0, fill=RAMPS[key][2])
        if key != "both":
            page.line(x + 9.5, y, x + 19.0, y, width=0.9, color=RAMPS[key][3], dash=dash)
        page.text(x + lead, y + 0.36 * SIZE, words, size=SIZE)
        x += lead + text_width(words, SIZE) + 10.0


def gosh_alt_text(shown: SensitivityData) -> str:
    """Return quantiles of the subsets, shares, and which trial tells them apart, in words."""
    lead = f"{gosh_title(shown)}."
    if reason := gosh_reason(shown):
        return f"{lead} Not drawn: {reason.rstrip('.')}."
    subject, words = shown.subject, [lead]
    for model in _drawable(shown):
        values = dict(zip(model["at"], model["estimate"] or [], strict=False))
        decimals = subject.decimals([row for row in shown.headlines() if row["estimate"] is not None])
        low, middle, high = (format_estimate(values.get(at), subject.measure, decimals) for at in (0.025, 0.5, 0.975))
        number = count(model["subsets"], "subset")
        how = number if model["complete"] else f"a random sample of {number}"
        words.append(
            f"{sentence(IN_SENTENCE[model['track']])} ({model['model']}) on {how}: median estimate {middle}, central "
            f"95% from {low} to {high}; {_share(model)} of the intervals exclude no effect."
        )
        one = next((t for t in model["trials"] if t["study"] == model["highlight"]), None)
        if one and one["with_trial"] is not None and one["without_trial"] is not None:
            both = (one["with_trial"], one["without_trial"])
            means = [format_estimate(value, subject.measure, decimals) for value in both]
            words.append(
                f"{subject.study(one['study'])} tells them apart most: mean estimate {means[0]} with it, {means[1]} "
                "without."
            )
    return " ".join(words)


def gosh_table(shown: SensitivityData) -> list[Row]:
    """Return quantiles and, per trial, the mean estimate with and without it; columns `GOSH_COLUMNS`."""
    if gosh_reason(shown):
        return []
    subject = shown.subject
    rows: list[Row] = []
    for model in _drawable(shown):
        base: dict[str, object] = {"outcome": subject.outcome, "period": subject.period}
        base |= {"track": model["track"], "model": model["model"]}
        shares = {name: model[name] for name in ("subsets", "share_positive", "share_excluding_zero")}
        for place, at in enumerate(model["at"]):
            columns = {"estimate": model["estimate"], "i2": model["i2"]}
            values = {name: None if column is None else column[place] for name, column in columns.items()}
            rows.append(base | shares | {"line": "quantile", "quantile": at} | values)
        for trial in model["trials"]:
            for key, value in (("with_trial", trial["with_trial"]), ("without_trial", trial["without_trial"])):
                own = {"line": key, "study": trial["study"], "label": subject.study(trial["study"])}
                rows.append(base | own | {"estimate": value})
    return [{name: row.get(name) for name in GOSH_COLUMNS} for row in rows]


DRAWING = Drawing(gosh_figure, gosh_title, gosh_alt_text, gosh_table, GOSH_COLUMNS)
