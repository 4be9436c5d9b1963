"""Trials that belong to a pool without their numbers."""

from metawright.report.sections.section import CUT_BY_OUTCOME, Block, Section, Source, Table, Text
from metawright.report.tables.review import awaiting_table


def _blocks(source: Source) -> list[Block] | None:
    awaiting = awaiting_table(source.results)
    if not awaiting:
        return None
    lead = "These trials belong to a pool, but their numbers are not available. Nothing is filled in for them."
    return [Text(lead), Table(awaiting, quiet=True)]


AWAITING = Section(
    anchor="awaiting", title="Trials awaiting data", contents="Awaiting data", blocks=_blocks, places=CUT_BY_OUTCOME
)
