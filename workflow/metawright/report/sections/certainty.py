"""The certainty of the evidence."""

from metawright.report.sections.section import CUT_BY_OUTCOME, PAPER, Block, Fold, Section, Source, Table, Text, tables
from metawright.report.tables.certainty import certainty_table, not_rated_sentence, summary_of_findings_table


def _certainty(source: Source) -> list[Block] | None:
    summary = summary_of_findings_table(source.results)
    if not summary:
        return None
    reason, domains = not_rated_sentence(source.results), certainty_table(source.results)
    return [
        *([Text(reason)] if reason else []),
        Table(summary),
        *([Fold(title=domains["caption"], blocks=tables(domains, quiet=True))] if domains else []),
    ]


def _domains(source: Source) -> list[Block] | None:
    return tables(certainty_table(source.results)) or None


CERTAINTY = Section(
    anchor="certainty",
    title="Certainty of the evidence",
    contents="Certainty",
    blocks=_certainty,
    places=CUT_BY_OUTCOME,
)
DOMAINS = Section(
    anchor="certainty-all",
    title="Certainty, domain by domain",
    blocks=_domains,
    places=PAPER,
)
