"""The flow of records of a review: from `screening.yaml`, or from the CSV template of the PRISMA2020 R package."""

import re

from metawright.reading.problems import Problem
from metawright.reading.sheets import read_sheet
from metawright.reading.yaml_lines import Document, read_yaml, yaml_text

#: Counts that are lists of reasons: `not randomised, 10; wrong outcome, 5`.
REASONS = ("dbr_excluded", "other_excluded")

#: What the template holds where nobody has filled in a number.
_UNKNOWN = ("", "xxx", "na")

_COUNT = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")

#: Rows of the template that we keep; the others are headings, or counts by single database.
COUNTS = (
    "previous_studies", "previous_reports", "database_results", "register_results", "website_results",
    "organisation_results", "citations_results", "duplicates", "excluded_automatic", "excluded_other",
    "records_screened", "records_excluded", "dbr_sought_reports", "dbr_notretrieved_reports", "dbr_assessed",
    "dbr_excluded", "other_sought_reports", "other_notretrieved_reports", "other_assessed", "other_excluded",
    "new_studies", "new_reports", "total_studies", "total_reports",
)  # fmt: skip


def read_screening(content: bytes, file: str) -> tuple[Document, list[Problem]]:
    """Read the counts of a flow diagram.

    Parameters
    ----------
    content : bytes
        The file's bytes.
    file : str
        Its name; one that ends in `.csv` is the template of the PRISMA2020 R package, with its columns `data` and `n`.

    Returns
    -------
    document : Document
        Counts by field name, with the line of each.
    problems : list of Problem
        What cannot be read.

    References
    ----------
    Haddaway 2022 (PRISMA2020).
    """
    if not file.endswith(".csv"):
        text, problems = yaml_text(content, file)
        document = read_yaml(text, file)
        return Document(document.content or {}, document.lines, document.problems), problems
    sheet = read_sheet(content, file)
    missing = [name for name in ("data", "n") if name not in sheet.columns]
    if sheet.problems or missing:
        what = "this column is missing; the template of the PRISMA2020 R package has it"
        return Document({}, {}, ()), [*sheet.problems, *(Problem(file, 1, name, "", what) for name in missing)]
    counts, lines, problems = {}, {}, []
    for row in sheet.rows:
        name, text = row.cells["data"].strip(), row.cells["n"].strip()
        if name not in COUNTS or text.casefold() in _UNKNOWN:
            continue
        lines[name,] = row.number
        try:
            counts[name] = _reasons(text) if name in REASONS else _count(text)
        except ValueError:
            expected = "reasons with counts, `not randomised, 10; other, 5`" if name in REASONS else "a whole number"
            problems.append(Problem(file, row.number, "n", text, f"is not a count; expected {expected}"))
    return Document(counts, lines, ()), problems


def _count(text: str) -> int:
    if not _COUNT.fullmatch(text):
        raise ValueError(text)
    return int(text.replace(",", ""))


def _reasons(text: str) -> dict[str, int]:
    """Read `reason, count; reason, count`; reasons that nobody has counted are left out."""
    found = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        reason, _, count = part.rpartition(",")
        if count.strip().casefold() in _UNKNOWN:
            continue
        found[reason.strip()] = _count(count.strip())
    return found
