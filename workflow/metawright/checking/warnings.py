"""What is read and hardly true: said before a build, on the terminal and as a table, and never in the way of one."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from metawright.checking.refusal import COLUMNS
from metawright.extraction.clean import Cleaned
from metawright.extraction.contrasts import contrast_findings
from metawright.extraction.documents import PrintedRow
from metawright.files.tables import write_table
from metawright.reading.problems import Problem
from metawright.reading.protocol import Protocol

#: So many warnings of a review stand on the terminal; the table has all.
SHOWN = 20


def warnings_of(cleaned: Cleaned, protocol: Protocol, file: str) -> list[Problem]:
    """Return what the rows of a review that passed its checks can hardly be.

    Parameters
    ----------
    cleaned : Cleaned
        The cleaned rows.
    protocol : Protocol
        The completed protocol.
    file : str
        The name of `extraction.csv` that warnings carry.
    """
    rows: list[PrintedRow] = [
        {**arm, "printed": printed} for arm, printed in zip(cleaned.arms, cleaned.printed, strict=True)
    ]
    found = contrast_findings(rows, protocol["outcomes"])
    return sorted({Problem(file, one.row, one.column, one.value, one.message) for one in found})


def warn(warnings: Mapping[str, Iterable[Problem]], logs: Path = Path("logs")) -> str:
    """Write the warnings of each review to `<logs>/<review>/warnings.csv` and return the words for the terminal.

    The table of a review without warnings is removed; without any the words are empty.
    """
    lines = []
    for name, found in warnings.items():
        path, problems = logs / name / "warnings.csv", list(found)
        if not problems:
            path.unlink(missing_ok=True)
            continue
        write_table(path, [{column: getattr(problem, column) for column in COLUMNS} for problem in problems], COLUMNS)
        lines += [f"Warning: {one.location}: '{one.value}': {one.what}" for one in problems[:SHOWN]]
        more = len(problems) - SHOWN
        lines.append(f"{f'And {more} more. ' if more > 0 else ''}All warnings as a table: {path}")
    return "\n".join(lines)


def verdict(warnings: Mapping[str, Iterable[Problem]]) -> str:
    """Say in a line how the files are: in order, or readable with warnings."""
    number = sum(len(list(found)) for found in warnings.values())
    if not number:
        return "Every file is in order."
    return f"Every file can be read, with {number} warning{'s' if number > 1 else ''}; a build goes on with them."
