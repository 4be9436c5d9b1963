"""Where the rows of the review's file went, and what was read differently from what was typed."""

from metawright.report.lineage import file_of
from metawright.report.sections.section import FRONT, LATEX, OUTCOME, SCREEN, Block, Fold, Section, Source, Text, tables
from metawright.report.tables.extraction import rules_table
from metawright.report.tables.review import cleaning_table, unused_table

WITHOUT = {
    "studies.csv": "The review has no studies.csv, so there is no table of characteristics.",
    "awaiting.csv": "The review has no awaiting.csv, so no trials are listed as awaiting data.",
    "claims.csv": "The review has no claims.csv, so no published results are compared.",
    "risk_of_bias.csv": "The review has no risk_of_bias.csv, so risk of bias is not shown.",
    "screening.yaml": "The review has no screening.yaml, so the flow of records is not shown.",
}


def _blocks(source: Source) -> list[Block]:
    results = source.results
    front = source.place == FRONT
    counts = (source.whole if front else results)["counts"]
    rules = rules_table(source.whole if front else results)
    cleaning = cleaning_table(results)
    typed = f"{counts['rows']} rows of {file_of(results)}: {counts['rows_used']} reached a pool"
    blocks: list[Block] = [Text(f"{typed}, {counts['rows_not_used']} did not."), *tables(unused_table(results))]
    if rules:
        blocks += tables(rules)
        blocks += tables(cleaning, on=frozenset({LATEX}))
        blocks += [Fold(title=cleaning["caption"], blocks=tables(cleaning, quiet=True))] if cleaning else []
    else:
        blocks.append(Text("Every value was read exactly as typed.", "note"))
    if front:
        elsewhere = (
            "Rows that were not used and values that were read differently stand on the pages of the outcomes; here, "
            "those of no outcome."
        )
        blocks.append(Text(elsewhere, "note"))
    missing = () if source.place == OUTCOME else results["missing"]
    return [*blocks, *(Text(text, "note") for name, text in WITHOUT.items() if name in missing)]


LINEAGE = Section(anchor="lineage", title="Where the rows went", blocks=_blocks, places=SCREEN | frozenset({LATEX}))
