"""Pool some outcomes in each period under every declared model: their effects -> JSON of each cell."""

from metawright.extraction.arms import arm_rows
from metawright.files.documents import write_json
from metawright.files.logs import logged
from metawright.files.tables import read_table
from metawright.pooling.cell import cell_of
from metawright.pooling.pool import pool
from metawright.pooling.without_imputed import routes_of, without_imputed

given, tables = snakemake.params, snakemake.input

with logged(snakemake.log[0]):
    made = dict(zip(given.cells, snakemake.output.pool, strict=True))
    for outcome, *paths in zip(given.outcomes, tables.arms, tables.effects, tables.recovered, strict=True):
        rows, effects, recovered = map(read_table, paths)
        arms = arm_rows(rows)
        for period in [period for key, period in given.cells if key == outcome["key"]]:
            cell = cell_of(effects, arms, outcome, period)
            pooled = pool(cell, given.models, given.prediction_interval, given.contaminated)
            routes = routes_of(cell.trials, recovered)
            repeats = without_imputed(cell, pooled, routes, given.models, given.contaminated)
            write_json(made[outcome["key"], period], {**pooled, "routes": routes, "without_imputed": repeats})
