"""Where everything in a forest plot stands: widths of columns, lines of text, heights of bands."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from typing import NamedTuple

from metawright.figures.forest.bands import Band, Column, columns
from metawright.figures.forest.records import ForestData
from metawright.figures.forest.words import MARKS, effect_heads, forest_preset
from metawright.figures.kit.effect_scale import EDGE
from metawright.figures.kit.fonts import text_width, wrap

MARGIN = 4.0
GAP = 6.5
INDENT = 5.0
LINE = 1.3  # distance of two lines of one text, in type sizes
ROW = 1.62  # distance of two bands
PLOT_LEAST, PLOT_MOST = 118.0, 225.0
STUDY_LEAST, COMFORT = 62.0, 95.0
SIZES = (7.0, 6.6, 6.2, 5.8, 5.4)
LIGHT = 1.25  # distance of two lights, in type sizes
STYLES = {"section": "bold", "subtotal": "bold", "awaiting": "italic"}


@dataclass(frozen=True)
class Layout:
    """Where the columns stand, in points from the left: right ends of the numbers, ends of the plot.

    `lights` are the middles of the columns of risk of bias.
    """

    size: float
    columns: tuple[Column, ...]
    rights: dict[str, float]
    widths: dict[str, float]
    plot_left: float
    plot_right: float
    lights: tuple[float, ...] = ()


def layout(data: ForestData, lines: Sequence[Band], width: float) -> Layout:
    """Give every column the width of its content, the plot what is left, in the largest type that fits."""
    cols = tuple(columns(data))
    order = forest_preset(data).order
    contents = _contents(data, lines, width, cols, SIZES[0])
    for smaller in SIZES[1:]:
        if contents.fit:
            break
        contents = _contents(data, lines, width, cols, smaller)
    size, widths, names, room = contents
    study = max(min(names, room - PLOT_LEAST), _wide(study_head(data), size))
    plot = min(room - study, PLOT_MOST)
    study = room - plot
    rights, x, group, ends = {}, MARGIN + study, None, (0.0, 0.0)
    for slot in order:
        if slot == "arms":
            for column in cols:
                x += widths[column.key] + GAP + (GAP if column.group != group else 0.0)
                rights[column.key], group = x, column.group
        elif slot == "plot":
            ends = (x + GAP, x + GAP + plot)
            x = ends[1] + EDGE
        else:
            x += widths[slot] + GAP
            rights[slot] = x
    right = width - MARGIN - LIGHT * size * len(data.domains)
    middles = tuple(right + LIGHT * size * (place + 0.5) for place in range(len(data.domains)))
    return Layout(size, cols, rights, widths, *ends, middles)


class _Contents(NamedTuple):
    """The widths of the columns in one type size, that of the longest name, and what is left for names and plot."""

    size: float
    widths: dict[str, float]
    names: float
    room: float

    @property
    def fit(self) -> bool:
        """Whether the room is enough."""
        least = COMFORT if self.size > 6.0 else STUDY_LEAST
        return self.room >= min(self.names, least) + PLOT_LEAST


def _contents(data: ForestData, lines: Sequence[Band], width: float, cols: Sequence[Column], size: float) -> _Contents:
    order = forest_preset(data).order
    widths = _number_widths(cols, lines, size)
    widths["weight"] = max(_widest([b.weight for b in lines], size, "bold"), _wide(forest_preset(data).weight, size))
    tight = ("trial", "subtotal", "recommended", "prediction")
    effects = _widest([b.effect for b in lines if b.kind in tight], size, "bold")
    if order.index("plot") < order.index("effect"):  # long words may run over the weights, not over the plot
        words = _widest([b.effect for b in lines], size, "italic")
        effects = max(effects, words - (widths["weight"] + GAP if order[-1] == "effect" else 0.0))
    widths["effect"] = max(effects, *(_wide(head, size) for head in effect_heads(data)))
    groups = {column.group for column in cols}
    shown = [key for key in order if key in ("weight", "effect")]
    kept = [widths[key] for key in [*shown, *(column.key for column in cols)]]
    lights = GAP + LIGHT * size * len(data.domains) if data.domains else 0.0
    numbers = fsum(kept) + GAP * len(kept) + GAP * len(groups) + lights
    names = _widest([b.label for b in lines if b.kind in ("trial", "unused", "awaiting")], size, "italic")
    names = max(names + INDENT, _wide(study_head(data), size))
    return _Contents(size, widths, names, width - 2 * MARGIN - EDGE - numbers - GAP)


def _wide(text: str, size: float) -> float:
    return text_width(text, size, "bold")


def _number_widths(cols: Sequence[Column], lines: Sequence[Band], size: float) -> dict[str, float]:
    """Return the width of each column of numbers; an arm's first one makes room for the longest word of its name."""
    widths = {}
    for column in cols:
        cells = _widest([band.cells.get(column.key, "").rstrip(MARKS) for band in lines], size, "bold")
        widths[column.key] = max(cells, text_width(column.head, size, "bold"))
    for group in {column.group for column in cols if column.group}:
        keys = [column.key for column in cols if column.group == group]
        word = min(_widest(group.split(), size, "bold"), 9.0 * size)
        widths[keys[0]] += max(0.0, word - fsum(widths[key] + GAP for key in keys) + GAP)
    return widths


def _widest(texts: Sequence[str], size: float, style: str) -> float:
    return max((text_width(text, size, style) for text in texts), default=0.0)


def label_lines(band: Band, plan: Layout) -> list[str]:
    """Break a band's label so that it ends before the first cell that the band fills."""
    limit = plan.plot_left - GAP
    for key, text in [*band.cells.items(), ("weight", band.weight), ("effect", band.effect)]:
        if text and key in plan.rights:
            limit = min(limit, plan.rights[key] - text_width(text, plan.size, "bold") - GAP)
    if band.kind in ("trial", "unused", "awaiting") and plan.columns:
        first = plan.columns[0].key
        limit = min(limit, plan.rights[first] - plan.widths[first] - GAP)
    most = 4 if band.kind == "note" else 2
    return wrap(band.label, limit - indent(band), plan.size, band_style(band), most=most)


def indent(band: Band) -> float:
    """Return where a band's label begins."""
    return MARGIN + (0.0 if band.kind == "section" else INDENT)


def band_style(band: Band) -> str:
    """Return the style of a band's text."""
    return "italic" if band.note == "status" else STYLES.get(band.kind, "regular")


def band_height(band: Band, text: Sequence[str], size: float, first: bool) -> float:
    """Return the height of a band whose label has the lines *text*; a section keeps off what stands above it."""
    gap = 0.0 if first or band.kind != "section" else 0.6 * size
    return gap + size * (ROW + LINE * (len(text) - 1))


def group_heads(data: ForestData, plan: Layout) -> dict[str, list[str]]:
    """Return the lines of the heads that stand above several columns, the arms."""
    heads = {}
    for group in dict.fromkeys(column.group for column in plan.columns if column.group):
        keys = [column.key for column in plan.columns if column.group == group]
        left, right = plan.rights[keys[0]] - plan.widths[keys[0]], plan.rights[keys[-1]]
        heads[group] = wrap(group, right - left + GAP, plan.size, "bold", most=3)
    return heads


def study_head(data: ForestData) -> str:
    """Return the head of the first column."""
    return forest_preset(data).subgroup if data.sectioned else forest_preset(data).study
