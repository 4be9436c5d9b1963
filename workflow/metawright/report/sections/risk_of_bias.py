"""Risk of bias, and the pools of the trials that its judgements leave."""

from metawright.report.sections.section import (
    LATEX,
    OF_THE_WHOLE,
    OUTCOME,
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
from metawright.report.tables.appraisal import appraisal_table
from metawright.report.tables.certainty import by_judgement_table
from metawright.report.tables.raters import raters_table, undecided_table


def _risk_of_bias(source: Source) -> list[Block] | None:
    appraisal = appraisal_table(source.results)
    if not appraisal:
        return None
    blocks = [
        *figures(source, "risk_of_bias"),
        Table(appraisal, quiet=True),
        *(Text(text, "remark") for text in appraisal["supports"]),
        *tables(raters_table(source.results), undecided_table(source.results)),
        *figures(source, "risk_of_bias_by_pool"),
    ]
    if judged := by_judgement_table(source.results):
        words = "repeats the pools with the trials that judgements on risk of bias leave."
        see = Reference("Table", f"tab:{judged['name']}", words)
        blocks.append(Fold(title=judged["caption"], blocks=tables(judged, quiet=True)))
        blocks.append(Text("", see=see, on=frozenset({LATEX})))
    return blocks


def _by_judgement(source: Source) -> list[Block] | None:
    return tables(by_judgement_table(source.results), quiet=True) or None


RISK_OF_BIAS = Section(anchor="risk-of-bias", title="Risk of bias", blocks=_risk_of_bias, places=OF_THE_WHOLE)
BY_JUDGEMENT = Section(
    anchor="judged",
    title="Pools by judgements on risk of bias",
    contents="By risk of bias",
    blocks=_by_judgement,
    places=PAPER | {OUTCOME},
)
