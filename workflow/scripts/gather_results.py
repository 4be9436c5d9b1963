"""Gather everything that the report shows: tables and JSON of all stages -> results.json."""

from pathlib import Path

from metawright.checking.screening import read_screening
from metawright.files.documents import read_json, write_json
from metawright.files.logs import logged
from metawright.files.tables import read_table
from metawright.reading.sheets import read_file
from metawright.reading.tables import rows_of
from metawright.report.results import gather_results
from metawright.report.software import versions

TABLES = ("studies", "awaiting", "claims", "citations")
DOCUMENTS = ("pools", "heterogeneity", "leave_one_out", "examined", "multiverses", "compared")
ORIGINS = ("recovered", "choices", "inputs", "findings")
AUDITED = ("audit", "claims_check", "feasible", "flow", "certainty")


def optional(name, read):
    """Content of an optional file, None where the review has no such file."""
    path = snakemake.input.get(name)
    return read(path) if path else None


def origins():
    """Return where the numbers come from: lineage, findings, two extractors, and the file as it was typed."""
    path = Path(snakemake.input.extraction)
    rows = read_file(path).rows
    return {
        **{name: read_table(snakemake.input[name]) for name in ORIGINS},
        "conflicts": optional("conflicts", read_table) or [],
        "agreement": optional("agreement", read_json),
        "file": path.name,
        "typed": {str(row.number): row.cells for row in rows},
    }


with logged(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    results = gather_results(
        params.review,
        params.protocol,
        **{name: [read_json(path) for path in given[name]] for name in DOCUMENTS},
        verdicts=read_json(given.verdicts),
        **{name: read_table(given[name]) for name in ("arms", "effects", "cleaning_log")},
        **{name: optional(name, rows_of) for name in TABLES},
        risk_of_bias=optional("risk_of_bias", read_json),
        screening=optional("screening", lambda path: read_screening(Path(path).read_bytes(), path)[0].content),
        software=versions(),
        checks=read_json(given.claims_check),
        origins=origins(),
        audited={name: read_json(given[name]) for name in AUDITED},
        own_configuration=optional("own_configuration", read_json),
    )
    write_json(snakemake.output.results, results)
