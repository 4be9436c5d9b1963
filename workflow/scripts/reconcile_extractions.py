"""Compare two extractions: extraction.csv, second_extraction.csv, adjudication.csv -> conflicts.csv, agreement.json."""

from pathlib import Path

from metawright.extraction.reconcile import CONFLICT_COLUMNS, reconcile
from metawright.files.documents import write_json
from metawright.files.logs import logged
from metawright.files.tables import write_table
from metawright.review.sheets import read_sheet

with logged(snakemake.log[0]):
    protocol = {name: snakemake.params[name] for name in ("outcomes", "periods", "arms", "clock", "cleaning")}
    paths = [Path(snakemake.input[name]) for name in ("extraction", "second_extraction", "adjudication")
             if snakemake.input.get(name)]  # fmt: skip
    first, second, *decisions = [read_sheet(path.read_bytes(), path.name) for path in paths]
    result = reconcile(first, second, decisions[0] if decisions else None, protocol, snakemake.params.treatment)
    write_table(snakemake.output.conflicts, result.conflicts, CONFLICT_COLUMNS)
    write_json(snakemake.output.agreement, result.agreement)
