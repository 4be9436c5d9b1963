"""Draw one figure of one grid of the sweep: performance.csv and the plan -> figure, its words, its table."""

from metawright.figures.kit.publish import drawing_of
from metawright.figures.sweep.data import sweep_data
from metawright.files.documents import read_json
from metawright.files.logs import logged
from metawright.files.tables import read_table

with logged(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    name = snakemake.wildcards.grid
    shown = sweep_data(read_table(given.performance), read_json(given.plan), name, params.caption)
    drawing_of(params.module).write(snakemake.output, shown)
