"""Simulate the pools of one outcome under no effect: sizes of their arms -> operating characteristics."""

from metawright.extraction.arms import arm_rows
from metawright.files.documents import write_json
from metawright.files.logs import logged
from metawright.files.tables import read_table
from metawright.pooling.cell import cell_of
from metawright.reading.tables import rows_of
from metawright.simulation.own_configuration import own_configuration

with logged(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    arms, effects = arm_rows(read_table(given.arms)), read_table(given.effects)
    cells = [cell_of(effects, arms, params.outcome, period["key"]) for period in params.periods]
    awaiting, studies = rows_of(given.awaiting), rows_of(given.studies)
    pools = [own_configuration(cell, params.models, awaiting, studies) for cell in cells]
    write_json(snakemake.output.pools, pools)
