"""Tables that people write: read as text, with the row numbers that their spreadsheet shows."""

import csv
import io
from dataclasses import dataclass, field

from metawright.review.problems import Problem


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
    """

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = field(default=())


def read_sheet(content: bytes, file: str) -> Sheet:
    """Read a CSV file (UTF-8, with or without byte order mark; comma between cells).

    Parameters
    ----------
    content : bytes
        The file's bytes.
    file : str
        The name that problems carry.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        what = "is not UTF-8 text; save the file as 'CSV UTF-8'"
        return Sheet(file, (), (), (Problem(file, row, "", repr(content[error.start : error.start + 1])[2:-1], what),))
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        what = f"cannot be read as CSV ({error}); look for an unclosed quote"
        return Sheet(file, (), (), (Problem(file, 0, "", "", what),))
    if not records or not any(cell.strip() for cell in records[0]):
        return Sheet(file, (), (), (Problem(file, 1, "", "", "the header row with the column names is missing"),))
    columns = tuple(cell.strip() for cell in records[0])
    problems = _header_problems(columns, file)
    rows = []
    for number, record in enumerate(records[1:], start=2):
        if not any(cell.strip() for cell in record):
            continue
        extra = [cell for cell in record[len(columns) :] if cell.strip()]
        if extra:
            what = f"stands beyond the last of the {len(columns)} columns; quote cells that contain a comma"
            problems.append(Problem(file, number, "", extra[0], what))
        cells = dict(zip(columns, record, strict=False))
        cells.pop("", None)
        rows.append(Row(number, {name: cells.get(name, "") for name in columns if name}))
    return Sheet(file, tuple(name for name in columns if name), tuple(rows), tuple(problems))


def _header_problems(columns: tuple[str, ...], file: str) -> list[Problem]:
    twice = {name for name in columns if name and columns.count(name) > 1}
    problems = [
        Problem(file, 1, name, name, "is the name of two columns; rename or remove one of them") for name in twice
    ]
    if len(columns) == 1 and (";" in columns[0] or "\t" in columns[0]):
        what = "is one single column; separate the cells with commas"
        problems.append(Problem(file, 1, "", columns[0], what))
    return problems
