"""How the review was made, and the works cited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metawright.report.methods.section import cited_keys, methods_section
from metawright.report.sections.section import (
    OF_THE_WHOLE,
    PAPER,
    SCREEN,
    Block,
    Heading,
    Section,
    Source,
    Special,
    Table,
    Text,
)
from metawright.report.sections.studies import included
from metawright.report.tables.review import software_table
from metawright.words.references import works

if TYPE_CHECKING:
    from metawright.report.documents import Results


def cited(results: Results) -> list[str]:
    """Return the keys of the works that the methods cite, in the order of their numbers."""
    return cited_keys(methods_section(results))


def _methods(source: Source) -> list[Block]:
    blocks: list[Block] = [Text("Written from the review’s protocol.yaml.", "note", on=SCREEN)]
    for part in methods_section(source.whole):
        blocks += [Heading(part["heading"]), *(Text(text, cites=True) for text in part["paragraphs"])]
    return [*blocks, Table(software_table(source.whole), on=SCREEN)]


def _references(source: Source) -> list[Block]:
    reports = included(source.whole) if source.place in PAPER else []
    return [Special("references", {"works": works(cited(source.whole)), "reports": reports})]


METHODS = Section(anchor="methods", title="Methods", blocks=_methods, places=OF_THE_WHOLE)
REFERENCES = Section(anchor="references", title="References", blocks=_references, places=OF_THE_WHOLE, numbered=False)
