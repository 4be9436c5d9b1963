"""The section "Would it survive?" of one outcome: verdicts, figures and tables, the same for the page and for LaTeX."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from metawright.report.placed import placed
from metawright.report.sentences.context import Context
from metawright.report.tables.choices import bayes_table, ladder_table, multiverse_table
from metawright.report.tables.periods import periods_tables
from metawright.report.tables.properties import moderators_table, subgroups_table
from metawright.report.tables.refits import cumulative_tables, gosh_table, influence_tables
from metawright.report.tables.review import period_label
from metawright.report.tables.strength import information_table, margin_table, missing_table, small_study_table
from metawright.words.names import bound, join

if TYPE_CHECKING:
    from metawright.report.documents import Results
    from metawright.report.placed import Placed
    from metawright.report.tables.table import TableData


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
TITLE = "Would it survive?"
# Why a block that was computed is not shown.
TOO_FEW = "two trials are too few"


class ShownGroup(TypedDict):
    """Figures and tables of one analysis."""

    title: str
    figures: list[Placed]
    tables: list[TableData]


class ExaminedPool(TypedDict):
    """What the page says of the examination of one pool."""

    id: str
    heading: str
    words: list[str]
    figures: list[Placed]
    groups: list[ShownGroup]
    not_done: str


class ShownPeriods(TypedDict):
    """The comparison of periods."""

    figures: list[Placed]
    tables: list[TableData]


class Survival(TypedDict):
    """The section of an outcome (see `survival`)."""

    cells: list[ExaminedPool]
    periods: ShownPeriods
    risks: list[Placed]
    others: str


def survival(results: Results, key: str, figures: Collection[str]) -> Survival | None:
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
        `cells`: pools, each with `id`, `heading`, `words`, `figures` (each with `name` and `caption`), `groups`
        (`title`, `figures`, `tables`) and `not_done`; `periods`: `figures`, `tables`; `risks`: the figures of the event
        rates of both arms; `others`: a sentence about cells that are not pooled. None where no cell was examined or
        none has data.
    """
    own = [cell for cell in results["cells"] if cell["outcome"] == key and cell.get("sensitivity")]
    contexts = [Context(results, cell) for cell in own]
    pooled = [context for context in contexts if context.cell["status"] == "pooled"]
    if not any(context.k for context in contexts):
        return None
    tables = periods_tables(contexts[0], (results.get("periods") or {}).get(key))
    label = contexts[0].where[0]
    return {
        "cells": [_cell(context, figures) for context in pooled],
        "periods": {"figures": placed("periods", figures, key, label) if tables else [], "tables": tables},
        "risks": placed("risks", figures, key, label),
        "others": _others(contexts),
    }


def _cell(context: Context, figures: Collection[str]) -> ExaminedPool:
    cell = context.cell
    anchor = f"{cell['outcome']}.{cell['period']}"
    groups: list[ShownGroup] = []
    not_done: list[str] = []
    blocks: Any = cell["sensitivity"]
    choices = multiverse_table(context, cell.get("multiverse"), f"{anchor}.multiverse")

    def group(block: str, title: str, tables: list[TableData]) -> ShownGroup:
        return {"title": title, "figures": placed(block, figures, anchor, context.cell_label), "tables": tables}

    for block, title, tables in ANALYSES:
        made = tables(context, blocks[block], f"{anchor}.{block}")
        made = made if isinstance(made, list) else [made] if made else []
        if made:
            groups.append(group(block, title, made))
        else:
            not_done.append(f"{title[0].lower()}{title[1:]} ({_reason(blocks[block])})")
        if block == "method_ladder" and choices:
            groups.append(group("multiverse", "What the choices do", [choices]))
    return {
        "id": anchor,
        "heading": period_label(context.period) if len(context.results["protocol"]["periods"]) > 1 else "Result",
        "words": [bound(text) for text in (cell.get("verdict") or {"words": []})["words"]],
        "figures": placed("survival", figures, anchor, context.cell_label),
        "groups": groups,
        "not_done": f"Not shown: {'; '.join(not_done)}." if not_done else "",
    }


def _reason(block: Mapping) -> str:
    reason = block["reason"]
    if not reason and block.get("columns"):
        reason = join(dict.fromkeys(f"{one['label']}: {one['reason']}" for one in block["columns"]))
    return reason.removeprefix("not assessed: ") or TOO_FEW


def _others(contexts: list[Context]) -> str:
    single = [context.cell_label for context in contexts if context.cell["status"] == "single_study"]
    none = [context.cell_label for context in contexts if context.cell["status"] == "awaiting_data"]
    parts = [f"{join(single)}: one trial, so that no choice of a model applies."] if single else []
    parts += [f"{join(none)}: no usable data."] if none else []
    return " ".join(parts)
