"""Compare two extractions: extraction.csv, second_extraction.csv, adjudication.csv -> conflicts.csv, agreement.json."""

from metawright.extraction.reconcile import CONFLICT_COLUMNS, reconcile
from metawright.files.documents import write_json
from metawright.files.logs import logged
from metawright.files.tables import write_table
from metawright.reading.sheets import read_file

with logged(snakemake.log[0]):
    protocol = {name: snakemake.params[name] for name in ("outcomes", "periods", "arms", "clock", "cleaning")}
    given = snakemake.input
    first, second = read_file(given.extraction), read_file(given.second_extraction)
    decisions = read_file(given.adjudication) if given.adjudication else None
    result = reconcile(first, second, decisions, protocol, snakemake.params.treatment)
    write_table(snakemake.output.conflicts, result.conflicts, CONFLICT_COLUMNS)
    write_json(snakemake.output.agreement, result.agreement)
