"""Draw the refits of one cell without and with some of its trials: its analyses -> figures, words, tables."""

from metawright.figures.publish import publish
from metawright.figures.refit_figures import REFIT_FIGURES
from metawright.figures.sensitivity_data import sensitivity_data
from metawright.files.documents import read_json
from metawright.files.logs import logged

with logged(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    documents = (read_json(given.examined), read_json(given.leave_one_out))
    shown = sensitivity_data(params.outcome, params.period, *documents, params.labels, arms=params.arms)
    publish(snakemake.output, REFIT_FIGURES, shown)
