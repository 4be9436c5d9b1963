"""Clean the rows of one outcome, adjudicated first: extraction.csv -> the outcome's arms and cleaning log."""

from pathlib import Path

from metawright.extraction.adjudication import clean_adjudicated
from metawright.extraction.clean import rows_of_outcome
from metawright.extraction.columns import ARM_COLUMNS, LOG_COLUMNS
from metawright.extraction.designs import mark_contaminated, treatment_of
from metawright.files.logs import logged
from metawright.files.tables import write_table
from metawright.review.sheets import read_sheet

with logged(snakemake.log[0]):
    protocol = {
        "outcomes": {snakemake.wildcards.outcome: snakemake.params.outcome},
        **{name: snakemake.params[name] for name in ("periods", "arms", "clock", "cleaning")},
    }
    file = Path(snakemake.input.extraction)
    sheet = read_sheet(file.read_bytes(), file.name)
    rows = rows_of_outcome(sheet, protocol["outcomes"], snakemake.wildcards.outcome)
    decided = snakemake.input.get("adjudication")
    decisions = read_sheet(Path(decided).read_bytes(), "adjudication.csv") if decided else None
    cleaned = clean_adjudicated(rows, decisions, protocol, treatment_of(snakemake.params.designs))
    arms = mark_contaminated(cleaned.arms, snakemake.params.designs)
    write_table(snakemake.output.arms, arms, ARM_COLUMNS)
    write_table(snakemake.output.log, cleaned.log, LOG_COLUMNS)
