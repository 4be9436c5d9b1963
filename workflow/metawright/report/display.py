"""The report as sections of sentences and tables, the same for the page and for LaTeX."""

from collections.abc import Collection, Mapping, Sequence

from metawright.report.grid import card, cell_id, grid, outcome_note
from metawright.report.lineage import file_of
from metawright.report.methods.section import cited_keys, methods_section
from metawright.report.placed import placed, placed_of_review
from metawright.report.sections.audited import audited
from metawright.report.sections.own_configuration import own_configuration
from metawright.report.sections.survival import survival
from metawright.report.sentences.cell import cell_sentences
from metawright.report.sentences.context import Context
from metawright.report.tables.appraisal import appraisal_table
from metawright.report.tables.claims import claims_table
from metawright.report.tables.effects import models_table, tracks_table
from metawright.report.tables.extraction import (
    agreement_table,
    choices_table,
    conflicts_table,
    findings_table,
    recovered_table,
    rules_table,
)
from metawright.report.tables.origins import trace_table, without_imputed_table
from metawright.report.tables.review import (
    awaiting_table,
    characteristics_table,
    cleaning_table,
    corrections_table,
    period_label,
    screening_table,
    software_table,
    unused_table,
)
from metawright.report.tables.spread import heterogeneity_table, leave_one_out_table
from metawright.report.tables.trials import trials_table
from metawright.report.tables.verdicts import multiplicity_table, verdicts_table
from metawright.words.names import STATUSES, count, in_words, sentence
from metawright.words.references import works

# A sentence of the first kind continues the paragraph of the second.
FOLLOWS = {"prediction": "heterogeneity", "leave_one_out": "leave_one_out"}
WITHOUT = {
    "studies.csv": "The review has no studies.csv, so there is no table of characteristics.",
    "awaiting.csv": "The review has no awaiting.csv, so no trials are listed as awaiting data.",
    "claims.csv": "The review has no claims.csv, so no published results are compared.",
    "risk_of_bias.csv": "The review has no risk_of_bias.csv, so risk of bias is not shown.",
    "screening.yaml": "The review has no screening.yaml, so the flow of records is not shown.",
}


def display(results: Mapping, figures: Collection[str]) -> dict:
    """Return what both renderers print.

    Parameters
    ----------
    results : mapping
        The document of `gather_results`.
    figures : collection of str
        Names of the figures that exist, such as `forest.ALSFRS-R` and `risk_of_bias`.

    Returns
    -------
    dict
        `review`, `summary` (sentences), `grid`, `verdicts` and `multiplicity` (tables or None), `outcomes` (each with
        its figures, its cells: sentences and tables, and `survival`), the tables of the whole review by name (None
        where there is nothing to show) and its figures by their `placed`, `own_configuration` (a section or None), what
        `metawright.report.sections.audited.audited` returns, `methods`, `references`, `absent`: a note for every
        optional file that the review does not have.
    """
    return sections(results, figures) | described(results)


def described(results: Mapping) -> dict:
    """Return how a review was made: `methods`, the `references` that they cite, `software`."""
    methods = methods_section(results)
    return {"software": software_table(results), "methods": methods, "references": works(cited_keys(methods))}


def sections(results: Mapping, figures: Collection[str]) -> dict:
    """Return what `display` does, without what `described` adds."""
    return {
        "review": results["review"],
        "counts": results["counts"],
        "summary": summary(results),
        "grid": grid(results),
        "verdicts": verdicts_table(results),
        "multiplicity": multiplicity_table(results),
        "outcomes": [_outcome(results, key, figures) for key in results["protocol"]["outcomes"]],
        "awaiting": awaiting_table(results),
        "claims": claims_table(results),
        "appraisal": appraisal_table(results),
        **audited(results),
        "placed": placed_of_review(figures),
        "characteristics": characteristics_table(results),
        "corrections": corrections_table(results),
        "screening": screening_table(results),
        "unused": unused_table(results),
        "cleaning": cleaning_table(results),
        "own_configuration": own_configuration(results),
        "extraction": _extraction(results),
        "included": included(results),
        "absent": [text for name, text in WITHOUT.items() if name in results["missing"]],
    }


def summary(results: Mapping) -> list[str]:
    """Return the first sentences of the report: how much was found, how much awaits data, what differs."""
    counts = results["counts"]
    several = counts["cells"] > 1
    trials = sentence(count(counts["studies"], "trial"))
    if len(results["protocol"]["periods"]) > 1:
        what = count(counts["cells"], "combination") + " of outcome and period"
    else:
        what = count(counts["cells"], "outcome")
    parts = [
        (counts["pooled"], "pooled"),
        (counts["single_study"], "with a single trial"),
        (counts["awaiting_data"], "without usable data"),
    ]
    states = ", ".join(f"{in_words(number)} {words}" for number, words in parts if number)
    sentences = [f"{trials}; {what}: {states}."]
    compared = sum(cell["comparison"]["conclusion_differs"] is not None for cell in results["cells"] if cell["k"] > 1)
    if compared:
        differs = counts["conclusion_differs"]
        where = f"in {in_words(differs)} of {count(compared, 'pool')}" if several else "in this pool"
        if differs:
            sentences.append(f"The conclusion differs between the review’s protocol and the recommended model {where}.")
        else:
            sentences.append("The review’s protocol and the recommended model lead to the same conclusion everywhere.")
    examined = [cell["verdict"] for cell in results["cells"] if cell.get("verdict") and cell["status"] == "pooled"]
    if examined:
        firm = sum(verdict["verdict"] == "stable" for verdict in examined)
        where = (
            f"in {in_words(firm) if firm else 'none'} of {count(len(examined), 'pool')}" if len(examined) > 1 else ""
        )
        sentences.append(_survives(firm, len(examined), where))
    return sentences


def _survives(firm: int, pools: int, where: str) -> str:
    if pools == 1:
        return f"The conclusion {'holds' if firm else 'does not hold'} under every examined choice."
    return f"The conclusion holds under every examined choice {where}."


def _outcome(results: Mapping, key: str, figures: Collection[str]) -> dict:
    outcome = results["protocol"]["outcomes"][key]
    # Everything below looks for the cells of this outcome, again and again.
    results = {**results, "cells": [cell for cell in results["cells"] if cell["outcome"] == key]}
    cells = [_cell(results, cell) for cell in results["cells"]]
    label = outcome.get("label") or key
    return {
        "key": key,
        "label": label,
        "lead": outcome_note(outcome) + ".",
        "figures": placed("outcome", figures, key, label),
        "cells": cells,
        "survival": survival(results, key, figures),
    }


def _cell(results: Mapping, cell: Mapping) -> dict:
    context = Context(results, cell)
    anchor = cell_id(cell)
    pooled = cell["status"] == "pooled"
    tables = {
        "tracks": tracks_table(context, f"{anchor}.tracks") if cell["k"] else None,
        "trials": trials_table(context, f"{anchor}.trials") if cell["k"] else None,
        "models": models_table(context, f"{anchor}.models") if pooled else None,
        "heterogeneity": heterogeneity_table(context, f"{anchor}.heterogeneity"),
        "leave_one_out": leave_one_out_table(context, f"{anchor}.leave-one-out"),
        "without_imputed": without_imputed_table(context, f"{anchor}.without-imputed"),
        "trace": trace_table(context, f"{anchor}.trace") if cell["k"] else None,
    }
    return {
        "id": anchor,
        "heading": period_label(context.period) if len(results["protocol"]["periods"]) > 1 else "Result",
        "status": cell["status"],
        "status_label": STATUSES[cell["status"]],
        "differs": cell["comparison"]["conclusion_differs"] is True,
        "incomplete_pool": card(context)["incomplete"],
        "paragraphs": paragraphs(cell_sentences(results, cell)),
        "tables": tables,
    }


def _extraction(results: Mapping) -> dict:
    """Return the tables of how extracted numbers became pooled ones, None where there is nothing to show."""
    return {
        "file": file_of(results),
        "recovered": recovered_table(results),
        "choices": choices_table(results),
        "findings": findings_table(results),
        "agreement": agreement_table(results),
        "conflicts": conflicts_table(results),
        "rules": rules_table(results),
    }


def paragraphs(sentences: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Join sentences that belong together into paragraphs, each with the kind of its first sentence."""
    made: list[dict[str, str]] = []
    for one in sentences:
        kind = FOLLOWS.get(one["kind"])
        if made and kind and made[-1]["kind"] == kind:
            made[-1]["text"] += f" {one['text']}"
        else:
            made.append(dict(one))
    return made


def included(results: Mapping) -> list[dict]:
    """Return the bibliography of the included studies, as far as studies.csv has it."""
    studies = results["studies"]
    found = []
    for study in (studies or {"rows": []})["rows"]:
        reference = study["reference"]
        if reference.get("title"):
            keys = ("first_author", "title", "journal", "year", "doi", "pmid", "registration")
            found.append({"label": study["label"]} | {key: reference.get(key, "") for key in keys})
    return found
