"""Compute the effects of one outcome: its arms -> one effect per trial and period, with lineage and choices."""

from metawright.effects.choices import CHOICE_COLUMNS
from metawright.effects.columns import EFFECT_COLUMNS
from metawright.effects.compute import trace_effects
from metawright.effects.inputs import INPUT_COLUMNS
from metawright.effects.recovery.found import RECOVERED_COLUMNS
from metawright.extraction.arms import arm_rows
from metawright.files.logs import logged
from metawright.files.tables import read_table, write_table

with logged(snakemake.log[0]):
    given = snakemake.params
    arms = arm_rows(read_table(snakemake.input.arms))
    traced = trace_effects(arms, given.outcome, given.periods, given.rules, given.designs)
    write_table(snakemake.output.effects, traced.effects, EFFECT_COLUMNS)
    write_table(snakemake.output.recovered, traced.recovered, RECOVERED_COLUMNS)
    write_table(snakemake.output.choices, traced.choices, CHOICE_COLUMNS)
    write_table(snakemake.output.inputs, traced.inputs, INPUT_COLUMNS)
