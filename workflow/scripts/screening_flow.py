"""Check the flow of records of a review: its counts, trials and pools -> arithmetic and checklist as JSON."""

from pathlib import Path

from metawright.appraisal.flow import screening_flow
from metawright.checking.screening import read_screening
from metawright.files.documents import read_json, write_json
from metawright.files.logs import logged
from metawright.reading.tables import rows_of

given = snakemake.input


with logged(snakemake.log[0]):
    counts = read_screening(Path(given.screening).read_bytes(), given.screening)[0].content if given.screening else None
    pools = [read_json(path) for path in given.pools]
    document = screening_flow(counts, rows_of(given.studies), rows_of(given.awaiting), pools, snakemake.params.files)
    write_json(snakemake.output.screening, document)
