"""A review through a real cluster, a job per batch of outcomes, ends in the workstation's bytes."""

import subprocess
import time

import pytest

from tests.slurm.test_sweep import cluster, python  # noqa: F401 - the fixtures
from tests.workflow.conftest import contents, copy_house

pytestmark = pytest.mark.slurm

OPTIONS = (
    "--profile", "profiles/slurm", "--latency-wait", "5", "--slurm-init-seconds-before-status-checks", "2",
    "--seconds-between-status-checks", "2", "--cores", "2", "--default-resources", "mem_mb=400", "runtime=10",
)  # fmt: skip


def test_a_review_takes_a_job_per_batch(cluster, python, root, tmp_path):  # noqa: F811
    workstation = copy_house(root, tmp_path / "workstation", "als-exercise")
    begin = time.monotonic()
    workstation.build()
    alone = time.monotonic() - begin

    house = copy_house(root, tmp_path / "cluster", "als-exercise")
    environment = {**cluster.environment, "PYTHONPATH": str(house.folder / "workflow"), "PYTHONDONTWRITEBYTECODE": "1"}
    before = set(cluster.states())
    begin = time.monotonic()
    done = subprocess.run(
        [python, "-m", "snakemake", *OPTIONS],
        cwd=house.folder, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    states = {job: state for job, state in cluster.states().items() if job not in before}
    print(f"\n{len(states)} SLURM jobs in {time.monotonic() - begin:.0f} s, the workstation took {alone:.0f} s")
    tables = list((house.folder / "results" / "als-exercise" / "effects").glob("*.effects.csv"))
    assert set(states.values()) == {"COMPLETED"}
    # a batch has one outcome here; the simulation of an outcome's own configuration is a job of its own
    assert len(states) == 2 * len(tables)
    assert contents(house.folder / "results") == contents(workstation.folder / "results")
