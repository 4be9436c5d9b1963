"""Excel workbooks: the cells of one worksheet as the text that a person would have typed."""

import io
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell


class UnreadableWorkbook(Exception):  # noqa: N818 - it is the workbook that is at fault
    """A workbook that cannot be read, in words for the person who saved it; `row` is 0 for the whole file."""

    def __init__(self, what: str, row: int = 0, column: str = "", value: str = "") -> None:
        super().__init__(what)
        self.row, self.column, self.value = row, column, value


def read_workbook(content: bytes, sheet_name: str) -> tuple[list[list[str]], str]:
    """Return the rows of a worksheet and its name.

    Parameters
    ----------
    content : bytes
        An .xlsx file.
    sheet_name : str
        The worksheet to read if the workbook has more than one that holds anything.

    Raises
    ------
    UnreadableWorkbook
        If the file is no workbook, it is not clear which worksheet is meant, or a formula has no stored result.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.cell import coordinate_from_string  # 0.3 s: paid only by those who keep a workbook

    try:
        values = load_workbook(io.BytesIO(content), data_only=True)
        formulas = load_workbook(io.BytesIO(content))
    except Exception as error:  # openpyxl lets through whatever zip, XML and its own classes raise
        what = f"cannot be read as an Excel workbook ({type(error).__name__}); save it again as .xlsx, or as CSV UTF-8"
        raise UnreadableWorkbook(what) from error
    filled = [
        sheet for sheet in values.worksheets if any(any(_given(cell) for cell in row) for row in sheet.iter_rows())
    ]
    named = [sheet for sheet in filled if sheet.title.strip().casefold() == sheet_name]
    chosen = named or filled
    if len(chosen) > 1:
        names = ", ".join(f"'{sheet.title}'" for sheet in chosen)
        raise UnreadableWorkbook(f"has {len(chosen)} worksheets ({names}); name the one to read '{sheet_name}'")
    if not chosen:
        return [], ""
    sheet = chosen[0]
    for row in formulas[sheet.title].iter_rows():
        for cell in row:
            if cell.data_type == "f" and sheet[cell.coordinate].value is None:
                column, row_number = coordinate_from_string(cell.coordinate)
                what = f"the formula in {cell.coordinate} has no stored result; open the file in Excel and save it"
                raise UnreadableWorkbook(what, row_number, column, "")
    return [[_text(cell) for cell in row] for row in sheet.iter_rows(min_row=1, min_col=1)], sheet.title


def _given(cell: "Cell | MergedCell") -> bool:
    return cell.value is not None and str(cell.value).strip() != ""


def _text(cell: "Cell | MergedCell") -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        if "%" in (cell.number_format or ""):  # 0.85 is stored where the person sees 85%
            return f"{(Decimal(repr(value)) * 100).normalize():f}%"
        return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
