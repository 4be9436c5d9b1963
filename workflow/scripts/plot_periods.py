"""Draw an outcome over its periods, and their differences -> figure, its words, its table."""

from metawright.figures.period_figures import PERIOD_FIGURES
from metawright.figures.periods_data import periods_data
from metawright.figures.publish import publish
from metawright.files.documents import read_json
from metawright.files.logs import logged

with logged(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    pools = [read_json(path) for path in given.pools]
    choices = {"arms": params.arms, "pools": pools, "labels": params.labels}
    shown = periods_data(params.outcome, params.periods, read_json(given.periods), **choices)
    publish(snakemake.output, PERIOD_FIGURES, shown)
