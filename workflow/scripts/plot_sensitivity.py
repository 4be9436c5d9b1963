"""Draw whether the result of one cell survives: its analyses and specifications -> figures, words, tables."""

from metawright.figures.publish import publish
from metawright.figures.sensitivity_data import sensitivity_data
from metawright.figures.survival_figures import SURVIVAL_FIGURES
from metawright.files.documents import read_json
from metawright.files.logs import logged

with logged(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    documents = (read_json(given.examined), read_json(given.leave_one_out))
    entries = {entry["period"]: entry for entry in read_json(given.multiverse)["periods"]}
    more = {"arms": params.arms, "specifications": entries[snakemake.wildcards.period]}
    shown = sensitivity_data(params.outcome, params.period, *documents, params.labels, **more)
    publish(snakemake.output, SURVIVAL_FIGURES, shown)
