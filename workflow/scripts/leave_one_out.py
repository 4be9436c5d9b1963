"""Pool one cell again without each trial in turn: the outcome's effects -> JSON."""

from metawright.extraction.arms import arm_rows
from metawright.files.documents import write_json
from metawright.files.logs import logged
from metawright.files.tables import read_table
from metawright.pooling.cell import cell_of
from metawright.sensitivity.leave_one_out import leave_one_out

with logged(snakemake.log[0]):
    arms = arm_rows(read_table(snakemake.input.arms))
    effects = read_table(snakemake.input.effects)
    cell = cell_of(effects, arms, snakemake.params.outcome, snakemake.wildcards.period)
    write_json(
        snakemake.output.leave_one_out, leave_one_out(cell, snakemake.params.models, snakemake.params.contaminated)
    )
