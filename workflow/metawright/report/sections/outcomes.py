"""The results of each outcome: forest plot, a part per period, whether they survive; the tables of every pool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

from metawright.report.grid import card, cell_id, outcome_note
from metawright.report.sections.section import (
    CUT_BY_OUTCOME,
    FRONT,
    LATEX,
    PAPER,
    Block,
    Figure,
    Part,
    Reference,
    Section,
    SectionOfEach,
    Source,
    Special,
    Table,
    Text,
    figures,
)
from metawright.report.sections.survival import TITLE, survival
from metawright.report.sentences.cell import cell_sentences
from metawright.report.sentences.context import Context
from metawright.report.tables.effects import models_table, tracks_table
from metawright.report.tables.origins import trace_table, without_imputed_table
from metawright.report.tables.review import period_label
from metawright.report.tables.spread import heterogeneity_table, leave_one_out_table
from metawright.report.tables.trials import trials_table
from metawright.words.names import STATUSES

if TYPE_CHECKING:
    from metawright.report.documents import ReportCell, Results
    from metawright.report.tables.table import TableData


# A sentence of the first kind continues the paragraph of the second.
FOLLOWS = {"prediction": "heterogeneity", "leave_one_out": "leave_one_out"}
#: Tables that a page folds, with the title of each.
FOLDED = {
    "models": "All models",
    "heterogeneity": "Heterogeneity",
    "leave_one_out": "Leave-one-out",
    "without_imputed": "Without recovered values",
    "trace": "Where the numbers stand",
}


def outcomes(source: Source) -> list[Part]:
    """Return the section of every outcome; ask `source.once` for them."""
    return list(_parts(source))


def _parts(source: Source) -> Iterator[Part]:
    for key, outcome in source.results["protocol"]["outcomes"].items():
        label = outcome.get("label") or key
        # Everything below looks for the cells of this outcome, again and again.
        own: Results = {**source.results, "cells": [cell for cell in source.results["cells"] if cell["outcome"] == key]}
        cells = [shown_cell(own, cell) for cell in own["cells"]]
        examined = survival(own, key, source.figures)
        several = len(cells) > 1
        drawn = figures(source, "outcome", key, label)
        blocks: list[Block] = [
            Text(outcome_note(outcome) + ".", "note", see=_forest(drawn)),
            *drawn,
        ]
        blocks += [Special("cell", {**cell, "several": several}) for cell in cells]
        below = [(cell["id"], cell["heading"]) for cell in cells if several]
        if examined:
            blocks.append(Special("survival", {**examined, "key": key, "title": TITLE}))
            below.append((f"survival-{key}", TITLE))
        yield f"outcome-{key}", label, blocks, below


def _forest(drawn: Sequence[Block]) -> Reference | None:
    names = [block.name for block in drawn if isinstance(block, Figure)]
    return Reference("Figure", f"fig:{names[0]}", "is the forest plot.") if names else None


class ShownCell(TypedDict):
    """What the page says of one cell (see `shown_cell`)."""

    id: str
    heading: str
    status: str
    status_label: str
    differs: bool
    incomplete_pool: bool
    paragraphs: list[dict[str, str]]
    tables: dict[str, TableData | None]
    folded: list[tuple[str, TableData]]


def shown_cell(results: Results, cell: ReportCell) -> ShownCell:
    """Return what a report shows of one outcome in one period.

    Parameters
    ----------
    results : mapping
        The document of `gather_results`, at least with the cells of this outcome.
    cell : mapping
        One of them.

    Returns
    -------
    dict
        `id`, `heading`, `status`, `status_label`, `differs` (whether the tracks conclude differently),
        `incomplete_pool`, `paragraphs` (`kind` and `text` of each), `tables` by name (None where there is nothing to
        show) and `folded` (title and table of those that a page folds).
    """
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
        "folded": [(title, found) for name, title in FOLDED.items() if (found := tables[name])],
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


def _index(source: Source) -> list[Block]:
    return [Special("index")]


def _pools(source: Source) -> list[Block]:
    """Return the tables of every pool; Word is spared the models that no sentence speaks of."""
    names = ["trials", *FOLDED]
    blocks: list[Block] = []
    for _, _, found, _ in source.once(outcomes):
        cells = [block.data["tables"] for block in found if isinstance(block, Special) and block.kind == "cell"]
        for own in cells:
            for name in names:
                on = PAPER if name not in ("without_imputed", "trace") else frozenset({LATEX})
                blocks += [Table(own[name], on=on)] if own[name] else []
    return blocks


OUTCOMES = SectionOfEach(anchor="outcome", title="", each=lambda source: source.once(outcomes), places=CUT_BY_OUTCOME)
#: A line per outcome and period, with links to their pages.
INDEX = Section(anchor="outcomes", title="Outcomes", blocks=_index, places=frozenset({FRONT}))
POOLS = Section(anchor="appendix", title="Trials, models and heterogeneity by pool", blocks=_pools, places=PAPER)
