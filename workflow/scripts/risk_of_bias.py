"""Read the risk-of-bias judgements of a review: its tables -> judgements, grades and remarks as JSON."""

from metawright.appraisal.risk_of_bias import risk_of_bias
from metawright.files.documents import write_json
from metawright.files.logs import logged
from metawright.reading.tables import rows_of

with logged(snakemake.log[0]):
    judged, studies = rows_of(snakemake.input.risk_of_bias), rows_of(snakemake.input.studies)
    document = risk_of_bias(judged, studies, snakemake.params.appraisal)
    write_json(snakemake.output.risk_of_bias, document)
