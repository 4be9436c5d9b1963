"""Draw the meta-regressions of one cell: its analyses -> figure, its words, its table."""

from metawright.figures.cell.sensitivity_data import sensitivity_data
from metawright.figures.kit.publish import publish
from metawright.files.documents import read_json
from metawright.files.logs import logged

with logged(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    documents = (read_json(given.examined), read_json(given.leave_one_out))
    shown = sensitivity_data(params.outcome, params.period, *documents, params.labels, arms=params.arms)
    publish(snakemake.output, params.figures, shown)
