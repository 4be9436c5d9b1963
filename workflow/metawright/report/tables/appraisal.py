"""Table 2: risk of bias by study and domain, with the overall grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metawright.report.tables.table import Cell, TableData, cell, column, table
from metawright.words.names import join

if TYPE_CHECKING:
    from metawright.appraisal.documents import JudgedStudy, RiskOfBiasDocument
    from metawright.report.documents import Results


class AppraisalTable(TableData):
    """Table 2, and in words what its judgements rest on."""

    supports: list[str]


OVERALL = (("overall", "Overall"), ("grade", "Grade"))


def appraisal_table(results: Results) -> AppraisalTable | None:
    """Return Table 2: a row per study, a column per domain, and what the rule and the review say overall.

    A grade or overall judgement that the review printed otherwise stands under the one that the rule gives. None
    where the review has no risk of bias.
    """
    appraisal = results["risk_of_bias"]
    if not appraisal:
        return None
    domains = appraisal["domains"]
    overall = [
        (key, label)
        for key, label in OVERALL
        if any(study.get(key) or study.get(f"{key}_printed") for study in appraisal["studies"])
    ]
    columns = [column("Study")] + [column(domain["label"], "center") for domain in domains]
    columns += [column(label, "center") for _, label in overall]
    rows = []
    for study in appraisal["studies"]:
        judged = [study["judgements"][domain["key"]] for domain in domains]
        cells = [_judgement(one["judgement"]) for one in judged]
        rows.append([study["label"], *cells, *[_overall(study, key) for key, _ in overall]])
    notes = list(appraisal.get("remarks") or [])
    name = {"RoB1": "Cochrane tool", "RoB2": "RoB 2"}.get(appraisal["instrument"], appraisal["instrument"])
    made = table("appraisal", f"Risk of bias ({name})", columns, rows, notes)
    return {**made, "supports": _supports(appraisal)}


def _judgement(level: str | None) -> Cell:
    return cell(level or "not judged", kind=(level or "").replace(" ", "-"))


def _overall(study: JudgedStudy, key: str) -> Cell:
    ours, printed = study.get(key), study.get(f"{key}_printed")
    if ours and printed and ours != printed:
        return cell(ours, f"printed: {printed}", "flag")
    return cell(ours or printed or "", kind=(ours or printed or "").replace(" ", "-") if key == "overall" else "")


def _supports(appraisal: RiskOfBiasDocument) -> list[str]:
    """Return what the judgements rest on, domain by domain; the same words for several studies stand once."""
    found = []
    for domain in appraisal["domains"]:
        said: dict[str, list[str]] = {}
        for study in appraisal["studies"]:
            support = study["judgements"][domain["key"]]["support"]
            if support:
                said.setdefault(support, []).append(study["label"])
        for support, studies in said.items():
            who = "all studies" if len(studies) == len(appraisal["studies"]) else join(studies)
            found.append(f"{domain['label']}, {who}: {support.rstrip('.')}.")
    return found
