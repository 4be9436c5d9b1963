"""Audit what a review published: its files, pools and statements -> findings, claims beside recomputed pools,
and what missing trials must show."""

from pathlib import Path

from metawright.audit.compare import CHECK_COLUMNS
from metawright.audit.documents import AUDIT_COLUMNS
from metawright.audit.run import audit_claims
from metawright.checking.screening import read_screening
from metawright.files.documents import read_json, write_json
from metawright.files.logs import logged
from metawright.files.tables import read_table, write_table
from metawright.reading.sheets import read_file
from metawright.reading.tables import rows_of

given, out = snakemake.input, snakemake.output

with logged(snakemake.log[0]):
    tables = {name: rows_of(given[name]) for name in snakemake.params.tables if given[name]}
    screening = (
        read_screening(Path(given.screening).read_bytes(), given.screening)[0].content if given.screening else None
    )
    pools = [read_json(path) for path in given.pools]
    audit = audit_claims(
        snakemake.params.protocol,
        snakemake.params.treatment,
        read_file(given.extraction),
        tables,
        screening,
        pools,
        read_table(given.numbers),
    )
    write_table(out.findings, audit.findings, AUDIT_COLUMNS)
    write_json(out.audit, audit.document)
    write_table(out.claims_check, audit.check_rows, CHECK_COLUMNS)
    write_json(out.comparison, audit.comparison)
    write_json(out.feasible, audit.feasible)
