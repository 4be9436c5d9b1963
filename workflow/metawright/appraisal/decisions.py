"""Decisions of people on the certainty of the evidence: `certainty.csv`, and `certainty.overrides` of the protocol."""

from collections.abc import Iterable

from metawright.appraisal.rating.domain import Decision
from metawright.files.tables import TextRow
from metawright.reading.problems import Problem
from metawright.reading.protocol import CertaintyOverride
from metawright.reading.sheets import Sheet

#: Levels that a row can have, by what it decides.
LEVELS = {"start": ("high", "low"), "rating_up": ("0", "1", "2", "3")}
_DOWN = ("0", "1", "2", "3")


def decisions_of(
    outcome: str, period: str, overrides: Iterable[CertaintyOverride] = (), rows: Iterable[TextRow] = ()
) -> list[Decision]:
    """Return what people decided about one cell, one decision per domain.

    Parameters
    ----------
    outcome, period : str
        Keys of the cell.
    overrides : iterable of mappings
        `certainty.overrides` of the protocol.
    rows : iterable of mappings
        Rows of `certainty.csv`, which come before the protocol's; one about the period before one about all of them.
    """
    found: dict[str, Decision] = {}
    rows, overrides = list(rows), list(overrides)
    for entries, whole in ((overrides, True), (overrides, False), (rows, True), (rows, False)):
        for entry in entries:
            about = (entry.get("period") or "").strip()
            if entry["outcome"].strip() != outcome or bool(about) is whole or about not in ("", period):
                continue
            domain, levels = entry["domain"].strip(), entry["levels"]
            words = {name: (entry.get(name) or "").strip() for name in ("reason", "by", "date")}
            value = str(levels).strip() if domain == "start" else int(levels)
            found[domain] = Decision(domain, value, **words)
    return list(found.values())


def check_decisions(sheet: Sheet) -> list[Problem]:
    """Return what is wrong with `certainty.csv` beyond its schema: levels that a row cannot have, and rows twice."""
    problems, seen = [], {}
    for row in sheet.rows:
        cells = {name: text.strip() for name, text in row.cells.items()}
        domain, levels = cells.get("domain", ""), cells.get("levels", "")
        allowed = LEVELS.get(domain, _DOWN)
        if levels not in allowed:
            what = f"is no level of {domain}; expected {' or '.join(allowed)}"
            problems.append(Problem(sheet.file, row.number, "levels", levels, what))
        key = (cells.get("outcome"), cells.get("period", ""), domain)
        first = seen.setdefault(key, row.number)
        if first != row.number:
            what = f"is decided in row {first} already; keep one of the two"
            problems.append(Problem(sheet.file, row.number, "domain", domain, what))
    return problems
