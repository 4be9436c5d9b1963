"""The tables of a review folder as everything downstream sees them: read once, by the reader that forgives.

A script that needs such a table takes it from here, never from the raw file: the rows are then the same in whatever
encoding, with whatever mark between cells and with whatever decimal mark people saved it.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import yaml

from metawright.reading.cells import Cell, Habits, Refusal, read_number, separators
from metawright.reading.characters import INVISIBLE
from metawright.reading.columns import Column
from metawright.reading.decimals import COMMA, COMMA_IN_DOUBT, decimal_mark
from metawright.reading.problems import Problem
from metawright.reading.sheets import Row, Sheet, read_file

SCHEMAS = Path(__file__).parents[2] / "schemas"

_TOKEN = re.compile(r"\d*(?:[.,]\d+)+")
_DIGITS_AND_MARKS = re.compile(r"[^\w]?[\d.,' ]*\d[\d.,' ]*")


def read_table_of(path: str | Path) -> Sheet:
    """Read one of the optional tables of a review folder (`studies.csv`, `claims.csv`, ...).

    Cells come without surrounding space and characters that nobody sees. Decimal commas are points in the columns
    that hold decimal numbers by the table's schema, where the cells of the column agree on the comma; the decimals
    that a number has stay.
    """
    sheet = read_file(path)
    if not sheet.rows:
        return sheet
    marks = {name: _mark(sheet, name) for name in _decimal_columns(Path(path).stem) if name in sheet.columns}
    commas = {name: mark for name, mark in marks.items() if mark in (COMMA, COMMA_IN_DOUBT)}
    rows, problems = [], [*sheet.problems]
    for row in sheet.rows:
        cells = {name: _plain(text) for name, text in row.cells.items()}
        for name, mark in commas.items():
            try:
                cells[name] = _with_points(cells[name], mark)
            except Refusal as why:
                problems.append(Problem(sheet.file, row.number, name, cells[name], str(why)))
        rows.append(Row(row.number, cells))
    return replace(sheet, rows=tuple(rows), problems=tuple(problems))


def rows_of(path: str | Path | None) -> list[dict[str, str]]:
    """Return the rows of an optional table of the review folder, none where *path* names no file."""
    return [row.cells for row in read_table_of(path).rows] if path else []


def with_numbers(sheet: Sheet, columns: Iterable[str]) -> tuple[Sheet, list[Problem]]:
    """Return *sheet* with the numbers of *columns* as plain numbers, read by the rules of `extraction.csv`.

    A cell that holds no number stays as it is; one of digits and marks that may be two numbers is a problem.
    """
    own = {name: Habits(_mark(sheet, name)) for name in columns if name in sheet.columns}
    rows, problems = [], []
    for row in sheet.rows:
        cells = dict(row.cells)
        for name, habits in own.items():
            reading = read_number(cells[name], Column(name, "number"), habits)
            if reading.number is not None:
                cells[name] = reading.text
            elif reading.error and _DIGITS_AND_MARKS.fullmatch(cells[name]):
                problems.append(Problem(sheet.file, row.number, name, reading.text, reading.error))
        rows.append(Row(row.number, cells))
    return replace(sheet, rows=tuple(rows)), problems


@lru_cache
def _decimal_columns(table: str) -> tuple[str, ...]:
    """Return the columns of a table whose schema takes 0.5 for what it is, and not for text."""
    path = SCHEMAS / f"{table}.schema.yaml"
    if not path.is_file():
        return ()
    schema = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    found = []
    for name, part in schema.get("properties", {}).items():
        if "$ref" in part:
            part = schema["$defs"][part["$ref"].rsplit("/", 1)[1]]
        if "pattern" in part and re.fullmatch(part["pattern"], "0.5"):
            found.append(name)
    return tuple(found)


def _mark(sheet: Sheet, column: str) -> str:
    return decimal_mark(row.cells.get(column, "") for row in sheet.rows)


def _plain(text: str) -> str:
    return text.strip() if text.isascii() else text.translate(INVISIBLE).strip()


def _with_points(text: str, mark: str) -> str:
    """Return *text* with points in its decimal numbers; a number that may be thousands is a `Refusal`."""

    def plain(match: re.Match) -> str:
        cell = Cell(match[0], Habits(mark))
        separators(cell, Column("", "number"))
        return cell.text

    return _TOKEN.sub(plain, text)
