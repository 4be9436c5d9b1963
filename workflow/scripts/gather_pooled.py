"""Gather the pools of all outcomes and periods: JSON of each cell -> pooled.csv."""

from metawright.files.documents import read_json
from metawright.files.logs import logged
from metawright.files.tables import write_table
from metawright.pooling.documents import POOLED_COLUMNS
from metawright.pooling.pool import pooled_rows

with logged(snakemake.log[0]):
    pools = [read_json(path) for path in snakemake.input.pools]
    write_table(snakemake.output.pooled, pooled_rows(pools), POOLED_COLUMNS)
