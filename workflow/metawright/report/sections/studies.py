"""The included studies: what is known of them, where that was printed otherwise, and their reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metawright.report.methods.section import cited_keys, methods_section
from metawright.report.sections.section import (
    LATEX,
    OF_THE_WHOLE,
    PAPER,
    SCREEN,
    Block,
    Fold,
    Section,
    Source,
    Special,
    Table,
    tables,
)
from metawright.report.tables.review import characteristics_table, corrections_table

if TYPE_CHECKING:
    from metawright.report.documents import Results


def _studies(source: Source) -> list[Block] | None:
    characteristics = characteristics_table(source.results)
    corrections = corrections_table(source.results)
    reports = included(source.results)
    if not (characteristics or reports):
        return None
    blocks: list[Block] = []
    if reports and source.place in PAPER:
        blocks.append(Special("reported", {"reports": reports, "before": len(_cited(source.whole))}))
    if characteristics:
        blocks += [Table(characteristics, quiet=True, on=SCREEN), Special("characteristics", characteristics, on=PAPER)]
    if corrections:
        title = "Where the published table says otherwise, with sources"
        blocks.append(Fold(title=title, blocks=tables(corrections)))
    if reports:
        listed = Special("references", {"works": [], "reports": reports})
        blocks.append(Fold(title="Reports of the included studies", blocks=[listed]))
    return blocks


def _cited(results: Results) -> list[str]:
    return cited_keys(methods_section(results))


def _corrections(source: Source) -> list[Block] | None:
    return tables(corrections_table(source.results)) or None


def included(results: Results) -> list[dict[str, str]]:
    """Return the bibliography of the included studies, as far as studies.csv has it."""
    studies = results["studies"]
    found = []
    for study in (studies or {"rows": []})["rows"]:
        reference = study["reference"]
        if reference.get("title"):
            keys = ("first_author", "title", "journal", "year", "doi", "pmid", "registration")
            found.append({"label": study["label"]} | {key: reference.get(key, "") for key in keys})
    return found


STUDIES = Section(anchor="studies", title="Included studies", blocks=_studies, places=OF_THE_WHOLE)
CORRECTIONS = Section(
    anchor="corrections",
    title="Characteristics printed otherwise",
    blocks=_corrections,
    places=frozenset({LATEX}),
)
