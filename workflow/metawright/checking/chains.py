"""What the chain of each outcome starts from, so that a change elsewhere in a file reruns nothing of it."""

import hashlib
import json
from collections.abc import Mapping
from typing import TypeVar

from metawright.extraction.clean import decimals_of, rows_by_outcome
from metawright.reading.characters import fold
from metawright.reading.protocol import Outcome
from metawright.reading.sheets import Sheet

#: What is known of one trial.
Known = TypeVar("Known")


def raw_digests(sheets: list[Sheet], outcomes: Mapping[str, Outcome]) -> dict[str, str]:
    """Return a digest of what each outcome's chain starts from.

    Its rows with their numbers and the header; what was decided about the file; and, for columns in which the
    outcome writes a comma or a point, the decimal mark, since that was decided over the rows of all outcomes.
    """
    digests = {}
    parts = [rows_by_outcome(sheet, outcomes) for sheet in sheets]
    for outcome in outcomes:
        content = []
        for part in parts:
            own = part[outcome]
            marked = {
                name: mark
                for name, mark in decimals_of(own).items()
                if mark != "." and any(set(",.") & set(row.cells.get(name, "")) for row in own.rows)
            }
            content += [own.columns, [(row.number, row.cells) for row in own.rows], own.notes, marked]
        digests[outcome] = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
    return digests


def of_trials(sheet: Sheet, outcomes: Mapping[str, Outcome], every: Mapping[str, Known]) -> dict[str, dict[str, Known]]:
    """Return what is known of the trials of each outcome: a cell of another trial reruns nothing of it."""
    found = {}
    for outcome, own in rows_by_outcome(sheet, outcomes).items():
        names = {fold(row.cells.get("study", "")) for row in own.rows}
        found[outcome] = {name: one for name, one in every.items() if name in names}
    return found
