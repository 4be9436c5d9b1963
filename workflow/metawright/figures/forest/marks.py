"""The marks of a forest plot: squares, diamonds, bars, all clipped to the axis with arrows where they run on."""

from collections.abc import Sequence

from metawright.figures.forest.bands import Mark
from metawright.figures.forest.presets import Preset
from metawright.figures.kit.axis import Axis
from metawright.figures.kit.effect_scale import EDGE
from metawright.figures.kit.fonts import text_width
from metawright.figures.kit.interval_marks import diamond, whisker
from metawright.figures.kit.page import INK, MUTED, RULE, Page
from metawright.figures.review.risk_signs import COLORS, SIGNS

SECOND_FILL, SECOND_EDGE = "#c9c9c9", "#6e6e6e"
UNPOOLED = 0.35  # area of the square of a trial that carries no weight, relative to the heaviest


def draw_mark(
    page: Page,
    mark: Mark,
    axis: Axis,
    left: float,
    right: float,
    y: float,
    size: float,
    heaviest: float,
    journal: Preset,
    kind: str,
) -> None:
    """Draw one band's mark around the height *y* in the plot between *left* and *right*, in the *journal*'s colours.

    *kind* is the layout of the data, by which some journals colour squares; *size* is the type size, by which the marks
    are measured; *heaviest* is the largest weight in the figure: the areas of squares are proportional to their weights
    across it.
    """
    low, high = (axis.position(v, left, right) for v in (mark.interval.low, mark.interval.high))
    middle = axis.position(mark.interval.estimate, left, right)
    if mark.shape == "square":
        share = mark.weight / heaviest if mark.weight is not None and heaviest > 0 else UNPOOLED
        whisker(page, low, high, left, right, y, width=0.8, color=journal.whiskers)
        half = max(0.9, 0.58 * size * share**0.5)
        if left <= middle <= right:
            page.box(middle - half, y - half, 2 * half, 2 * half, fill=journal.squares[kind])
    elif mark.shape == "bar":
        whisker(page, low, high, left, right, y, width=1.5, color=SECOND_EDGE, cap=0.26 * size)
    else:
        dark, grey, hollow = (journal.diamond, journal.diamond), (SECOND_FILL, SECOND_EDGE), ("#ffffff", INK)
        fill, edge = {"diamond": dark, "second": grey, "hollow": hollow}[mark.shape]
        half = (0.5 if mark.shape == "diamond" else 0.4) * size
        diamond(page, low, middle, high, left, right, y, half, fill, edge)
        if mark.shape == "hollow":
            null = axis.position(0.0, left, right)
            _name(page, "published", max(low, left), min(high, right), left, right, null, y)


def _name(page: Page, words: str, low: float, high: float, left: float, right: float, null: float, y: float) -> None:
    """Write *words* beside a mark, right or left of it, where they stay clear of the line of no effect."""
    width = text_width(words, 5.4) + 3.0
    if high + width < right + EDGE and not high < null < high + width:
        page.text(high + 3.0, y + 1.8, words, size=5.4, color=MUTED)
    elif low - width >= left and not low - width < null < low:
        page.text(low - 3.0, y + 1.8, words, size=5.4, color=MUTED, align="right")


def draw_lights(page: Page, lights: Sequence[str | None], middles: Sequence[float], y: float, size: float) -> None:
    """Draw a trial's risks of bias around the height *y*: discs in the colours and with the signs of their own plot."""
    for level, x in zip(lights, middles, strict=False):
        radius = 0.56 * size
        if level is None:
            page.circle(x, y, radius, fill="#ffffff", edge=RULE, dash=(1.2, 1.0))
        else:
            page.circle(x, y, radius, fill=COLORS[level], edge="#333333")
            page.text(x, y + 0.32 * size, SIGNS[level], size=0.9 * size, style="bold", align="center")
