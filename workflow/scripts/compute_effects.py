"""Compute the effects of one outcome: its arms -> one effect per trial and period, other rows with their reason."""

from metawright.effects.columns import EFFECT_COLUMNS
from metawright.effects.compute import compute_effects
from metawright.extraction.arms import arm_rows
from metawright.files.logs import logged
from metawright.files.tables import read_table, write_table

with logged(snakemake.log[0]):
    arms = arm_rows(read_table(snakemake.input.arms))
    effects = compute_effects(arms, snakemake.params.outcome, snakemake.params.periods)
    write_table(snakemake.output.effects, effects, EFFECT_COLUMNS)
