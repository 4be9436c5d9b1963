"""How every figure of the sensitivity analyses marks what an interval says, in colour and in shape.

Filled: the interval excludes no effect; hollow: it includes it. Blue and vermilion (Okabe and Ito) tell the sides
apart for those who see colours; for all others the line of no effect does.
"""

from collections.abc import Collection, Mapping, Sequence

from metawright.figures.kit.effect_scale import Scale
from metawright.figures.kit.fonts import text_width
from metawright.figures.kit.interval_marks import diamond, whisker
from metawright.figures.kit.page import INK, Page
from metawright.figures.kit.subject import Limits, Result
from metawright.files.known import known
from metawright.pooling.position import OUTSIDE, position_of

BENEFIT, HARM, INCLUDES = "benefit", "harm", "includes"
COLORS = {BENEFIT: "#1f5f99", HARM: "#d55e00", INCLUDES: "#767676"}
TINTS = {BENEFIT: "#a9c4dd", HARM: "#f3bf9a", INCLUDES: "#d4d4d4"}
SHAPES = {"protocol": "square", "recommended": "diamond"}
#: Diamonds as wide as their interval, with their fill: pools as published and as recomputed.
DIAMONDS = {"hollow diamond": "#ffffff", "filled diamond": INK}
MARK = 2.1  # half the size of a mark
POOLED = 2.6  # half the height of a diamond
LINE = 9.5


def conclusion(row: Limits, direction: str) -> str:
    """Return what the interval of *row* says: `benefit` or `harm` where it excludes no effect, else `includes`.

    An interval without width says nothing and counts as one that includes no effect.
    """
    low, high = row["ci_low"], row["ci_high"]
    where = "none" if low is None or high is None else position_of(low, high)
    if where not in OUTSIDE:
        return INCLUDES
    return BENEFIT if (where == "above") == (direction == "higher_is_better") else HARM


def excludes(row: Limits) -> bool:
    """Return whether the interval of *row* excludes no effect."""
    return conclusion(row, "higher_is_better") != INCLUDES


def mark(page: Page, x: float, y: float, shape: str, state: str, *, half: float = MARK, pale: bool = False) -> None:
    """Draw one mark around x, y: filled or hollow and coloured by what the interval says."""
    color = TINTS[state] if pale else COLORS[state]
    fill = "#ffffff" if state == INCLUDES else color
    if shape == "circle":
        page.circle(x, y, half, fill=fill, edge=color)
    elif shape == "diamond":
        wide = 1.3 * half
        page.polygon([(x - wide, y), (x, y - wide), (x + wide, y), (x, y + wide)], fill=fill, edge=color, width=0.8)
    else:
        page.box(x - half, y - half, 2 * half, 2 * half, fill=fill, edge=color, width=0.8)


def draw_interval(
    page: Page, scale: Scale, row: Result, y: float, shape: str, direction: str, *, pale: bool = False
) -> None:
    """Draw the estimate and the interval of *row* on *scale*; a result that does not exist draws nothing."""
    estimate, low, high = row["estimate"], row["ci_low"], row["ci_high"]
    if estimate is None:
        return
    middle = scale.position(estimate)
    if shape in DIAMONDS:
        left, right = scale.position(known(low)), scale.position(known(high))
        diamond(page, left, middle, right, scale.left, scale.right, y, POOLED, DIAMONDS[shape], INK)
        return
    state = conclusion(row, direction)
    color = TINTS[state] if pale else COLORS[state]
    if low is not None and high is not None and low < high:
        whisker(page, scale.position(low), scale.position(high), scale.left, scale.right, y, width=1.0, color=color)
    if scale.holds(estimate):
        mark(page, middle, y, shape, state, pale=pale)


def legend_states(states: Collection[str], arms: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return the legend's items (shape, state, words) for the *states* that a figure shows."""
    sides = {BENEFIT: f", favours {arms['experimental']}", HARM: f", favours {arms['control']}"}
    words = {INCLUDES: "95% CI includes no effect"} | {
        state: f"95% CI excludes no effect{side}" for state, side in sides.items()
    }
    return [("circle", state, words[state]) for state in (BENEFIT, HARM, INCLUDES) if state in states]


def legend_lines(
    items: Sequence[tuple[str, str, str]], width: float, size: float = 7.0
) -> list[list[tuple[str, str, str]]]:
    """Break a legend's items into lines of at most *width* points."""
    lines, x = [[]], 0.0
    for item in items:
        step = 9.0 + text_width(item[2], size) + 12.0
        if lines[-1] and x + step - 12.0 > width:
            lines.append([])
            x = 0.0
        lines[-1].append(item)
        x += step
    return lines


def draw_legend(
    page: Page, lines: Sequence[Sequence[tuple[str, str, str]]], left: float, top: float, size: float = 7.0
) -> None:
    """Draw a legend whose items are (shape, state, words); a state `track` is drawn in black, shape alone."""
    for place, items in enumerate(lines):
        x, y = left, top + LINE * (place + 0.5)
        for shape, state, words in items:
            if state == "track":
                _plain(page, x + 3.5, y, shape)
            else:
                mark(page, x + 3.5, y, shape, state)
            page.text(x + 9.0, y + 0.36 * size, words, size=size)
            x += 9.0 + text_width(words, size) + 12.0


def _plain(page: Page, x: float, y: float, shape: str) -> None:
    if shape in DIAMONDS:
        page.polygon([(x - 3.5, y), (x, y - POOLED), (x + 3.5, y), (x, y + POOLED)], fill=DIAMONDS[shape], edge=INK)
    elif shape == "diamond":
        wide = 1.3 * MARK
        page.polygon([(x - wide, y), (x, y - wide), (x + wide, y), (x, y + wide)], fill=INK)
    elif shape == "line":
        page.line(x - 3.5, y, x + 3.5, y, width=1.0, dash=(1.6, 1.4))
    else:
        page.box(x - MARK, y - MARK, 2 * MARK, 2 * MARK, fill=INK)
