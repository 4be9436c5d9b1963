"""Tables of other programs: found by their headers, whatever the files are called."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from metawright.exchange.draft import CannotRead
from metawright.reading.cells import Habits, read_number
from metawright.reading.columns import Column
from metawright.reading.decimals import decimal_mark
from metawright.reading.sheets import Row, Sheet, read_sheet

#: Bounds of what is unpacked: files, bytes of one file and of all together.
MOST_FILES, LARGEST, LARGEST_TOTAL = 2_000, 100_000_000, 300_000_000


@dataclass(frozen=True)
class Table:
    """A table: the name of its file, and its rows as texts; `#N/A` cells are empty."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def has(self, *columns: str) -> bool:
        """Whether all *columns* are there."""
        return set(columns) <= set(self.columns)


def with_numbers(table: Table, whole: Iterable[str] = (), decimal: Iterable[str] = ()) -> Table:
    """Return *table* with the numbers of some columns as plain numbers, read by the rules of `extraction.csv`.

    Parameters
    ----------
    table : Table
    whole, decimal : iterable of str
        Columns of counts, and of other numbers; those that the table lacks are passed over. What is no number there
        stays as it is.
    """
    columns = [Column(name, kind) for kind, names in (("whole", whole), ("number", decimal)) for name in names]
    habits = {
        column: Habits(decimal_mark(row.cells[column.name] for row in table.rows))
        for column in columns
        if column.name in table.columns
    }
    rows = []
    for row in table.rows:
        readings = {column.name: read_number(row.cells[column.name], column, own) for column, own in habits.items()}
        plain = {name: reading.text for name, reading in readings.items() if reading.number is not None}
        rows.append(Row(row.number, row.cells | plain))
    return replace(table, rows=tuple(rows))


def without_repeats(tables: Sequence[Table]) -> tuple[list[Table], list[tuple[str, int, str]]]:
    """Return the tables without rows that equal an earlier one in every cell, and these: file, row, the earlier one.

    A file that was downloaded twice counts once, as a repeated row of `extraction.csv` does.
    """
    seen: dict[tuple, str] = {}
    kept, dropped = [], []
    for table in tables:
        rows = []
        for row in table.rows:
            content = (table.columns, *row.cells.values())
            if content in seen:
                dropped.append((table.file, row.number, seen[content]))
            else:
                seen[content] = f"row {row.number} of {table.file}"
                rows.append(row)
        if rows or not table.rows:
            kept.append(replace(table, rows=tuple(rows)))
    return kept, dropped


def unused_file(name: str, files: Mapping[str, bytes]) -> str:
    """Return *name*, or *name* with a number, unlike those of *files*: no file takes the place of another."""
    path, number, candidate = PurePosixPath(name), 2, name
    while candidate in files:
        candidate, number = f"{path.stem} ({number}){path.suffix}", number + 1
    return candidate


def unpack(content: bytes, file: str, depth: int = 0) -> dict[str, bytes]:
    """Return the files inside a zip archive, those of archives in it included, in memory and within bounds.

    Raises
    ------
    CannotRead
        If it is no archive, is encrypted, or holds more than a data package can.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = [item for item in archive.infolist() if not item.is_dir()]
        if len(members) > MOST_FILES or sum(item.file_size for item in members) > LARGEST_TOTAL:
            raise CannotRead(f"{file}: unpacks to more than a data package holds; not read")
        files: dict[str, bytes] = {}
        for item in members:
            if item.file_size > LARGEST:
                raise CannotRead(f"{file}: {item.filename} unpacks to more than {LARGEST // 1_000_000} MB; not read")
            name = PurePosixPath(item.filename.replace("\\", "/")).name
            suffix = name.casefold().rsplit(".", 1)[-1]
            if suffix == "csv":
                files[unused_file(name, files)] = archive.read(item)
            elif suffix == "zip" and depth < 2:
                for inner, text in unpack(archive.read(item), name, depth + 1).items():
                    files[unused_file(inner, files)] = text
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise CannotRead(f"{file}: cannot be unpacked ({error})") from None
    return files


def read_tables(files: Mapping[str, bytes]) -> Iterator[Table]:
    """Yield the CSV files that can be read, in the order of their names.

    Raises
    ------
    CannotRead
        If one of them is no table.
    """
    for name in sorted(files):
        sheet: Sheet = read_sheet(files[name], name)
        if sheet.problems:
            raise CannotRead("\n".join(problem.text for problem in sheet.problems))
        rows = [
            Row(r.number, {c: "" if t.strip() == "#N/A" else t.strip() for c, t in r.cells.items()}) for r in sheet.rows
        ]
        yield Table(name, sheet.columns, tuple(rows))
