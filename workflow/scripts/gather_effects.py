"""Gather the effects of all outcomes with their lineage: per-outcome tables -> effects, recovered, choices, inputs."""

from metawright.effects.rows import CHOICE_COLUMNS, EFFECT_COLUMNS, INPUT_COLUMNS, RECOVERED_COLUMNS
from metawright.files.logs import logged
from metawright.files.tables import gather_tables, write_table

TABLES = {
    "effects": EFFECT_COLUMNS,
    "recovered": RECOVERED_COLUMNS,
    "choices": CHOICE_COLUMNS,
    "inputs": INPUT_COLUMNS,
}

with logged(snakemake.log[0]):
    for name, columns in TABLES.items():
        write_table(snakemake.output[name], gather_tables(snakemake.input[name], columns), columns)
