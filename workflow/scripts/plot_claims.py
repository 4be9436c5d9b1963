"""Draw published claims beside recomputed pools: claims_check.json -> figure, its words, its table."""

from metawright.figures.kit.publish import publish
from metawright.figures.review.claims_data import claims_data
from metawright.files.documents import read_json
from metawright.files.logs import logged

with logged(snakemake.log[0]):
    params = snakemake.params
    outcomes = list(params.outcomes.values())
    entries = read_json(snakemake.input.claims_check)
    shown = claims_data(entries, outcomes, params.periods, arms=params.arms, labels=params.labels)
    publish(snakemake.output, params.figures, shown)
