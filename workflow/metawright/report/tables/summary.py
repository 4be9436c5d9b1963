"""The summary of a review as one table: a line per outcome and period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metawright.report.grid import card
from metawright.report.sentences.context import Context
from metawright.report.tables.table import Cell, TableData, cell, column, table
from metawright.words.names import TRACKS

if TYPE_CHECKING:
    from metawright.report.documents import Results


def summary_table(results: Results) -> TableData:
    """Return every cell with both tracks, the published result and what to beware of."""
    published = any(one["claims"] for one in results["cells"])
    columns = [column("Outcome and period"), column("Trials"), column(TRACKS["protocol"], "right")]
    columns += [column(TRACKS["recommended"], "right"), *([column("Published", "right")] if published else [])]
    columns.append(column("Remarks"))
    rows = []
    for one in results["cells"]:
        context = Context(results, one)
        shown = card(context)
        lines = {line["key"]: line for line in shown["lines"]}
        single = lines.get("trial")
        row = [cell(*context.where), shown["trials"] or shown["status_label"]]
        row += [_result(lines.get(key) or single) for key in ("protocol", "recommended")]
        if published:
            claim = shown["published"]
            row.append(
                cell(claim["effect"] or claim["p"] or claim["words"], f"claim {claim['claim']}") if claim else ""
            )
        remarks = ["conclusion differs"] if shown["differs"] else []
        remarks += ["incomplete pool"] if shown["incomplete"] else []
        remarks += [f"{shown['awaited']} awaiting data"] if shown["awaited"] else []
        remarks += [f"{line['label'].lower()}: {line['part']}" for line in shown["lines"] if line["part"]]
        remarks += [f"{shown['recovered']} with recovered values"] if shown["recovered"] else []
        rows.append([*row, ", ".join(remarks)])
    return table("summary", "Summary of findings by outcome and period, effects with 95% intervals", columns, rows)


def _result(line: Mapping | None) -> Cell | str:
    return cell(line["effect"], line["p"]) if line else ""
