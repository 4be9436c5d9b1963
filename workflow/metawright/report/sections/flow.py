"""The flow of records, and the checklist of PRISMA 2020."""

from metawright.report.sections.section import (
    OF_THE_WHOLE,
    PAPER,
    Block,
    Fold,
    Reference,
    Section,
    Source,
    Table,
    Text,
    figures,
    tables,
)
from metawright.report.tables.flow import checklist_table, flow_sentence, flow_table
from metawright.report.tables.review import screening_table


def _flow(source: Source) -> list[Block] | None:
    screening = screening_table(source.results)
    if not screening:
        return None
    closes = flow_sentence(source.results)
    see = Reference("Appendix", f"sec:{CHECKLIST.anchor}", "has the checklist.")
    return [
        *([Text(closes, see=see if checklist_table(source.results) else None)] if closes else []),
        *figures(source, "flow"),
        Table(screening, quiet=True),
        *tables(flow_table(source.results)),
    ]


def _checklist(source: Source) -> list[Block] | None:
    checklist = checklist_table(source.results)
    if not checklist:
        return None
    title = "What this report fills, fills in part, and leaves to the authors"
    return [Fold(title=title, blocks=[Table(checklist, quiet=True)]), Table(checklist, on=PAPER)]


FLOW = Section(anchor="screening", title="Flow of records", blocks=_flow, places=OF_THE_WHOLE)
CHECKLIST = Section(
    anchor="checklist", title="PRISMA 2020 checklist", contents="Checklist", blocks=_checklist, places=OF_THE_WHOLE
)
