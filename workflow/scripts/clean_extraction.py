"""Clean the rows of some outcomes, adjudicated first: extraction.csv -> arms and cleaning log of each."""

from metawright.extraction.adjudication import clean_adjudicated
from metawright.extraction.clean import rows_by_outcome
from metawright.extraction.designs import mark_contaminated, treatment_of
from metawright.extraction.documents import ARM_COLUMNS, LOG_COLUMNS
from metawright.files.logs import logged
from metawright.files.tables import write_table
from metawright.reading.sheets import read_file

given, out = snakemake.params, snakemake.output

with logged(snakemake.log[0]):
    protocol = {name: given[name] for name in ("periods", "arms", "clock", "cleaning")}
    protocol["outcomes"] = {words["key"]: words for words in given.outcomes}
    rows = rows_by_outcome(read_file(snakemake.input.extraction), protocol["outcomes"])
    decided = snakemake.input.get("adjudication")
    decisions = read_file(decided) if decided else None
    for outcome, designs, table, log in zip(rows, given.designs, out.arms, out.log, strict=True):
        cleaned = clean_adjudicated(rows[outcome], decisions, protocol, treatment_of(designs))
        write_table(table, mark_contaminated(cleaned.arms, designs), ARM_COLUMNS)
        write_table(log, cleaned.log, LOG_COLUMNS)
