"""Gather the effects of all outcomes: per-outcome tables -> effects.csv."""

from metawright.effects.columns import EFFECT_COLUMNS
from metawright.files.logs import logged
from metawright.files.tables import gather_tables, write_table

with logged(snakemake.log[0]):
    write_table(snakemake.output.effects, gather_tables(snakemake.input.effects, EFFECT_COLUMNS), EFFECT_COLUMNS)
