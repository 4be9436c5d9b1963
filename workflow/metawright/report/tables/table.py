"""The form that tables have between the numbers and the page."""

from collections.abc import Sequence

DASH = "–"


def cell(text: str, note: str = "", kind: str = "") -> dict[str, str]:
    """Return one table cell: its text, a small note under it, and a kind that a style sheet may know."""
    return {"text": text, "note": note, "kind": kind}


def column(label: str, align: str = "left", wide: bool = False) -> dict:
    """Return one column: its heading, `left`, `right` or `center`, and whether it holds running text."""
    return {"label": label, "align": align, "wide": wide}


def table(
    name: str, caption: str, columns: Sequence[dict], rows: Sequence[Sequence], notes: Sequence[str] = ()
) -> dict:
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
    made = [[one if isinstance(one, dict) else cell(str(one)) for one in row] for row in rows]
    for row in made:
        for one in row[1:]:
            one["text"] = one["text"] or DASH
    return {"name": name, "caption": caption, "columns": list(columns), "rows": made, "notes": list(notes)}
