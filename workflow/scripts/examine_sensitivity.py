"""Examine some cells: arms and effects of their outcomes -> leave-one-out and named analyses of each, as JSON."""

from metawright.extraction.arms import arm_rows
from metawright.files.documents import write_json
from metawright.files.logs import logged
from metawright.files.tables import read_table
from metawright.pooling.cell import cell_of
from metawright.sensitivity.examination.case import Case
from metawright.sensitivity.examination.examine import examine
from metawright.sensitivity.leave_one_out import leave_one_out

given, tables, out = snakemake.params, snakemake.input, snakemake.output

with logged(snakemake.log[0]):
    made = dict(zip(given.cells, zip(out.leave_one_out, out.examined, strict=True), strict=True))
    for outcome, studies, *paths in zip(given.outcomes, given.studies, tables.arms, tables.effects, strict=True):
        rows, effects = map(read_table, paths)
        arms = arm_rows(rows)
        for period in [period for key, period in given.cells if key == outcome["key"]]:
            cell = cell_of(effects, arms, outcome, period)
            case = Case(cell, tuple(arms), tuple(given.models), given.contaminated, given.settings, studies)
            left_out, examined = made[outcome["key"], period]
            write_json(left_out, leave_one_out(cell, given.models, given.contaminated))
            write_json(examined, examine(case))
