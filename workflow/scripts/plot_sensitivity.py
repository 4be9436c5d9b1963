"""Draw whether the results of some cells survive: their analyses and specifications -> figures, words, tables."""

from metawright.figures.cell.sensitivity_data import sensitivity_data
from metawright.figures.kit.publish import publish
from metawright.files.documents import read_json
from metawright.files.logs import logged

given, out = snakemake.params, snakemake.output

with logged(snakemake.log[0]):
    documents = zip(snakemake.input.examined, snakemake.input.leave_one_out, snakemake.input.multiverse, strict=True)
    for place, (outcome, period, paths) in enumerate(zip(given.outcomes, given.periods, documents, strict=True)):
        examined, left_out, multiverse = map(read_json, paths)
        entries = {entry["period"]: entry for entry in multiverse["periods"]}
        more = {"arms": given.arms, "specifications": entries[period["key"]]}
        shown = sensitivity_data(outcome, period, examined, left_out, given.labels, **more)
        publish(out, given.figures, shown, place)
