"""A review through a real cluster, a job per batch of outcomes, ends in the workstation's bytes."""

import subprocess
import sys
import time

import pytest

from tests.slurm.test_sweep import cluster, python  # noqa: F401 - the fixtures
from tests.workflow.conftest import contents, copy_house

pytestmark = pytest.mark.slurm

OPTIONS = (
    "--profile", "profiles/slurm", "--latency-wait", "5", "--slurm-init-seconds-before-status-checks", "2",
    "--seconds-between-status-checks", "2", "--cores", "2", "--default-resources", "mem_mb=400", "runtime=10",
)  # fmt: skip


def als(root, folder):
    return copy_house(root, folder, "als-exercise")


def hundred_cells(root, folder):
    """A generated review of 20 outcomes in 5 periods."""
    house = copy_house(root, folder)
    generate = root / "benchmarks" / "workflow" / "generate.py"
    subprocess.run([sys.executable, generate, "100", folder / "resources" / "generated-100"], check=True)
    config = "reviews:\n  - resources/generated-100\npdf: never\ndocx: never\n"
    (folder / "config" / "config.yaml").write_text(config)
    return house


# A batch of the ALS review is one outcome, and the simulation of its own configuration is a job beside it; a batch of
# twenty outcomes is two of them, and a large review is not simulated.
@pytest.mark.parametrize(("review", "jobs"), [(als, 6), (hundred_cells, 10)])
def test_a_review_takes_a_job_per_batch(review, jobs, cluster, python, root, tmp_path):  # noqa: F811
    workstation = review(root, tmp_path / "workstation")
    begin = time.monotonic()
    workstation.build()
    alone = time.monotonic() - begin

    house = review(root, tmp_path / "cluster")
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
    assert set(states.values()) == {"COMPLETED"}
    assert len(states) == jobs
    assert contents(house.folder / "results") == contents(workstation.folder / "results")
