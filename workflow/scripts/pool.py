"""Pool one outcome in one period under every declared model: the outcome's effects -> the cell's JSON."""

from metawright.extraction.arms import arm_rows
from metawright.files.documents import write_json
from metawright.files.logs import logged
from metawright.files.tables import read_table
from metawright.pooling.cell import cell_of
from metawright.pooling.pool import pool
from metawright.pooling.without_imputed import routes_of, without_imputed

with logged(snakemake.log[0]):
    arms = arm_rows(read_table(snakemake.input.arms))
    effects = read_table(snakemake.input.effects)
    cell = cell_of(effects, arms, snakemake.params.outcome, snakemake.wildcards.period)
    given = snakemake.params
    pooled = pool(cell, given.models, given.prediction_interval, given.contaminated)
    routes = routes_of(cell.trials, read_table(snakemake.input.recovered))
    repeats = without_imputed(cell, pooled, routes, given.models, given.contaminated)
    write_json(snakemake.output.pool, {**pooled, "routes": routes, "without_imputed": repeats})
