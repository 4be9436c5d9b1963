"""Which program a file comes from, told by what is in it."""

from collections.abc import Mapping
from pathlib import PurePath

from metawright.exchange.covidence import is_results, read_covidence
from metawright.exchange.data_package import is_analyses, is_data_rows, read_data_package
from metawright.exchange.draft import CannotRead, Draft
from metawright.exchange.revman5 import read_revman5
from metawright.exchange.robvis import is_robvis, read_robvis
from metawright.exchange.tables import Table, read_tables, unpack, without_repeats
from metawright.exchange.wide import is_wide, read_wide

FORMS = (
    "a RevMan 5 file (.rm5), a RevMan Web data package (zip or folder), the four CSV files of Covidence's export to "
    "RevMan Web (zip or folder), a table with metafor's columns (yi vi, n1i m1i sd1i n2i m2i sd2i, ai bi ci di) or a "
    "robvis table"
)


def read_any(files: Mapping[str, bytes], name: str, controls: str = "") -> Draft:
    """Read what a person brought.

    Parameters
    ----------
    files : mapping
        The content of the file by its name, or of the files of a folder.
    name : str
        Name of the file or folder, for the source.
    controls : str
        Names of control arms, with `;`.

    Raises
    ------
    CannotRead
        If it is none of the known forms, or not readable.
    """
    if len(files) == 1:
        only, content = next(iter(files.items()))
        if content[:4] == b"PK\x03\x04":
            files = unpack(content, only)
        elif _is_xml(content[:256]):
            return read_revman5(content, only)
    tables = list(read_tables({file: content for file, content in files.items() if file.casefold().endswith(".csv")}))
    tables, repeated = without_repeats(tables)
    draft = _read_tables(tables, name, controls)
    for file, row, where in repeated:
        draft.leave_out(file, row, "", f"equal to {where}")
    if repeated:
        draft.note(f"{len(repeated)} rows equal earlier ones in every cell and count once; left_out.csv lists them.")
    return draft


def _is_xml(start: bytes) -> bool:
    """Whether the first bytes of a file begin an element, in UTF-16 with its mark or in what holds ASCII."""
    encoding = "utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "latin-1"
    return start.removeprefix(b"\xef\xbb\xbf").decode(encoding, errors="ignore").lstrip()[:1] == "<"


def _read_tables(tables: list[Table], name: str, controls: str) -> Draft:
    if any(is_analyses(table) for table in tables) or any(is_data_rows(table) for table in tables):
        return read_data_package(tables, name)
    if any(is_results(table) for table in tables):
        return read_covidence(tables, name, controls)
    wide = [table for table in tables if is_wide(table)]
    judged = [table for table in tables if is_robvis(table)]
    if len(wide) > 1:
        raise CannotRead(f"{name}: holds several tables with metafor's columns; import one, or put them into one file")
    if wide:
        draft = read_wide(wide[0], PurePath(wide[0].file).stem)
        if judged:
            other = read_robvis(judged[0])
            for field in ("risk_of_bias", "instrument", "domains"):
                setattr(draft, field, getattr(other, field))
            draft.notes += other.notes
        return draft
    if judged:
        return read_robvis(judged[0])
    raise CannotRead(f"{name}: not recognised; expected {FORMS}")
