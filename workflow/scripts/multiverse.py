"""Fit every combination of declared choices: arms of some outcomes, the appraisal -> specifications of each."""

from metawright.extraction.arms import arm_rows
from metawright.files.documents import read_json, write_json
from metawright.files.logs import logged
from metawright.files.tables import read_table, write_table
from metawright.sensitivity.examination.multiverse import SPECIFICATION_COLUMNS, multiverses, specification_rows
from metawright.sensitivity.versions import Source, judgements

given, out, appraisal = snakemake.params, snakemake.output, snakemake.input.get("risk_of_bias")

with logged(snakemake.log[0]):
    judged = judgements(read_json(appraisal) if appraisal else None, given.grades)
    settings = given.settings["multiverse"]
    made = zip(snakemake.input.arms, out.multiverse, out.specifications, strict=True)
    for outcome, designs, (table, document, rows) in zip(given.outcomes, given.designs, made, strict=True):
        arms = arm_rows(read_table(table))
        source = Source(arms, outcome, given.periods, given.rules, designs, settings, judged)
        found = multiverses(source, given.models)
        write_json(document, found)
        write_table(rows, specification_rows(found), SPECIFICATION_COLUMNS)
