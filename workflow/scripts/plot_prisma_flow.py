"""Draw the flow of records of a review: its counts and their arithmetic -> figure, its words and its table."""

from metawright.figures.kit.publish import publish
from metawright.files.documents import read_json
from metawright.files.logs import logged

with logged(snakemake.log[0]):
    publish(snakemake.output, snakemake.params.figures, read_json(snakemake.input.screening))
