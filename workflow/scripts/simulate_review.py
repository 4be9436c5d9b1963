"""Gather the simulated pools of a review: JSON of each outcome -> own_configuration.json, with its sentences."""

from metawright.files.documents import read_json, write_json
from metawright.files.logs import logged
from metawright.simulation.words import own_sentences

with logged(snakemake.log[0]):
    pools = [pool for path in snakemake.input.pools for pool in read_json(path)]
    sentences = own_sentences(pools, snakemake.params.rule, snakemake.params.recommended)
    headlines = {"rule": snakemake.params.rule, "recommended": snakemake.params.recommended}
    write_json(snakemake.output.own_configuration, {**headlines, **sentences, "pools": pools})
