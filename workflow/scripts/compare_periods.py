"""Compare the periods of one outcome inside the trials that they share: its effects -> differences as JSON."""

from metawright.files.documents import write_json
from metawright.files.logs import logged
from metawright.files.tables import read_table
from metawright.heterogeneity.periods_document import periods_document

with logged(snakemake.log[0]):
    given, effects = snakemake.params, read_table(snakemake.input.effects)
    document = periods_document(effects, given.outcome, given.periods, given.settings["periods"])
    write_json(snakemake.output.periods, document)
