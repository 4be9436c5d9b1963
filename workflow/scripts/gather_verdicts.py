"""Gather the verdicts of a review: what every cell left -> verdicts.csv, and with adjusted P values verdicts.json."""

from metawright.files.documents import read_json, write_json
from metawright.files.logs import logged
from metawright.files.tables import write_table
from metawright.sensitivity.gather import VERDICT_COLUMNS, gather_verdicts, verdict_rows

with logged(snakemake.log[0]):
    names = ("pools", "leave_one_out", "examined", "multiverses")
    documents = ([read_json(path) for path in snakemake.input[name]] for name in names)
    found = gather_verdicts(*documents, snakemake.params.settings["multiplicity"], snakemake.params.labels)
    write_json(snakemake.output.json, found)
    write_table(snakemake.output.csv, verdict_rows(found["verdicts"]), VERDICT_COLUMNS)
