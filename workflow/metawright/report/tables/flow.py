"""Tables of the flow of records: whether its counts close, and the checklist of PRISMA 2020."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from metawright.report.tables.review import SCREENING
from metawright.report.tables.table import TableData, cell, column, table
from metawright.words.names import join, sentence

if TYPE_CHECKING:
    from metawright.report.documents import Results


STATUSES = {"closed": "holds", "wrong": "does not hold", "open": "cannot be checked"}
FILLED = {"filled": "filled here", "partly": "filled in part", "authors": "left to the authors"}


def flow_table(results: Results) -> TableData | None:
    """Return every identity of the flow with its two sides; None where no counts are given."""
    flow = results.get("flow")
    if not flow or not flow["counts"]:
        return None
    columns = [column("Identity"), column("Left", "right"), column("Right", "right"), column("Verdict", wide=True)]
    rows = []
    for one in flow["checks"]:
        kind = {"wrong": "flag", "closed": "good"}.get(one["status"], "")
        missing = f"not stated: {join(_name(name) for name in one['missing'])}" if one["missing"] else ""
        sides = [f"{one[side]:,}" if one[side] is not None else "" for side in ("left", "right")]
        rows.append([cell(sentence(one["words"]), one["id"]), *sides, cell(STATUSES[one["status"]], missing, kind)])
    return table("flow-arithmetic", "Arithmetic of the flow of records", columns, rows)


def _name(key: str) -> str:
    words = SCREENING.get(key, key)
    return words[:1].lower() + words[1:]


def flow_sentence(results: Results) -> str:
    """Return whether the flow closes; empty without counts."""
    flow = results.get("flow")
    if not flow or not flow["counts"]:
        return ""
    wrong = [one for one in flow["checks"] if one["status"] == "wrong"]
    if wrong:
        return f"The counts do not close: {join(one['words'] for one in wrong)}."
    if flow["closes"]:
        return "The counts close."
    return "The counts cannot be closed: some are not stated. What does not follow from the stated ones is left open."


def checklist_table(results: Results) -> TableData | None:
    """Return the PRISMA 2020 checklist: what this report fills, fills in part, and leaves to the authors."""
    flow = results.get("flow")
    if not flow:
        return None
    columns = [column("Item"), column("Topic"), column("In this report"), column("What, or what is left", wide=True)]
    rows = [
        [
            one["item"],
            one["topic"],
            cell(FILLED[one["filled"]], kind="good" if one["filled"] == "filled" else ""),
            sentence(one["where"]),
        ]
        for one in flow["checklist"]
    ]
    numbers = Counter(one["filled"] for one in flow["checklist"])
    said = join(f"{numbers[key]} {words}" for key, words in FILLED.items() if numbers[key])
    notes = [f"27 items, {len(rows)} lines: {said}."]
    return table("prisma-checklist", "PRISMA 2020 checklist", columns, rows, notes)
