"""The section "Would it survive?" of one outcome: verdicts, figures and tables, the same for the page and for LaTeX."""

from collections.abc import Collection, Mapping

from metawright.report.sentences.context import Context
from metawright.report.tables.choices import bayes_table, ladder_table, multiverse_table
from metawright.report.tables.periods import periods_tables
from metawright.report.tables.properties import moderators_table, subgroups_table
from metawright.report.tables.refits import cumulative_tables, gosh_table, influence_tables
from metawright.report.tables.review import period_label
from metawright.report.tables.strength import information_table, margin_table, missing_table, small_study_table
from metawright.report.words import bound, join

#: Analyses of one cell in the order of the report: block, title, and the table (or tables) that it becomes.
ANALYSES = (
    ("method_ladder", "Every usual model", ladder_table),
    ("margin", "Distance to significance", margin_table),
    ("influence", "Influence of single trials", influence_tables),
    ("cumulative", "Cumulative analysis", cumulative_tables),
    ("gosh", "All subsets of the trials", gosh_table),
    ("bayes", "Bayesian analysis", bayes_table),
    ("missing_data", "Missing participants", missing_table),
    ("small_study_effects", "Small-study effects", small_study_table),
    ("information_size", "Required information size", information_table),
    ("subgroups", "Subgroups", subgroups_table),
    ("moderators", "Meta-regression", moderators_table),
)
# Why a block that was computed is not shown.
TOO_FEW = "two trials are too few"
FIGURES = {
    "sensitivity": "The result with trials left out or added one by one, and under other models",
    "specification_curve": "Every combination of the declared choices",
}


def survival(results: Mapping, key: str, figures: Collection[str]) -> dict | None:
    """Return the section of an outcome.

    Parameters
    ----------
    results : mapping
        The document of `gather_results`.
    key : str
        Key of the outcome.
    figures : collection of str
        Names of the figures that exist.

    Returns
    -------
    dict or None
        `cells`: pools, each with `id`, `heading`, `words`, `figures` (`name`, `caption`), `groups` (`title`,
        `tables`) and `not_done`; `periods`: `figure` (name or None), `caption`, `tables`; `others`: a sentence about
        cells that are not pooled. None where no cell was examined or none has data.
    """
    own = [cell for cell in results["cells"] if cell["outcome"] == key and cell.get("sensitivity")]
    contexts = [Context(results, cell) for cell in own]
    pooled = [context for context in contexts if context.cell["status"] == "pooled"]
    if not any(context.k for context in contexts):
        return None
    document = (results.get("periods") or {}).get(key)
    figure = f"periods.{key}"
    return {
        "cells": [_cell(context, figures) for context in pooled],
        "periods": {
            "figure": figure if figure in figures else None,
            "caption": f"Differences between periods: {contexts[0].where[0]}.",
            "tables": periods_tables(contexts[0], document),
        },
        "others": _others(contexts),
    }


def _cell(context: Context, figures: Collection[str]) -> dict:
    cell = context.cell
    anchor = f"{cell['outcome']}.{cell['period']}"
    groups, not_done = [], []
    blocks = cell["sensitivity"]
    choices = multiverse_table(context, cell.get("multiverse"), f"{anchor}.multiverse")
    for block, title, tables in ANALYSES:
        made = tables(context, blocks[block], f"{anchor}.{block}")
        made = made if isinstance(made, list) else [made] if made else []
        if made:
            groups.append({"title": title, "tables": made})
        else:
            not_done.append(f"{title[0].lower()}{title[1:]} ({_reason(blocks[block])})")
        if block == "method_ladder" and choices:
            groups.append({"title": "What the choices do", "tables": [choices]})
    names = [(f"{kind}.{anchor}", words) for kind, words in FIGURES.items()]
    return {
        "id": anchor,
        "heading": period_label(context.period) if len(context.results["protocol"]["periods"]) > 1 else "Result",
        "words": [bound(text) for text in (cell.get("verdict") or {"words": []})["words"]],
        "figures": [
            {"name": name, "caption": f"{words}: {context.place}."} for name, words in names if name in figures
        ],
        "groups": groups,
        "not_done": f"Not shown: {'; '.join(not_done)}." if not_done else "",
    }


def _reason(block: Mapping) -> str:
    reason = block["reason"]
    if not reason and block.get("columns"):
        reason = join(dict.fromkeys(f"{one['label']}: {one['reason']}" for one in block["columns"]))
    return reason.removeprefix("not assessed: ") or TOO_FEW


def _others(contexts: list[Context]) -> str:
    single = [context.place for context in contexts if context.cell["status"] == "single_study"]
    none = [context.place for context in contexts if context.cell["status"] == "awaiting_data"]
    parts = [f"{join(single)}: one trial, so that no choice of a model applies."] if single else []
    parts += [f"{join(none)}: no usable data."] if none else []
    return " ".join(parts)
