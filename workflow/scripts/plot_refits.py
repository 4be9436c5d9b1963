"""Draw the refits of some cells without and with some of their trials: their analyses -> figures, words, tables."""

from metawright.figures.cell.sensitivity_data import sensitivity_data
from metawright.figures.kit.publish import publish
from metawright.files.documents import read_json
from metawright.files.logs import logged

given, out = snakemake.params, snakemake.output

with logged(snakemake.log[0]):
    documents = zip(snakemake.input.examined, snakemake.input.leave_one_out, strict=True)
    for place, (outcome, period, paths) in enumerate(zip(given.outcomes, given.periods, documents, strict=True)):
        shown = sensitivity_data(outcome, period, *map(read_json, paths), given.labels, arms=given.arms)
        publish(out, given.figures, shown, place)
