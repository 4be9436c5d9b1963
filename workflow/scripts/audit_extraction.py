"""Audit the extracted numbers of a review: extraction.csv -> what is impossible or hardly plausible in it."""

from pathlib import Path

from metawright.audit.extraction import audit_extraction
from metawright.audit.findings import FINDING_COLUMNS
from metawright.files.logs import logged
from metawright.files.tables import write_table
from metawright.review.sheets import read_sheet

with logged(snakemake.log[0]):
    protocol = {name: snakemake.params[name] for name in ("outcomes", "periods", "arms", "clock", "cleaning")}
    file = Path(snakemake.input.extraction)
    sheet = read_sheet(file.read_bytes(), file.name)
    decided = snakemake.input.get("adjudication")
    decisions = read_sheet(Path(decided).read_bytes(), "adjudication.csv") if decided else None
    findings = audit_extraction(sheet, protocol, snakemake.params.treatment, decisions)
    write_table(snakemake.output.findings, findings, FINDING_COLUMNS)
