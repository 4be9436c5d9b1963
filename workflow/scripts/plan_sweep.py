"""Plan the sweep: the grids and what existing shards hold -> the jobs that are left, and what they will cost."""

import sys
from pathlib import Path

from metawright.files.documents import write_json
from metawright.files.logs import logged
from metawright.files.tables import read_table
from metawright.simulation.cost import machine_factor, seconds_per_block
from metawright.simulation.grids import grids_of
from metawright.simulation.plan import plan_sweep
from metawright.simulation.progress import announcement
from metawright.simulation.shard import pieces_of
from metawright.simulation.sweep import arms_of


def arms(pool):
    """Arm sizes of the trials of a named pool."""
    return arms_of(read_table(f"results/{pool['review']}/effects/{pool['outcome']}.effects.csv"), pool["period"])


with logged(snakemake.log[0]):
    params, pieces = snakemake.params, []
    for path in sorted(Path(params.shards).glob("*.jsonl")):
        with path.open(encoding="utf-8") as file:
            pieces += pieces_of(path.stem, file.readline(), params.shard_code)
    grids = grids_of(params.sweep, arms)
    factor = machine_factor()
    plan = plan_sweep(
        grids,
        pieces,
        params.shard_code,
        snakemake.resources.job_seconds,
        lambda scenario, setup: factor * seconds_per_block(scenario, setup),
    )
    print(announcement(plan), file=sys.stderr)
    write_json(snakemake.output.plan, plan)
