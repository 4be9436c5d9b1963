"""Gather the files for other programs: metafor table, R script and what it reproduces, RevMan and robvis tables."""

from pathlib import Path

from metawright.exchange import revman_rows, settings, wide_rows
from metawright.exchange.reproduce_script import reproduce_script
from metawright.exchange.robvis_rows import robvis_rows
from metawright.files.documents import read_json, write_text
from metawright.files.logs import logged
from metawright.files.tables import gather_tables, write_table
from metawright.pooling.documents import POOLED_COLUMNS
from metawright.reading.tables import rows_of

with logged(snakemake.log[0]):
    takes, gives = snakemake.input, snakemake.output
    write_text(gives.script, reproduce_script(Path(takes.script[0]).read_text(encoding="utf-8")))
    write_table(gives.settings, settings.settings_rows(snakemake.params.protocol), settings.SETTING_COLUMNS)
    write_table(gives.expected, gather_tables([takes.pooled], POOLED_COLUMNS), POOLED_COLUMNS)
    write_table(gives.wide, gather_tables(takes.wide, wide_rows.WIDE_COLUMNS), wide_rows.WIDE_COLUMNS)
    write_table(gives.rows, gather_tables(takes.rows, revman_rows.DATA_ROW_COLUMNS), revman_rows.DATA_ROW_COLUMNS)
    write_table(gives.overall, gather_tables(takes.overall, revman_rows.SETTING_COLUMNS), revman_rows.SETTING_COLUMNS)
    information = revman_rows.information_rows(rows_of(takes.studies))
    write_table(gives.studies, information, revman_rows.INFORMATION_COLUMNS)
    judged = read_json(takes.risk_of_bias) if takes.risk_of_bias else None
    write_table(gives.judgements, *revman_rows.judgement_rows(judged))
    write_table(gives.robvis, *robvis_rows(judged))
