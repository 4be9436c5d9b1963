"""Tables of other programs: found by their headers, whatever the files are called."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from metawright.exchange.draft import CannotRead
from metawright.review.sheets import Row, Sheet, read_sheet

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
                files[name] = archive.read(item)
            elif suffix == "zip" and depth < 2:
                files |= unpack(archive.read(item), name, depth + 1)
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
