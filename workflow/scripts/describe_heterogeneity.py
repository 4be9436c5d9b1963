"""Describe the heterogeneity of one pool: the cell's JSON -> Q, I², H², tau² and prediction intervals as JSON."""

from metawright.files.documents import read_json, write_json
from metawright.files.logs import logged
from metawright.heterogeneity.describe import describe_heterogeneity

with logged(snakemake.log[0]):
    pool = read_json(snakemake.input.pool)
    write_json(snakemake.output.heterogeneity, describe_heterogeneity(pool, snakemake.params.models))
