"""Fit every combination of declared choices: the outcome's arms and the appraisal -> specifications as JSON."""

from metawright.extraction.arms import arm_rows
from metawright.files.documents import read_json, write_json
from metawright.files.logs import logged
from metawright.files.tables import read_table
from metawright.sensitivity.examination.multiverse import multiverses
from metawright.sensitivity.versions import Source, judgements

with logged(snakemake.log[0]):
    given, appraisal = snakemake.params, snakemake.input.get("risk_of_bias")
    judged = judgements(read_json(appraisal) if appraisal else None, given.grades)
    arms = arm_rows(read_table(snakemake.input.arms))
    settings = given.settings["multiverse"]
    source = Source(arms, given.outcome, given.periods, given.rules, given.designs, settings, judged)
    write_json(snakemake.output.multiverse, multiverses(source, given.models))
