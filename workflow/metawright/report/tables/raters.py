"""Tables of two people who judged the risk of bias: how far they agree, and what nobody decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metawright.report.tables.table import TableData, column, table
from metawright.words.numbers import format_number, format_percent

if TYPE_CHECKING:
    from metawright.report.documents import Results


def raters_table(results: Results) -> TableData | None:
    """Return the agreement by domain and over all of them; None where one person judged."""
    appraisal = results["risk_of_bias"]
    agreement = appraisal.get("agreement") if appraisal else None
    if not appraisal or not agreement:
        return None
    labels = {one["key"]: one["label"] for one in appraisal["domains"]}
    columns = [
        column("Domain"),
        column("Judged by both", "right"),
        column("Equal", "right"),
        column("Cohen’s κ", "right"),
    ]
    lines = {labels.get(key, key): one for key, one in agreement["domains"].items()}
    rows = [
        [name, str(one["pairs"]), format_percent(one["percent"]), format_number(one["kappa"])]
        for name, one in (lines | {"All domains": agreement["overall"]}).items()
    ]
    first, second = [*agreement["raters"], "", ""][:2]
    notes = ["Before anything was decided. κ is not defined where both use one word throughout."]
    return table("raters", f"Agreement of {first} and {second} on the risk of bias", columns, rows, notes)


def undecided_table(results: Results) -> TableData | None:
    """Return the judgements on which two people differ and nobody decided; None without any."""
    appraisal = results["risk_of_bias"]
    agreement = appraisal.get("agreement") if appraisal else None
    if not appraisal or not agreement or not agreement["undecided"]:
        return None
    labels = {one["key"]: one["label"] for one in appraisal["domains"]}
    columns = [column("Study"), column("Domain"), *(column(name) for name in agreement["raters"])]
    rows = [
        [
            results["labels"].get(one["study"], one["study"]),
            labels.get(one["domain"], one["domain"]),
            *(one[name] for name in agreement["raters"]),
        ]
        for one in agreement["undecided"]
    ]
    return table("undecided", "Judgements that nobody decided", columns, rows, ["They count as not judged."])
