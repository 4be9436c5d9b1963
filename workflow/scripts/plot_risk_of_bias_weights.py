"""Draw risk of bias by weight: the weights of the headline model of a review -> figure, its words and its table."""

from metawright.figures.kit.publish import publish
from metawright.files.documents import read_json
from metawright.files.logs import logged

with logged(snakemake.log[0]):
    weights, params = read_json(snakemake.input.certainty)["weights"], snakemake.params
    pools = [entry for entry in weights if entry["model"] == (params.model or weights[0]["model"])]
    publish(snakemake.output, params.figures, pools)
