"""A lock is somebody's: of a build that runs, or of one that is gone."""

import json
import os
import socket
import subprocess
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
from snakemake.exceptions import WorkflowError
from snakemake.persistence import PersistenceBase
from snakemake.persistence.file import FilePersistence

from metawright.compat import folder_lock
from metawright.compat.folder_lock import began, obstacle, recorded, records, say_who_locks


@pytest.fixture(autouse=True)
def patched(monkeypatch):
    monkeypatch.setattr(PersistenceBase, "lock", PersistenceBase.lock)
    say_who_locks()
    once = PersistenceBase.lock
    say_who_locks()
    assert PersistenceBase.lock is once


def persistence_in(folder, locked=False):
    """Snakemake's own, of a workflow with one job; and the lock of a build that was killed."""
    job = SimpleNamespace(input=["a"], output=["b"])
    dag = MagicMock(jobs=[job])
    dag.needrun_jobs.return_value = [job]
    persistence = FilePersistence(path=folder, dag=dag)
    if locked:
        (folder / "locks" / "0.output.lock").write_text("b\n")
        assert persistence.locked
    return persistence


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
    persistence = persistence_in(tmp_path)
    with persistence.lock():
        assert persistence.locked
        (one,) = records(tmp_path / "builds")
        assert one == {"host": socket.gethostname(), "process": os.getpid(), "began": began(os.getpid())}
    assert list(records(tmp_path / "builds")) == []


def test_the_lock_of_a_killed_build_is_removed(tmp_path, gone):
    persistence = persistence_in(tmp_path, locked=True)
    record(tmp_path, gone, 1.0)
    record(tmp_path, os.getppid(), 1.0)  # its number is another's by now
    with persistence.lock():
        assert [one["process"] for one in records(tmp_path / "builds")] == [os.getpid()]
        assert persistence.locked
    assert not persistence.locked


def test_the_lock_of_a_running_build_is_kept_and_its_process_named(tmp_path, gone):
    persistence = persistence_in(tmp_path, locked=True)
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


def test_another_lock_is_left_alone(monkeypatch, unfamiliar, said):
    def lock(self):
        yield

    monkeypatch.setattr(PersistenceBase, "lock", lock)
    say_who_locks()
    unfamiliar(folder_lock)
    say_who_locks()
    assert PersistenceBase.lock is lock
    assert len(said()) == 2 and "`make unlock`" in said()[0]
