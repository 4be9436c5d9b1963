"""Clean the rows of one outcome, adjudicated first: extraction.csv -> the outcome's arms and cleaning log."""

from pathlib import Path

from metawright.extraction.adjudication import clean_adjudicated
from metawright.extraction.clean import rows_of_outcome
from metawright.extraction.columns import ARM_COLUMNS, LOG_COLUMNS
from metawright.extraction.designs import mark_contaminated
from metawright.files.logs import logged
from metawright.files.tables import write_table
from metawright.review.sheets import read_sheet

with logged(snakemake.log[0]):
    protocol = {
        "outcomes": {snakemake.wildcards.outcome: snakemake.params.outcome},
        "periods": snakemake.params.periods,
        "arms": snakemake.params.arms,
    }
    sheet = read_sheet(Path(snakemake.input.extraction).read_bytes(), "extraction.csv")
    rows = rows_of_outcome(sheet, protocol["outcomes"], snakemake.wildcards.outcome)
    decided = snakemake.input.get("adjudication")
    decisions = read_sheet(Path(decided).read_bytes(), "adjudication.csv") if decided else None
    cleaned = clean_adjudicated(rows, decisions, protocol)
    arms = mark_contaminated(cleaned.arms, snakemake.params.designs)
    write_table(snakemake.output.arms, arms, ARM_COLUMNS)
    write_table(snakemake.output.log, cleaned.log, LOG_COLUMNS)
