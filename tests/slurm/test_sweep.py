"""A sweep through a real cluster, with a job, a node and a time limit lost on the way, ends in the workstation's bytes."""

import re
import subprocess
import time

import pytest

from tests.waiting import PATIENCE, until
from tests.workflow.conftest import copy_house

pytestmark = pytest.mark.slurm

SWEEP = """\
seed: 11
grids:
  small:
    data: {k: [2, 5, 10, 20], n: [10], i2: [0, 50]}
    models: [FE-z, DL-z, PM-z, REML-z, REML-HKSJ, {key: rule, rule: {}}]
    performance: [bias, type1, coverage, median_width, random_chosen]
    replicates: 500000
"""
TABLE = "results/simulation/performance.csv"
# Faster than a shared cluster would like it: status every two seconds.
OPTIONS = (
    "--profile", "profiles/slurm", "--latency-wait", "5",
    "--slurm-init-seconds-before-status-checks", "2", "--seconds-between-status-checks", "2",
    "--set-resources", "plan_sweep:job_seconds=1", "simulate_shard:runtime=120",
    "simulate_shard:mem_mb=400 * attempt", "--", TABLE,
)  # fmt: skip


def house_with_sweep(root, folder):
    house = copy_house(root, folder, "common-cold")
    (house.folder / "config" / "simulation.yaml").write_text(SWEEP)
    return house


def test_a_sweep_survives_a_killed_job_a_killed_node_and_a_time_limit(cluster, python, root, tmp_path):
    workstation = house_with_sweep(root, tmp_path / "workstation")
    workstation.build("--set-resources", "plan_sweep:job_seconds=1", "--", TABLE)

    house = house_with_sweep(root, tmp_path / "cluster")
    environment = {**cluster.environment, "PYTHONPATH": str(house.folder / "workflow"), "PYTHONDONTWRITEBYTECODE": "1"}
    output = tmp_path / "output"
    before = set(cluster.states())
    begin = time.monotonic()
    with output.open("w") as file:
        process = subprocess.Popen(
            [python, "-m", "snakemake", *OPTIONS],
            cwd=house.folder, env=environment, stdout=file, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            until(lambda: len(cluster.jobs("n1")) > 1, process)
            stalled, cancelled = sorted(cluster.jobs("n1"), key=int)[:2]
            cluster.stall(stalled)
            cluster.limit(stalled, minutes=1)
            cluster.ask("scancel", cancelled)
            until(lambda: cluster.jobs("n2"), process)
            lost = cluster.kill_node("n2")
            until(lambda: cluster.ask("sinfo", "-h", "-n", "n2", "-t", "down", "-o", "%N"), process)
            cluster.start_node("n2")
            process.wait(timeout=PATIENCE)
        finally:
            if process.poll() is None:
                process.kill()
    text = output.read_text()
    assert process.returncode == 0, text
    states = {job: state for job, state in cluster.states().items() if job not in before}
    print(f"\n{len(states)} SLURM jobs in {time.monotonic() - begin:.0f} s: {states}")
    assert states[cancelled] == "CANCELLED"
    assert states[stalled] == "TIMEOUT"
    assert lost
    assert all(states[job] in ("NODE_FAIL", "FAILED") for job in lost), (lost, states)
    shards = list((house.folder / "results" / "simulation" / "shards").glob("*.jsonl"))
    assert sum(state == "COMPLETED" for state in states.values()) == len(shards)
    assert len(states) == len(shards) + 2 + len(lost)
    assert (house.folder / TABLE).read_bytes() == (workstation.folder / TABLE).read_bytes()


def test_the_profile_names_what_the_plugin_knows(root, python):
    """A key that the executor does not know would only be noticed on a cluster."""
    text = (root / "profiles" / "slurm" / "config.yaml").read_text()
    known = subprocess.run([python, "-m", "snakemake", "--help"], capture_output=True, text=True).stdout
    for key in re.findall(r"^([a-z-]+):", text, re.MULTILINE):
        assert f"--{key}" in known, key
