"""A figure as a sheet: a title, parts one below the other, notes; or one line that says why there is nothing."""

from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass
from math import fsum
from typing import Protocol, TypeVar

from matplotlib.figure import Figure

from metawright.figures.kit.fonts import wrap
from metawright.figures.kit.page import MUTED, REPORT_WIDTH, Page, figure_style

MARGIN = 4.0
TITLE = 8.0
SIZE = 7.0
LINE = 1.3
NOTE_LINE = 9.0


Lines = TypeVar("Lines", bound=Sized)


class Drawable(Protocol):
    """Something of a height that draws itself on a page, with *top* as its upper edge."""

    @property
    def height(self) -> float:
        """Its height in points."""
        ...

    @property
    def draw(self) -> Callable[[Page, float], None]:
        """Draw it: page, top."""
        ...


@dataclass(frozen=True)
class Part:
    """Something *height* points tall that `draw(page, top)` puts on a page."""

    height: float
    draw: Callable[[Page, float], None]


def title_lines(title: str, width: float = REPORT_WIDTH) -> list[str]:
    """Break a title."""
    return wrap(title, width - 2 * MARGIN, TITLE, "bold", most=3)


def sheet(title: str, parts: Sequence[Drawable], notes: Sequence[str] = (), width: float = REPORT_WIDTH) -> Figure:
    """Compose a figure.

    Parameters
    ----------
    title : str
        Bold, at most three lines.
    parts : sequence of Drawable
        From top to bottom.
    notes : sequence of str
        Below, each beginning a line.
    width : float
        Points.
    """
    head = title_lines(title, width)
    lines = [line for note in notes if note for line in wrap(note, width - 2 * MARGIN, SIZE)]
    top = MARGIN + TITLE * LINE * len(head) + 5.0
    total = top + fsum(part.height for part in parts) + (4.0 + NOTE_LINE * len(lines) if lines else 0.0) + MARGIN
    with figure_style():
        page = Page(width, total)
        for place, line in enumerate(head):
            page.text(MARGIN, MARGIN + TITLE * (0.75 + LINE * place), line, size=TITLE, style="bold")
        for part in parts:
            part.draw(page, top)
            top += part.height
        for place, line in enumerate(lines):
            page.text(MARGIN, top + 4.0 + NOTE_LINE * (place + 0.75), line, size=SIZE, color=MUTED)
        return page.figure


def notice(title: str, reason: str, width: float = REPORT_WIDTH) -> Figure:
    """Return a small figure that says why there is nothing to draw."""
    words = reason[:1].upper() + reason[1:] if reason else "Nothing to show"
    return sheet(title, (), (words if words.endswith(".") else f"{words}.",), width)


def legend_part(lines: Lines, draw: Callable[[Page, Lines, float, float], None]) -> Part:
    """Return the part that a legend of *lines* makes."""
    return Part(9.5 * len(lines) + 4.0, lambda page, top: draw(page, lines, MARGIN, top + 3.0))
