"""What a check found: shown to the reader, never corrected."""

from collections.abc import Iterable
from dataclasses import dataclass

from metawright.extraction.documents import FindingRow

#: From what cannot be to what is worth a look.
SEVERITIES = ("error", "inconsistency", "ambiguity", "omission", "note")


@dataclass(frozen=True)
class Finding:
    """One finding.

    Attributes
    ----------
    severity : str
        `error` (impossible), `inconsistency` (two statements disagree), ..., `note`.
    check : str
        The word of the check.
    row : int
        Row of the spreadsheet.
    study, outcome, column : str
        Where it stands.
    value : str
        What stands there, with the decimals that it has.
    expected : str
        What would be consistent.
    message : str
        The finding in a sentence.
    """

    severity: str
    check: str
    row: int
    study: str
    outcome: str
    column: str
    value: str
    expected: str
    message: str


def finding_rows(findings: Iterable[Finding], file: str) -> list[FindingRow]:
    """Return the rows of `findings.csv`, sorted by row and check, numbered `E001`, `E002`, ... in that order."""
    ordered = sorted(set(findings), key=lambda item: (item.row, item.check, item.column, item.message))
    return [
        {
            "id": f"E{number:03}",
            "severity": item.severity,
            "check": item.check,
            "file": file,
            "row": item.row,
            "study": item.study,
            "outcome": item.outcome,
            "column": item.column,
            "value": item.value,
            "expected": item.expected,
            "message": item.message,
        }
        for number, item in enumerate(ordered, start=1)
    ]
