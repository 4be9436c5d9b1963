"""Tables of the whole review: characteristics, what awaits data, what was not used, screening."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metawright.report.lineage import file_of
from metawright.report.sentences.context import Context
from metawright.report.tables.table import TableData, cell, column, table
from metawright.words.names import dashed, sentence

if TYPE_CHECKING:
    from metawright.reading.protocol import Period
    from metawright.report.documents import Results


SCREENING = {
    "previous_studies": "Studies of a previous version",
    "previous_reports": "Reports of a previous version",
    "database_results": "Records from databases",
    "register_results": "Records from registers",
    "website_results": "Records from websites",
    "organisation_results": "Records from organisations",
    "citations_results": "Records from citation searching",
    "duplicates": "Duplicates removed before screening",
    "excluded_automatic": "Records removed by automation tools",
    "excluded_other": "Records removed before screening for other reasons",
    "records_screened": "Records screened",
    "records_excluded": "Records excluded",
    "dbr_sought_reports": "Reports sought for retrieval",
    "dbr_notretrieved_reports": "Reports not retrieved",
    "dbr_assessed": "Reports assessed for eligibility",
    "dbr_excluded": "Reports excluded",
    "other_sought_reports": "Reports from other sources sought",
    "other_notretrieved_reports": "Reports from other sources not retrieved",
    "other_assessed": "Reports from other sources assessed",
    "other_excluded": "Reports from other sources excluded",
    "new_studies": "New studies included",
    "new_reports": "Reports of new studies included",
    "total_studies": "Studies in total",
    "total_reports": "Reports in total",
    "total_studies_ma": "Studies in a meta-analysis",
}


def characteristics_table(results: Results) -> TableData | None:
    """Return Table 1; where the published review printed something else, its text stands under the value."""
    studies = results["studies"]
    if not studies or not studies["rows"]:
        return None
    columns = [column("Study")]
    for index, one in enumerate(studies["columns"]):
        columns.append(
            column(one["label"], wide=any(len(row["cells"][index]["value"]) > 24 for row in studies["rows"]))
        )
    rows, differs = [], False
    for study in studies["rows"]:
        cells = []
        for one in study["cells"]:
            note = f"printed: {one['as_printed'] or 'nothing'}" if one["differs"] else ""
            differs |= one["differs"]
            cells.append(cell(one["value"], note, "differs" if one["differs"] else ""))
        rows.append([study["label"], *cells])
    notes = ["“printed” is what the published review has where it differs from the source named."] if differs else []
    return table("characteristics", "Characteristics of the included studies", columns, rows, notes)


def corrections_table(results: Results) -> TableData | None:
    """Return where Table 1 as printed differs from what is known, with the source; None without such a cell."""
    studies = results["studies"]
    rows = [
        [study["label"], column_["label"], one["as_printed"] or "nothing", one["value"], one["source"] or ""]
        for study in (studies["rows"] if studies else ())
        for column_, one in zip(studies["columns"] if studies else (), study["cells"], strict=True)
        if one["differs"]
    ]
    if not rows:
        return None
    columns = [column("Study"), column("Characteristic"), column("Printed", wide=True), column("Here", wide=True)]
    columns.append(column("Source", wide=True))
    return table("corrections", "Characteristics printed otherwise in the published review", columns, rows)


def awaiting_table(results: Results) -> TableData | None:
    """Return the trials whose numbers are not available, cell by cell; None without any."""
    columns = [column("Trial"), column("Outcome and period"), column("Time point"), column("Missing")]
    columns += [column("What is known", wide=True), column("Published claim")]
    rows = []
    for one in results["cells"]:
        context = Context(results, one)
        for row in one["awaiting"]:
            label = results["labels"].get(row["study"], row["study"])
            known = cell(row.get("what_is_known") or "", row.get("why_needed") or "")
            rows.append([label, cell(*context.where), row.get("timepoint") or "", row.get("missing") or "", known])
            rows[-1].append((row.get("claim") or "").strip())
    return table("awaiting-data", "Trials awaiting data", columns, rows) if rows else None


def unused_table(results: Results) -> TableData | None:
    """Return the raw rows that enter no pool, with the reason; None when all are used."""
    columns = [column("Rows", "right"), column("Trial"), column("Outcome"), column("Time point"), column("Arm")]
    columns.append(column("Reason", wide=True))
    rows = []
    for one in results["unused_rows"]:
        label = results["labels"].get(one["study"], one["study"])
        arm = one["arm"] or "both"
        rows.append([", ".join(one["rows"]), label, one["outcome"], one["timepoint"], arm, sentence(one["reason"])])
    return table("rows-not-used", f"Rows of {file_of(results)} not used", columns, rows) if rows else None


def cleaning_table(results: Results) -> TableData | None:
    """Return what was read differently from what was typed; None when nothing was."""
    log = results["cleaning_log"]
    if not log:
        return None
    names = [name for name in log[0] if name != "file" or len({row["file"] for row in log}) > 1]
    columns = [column(sentence(name.replace("_", " ")), wide=name in ("before", "after", "rule")) for name in names]
    rows = [[row.get(name) or "" for name in names] for row in log]
    return table("cleaning-log", "Values read differently from what was typed", columns, rows)


def screening_table(results: Results) -> TableData | None:
    """Return the PRISMA 2020 counts that are known, in the order of the flow; None without any."""
    screening = results["screening"] or {}
    rows = []
    for key, label in SCREENING.items():
        value = screening.get(key)
        if isinstance(value, Mapping):
            rows += [[f"{label}: {reason}", str(count)] for reason, count in value.items()]
        elif value is not None:
            rows.append([label, str(value)])
    if not rows:
        return None
    notes = ["A count that is absent is not known; it is not zero."]
    columns = [column("Step"), column("Count", "right")]
    return table("flow-counts", "Flow of records, PRISMA 2020", columns, rows, notes)


def software_table(results: Results) -> TableData:
    """Return the programs that made the results and their versions."""
    rows = [[item["name"], item["version"]] for item in results["software"]]
    return table("software", "Software versions", [column("Program"), column("Version")], rows)


def period_label(period: Period) -> str:
    """Return a period's label as a column head."""
    return dashed(period.get("label") or period["key"])
