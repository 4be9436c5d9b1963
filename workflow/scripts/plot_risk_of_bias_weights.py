"""Draw risk of bias by weight: the weights of the headline model of a review -> figure, its words and its table."""

from metawright.figures.kit.save import save
from metawright.figures.review.risk_of_bias_weights import (
    WEIGHT_COLUMNS,
    weighted_bars_alt_text,
    weighted_bars_figure,
    weighted_bars_table,
)
from metawright.files.documents import read_json, write_text
from metawright.files.logs import logged
from metawright.files.tables import write_table

with logged(snakemake.log[0]):
    weights, out = read_json(snakemake.input.certainty)["weights"], snakemake.output
    pools = [entry for entry in weights if entry["model"] == (snakemake.params.model or weights[0]["model"])]
    words = weighted_bars_alt_text(pools)
    save(weighted_bars_figure(pools), out.svg, out.pdf, out.png, "Risk of bias by weight", words)
    write_text(out.txt, words + "\n")
    write_table(out.csv, weighted_bars_table(pools), WEIGHT_COLUMNS)
