"""Describe the heterogeneity of some pools: JSON of each -> Q, I², H², tau² and prediction intervals as JSON."""

from metawright.files.documents import read_json, write_json
from metawright.files.logs import logged
from metawright.heterogeneity.describe import describe_heterogeneity

with logged(snakemake.log[0]):
    for source, target in zip(snakemake.input.pool, snakemake.output.heterogeneity, strict=True):
        write_json(target, describe_heterogeneity(read_json(source), snakemake.params.models))
