"""Examine one cell: the outcome's arms and effects -> leave-one-out, and a document of named analyses, as JSON."""

from metawright.extraction.arms import arm_rows
from metawright.files.documents import write_json
from metawright.files.logs import logged
from metawright.files.tables import read_table
from metawright.pooling.cell import cell_of
from metawright.sensitivity.examination.case import Case
from metawright.sensitivity.examination.examine import examine
from metawright.sensitivity.leave_one_out import leave_one_out

with logged(snakemake.log[0]):
    given, out = snakemake.params, snakemake.output
    arms = arm_rows(read_table(snakemake.input.arms))
    cell = cell_of(read_table(snakemake.input.effects), arms, given.outcome, snakemake.wildcards.period)
    case = Case(cell, tuple(arms), tuple(given.models), given.contaminated, given.settings, given.studies)
    write_json(out.leave_one_out, leave_one_out(cell, given.models, given.contaminated))
    write_json(out.examined, examine(case))
