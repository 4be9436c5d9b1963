"""Draw outcomes over their periods, and the differences -> figures, words, tables."""

from metawright.figures.kit.publish import publish
from metawright.figures.outcome.periods_data import periods_data
from metawright.files.documents import read_json
from metawright.files.logs import logged

given, out = snakemake.params, snakemake.output

with logged(snakemake.log[0]):
    documents = [read_json(path) for path in snakemake.input.pools]
    for place, outcome in enumerate(given.outcomes):
        pools = [pool for pool in documents if pool["outcome"] == outcome["key"]]
        choices = {"arms": given.arms, "pools": pools, "labels": given.labels}
        shown = periods_data(outcome, given.periods, read_json(snakemake.input.periods[place]), **choices)
        publish(out, given.figures, shown, place)
