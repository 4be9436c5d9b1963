"""Run one shard of the sweep: its part of the plan -> sufficient statistics, as lines of JSON."""

from metawright.files.documents import read_json, write_text
from metawright.files.logs import logged
from metawright.files.progress import Progress
from metawright.simulation.progress import standing
from metawright.simulation.shard import simulate_shard

with logged(snakemake.log[0]):
    plan = read_json(snakemake.input.plan)
    folder = f"{snakemake.params.progress}/{plan['run']}"
    progress = Progress(folder, snakemake.wildcards.shard, plan["planned_replicates"], standing)
    write_text(snakemake.output.shard, simulate_shard(plan, snakemake.wildcards.shard, progress))
    progress.tell(ended=True)
