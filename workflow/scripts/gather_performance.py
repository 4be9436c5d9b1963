"""Merge the shards of the sweep: statistics of all blocks -> performance.csv."""

from functools import cache
from pathlib import Path

from metawright.files.documents import read_json
from metawright.files.logs import logged
from metawright.files.tables import write_table
from metawright.simulation.gather import PERFORMANCE_COLUMNS, gather_performance
from metawright.simulation.shard import read_shard

paths = {Path(path).stem: Path(path) for path in snakemake.input.shards}


@cache
def shard(name):
    """Content of one shard file."""
    return read_shard(paths[name].read_text(encoding="utf-8").splitlines())


with logged(snakemake.log[0]):
    rows = gather_performance(read_json(snakemake.input.plan), shard)
    write_table(snakemake.output.performance, rows, PERFORMANCE_COLUMNS)
