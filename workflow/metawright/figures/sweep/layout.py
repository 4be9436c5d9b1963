"""Small multiples: which factor runs along the x axis, which across the columns, which down the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from metawright.figures.sweep.data import Grid, level_label
from metawright.files.tables import TextRow

#: Rows of panels that a figure shows; a grid with more is shown in part, and says so.
MOST_ROWS = 6
_ALONG = ("i2", "tau2", "n", "k", "theta")


@dataclass(frozen=True)
class Panels:
    """How the scenarios of a grid are laid out.

    Attributes
    ----------
    x : str
        The factor along the x axis.
    column : str
        The factor across the columns; empty for a single column.
    columns : tuple of str
        Its levels.
    rows : tuple of dict
        Levels of all other factors that vary, one mapping per row.
    hidden : int
        Rows that are not shown.
    """

    x: str
    column: str
    columns: tuple[str, ...]
    rows: tuple[TextRow, ...]
    hidden: int

    def grid(self, grid: Grid, row: TextRow, column: str) -> Grid:
        """Return the scenarios of one panel, in the order of x."""
        wanted = {name: [level] for name, level in row.items()}
        if self.column:
            wanted[self.column] = [column]
        return grid.only(**wanted)

    def row_title(self, row: TextRow) -> str:
        """Return the words for a row."""
        return ", ".join(level_label(name, level) for name, level in row.items())


def panels(grid: Grid, along: Sequence[str] = _ALONG) -> Panels:
    """Lay out the scenarios of a grid."""
    varying = grid.varying
    x = next((factor for factor in along if factor in varying), "k")
    column = "k" if x != "k" and "k" in varying else next((f for f in varying if f != x), "")
    others = [factor for factor in varying if factor not in (x, column)]
    rows = [dict(zip(others, levels, strict=True)) for levels in product(*map(grid.levels, others))]
    rows = [row for row in rows if grid.only(**{name: [level] for name, level in row.items()}).scenarios]
    columns = tuple(grid.levels(column)) if column else ("",)
    return Panels(x, column, columns, tuple(rows[:MOST_ROWS]), max(0, len(rows) - MOST_ROWS))
