"""Which decimal mark a column uses: decided over all its cells, never cell by cell."""

import re
from collections.abc import Iterable

from metawright.extraction.columns import COLUMNS
from metawright.extraction.dates import is_date
from metawright.review.characters import fold
from metawright.review.sheets import Sheet

_TOKEN = re.compile(r"[.,]?\d+(?:[.,]\d+)*")
_GROUPED = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")

#: What a column may be found to use: `both` is a column that disagrees with itself, `unsure` one in which `1.234` may
#: be thousands, because other columns have decimal commas or the file comes from where people write them.
DOT, COMMA, BOTH, UNSURE = ".", ",", "both", "unsure"


def decide_decimals(sheet: Sheet) -> dict[str, str]:
    """Return the decimal mark of every number column of *sheet*, and of `value`.

    A comma that cannot separate thousands (`6,5`, `0,123`) speaks for the comma, a point that cannot (`6.5`)
    for the point; `1,234` and `1.234` speak for neither. Without a word it is the point; but not surely so if another
    column has decimal commas, or if the cells are separated by semicolons or tabs.
    """
    found = {
        name: _mark(row.cells.get(name, "") for row in sheet.rows)
        for name, column in COLUMNS.items()
        if name in sheet.columns and (column.kind != "text" or name == "value")
    }
    elsewhere = {rule for rule, _, _ in sheet.notes} & {"semicolon_separated", "tab_separated"}
    doubt = bool(elsewhere) or COMMA in found.values() or BOTH in found.values()
    return {name: mark or (UNSURE if doubt and COLUMNS[name].kind != "whole" else DOT) for name, mark in found.items()}


def _mark(cells: Iterable[str]) -> str:
    """Return what the cells of a column say; nothing if they say nothing."""
    found = set()
    for cell in cells:
        if "," in cell or "." in cell or not cell.isascii():
            found |= _evidence(cell)
        if len(found) == 2:
            return BOTH
    return "".join(found)


def _evidence(cell: str) -> set[str]:
    text = re.split(r"[(\[]", fold(cell).replace("\u00b7", "."), maxsplit=1)[
        0
    ]  # in brackets a comma may separate two numbers
    if is_date(text):
        return set()
    found = set()
    for token in _TOKEN.findall(text):
        marks = [character for character in token if character in ".,"]
        if len(set(marks)) == 2:
            found.add(marks[-1])
        elif len(marks) > 1:
            found.add(COMMA if marks[0] == "." else DOT)  # the repeated mark separates thousands
        elif marks and not _GROUPED.fullmatch(token):
            found.add(marks[0])
    return found
