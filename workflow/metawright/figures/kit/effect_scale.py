"""An axis of effects on a page: where values lie, its ticks, and below them what either side favours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from metawright.figures.kit.axis import Axis
from metawright.figures.kit.fonts import text_width, wrap
from metawright.figures.kit.line_of_text import Align
from metawright.figures.kit.page import Page

EDGE = 7.0  # right of a plot, for half the last tick's label


@dataclass(frozen=True)
class Scale:
    """An axis laid from *left* to *right* in points; `size` is the type size of what is written below it."""

    axis: Axis
    left: float
    right: float
    size: float = 7.0

    def position(self, value: float) -> float:
        """Return the x of *value*."""
        return self.axis.position(value, self.left, self.right)

    @property
    def null(self) -> float:
        """The x of no effect."""
        return self.position(0.0)

    def holds(self, value: float | None) -> bool:
        """Return whether *value* exists and lies on the axis."""
        return value is not None and self.axis.low <= value <= self.axis.high


@dataclass(frozen=True)
class Favours:
    """What one side of the null value favours, as placed below the axis."""

    lines: list[str]
    x: float
    align: Align
    size: float


def favours(
    arms: Mapping[str, str],
    direction: str,
    scale: Scale,
    spill: float = 90.0,
    spill_right: float = 0.0,
    shrink: float = 0.9,
    verb: str = "Favours",
) -> list[Favours]:
    """Return what the left and the right side of the null value favour.

    Effects are experimental minus control, so that the right side is the experimental arm's where higher is better.

    Parameters
    ----------
    spill, spill_right : float
        How far the words on the left and on the right may run from the null value in any case, in points: for what
        has free room beside it.
    shrink : float
        To what part of the type size words may shrink before they are broken.
    verb : str
        What a side does: differences between effects shift `Towards` an arm.
    """
    sides = ("control", "experimental") if direction == "higher_is_better" else ("experimental", "control")
    left, null, right = scale.left, scale.null, scale.right
    words = [f"{verb} {arms[role]}" for role in sides]
    halves = [null - left - 4.0, right - null - 4.0]
    if all(text_width(text, scale.size) <= half for text, half in zip(words, halves, strict=True)):
        middles = [(left + null) / 2.0, (null + right) / 2.0]
        return [Favours([text], x, "center", scale.size) for text, x in zip(words, middles, strict=True)]
    # Both stand against the null value; the left side may run on below the table, where nothing stands.
    rooms = [max(halves[0], spill), max(halves[1] + EDGE, spill_right)]
    for size in (scale.size, shrink * scale.size):
        texts = [wrap(text, room, size, most=3) for text, room in zip(words, rooms, strict=True)]
        if all(len(lines) == 1 for lines in texts):
            break
    if shrink == 1.0 and any(len(lines) > 2 for lines in texts):
        # Too narrow a side: one below the other, with arrows.
        above, below = f"← {words[0]}", f"{words[1]} →"
        start = min(left, right + EDGE - text_width(above, size))
        return [Favours([above], start, "left", size), Favours(["", below], right + EDGE, "right", size)]
    return [Favours(texts[0], null - 4.0, "right", size), Favours(texts[1], null + 4.0, "left", size)]


def draw_scale(page: Page, scale: Scale, y: float, sides: Sequence[Favours] = ()) -> None:
    """Draw the axis at the height *y*, its ticks, and below them what the *sides* favour."""
    page.line(scale.left, y, scale.right, y, width=0.7)
    spaced = _spaced_ticks(scale)
    for value, label in scale.axis.ticks:
        x = scale.position(value)
        page.line(x, y, x, y + 2.5, width=0.7)
        if label in spaced:
            page.text(x, y + 9.5, label, size=scale.size, align="center")
    for side in sides:
        for place, line in enumerate(side.lines):
            page.text(side.x, y + 18.5 + 8.0 * place, line, size=side.size, align=side.align)


def _spaced_ticks(scale: Scale) -> set[str]:
    """Return the labels that fit beside each other: all, or every second one counted from the null value."""
    places = [scale.position(value) for value, _ in scale.axis.ticks]
    widths = [text_width(label, scale.size) for _, label in scale.axis.ticks]
    fits = all(
        b - a > (wa + wb) / 2.0 + 3.0 for a, b, wa, wb in zip(places, places[1:], widths, widths[1:], strict=False)
    )
    labels = [label for _, label in scale.axis.ticks]
    null = next(place for place, (value, _) in enumerate(scale.axis.ticks) if value == 0.0)
    return set(labels) if fits else set(labels[null % 2 :: 2])
