"""CSV tables: rows as dicts of strings in, numbers at full precision out."""

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from metawright.files.write import write_bytes

#: A row of a table as text, by column: as people typed it, or as a file of the workflow holds it.
TextRow = Mapping[str, str]
#: A row that is written: its values by column.
Row = Mapping[str, object]


def read_table(path: str | Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file that the workflow itself wrote, each a dict of strings.

    Files that people write go through `metawright.reading.sheets`, which forgives and reports.
    """
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_table(path: str | Path, rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Write *rows* as CSV with exactly *columns*; a key that is not a column is an error."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, fieldnames=list(columns), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: cell(value) for key, value in row.items()})
    write_bytes(path, buffer.getvalue().encode("utf-8"))


def cell(value: Any) -> str:
    """Return the text of one cell: `repr` of a float64, true/false, empty where not applicable."""
    if hasattr(value, "item"):  # NumPy scalar
        value = value.item()
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    return str(value)


def number(text: str) -> float:
    """Return the number in a cell that the workflow wrote; empty is NaN."""
    return float(text) if text else math.nan


def truth(text: str) -> bool:
    """Return the truth value in a cell that the workflow wrote."""
    return text == "true"


def gather_tables(paths: Iterable[str | Path], columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of all *paths*, in that order; each file must have exactly *columns*."""
    rows: list[dict[str, str]] = []
    for path in paths:
        with Path(path).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if list(reader.fieldnames or []) != list(columns):
                raise ValueError(f"{path}: columns {reader.fieldnames} where {list(columns)} were expected")
            rows.extend(reader)
    return rows
