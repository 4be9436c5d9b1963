"""Fit every combination of declared choices: the outcome's arms, the appraisal -> specifications, JSON and table."""

from metawright.extraction.arms import arm_rows
from metawright.files.documents import read_json, write_json
from metawright.files.logs import logged
from metawright.files.tables import read_table, write_table
from metawright.sensitivity.examination.multiverse import SPECIFICATION_COLUMNS, multiverses, specification_rows
from metawright.sensitivity.versions import Source, judgements

with logged(snakemake.log[0]):
    given, appraisal = snakemake.params, snakemake.input.get("risk_of_bias")
    judged = judgements(read_json(appraisal) if appraisal else None, given.grades)
    arms = arm_rows(read_table(snakemake.input.arms))
    settings = given.settings["multiverse"]
    source = Source(arms, given.outcome, given.periods, given.rules, given.designs, settings, judged)
    found = multiverses(source, given.models)
    write_json(snakemake.output.multiverse, found)
    write_table(snakemake.output.specifications, specification_rows(found), SPECIFICATION_COLUMNS)
