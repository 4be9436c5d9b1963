"""Compare the periods of some outcomes inside the trials that they share: effects -> differences as JSON."""

from metawright.files.documents import write_json
from metawright.files.logs import logged
from metawright.files.tables import read_table
from metawright.heterogeneity.periods_document import periods_document

given, tables, made = snakemake.params, snakemake.input.effects, snakemake.output.periods

with logged(snakemake.log[0]):
    for outcome, effects, target in zip(given.outcomes, tables, made, strict=True):
        write_json(target, periods_document(read_table(effects), outcome, given.periods, given.settings["periods"]))
