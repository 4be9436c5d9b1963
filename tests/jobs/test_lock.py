"""A lock is somebody's: of a build that runs, or of one that is gone."""

import json
import os
import socket
import subprocess
from contextlib import contextmanager

import pytest
from snakemake.exceptions import WorkflowError

from metawright.jobs.lock import began, obstacle, recorded, records, say_who_locks


class Persistence:
    """As far as Snakemake's goes."""

    def __init__(self, path):
        self.path, self.locked, self._lockdir = path, False, path / "locks"
        self._lockdir.mkdir()

    @contextmanager
    def lock(self):
        assert not self.locked
        assert self._lockdir.is_dir()
        self.locked = True
        yield
        self.locked = False

    def cleanup_locks(self):
        self.locked = False
        self._lockdir.rmdir()


say_who_locks(Persistence)
say_who_locks(Persistence)


@pytest.fixture
def gone():
    """A process that has ended."""
    with subprocess.Popen(["true"]) as process:
        return process.pid


def record(folder, process, when, host=None):
    (folder / "builds").mkdir(exist_ok=True)
    text = json.dumps({"host": host or socket.gethostname(), "process": process, "began": when})
    (folder / "builds" / f"x.{process}.json").write_text(text)


def test_a_build_is_on_record_as_long_as_it_runs(tmp_path):
    with Persistence(tmp_path).lock():
        (one,) = records(tmp_path / "builds")
        assert one == {"host": socket.gethostname(), "process": os.getpid(), "began": began(os.getpid())}
    assert list(records(tmp_path / "builds")) == []


def test_the_lock_of_a_killed_build_is_removed(tmp_path, gone):
    persistence = Persistence(tmp_path)
    persistence.locked = True
    record(tmp_path, gone, 1.0)
    record(tmp_path, os.getppid(), 1.0)  # its number is another's by now
    with persistence.lock():
        assert [one["process"] for one in records(tmp_path / "builds")] == [os.getpid()]
    assert not persistence.locked


def test_the_lock_of_a_running_build_is_kept_and_its_process_named(tmp_path, gone):
    persistence = Persistence(tmp_path)
    persistence.locked = True
    record(tmp_path, gone, 1.0)
    record(tmp_path, os.getppid(), began(os.getppid()))
    with (
        pytest.raises(WorkflowError, match=rf"Another build \(process {os.getppid()}\) is running"),
        persistence.lock(),
    ):
        pass
    assert persistence.locked


def test_a_build_of_another_machine_may_run(tmp_path, gone):
    record(tmp_path, gone, 1.0, host="login2")
    assert f"(process {gone} on login2)" in obstacle(list(records(tmp_path / "builds")))
    with recorded(tmp_path / "builds"):
        assert len(list(records(tmp_path / "builds"))) == 2


def test_a_lock_of_nobody_on_record_is_left_to_the_person(tmp_path):
    assert "`make unlock`" in obstacle(list(records(tmp_path / "builds")))
