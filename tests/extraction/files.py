"""Extraction files built on the spot: the bytes that a program would have saved."""

import csv
import io
from collections.abc import Iterable, Sequence


def csv_bytes(
    records: Iterable[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8", end: str = "\n"
) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=end).writerows(records)
    return buffer.getvalue().encode(encoding)


def as_workbook(
    records: Iterable[Sequence[object]], title: str = "extraction", formats: dict[str, str] | None = None
) -> bytes:
    """An .xlsx of one worksheet; text that is a plain number is stored as one, as Excel does."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = title
    for record in records:
        sheet.append([_stored(cell) for cell in record])
    for place, number_format in (formats or {}).items():
        sheet[place].number_format = number_format
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _stored(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    try:
        number = float(cell)
    except ValueError:
        return cell or None
    return int(cell) if cell.lstrip("-").isdigit() else number if cell.strip() == cell and cell.isascii() else cell
