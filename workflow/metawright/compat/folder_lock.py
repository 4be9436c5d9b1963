"""Let a build go on after one that was killed, and name the one that still runs.

Snakemake's lock is a list of files that outlives who made it, and does not say who that was. Here each build leaves a
record of its process beside the lock: where a lock is met and every build on record is gone, the lock is removed.
"""

import json
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypedDict

from metawright.compat.internals import Internals, names_in

INTERNALS = Internals(
    package="snakemake",
    versions=">=9.27,<10",
    what="PersistenceBase.lock",
    reason="a lock outlives a killed build and does not say whose it is",
    upstream="",
    without="the lock of a killed build is removed with `make unlock`",
)


class BuildRecord(TypedDict):
    """Which process holds a lock: its host, its number, and when it began."""

    host: str
    process: int
    began: float | None


def say_who_locks() -> None:
    """Make Snakemake's lock know whose it is."""
    if not INTERNALS.fit(_has_lock):
        return
    from snakemake.persistence import PersistenceBase

    lock = PersistenceBase.lock

    @contextmanager
    def lock_by_name(self):
        from snakemake.exceptions import WorkflowError
        from snakemake.logging import logger

        folder = Path(self.path) / "builds"
        if self.locked:
            found = list(records(folder))
            why = obstacle(found)
            if why:
                raise WorkflowError(why)
            logger.info("A build was killed here; this one goes on where that one stopped.")
            self.cleanup_locks()
            # where locks are files, their folder is gone with them, and a lock is about to be written
            Path(getattr(self, "_lockdir", self.path)).mkdir(parents=True, exist_ok=True)
        with recorded(folder), lock(self):
            yield

    setattr(lock_by_name, "says_who", True)  # noqa: B010 - a mark on a function, which has no such field
    if not hasattr(lock, "says_who"):
        PersistenceBase.lock = lock_by_name


def _has_lock() -> bool:
    from snakemake.persistence import PersistenceBase

    lock = getattr(PersistenceBase.lock, "__wrapped__", None)
    known = hasattr(PersistenceBase.lock, "says_who") or (lock and names_in(lock) >= {"locked", "_write_locks"})
    return bool(known) and all(hasattr(PersistenceBase, name) for name in ("path", "locked", "cleanup_locks"))


def obstacle(found: Sequence[BuildRecord]) -> str:
    """Return what stands against removing a lock, and what to do about it; empty where every build on record is gone.

    Parameters
    ----------
    found : sequence of BuildRecord
        From `records`.
    """
    for one in found:
        if one["host"] != socket.gethostname():
            return (
                f"Another build (process {one['process']} on {one['host']}) runs in this folder, or was killed there. "
                "If it runs no more, `make unlock` removes its lock; then run the same command again."
            )
        if began(one["process"]) == one["began"]:
            return (
                f"Another build (process {one['process']}) is running in this folder. Wait for its end, or stop it "
                f"(kill {one['process']}); then run the same command again."
            )
    if not found:
        return (
            "This folder is locked, and there is no record by whom. If no other build runs in it, `make unlock` "
            "removes the lock; then run the same command again."
        )
    return ""


def records(folder: Path) -> Iterator[BuildRecord]:
    """Yield `host`, `process` and `began` of the builds that left a record in *folder*; those that ended left none."""
    for path in sorted(folder.glob("*.json")):
        with suppress(OSError, ValueError):
            yield json.loads(path.read_text(encoding="utf-8"))


@contextmanager
def recorded(folder: Path) -> Iterator[None]:
    """Keep a record of this process in *folder*, in place of those of processes that are gone."""
    host, process = socket.gethostname(), os.getpid()
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.json"):
        with suppress(OSError, ValueError, KeyError):
            one = json.loads(path.read_text(encoding="utf-8"))
            if one["host"] == host and began(one["process"]) != one["began"]:
                path.unlink()
    path = folder / f"{host}.{process}.json"
    half = path.with_suffix(".half")
    half.write_text(json.dumps({"host": host, "process": process, "began": began(process)}), encoding="utf-8")
    half.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def began(process: int) -> float | None:
    """Return when a process began, None if it has ended."""
    import psutil

    try:
        one = psutil.Process(process)
        return None if one.status() == psutil.STATUS_ZOMBIE else one.create_time()
    except psutil.NoSuchProcess:
        return None
