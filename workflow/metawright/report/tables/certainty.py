"""Tables of the certainty of the evidence: Summary of Findings, and every suggestion with what triggered it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from metawright.appraisal.absolute import more_or_fewer
from metawright.report.sentences.context import Context
from metawright.report.tables.effects import effect_text
from metawright.report.tables.table import Cell, TableData, cell, column, table
from metawright.words.names import dashed, in_words, measure_short, sentence
from metawright.words.numbers import p_value

if TYPE_CHECKING:
    from metawright.appraisal.documents import AbsoluteEffect, DecisionEntry, FilteredPool, RatedCell, SummaryRow
    from metawright.pooling.documents import ModelResult
    from metawright.report.documents import ResultRow, Results


DOMAINS = {
    "risk_of_bias": "Risk of bias",
    "inconsistency": "Inconsistency",
    "indirectness": "Indirectness",
    "imprecision": "Imprecision",
    "publication_bias": "Publication bias",
}


NOT_RATED = "not rated"


def not_rated_sentence(results: Results) -> str:
    """Return the one sentence that says why no cell is rated; empty where one is, or reasons differ."""
    reason = (results.get("certainty") or {}).get("not_rated")
    return f"No certainty rating: {reason}." if reason else ""


def summary_of_findings_table(results: Results) -> TableData | None:
    """Return the Summary-of-Findings table, a line per outcome and period; None where nothing was rated."""
    certainty = results.get("certainty")
    if not certainty:
        return None
    absolute = any(row.get("absolute") for row in certainty["summary_of_findings"])
    columns = [column("Outcome"), column("Participants (trials)", "right"), column("Effect [95% CI]", "right")]
    columns += [column("Absolute effect per 1,000")] if absolute else []
    columns += [column("Certainty"), column("Why", wide=True)]
    rows = []
    for one, row in zip(certainty["cells"], certainty["summary_of_findings"], strict=True):
        made = [
            cell(row["outcome"], dashed(row["period"])),
            row["participants"],
            _effect(results, one) or row["effect"],
        ]
        if absolute:
            made.append(_absolute(row.get("absolute")))
        made.append(_certainty(one, row, bool(certainty.get("not_rated"))))
        rows.append([*made, sentence("; ".join(row["notes"]))])
    notes = [
        "Suggested by the numbers, each with the threshold that it passed; a suggestion is not a decision, and people "
        "can put another rating in its place with a reason. A pool without some of its trials is rated as it stands "
        "(provisional), and not at all where most of them lack numbers."
    ]
    if not any(one["rating"] for one in certainty["cells"]):
        notes = []
    if absolute:
        notes.append(
            "Absolute effect: what the relative effect means for 1,000 people at the risk stated under it, if the "
            "relative effect is the same at every risk."
        )
    return table("summary-of-findings", "Summary of findings", columns, rows, notes)


def _certainty(rated: RatedCell, row: SummaryRow, said: bool) -> Cell:
    """Return the cell of a rating: who spoke under it, or the reason where there is none and it was not said before."""
    if rated["rating_status"] == NOT_RATED:
        return cell(NOT_RATED, "" if said else rated["reason"])
    if not rated["rating"]:
        return cell(row["certainty"])
    if rated["basis"] == "suggested":
        return cell(row["certainty"], "suggested")
    return cell(row["certainty"], f"{rated['basis']}; suggested: {row['suggested']}", "flag")


def _effect(results: Results, rated: RatedCell) -> str:
    """Return the effect that was rated, in the report's own style of numbers."""
    key = (rated["outcome"], rated["period"])
    found = next((one for one in results["cells"] if (one["outcome"], one["period"]) == key), None)
    row = next((row for row in found["models"] if row["model"] == rated.get("model")), None) if found else None
    text = effect_text(Context(results, found), row) if found and row else ""
    return f"{measure_short(found['measure'])} {text}" if found and text else ""


def _absolute(found: AbsoluteEffect | None) -> Cell | str:
    if not found:
        return ""
    difference = [more_or_fewer(found[name]) for name in ("difference", "difference_low", "difference_high")]
    risks = f"{_people(found['risk'])} with, {_people(found['baseline'])} without"
    text = f"{difference[0]} [{difference[1]}, {difference[2]}]"
    return cell(text, f"{risks}; risk without: {found['source']}")


def _people(value: float) -> str:
    return f"{round(value):,}"


def certainty_table(results: Results) -> TableData | None:
    """Return every suggestion: levels down, the number that triggered it, and what people decided with the reason."""
    certainty = results.get("certainty")
    cells = [one for one in (certainty or {"cells": []})["cells"] if one["domains"]]
    if not cells:
        return None
    columns = [column("Domain"), column("Suggested"), column("Triggered by", wide=True), column("Remarks", wide=True)]
    columns.append(column("Decided", wide=True))
    labels = {period["key"]: dashed(period.get("label") or period["key"]) for period in results["protocol"]["periods"]}
    rows = []
    for one in cells:
        outcome = results["protocol"]["outcomes"][one["outcome"]].get("label") or one["outcome"]
        where = f"{outcome}, {labels.get(one['period'], one['period'])}"
        for domain, entry in one["domains"].items():
            rows.append(
                [
                    cell(DOMAINS[domain], where),
                    levels_words(entry["suggested"]),
                    sentence("; ".join(entry["triggers"])),
                    sentence("; ".join(entry["remarks"])),
                    _decided(entry["override"]),
                ]
            )
        if one.get("at_most"):
            ceiling = f"from the other domains the certainty could be at most {one['at_most']}"
            rows.append([cell("All domains", where), NOT_RATED, sentence(one["reason"]), sentence(ceiling), ""])
    notes = ["The thresholds are defaults of this program that the protocol can change, not rules of GRADE."]
    return table("certainty-domains", "Certainty of the evidence, domain by domain", columns, rows, notes)


def levels_words(levels: int | None) -> str:
    """Return `one level down`; `not judged` for None."""
    if levels is None:
        return "not judged"
    return f"{in_words(levels)} level{'' if levels == 1 else 's'} down" if levels else "no change"


def _decided(override: DecisionEntry | None) -> Cell | str:
    if not override:
        return ""
    by = f"{override['by']}: " if override.get("by") else ""
    levels = override["levels"]
    return cell(levels if isinstance(levels, str) else levels_words(levels), f"{by}{override['reason']}", "flag")


def by_judgement_table(results: Results) -> TableData | None:
    """Return the pools of the trials that judgements on risk of bias leave; None without any."""
    certainty = results.get("certainty")
    cells = {(one["outcome"], one["period"]): Context(results, one) for one in results["cells"]}
    columns = [column("Outcome and period"), column("Trials kept"), column("Model"), column("k", "right")]
    columns += [column("Effect [95% CI]", "right"), column("P", "right")]
    rows: list[Sequence] = []
    for entry in (certainty or {"by_judgement": []})["by_judgement"]:
        context = cells[entry["outcome"], entry["period"]]
        for row in _with_all(context, entry["pools"]):
            effect = effect_text(context, row) if row["k"] else "no trial is left"
            left = row["left_out"]
            note = "" if not left else f"without {context.names(left)}"
            rows.append(
                [
                    cell(*context.where),
                    cell(sentence(row["filter"]), note),
                    row["model"],
                    str(row["k"]),
                    effect,
                    _p(row),
                ]
            )
    if not rows:
        return None
    notes = ["A trial that nobody judged passes no filter."]
    return table("by-judgement", "Pools by judgements on risk of bias", columns, rows, notes)


def _with_all(context: Context, pools: Sequence[FilteredPool]) -> list[FilteredPool]:
    """Put the pool of all trials before the filtered ones, and leave out filters that keep all of them."""
    headlines = {row["model"]: row for row in context.cell["models"]}
    used = dict.fromkeys(row["model"] for row in pools)
    changed = [row for row in pools if row["left_out"]]
    same = list(dict.fromkeys(row["filter"] for row in pools if not row["left_out"]))
    name = "; also ".join(["all trials", *same])
    rows = [_of_all(headlines[key], name, context.k_of(headlines[key])) for key in used if key in headlines]
    return [*rows, *changed]


def _of_all(row: ModelResult, name: str, k: int) -> FilteredPool:
    """Return the result of a model in the form of a filtered pool."""
    return {
        "filter": name,
        "model": row["model"],
        "k": k,
        "left_out": [],
        "estimate": row.get("estimate"),
        "se": row.get("se"),
        "ci_low": row.get("ci_low"),
        "ci_high": row.get("ci_high"),
        "p": row.get("p"),
    }


def _p(row: ResultRow) -> str:
    return p_value(row.get("p"))
