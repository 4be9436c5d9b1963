"""Whether each conclusion survives the other choices that could have been made."""

from metawright.report.sections.section import (
    FRONT,
    Block,
    Fold,
    Section,
    Source,
    Special,
    Table,
    Text,
    figures,
    tables,
)
from metawright.report.sections.survival import TITLE
from metawright.report.tables.verdicts import multiplicity_table, verdicts_table


def _blocks(source: Source) -> list[Block] | None:
    lead = Text(
        "Each conclusion (whether the interval excludes the null value, and on which side the estimate lies) is held "
        "against the other choices that could have been made."
    )
    if source.place == FRONT:
        where = Text("The choices that it is held against stand on the page of its outcome.", "note")
        return [lead, where, Special("verdict_counts")]
    verdicts = verdicts_table(source.results)
    if not verdicts:
        return None
    several = multiplicity_table(source.results)
    return [
        lead,
        *figures(source, "verdicts"),
        Table(verdicts, quiet=True),
        *([Fold(title=several["caption"], blocks=tables(several, quiet=True))] if several else []),
    ]


VERDICTS = Section(anchor="verdicts-section", title=TITLE, blocks=_blocks, numbered=False)
