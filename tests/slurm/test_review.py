"""A review through a real cluster, a job per batch of outcomes, ends in the workstation's bytes."""

import subprocess
import sys
import time

import pytest

from tests.workflow.conftest import contents, copy_house

pytestmark = pytest.mark.slurm

OPTIONS = (
    "--profile", "profiles/slurm", "--latency-wait", "5", "--slurm-init-seconds-before-status-checks", "2",
    "--seconds-between-status-checks", "2", "--cores", "2", "--default-resources", "mem_mb=800", "runtime=120",
)  # fmt: skip


def house_with_reviews(root, folder):
    """The ALS review and a generated one of 20 outcomes in 5 periods."""
    house = copy_house(root, folder, "als-exercise")
    generate = root / "benchmarks" / "workflow" / "generate.py"
    subprocess.run([sys.executable, generate, "100", folder / "resources" / "generated"], check=True)
    config = folder / "config" / "config.yaml"
    config.write_text(config.read_text().replace("reviews:\n", "reviews:\n  - resources/generated\n"))
    return house


def test_a_review_takes_a_job_per_batch(cluster, python, root, tmp_path):
    workstation = house_with_reviews(root, tmp_path / "workstation")
    begin = time.monotonic()
    workstation.build()
    alone = time.monotonic() - begin

    house = house_with_reviews(root, tmp_path / "cluster")
    environment = {**cluster.environment, "PYTHONPATH": str(house.folder / "workflow")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or every job compiles every module again
    before = set(cluster.states())
    begin = time.monotonic()
    done = subprocess.run(
        [python, "-m", "snakemake", *OPTIONS],
        cwd=house.folder, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    states = {job: state for job, state in cluster.states().items() if job not in before}
    print(f"\n{len(states)} SLURM jobs in {time.monotonic() - begin:.0f} s, the workstation took {alone:.0f} s")
    assert set(states.values()) == {"COMPLETED"}
    # A batch of twenty outcomes is two of them, one of three is one, and each of these has the simulation of its own
    # configuration in a job beside it.
    assert len(states) == 10 + 2 * 3
    assert contents(house.folder / "results") == contents(workstation.folder / "results")
