"""How extracted numbers became pooled ones: recovered values, choices, plausibility, two extractors."""

from metawright.report.sections.section import OUTCOME, Block, Section, Source, Table, Text, tables
from metawright.report.tables.extraction import (
    agreement_table,
    choices_table,
    conflicts_table,
    findings_table,
    recovered_table,
)


def _recovered(source: Source) -> list[Block] | None:
    recovered = recovered_table(source.results)
    if not recovered:
        return None
    lead = (
        "These numbers were not reported. They were computed or estimated from what is reported instead, in the order "
        "of routes that the manual describes."
    )
    return [Text(lead), Table(recovered, quiet=True)]


def _choices(source: Source) -> list[Block] | None:
    choices = choices_table(source.results)
    if not choices:
        return None
    lead = "One trial gives one estimate to a pool. Where it has several time points or arms, the protocol says which."
    return [Text(lead), Table(choices, quiet=True)]


def _plausibility(source: Source) -> list[Block] | None:
    return tables(findings_table(source.results), quiet=True) or None


def _extractors(source: Source) -> list[Block] | None:
    # How far two extractors agree is counted over the whole review.
    agreement = None if source.place == OUTCOME else agreement_table(source.results)
    return tables(agreement, conflicts_table(source.results)) or None


RECOVERED = Section(anchor="recovered-values", title="Recovered values", blocks=_recovered)
CHOICES = Section(anchor="choices-made", title="Choices and ties", blocks=_choices)
PLAUSIBILITY = Section(
    anchor="plausibility",
    title="Plausibility: the arithmetic of arms and contrasts",
    contents="Plausibility",
    blocks=_plausibility,
)
EXTRACTORS = Section(anchor="two-extractors", title="Two extractors", blocks=_extractors)
