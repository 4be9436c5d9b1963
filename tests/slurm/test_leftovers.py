"""A test run that is killed leaves no daemon and no link, and what an unlucky one left does not skip the next."""

import os
import signal
import subprocess
import sys

import pytest

from tests.afterwards import birth
from tests.slurm.cluster import NAME, OWNER, taken
from tests.slurm.leave import processes
from tests.waiting import until

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for its processes in /proc")


@pytest.fixture
def link(tmp_path):
    return tmp_path / "etc" / "slurm.conf"


@pytest.fixture
def left(tmp_path, link):
    """What a cluster leaves: its folder, named by a process, and the link to its configuration."""
    folder = tmp_path / f"{NAME}0"
    folder.mkdir()
    link.parent.mkdir()
    link.symlink_to(folder / "slurm.conf")

    def owned(process: int, began: str):
        (folder / OWNER).write_text(f"{process} {began}")
        return folder

    return owned


def started(root, code, *arguments):
    """A Python program that has printed its first line."""
    environment = {**os.environ, "PYTHONPATH": str(root)}
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], env=environment, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    return process


def killed(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_a_command_runs_after_a_process_was_killed(root, tmp_path):
    code = "import sys, time; from tests.afterwards import Afterwards; "
    code += "Afterwards('touch', sys.argv[1]); print('ready', flush=True); time.sleep(600)"
    process = started(root, code, str(tmp_path / "done"))
    assert not (tmp_path / "done").exists()
    killed(process)
    assert until((tmp_path / "done").exists)


def test_a_link_of_a_dead_run_is_removed_and_its_processes_ended(left, link):
    folder = left(os.getpid(), "1")  # as where another process has got the number since
    stray = subprocess.Popen(["sleep", "600"], env={"SLURM_CONF": str(folder / "slurm.conf")})
    assert processes(folder) == [stray.pid]
    assert taken(link) == ""
    assert stray.wait() == -signal.SIGTERM
    assert not link.parent.exists()


def test_a_link_to_a_folder_that_is_gone_is_removed(tmp_path, link):
    link.parent.mkdir()
    for target in (f"{NAME}0/slurm.conf", "pytest-of-root/pytest-3/slurm0/slurm.conf"):
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(tmp_path / target)
        assert taken(link) == ""
        assert not link.is_symlink()


def test_a_cluster_of_a_living_run_is_left_alone(left, link):
    left(os.getpid(), birth(os.getpid()))
    assert taken(link) == f"another test run (process {os.getpid()}) has a cluster"
    assert link.is_symlink()


@pytest.mark.parametrize("kind", ["file", "link"])
def test_a_real_cluster_is_left_alone(tmp_path, link, kind):
    link.parent.mkdir()
    if kind == "file":
        link.write_text("ClusterName=theirs\n")
    else:
        link.symlink_to(tmp_path / "nfs" / "slurm.conf")
    assert taken(link) == f"there is a {link} already"
    assert link.is_symlink() == (kind == "link")


@pytest.mark.slurm
def test_a_killed_run_leaves_nothing(root, cluster, tmp_path, link):
    """A second cluster beside that of the other tests, with a job that runs when its test run is killed."""
    folder = tmp_path / f"{NAME}1"
    folder.mkdir()
    link.parent.mkdir()
    code = """if True:
        import sys, time
        from pathlib import Path
        from tests.slurm.cluster import Cluster
        from tests.waiting import until
        cluster = Cluster(*map(Path, sys.argv[1:]))
        cluster.up()
        cluster.ask("sbatch", "--mem=100", "--output=/dev/null", "--wrap", "sleep 600")
        until(cluster.jobs)
        print("ready", flush=True)
        time.sleep(600)
    """
    process = started(root, code, str(folder), str(link))
    assert link.is_symlink()
    assert len(processes(folder)) > 5  # munged, slurmctld, two slurmd, the job
    killed(process)
    assert until(lambda: not processes(folder) and not link.is_symlink())
    assert set(cluster.ask("sinfo", "-h", "-N", "-o", "%N")) == {"n1", "n2"}
