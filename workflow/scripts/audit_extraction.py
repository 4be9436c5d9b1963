"""Audit the extracted numbers of a review: extraction.csv -> what is impossible or hardly plausible in it."""

from metawright.audit.extraction import audit_extraction
from metawright.extraction.documents import FINDING_COLUMNS
from metawright.files.logs import logged
from metawright.files.tables import write_table
from metawright.reading.sheets import read_file

with logged(snakemake.log[0]):
    protocol = {
        name: snakemake.params[name] for name in ("outcomes", "periods", "arms", "clock", "cleaning", "imputation")
    }
    sheet = read_file(snakemake.input.extraction)
    decided = snakemake.input.get("adjudication")
    decisions = read_file(decided) if decided else None
    findings = audit_extraction(sheet, protocol, snakemake.params.treatment, decisions)
    write_table(snakemake.output.findings, findings, FINDING_COLUMNS)
