"""Extraction files built on the spot: the bytes that a program would have saved."""

import csv
import io
import re
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
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook()
    sheet = book.active
    sheet.title = title
    for record in records:
        sheet.append(
            [_stored(ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell) for cell in record]
        )
    for place, number_format in (formats or {}).items():
        sheet[place].number_format = number_format
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _stored(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    if not cell.isascii():
        return cell
    try:
        number = float(cell)
    except ValueError:
        return cell or None
    if abs(number) > 1e15 or re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", cell):  # what may be thousands, as text
        return cell
    short = sum(character.isdigit() for character in cell) <= 15  # Excel keeps no more
    if short and cell.lstrip("-").isdecimal():
        return int(cell)
    return number if short and cell.strip() == cell and cell.isascii() else cell
