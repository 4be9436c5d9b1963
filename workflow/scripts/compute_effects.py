"""Compute the effects of some outcomes: their arms -> one effect per trial and period, with lineage and choices."""

from metawright.effects.compute import trace_effects
from metawright.effects.rows import CHOICE_COLUMNS, EFFECT_COLUMNS, INPUT_COLUMNS, RECOVERED_COLUMNS
from metawright.extraction.arms import arm_rows
from metawright.files.logs import logged
from metawright.files.tables import read_table, write_table

TABLES = {
    "effects": EFFECT_COLUMNS,
    "recovered": RECOVERED_COLUMNS,
    "choices": CHOICE_COLUMNS,
    "inputs": INPUT_COLUMNS,
}
given, out = snakemake.params, snakemake.output

with logged(snakemake.log[0]):
    for place, (outcome, designs) in enumerate(zip(given.outcomes, given.designs, strict=True)):
        arms = arm_rows(read_table(snakemake.input.arms[place]))
        traced = trace_effects(arms, outcome, given.periods, given.rules, designs)
        for name, columns in TABLES.items():
            write_table(out[name][place], getattr(traced, name), columns)
