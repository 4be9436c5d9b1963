"""The form that tables have between the numbers and the page."""

from collections.abc import Sequence
from typing import TypedDict

DASH = "–"


class Cell(TypedDict):
    """A cell: its text, a small note under it, and a kind that a style sheet may know."""

    text: str
    note: str
    kind: str


class Column(TypedDict):
    """A column: its heading, `left`, `right` or `center`, and whether it holds running text."""

    label: str
    align: str
    wide: bool


class TableData(TypedDict):
    """A table as `table` makes it."""

    name: str
    caption: str
    columns: list[Column]
    rows: list[list[Cell]]
    notes: list[str]


def cell(text: str, note: str = "", kind: str = "") -> Cell:
    """Return one table cell: its text, a small note under it, and a kind that a style sheet may know."""
    return {"text": text, "note": note, "kind": kind}


def column(label: str, align: str = "left", wide: bool = False) -> Column:
    """Return one column: its heading, `left`, `right` or `center`, and whether it holds running text."""
    return {"label": label, "align": align, "wide": wide}


def table(
    name: str, caption: str, columns: Sequence[Column], rows: Sequence[Sequence], notes: Sequence[str] = ()
) -> TableData:
    """Return a table for the renderers; the first cell of every row is its head.

    Parameters
    ----------
    name : str
        Becomes the id in HTML and the label in LaTeX.
    caption : str
        What the table shows.
    columns : sequence of dict
        From `column`.
    rows : sequence of sequences
        Cells as text or from `cell`; empty text prints as a dash.
    notes : sequence of str
        Remarks under the table.
    """
    made: list[list[Cell]] = [[cell(one) if isinstance(one, str) else one for one in row] for row in rows]
    for row in made:
        for one in row[1:]:
            one["text"] = one["text"] or DASH
    return {"name": name, "caption": caption, "columns": list(columns), "rows": made, "notes": list(notes)}
