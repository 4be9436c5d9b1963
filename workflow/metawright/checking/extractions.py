"""The rows of a review: one person's, perhaps a second one's, and what was decided between the two."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from metawright.extraction.adjudication import clean_adjudicated
from metawright.extraction.clean import Cleaned, clean_extraction
from metawright.extraction.reconcile import reconcile
from metawright.extraction.required import missing_columns
from metawright.reading.problems import Problem
from metawright.reading.protocol import Protocol
from metawright.reading.schemas import check_table, load_schema
from metawright.reading.sheets import Sheet

#: What a second extractor read, and what a third person decided.
SECOND, DECISIONS = "second_extraction", "adjudication"


def extraction_path(folder: Path) -> tuple[Path | None, list[Problem]]:
    """Return the one file that holds the rows, and what is wrong if it is not one."""
    there = [path for path in (folder / "extraction.csv", folder / "extraction.xlsx") if path.is_file()]
    if len(there) > 1:
        what = "stands beside extraction.xlsx; keep one of the two, so that it is clear which numbers count"
        return None, [Problem(str(there[0]), 0, "", "", what)]
    if not there:
        return None, [Problem(str(folder / "extraction.csv"), 0, "", "", absent("new-review"))]
    return there[0], []


@dataclass(frozen=True)
class Extractions:
    """The rows of a review: one person's, perhaps a second one's, and what was decided between the two."""

    sheet: Sheet
    second: Sheet | None = None
    decisions: Sheet | None = None


def check_extractions(
    given: Extractions, protocol: Protocol, treatment: Mapping[str, float], schemas: Path
) -> tuple[Cleaned | None, list[Problem]]:
    """Return the cleaned rows, and what is wrong in the extraction, in the second one and undecided between the two.

    The rows are None where something is wrong with them.
    """
    sheet, second, decisions = given.sheet, given.second, given.decisions
    problems: list[Problem] = []
    if decisions is not None:
        problems += check_table(decisions, load_schema(schemas, DECISIONS))
        if second is None:
            what = f"decides between two extractions, but there is no {SECOND}.csv; add it, or remove this file"
            problems.append(Problem(decisions.file, 0, "", "", what))
    cleaned = None
    for each in filter(None, (second, sheet)):
        # without its columns a row cannot be judged: its cells would all be called empty
        missing = [*each.problems] or missing_columns(each, protocol)
        cleaned = None if missing else clean_extraction(each, protocol, treatment)
        problems += cleaned.problems if cleaned else missing
    if problems or second is None:
        return (None if problems else cleaned), problems
    undecided = reconcile(sheet, second, decisions, protocol, treatment).problems
    if undecided:
        return None, undecided
    cleaned = clean_adjudicated(sheet, decisions, protocol, treatment)
    return cleaned, cleaned.problems


def absent(target: str) -> str:
    """Say that a file is missing, and which command lays down a folder that has it."""
    return f"there is no such file; `make {target} NAME=...` lays down a folder that has it"
