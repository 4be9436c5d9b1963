"""Draw the risks of both arms of an outcome, period by period: arms and pools -> figure, its words, its table."""

from metawright.figures.forest.data import forest_data
from metawright.figures.kit.publish import publish
from metawright.files.documents import read_json
from metawright.files.logs import logged
from metawright.files.tables import read_table

with logged(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    pools = [read_json(path) for path in given.pools]
    names = [{"study": study, "label": label} for study, label in params.labels.items()]
    choices = {"model": params.model, "arm_labels": params.arms, "studies": names, "preset": params.preset}
    tables = {"inputs": read_table(given.inputs)}
    shown = forest_data(params.outcome, params.periods, pools, read_table(given.arms), [], **choices, **tables)
    publish(snakemake.output, params.figures, shown)
