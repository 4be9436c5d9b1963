"""Which decimal mark a column uses: decided over all its cells, never cell by cell."""

import re
from collections.abc import Iterable
from functools import lru_cache

from metawright.reading.characters import fold
from metawright.reading.columns import COLUMNS
from metawright.reading.dates import is_date
from metawright.reading.sheets import Sheet

_TOKEN = re.compile(r"[.,]?\d+(?:[.,]\d+)*")
_GROUPED = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")

#: What a column may be found to use: the point or the comma; either, but in doubt where three digits follow; or both,
#: where it disagrees with itself.
DOT, COMMA, DOT_IN_DOUBT, COMMA_IN_DOUBT, BOTH = ".", ",", ".?", ",?", "both"


def decide_decimals(sheet: Sheet) -> dict[str, str]:
    """Return the decimal mark of every number column of *sheet*, and of `value`.

    A comma that cannot separate thousands (`6,5`, `0,123`) speaks for the comma, a point that cannot (`6.5`) for the
    point; `1,234` and `1.234` speak for neither. Without a word it is the point.

    Three digits after a decimal comma are decimals only if a cell of the column shows for certain that it has
    three (`0,123`). After a point they are decimals, unless decimal commas are at home in the file: another column has
    them, or the cells are separated by semicolons or tabs; then the same certainty is asked for.
    """
    found = {
        name: _evidence_of(row.cells.get(name, "") for row in sheet.rows)
        for name, column in COLUMNS.items()
        if name in sheet.columns and (column.kind != "text" or name == "value")
    }
    separated = {rule for rule, _, _ in sheet.notes} & {"semicolon_separated", "tab_separated"}
    at_home = bool(separated) or any(mark == "," for said in found.values() for mark, _ in said)
    return {name: _mark(said, at_home and COLUMNS[name].kind != "whole") for name, said in found.items()}


def decimal_mark(cells: Iterable[str]) -> str:
    """Return the decimal mark of the cells of one column, whatever stands in the others."""
    return _mark(_evidence_of(cells), in_doubt=False)


def _mark(said: set[tuple[str, bool]], in_doubt: bool) -> str:
    marks = {mark for mark, _ in said}
    if len(marks) == 2:
        return BOTH
    three = any(has_three for _, has_three in said)
    if marks == {","}:
        return COMMA if three else COMMA_IN_DOUBT
    return DOT_IN_DOUBT if in_doubt and not three else DOT


def _evidence_of(cells: Iterable[str]) -> set[tuple[str, bool]]:
    """Return what the cells of a column say: decimal marks, each with whether exactly three decimals follow."""
    said = set()
    for cell in cells:
        if "," in cell or "." in cell or not cell.isascii():
            said |= _evidence(cell)
    return said


@lru_cache(maxsize=1 << 16)
def _evidence(cell: str) -> frozenset[tuple[str, bool]]:
    text = re.split(r"[(\[]", fold(cell).replace("\u00b7", "."), maxsplit=1)[0]  # in brackets commas may separate
    if is_date(text):
        return frozenset()
    said = set()
    for token in _TOKEN.findall(text):
        marks = [character for character in token if character in ".,"]
        last = re.split(r"\D", token)[-1] if marks else ""
        if len(set(marks)) == 2:
            said.add((marks[-1], len(last) == 3))
        elif len(marks) > 1:
            said.add(("," if marks[0] == "." else ".", False))  # the repeated mark separates thousands
        elif marks and not _GROUPED.fullmatch(token):
            said.add((marks[0], len(last) == 3))
    return frozenset(said)
