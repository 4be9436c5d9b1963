"""A vertical axis of effects: its ticks, its name, and what lies above and below no effect."""

from itertools import pairwise

from metawright.figures.kit.axis import Axis
from metawright.figures.kit.fonts import text_width, wrap
from metawright.figures.kit.page import RULE, Page
from metawright.figures.kit.subject import Subject

SIZE = 7.0
LINE = 1.3
ABOVE, BELOW = 12.0, 14.0  # room for the words above and below


class UprightScale:
    """An axis from *top* downwards over *height* points at *left*, for marks between *left* and *right*."""

    def __init__(self, subject: Subject, axis: Axis, left: float, right: float, top: float, height: float) -> None:
        self.subject, self.axis, self.left, self.right = subject, axis, left, right
        self.top, self.height = top, height

    @property
    def bottom(self) -> float:
        """The lower end."""
        return self.top + self.height

    def y(self, value: float) -> float:
        """Return the height of *value*, at most as far as the axis reaches."""
        return self.axis.position(min(max(value, self.axis.low), self.axis.high), self.bottom, self.top)

    def holds(self, value: float) -> bool:
        """Return whether *value* lies on the axis."""
        return self.axis.low <= value <= self.axis.high

    def draw(self, page: Page, name_left: float) -> None:
        """Draw the axis, the line of no effect and the words around it; the name stands at *name_left*."""
        subject = self.subject
        up, down = ("experimental", "control")
        if subject.direction != "higher_is_better":
            up, down = down, up
        page.text(self.left, self.top - 4.0, f"↑ Favours {subject.arms[up]}", size=SIZE)
        page.text(self.left, self.bottom + 8.5, f"↓ Favours {subject.arms[down]}", size=SIZE)
        ticks = max(text_width(label, SIZE) for _, label in self.axis.ticks)
        name = [*wrap(subject.effect, self.left - 12.0 - ticks - name_left, SIZE, "bold", most=4), "95% CI"]
        for place, text in enumerate(name):
            y = (self.top + self.bottom) / 2.0 + SIZE * LINE * (place - (len(name) - 1) / 2.0)
            page.text(name_left, y, text, size=SIZE, style="bold")
        spine = self.left - 3.0
        page.line(spine, self.top, spine, self.bottom, width=0.7)
        for value, label in self._spaced():
            page.line(spine - 2.5, self.y(value), spine, self.y(value), width=0.7)
            page.text(spine - 4.5, self.y(value) + 0.36 * SIZE, label, size=SIZE, align="right")
        self.draw_null(page)
        mid = subject.mid_position
        if mid is not None and self.holds(mid):
            page.line(spine, self.y(mid), self.right, self.y(mid), width=0.6, color=RULE, dash=(1.0, 1.6))

    def draw_null(self, page: Page) -> None:
        """Draw the line of no effect, once more above what has hidden it."""
        page.line(self.left - 3.0, self.y(0.0), self.right, self.y(0.0), width=0.6)

    def _spaced(self) -> list[tuple[float, str]]:
        """Return the ticks whose labels fit above each other, counted from the null value."""
        ticks = list(self.axis.ticks)
        null = next(place for place, (value, _) in enumerate(ticks) if value == 0.0)
        places = [self.axis.position(value, 0.0, self.height) for value, _ in ticks]
        return ticks if all(b - a > 8.5 for a, b in pairwise(places)) else ticks[null % 2 :: 2]
