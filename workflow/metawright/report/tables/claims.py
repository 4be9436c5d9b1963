"""The table that sets every published claim beside the recomputed pool."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from metawright.audit.published import REPRODUCED
from metawright.report.sentences.context import Context
from metawright.report.sentences.published import check_note, check_words
from metawright.report.tables.effects import claim_effect, claim_p, effect_text
from metawright.report.tables.table import TableData, cell, column, table
from metawright.words.names import count, dashed
from metawright.words.numbers import MINUS, p_value

if TYPE_CHECKING:
    from metawright.audit.documents import Claim, ClaimCheck
    from metawright.report.documents import ResultRow, Results


KINDS = {"reproduced": "good", "not_reproduced": "flag"}


def claims_table(results: Results) -> TableData | None:
    """Return every published claim with its check; a claim about several cells has a line for each.

    `not checkable` and `partly checkable` are said of what is at hand, not of the claim.
    """
    columns = [
        column("Claim"),
        column("Outcome and period"),
        column("Published", "right"),
        column("Recomputed", "right"),
    ]
    columns += [column("Words", wide=True), column("Check", wide=True)]
    entries = {(one["claim"], one["outcome"], one["period"]): one for one in results.get("claims_check") or ()}
    rows = []
    for one in results["cells"]:
        context = Context(results, one)
        for claim in one["claims"]:
            check = claim["check"]
            entry = entries.get((claim["claim"], one["outcome"], one["period"]))
            k = (claim.get("k") or "").strip()
            notes = [check_note(context, check), _fits(entry)]
            rows.append(
                [
                    cell(claim["claim"], claim.get("section") or ""),
                    cell(*context.where),
                    cell(claim_effect(claim) or _p(claim_p(claim)), _under(claim, k)),
                    cell(*_recomputed(context, check)),
                    (claim.get("words") or "").strip(),
                    cell(check_words(context, check), "; ".join(filter(None, notes)), KINDS.get(check["status"], "")),
                ]
            )
    notes = [
        "Recomputed: the headline of the review’s protocol with the trials that have data. Reproduced: "
        f"{REPRODUCED}, with the same significance. Partly checkable: some of the claim’s trials have data, "
        "or only a P value is printed."
    ]
    notes += _first_fits(results)
    return table("claims", "Published claims beside the recomputed pools", columns, rows, notes) if rows else None


def _p(text: str) -> str:
    return text if not text else f"P {text}" if text[0] in "<>≤≥" else f"P = {text}"


def _under(claim: Claim, k: str) -> str:
    p = _p(claim_p(claim)) if claim_effect(claim) else ""
    return "; ".join(filter(None, (p, count(int(k), "trial") if k else "")))


def _recomputed(context: Context, check: ClaimCheck) -> tuple[str, str]:
    row = context.cell["tracks"]["protocol"]
    if not row or row.get("estimate") is None:
        return "", ""
    from_ = count(context.k_of(row), "trial")
    p = _p(_p_of(row))
    return effect_text(context, row), "; ".join(filter(None, (p, from_)))


def _p_of(row: ResultRow) -> str:
    return p_value(row.get("p"))


def _fits(entry: Mapping | None) -> str:
    """Return how many results of the choices on the trials at hand are the printed numbers, where that was tried."""
    if not entry or entry["specifications_that_fit"] is None or not entry["specifications"]:
        return ""
    number = entry["specifications_that_fit"] or "none"
    return f"{number} of {entry['specifications']} different results of the choices fit"


def _first_fits(results: Results) -> list[str]:
    """Return for every claim that some combination of choices reproduces which one does so first."""
    notes = []
    for entry in results.get("claims_check") or ():
        if entry["specifications_that_fit"]:
            first = re.sub(r"(?<![\w.])-(?=\d)", MINUS, entry["first_that_fits"])
            for key, label in results["labels"].items():
                first = first.replace(key, label)
            label = next(p for p in results["protocol"]["periods"] if p["key"] == entry["period"])["label"]
            notes.append(f"{entry['claim']} ({dashed(label)}): {first}.")
    return [f"First combination that fits what is printed, on the trials at hand. {' '.join(notes)}"] if notes else []
