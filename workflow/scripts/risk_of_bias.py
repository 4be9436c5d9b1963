"""Read the risk-of-bias judgements of a review: its tables -> judgements, grades and remarks as JSON."""

from pathlib import Path

from metawright.appraisal.risk_of_bias import risk_of_bias
from metawright.files.documents import write_json
from metawright.files.logs import logged
from metawright.review.sheets import read_sheet


def rows(name):
    """Rows of a table of the review folder, none where it has no such table."""
    path = snakemake.input.get(name)
    return [row.cells for row in read_sheet(Path(path).read_bytes(), path).rows] if path else []


with logged(snakemake.log[0]):
    document = risk_of_bias(rows("risk_of_bias"), rows("studies"), snakemake.params.appraisal)
    write_json(snakemake.output.risk_of_bias, document)
