"""Simulate the pools of one outcome under no effect: sizes of their arms -> operating characteristics."""

from pathlib import Path

from metawright.extraction.arms import arm_rows
from metawright.files.documents import write_json
from metawright.files.logs import logged
from metawright.files.tables import read_table
from metawright.pooling.cell import cell_of
from metawright.review.sheets import read_sheet
from metawright.simulation.own_configuration import own_configuration


def optional(name):
    """Rows of an optional table of the review folder."""
    path = snakemake.input.get(name)
    return [row.cells for row in read_sheet(Path(path).read_bytes(), path).rows] if path else []


with logged(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    arms, effects = arm_rows(read_table(given.arms)), read_table(given.effects)
    cells = [cell_of(effects, arms, params.outcome, period["key"]) for period in params.periods]
    awaiting, studies = optional("awaiting"), optional("studies")
    pools = [own_configuration(cell, params.models, awaiting, studies) for cell in cells]
    write_json(snakemake.output.pools, pools)
