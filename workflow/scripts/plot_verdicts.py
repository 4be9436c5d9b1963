"""Draw all verdicts of a review on one page: verdicts.json -> figure, its words, its table."""

from metawright.figures.kit.publish import publish
from metawright.figures.review.verdicts_data import verdicts_data
from metawright.files.documents import read_json
from metawright.files.logs import logged

with logged(snakemake.log[0]):
    verdicts, params = read_json(snakemake.input.verdicts)["verdicts"], snakemake.params
    outcomes = list(params.outcomes.values())
    shown = verdicts_data(verdicts, outcomes, params.periods, arms=params.arms, labels=params.labels)
    publish(snakemake.output, params.figures, shown)
