"""What an import format is: how its files are recognised, and the function that reads them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from metawright.exchange.draft import Draft
from metawright.exchange.tables import Table, read_tables, without_repeats


@dataclass
class Source:
    """What a person imports.

    Attributes
    ----------
    name : str
        Name of the file or folder.
    files : mapping
        Content of its files by name: one file, or those of a folder or zip archive.
    controls : str
        Names of control arms, with `;`, where the person gave them.
    """

    name: str
    files: Mapping[str, bytes]
    controls: str = ""

    @cached_property
    def _parsed(self) -> tuple[list[Table], list[tuple[str, int, str]]]:
        csv = {file: content for file, content in self.files.items() if file.casefold().endswith(".csv")}
        return without_repeats(list(read_tables(csv)))

    @property
    def tables(self) -> list[Table]:
        """The CSV files as tables, without rows that equal an earlier one; raises `CannotRead` where one is none."""
        return self._parsed[0]

    @property
    def repeated(self) -> list[tuple[str, int, str]]:
        """The rows that were taken out: file, row, and where the earlier one stands."""
        return self._parsed[1]

    def select(self, recognises: Callable[[Table], bool]) -> list[Table]:
        """Return the tables for which *recognises* holds."""
        return [table for table in self.tables if recognises(table)]


@dataclass(frozen=True)
class ImportFormat:
    """A format that reviews are imported from.

    Attributes
    ----------
    name : str
        As docs/exchange.md lists it.
    order : int
        Formats are tried in this order, and messages list them in it; no two have the same.
    description : str
        The format among those that a message expects: `a RevMan 5 file (.rm5)`.
    recognises : callable
        Whether a source is of the format, by its content: names of files do not count.
    read : callable
        The draft of the review; raises `CannotRead` where a source of the format cannot be read.
    """

    name: str
    order: int
    description: str
    recognises: Callable[[Source], bool]
    read: Callable[[Source], Draft]
