"""Suggest how certain the evidence is: pools, their examination and risk of bias -> ratings as JSON, summary as CSV."""

from metawright.appraisal.rate import SUMMARY_COLUMNS, rate_review, summary_table
from metawright.files.documents import read_json, write_json
from metawright.files.logs import logged
from metawright.files.tables import read_table, write_table
from metawright.reading.tables import rows_of

given = snakemake.input


with logged(snakemake.log[0]):
    documents = {name: [read_json(path) for path in given[name]] for name in ("pools", "examined")}
    tables = {name: rows_of(given[name]) for name in ("studies", "statements", "awaiting", "decisions")}
    appraisal = read_json(given.risk_of_bias) if given.risk_of_bias else None
    inputs = [row for path in given.inputs for row in read_table(path)]
    about = {"appraisal": appraisal, "inputs": inputs, "meanings": snakemake.params.thresholds}
    ratings = rate_review(snakemake.params.protocol, **documents, **tables, **about)
    write_json(snakemake.output.certainty, ratings)
    write_table(snakemake.output.summary, summary_table(ratings), SUMMARY_COLUMNS)
