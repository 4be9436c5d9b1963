"""Tables that people write: read as text, with the row numbers that their spreadsheet shows."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from metawright.reading.characters import plain_text
from metawright.reading.problems import Problem
from metawright.reading.text_files import Note, decode, delimiter
from metawright.reading.workbooks import UnreadableWorkbook, read_workbook


@dataclass(frozen=True)
class Row:
    """One row: its number in the spreadsheet (the header is row 1) and its cells by column, as typed."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """A table as text.

    Attributes
    ----------
    file : str
        The name that problems carry.
    columns : tuple of str
        The header, without surrounding space.
    rows : tuple of Row
        The rows that hold anything; row numbers count the empty ones too.
    problems : tuple of Problem
        What is wrong with the form of the table.
    notes : tuple of (rule, before, after)
        Cleaning rules that were applied to the file as a whole, such as its encoding.
    decimals : Mapping or None
        The decimal mark of every column, once it was decided over all rows (see `metawright.reading.decimals`).
    """

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = field(default=())
    notes: tuple[Note, ...] = ()
    decimals: Mapping[str, str] | None = None


def read_sheet(content: bytes, file: str) -> Sheet:
    """Read a table: CSV in UTF-8, UTF-16 or Windows-1252 with commas, semicolons or tabs, or an Excel workbook.

    Parameters
    ----------
    content : bytes
        The file's bytes.
    file : str
        The name that problems carry; one that ends in `.xlsx` is a workbook.
    """
    try:
        records, notes = _workbook(content, file) if file.endswith(".xlsx") else _csv(content)
    except _Unreadable as error:
        return Sheet(file, (), (), (Problem(file, error.row, error.column, error.value, error.what),))
    if not records or not any(cell.strip() for cell in records[0]):
        return Sheet(file, (), (), (Problem(file, 1, "", "", "the header row with the column names is missing"),))
    columns = tuple(plain_text(cell) for cell in records[0])
    problems = _header_problems(columns, file)
    rows = []
    nameless = set()
    for number, record in enumerate(records[1:], start=2):
        if not any(cell.strip() for cell in record):
            continue
        if len(record) > len(columns):
            # blank cells too: '32,8' in a file of commas moves the rest of its row to the right
            extra = next((cell for cell in record[len(columns) :] if cell.strip()), "")
            what = f"stands beyond the last of the {len(columns)} columns; quote cells that contain a comma"
            blank = f"has {len(record)} cells and the header {len(columns)}; quote cells that contain a comma"
            problems.append(Problem(file, number, "", extra, what if extra else blank))
        cells = dict(zip(columns, record, strict=False))
        nameless.update(
            place for place, cell in enumerate(record[: len(columns)]) if cell.strip() and not columns[place]
        )
        rows.append(Row(number, {name: cells.get(name, "") for name in columns if name}))
    notes += tuple(("nameless_column", f"column {place + 1} without a name", "left out") for place in sorted(nameless))
    return Sheet(file, tuple(name for name in columns if name), tuple(rows), tuple(problems), notes)


def read_file(path: str | Path) -> Sheet:
    """Read a table that people write, as `read_sheet` does, under its own path."""
    return read_sheet(Path(path).read_bytes(), str(path))


class _Unreadable(Exception):  # noqa: N818 - it is the file that is at fault
    def __init__(self, what: str, row: int = 0, column: str = "", value: str = "") -> None:
        self.what, self.row, self.column, self.value = what, row, column, value


def _csv(content: bytes) -> tuple[list[list[str]], tuple[Note, ...]]:
    decoded = decode(content)
    if decoded.error:
        raise _Unreadable(decoded.error, decoded.row, "", decoded.value)
    mark, notes = delimiter(decoded.text)
    try:
        reader = csv.reader(io.StringIO(decoded.text, newline=""), delimiter=mark, strict=True)
        return list(reader), decoded.notes + notes
    except csv.Error as error:
        raise _Unreadable(f"cannot be read as CSV ({error}); look for an unclosed quote") from error


def _workbook(content: bytes, file: str) -> tuple[list[list[str]], tuple[Note, ...]]:
    try:
        records, name = read_workbook(content, PurePath(file).stem)
    except UnreadableWorkbook as error:
        raise _Unreadable(str(error), error.row, error.column, error.value) from error
    return records, (("excel_workbook", f"worksheet '{name}'", "table of texts"),)


def _header_problems(columns: tuple[str, ...], file: str) -> list[Problem]:
    twice = {name for name in columns if name and columns.count(name) > 1}
    problems = [
        Problem(file, 1, name, name, "is the name of two columns; rename or remove one of them") for name in twice
    ]
    return problems
