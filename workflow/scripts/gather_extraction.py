"""Gather the clean rows and the cleaning logs of all outcomes: per-outcome tables -> arms.csv, cleaning_log.csv."""

from metawright.extraction.clean import gather_log
from metawright.extraction.documents import ARM_COLUMNS, LOG_COLUMNS
from metawright.files.logs import logged
from metawright.files.tables import gather_tables, write_table

with logged(snakemake.log[0]):
    write_table(snakemake.output.arms, gather_tables(snakemake.input.arms, ARM_COLUMNS), ARM_COLUMNS)
    write_table(snakemake.output.log, gather_log(gather_tables(snakemake.input.log, LOG_COLUMNS)), LOG_COLUMNS)
