"""What a command costs: wall, processor time of it and of all it starts, peak memory of all its processes together."""

import ctypes
import os
import resource
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

_SET_CHILD_SUBREAPER = 36
_PAUSE = 0.1


@dataclass(frozen=True)
class Cost:
    """Seconds of wall and processor time, megabytes of memory at the worst moment, and what was printed."""

    wall: float
    cpu: float
    memory: float
    output: str


def measure(command: list, cwd: Path, environment: dict | None = None) -> Cost:
    """Run *command* and return what it cost.

    Memory is the proportional set size of the whole process tree (shared pages count once), looked at ten times a
    second.

    Raises
    ------
    RuntimeError
        If the command fails.
    """
    # Helpers that outlive their parents become children of this process, so that their time is counted too.
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = _children()
    begin = time.perf_counter()
    process = subprocess.Popen(
        list(map(str, command)), cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    peak, ended = [0.0], threading.Event()
    watch = threading.Thread(target=_watch, args=(process.pid, peak, ended))
    watch.start()
    output = process.communicate()[0]
    wall = time.perf_counter() - begin
    ended.set()
    watch.join()
    _reap()
    if process.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{output}")
    return Cost(wall, _children() - before, peak[0], output)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _reap() -> None:
    """Wait for whatever a command left behind, for a few seconds at most."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.05)
        except ChildProcessError:
            return


def _watch(root: int, peak: list[float], ended: threading.Event) -> None:
    while not ended.wait(_PAUSE):
        peak[0] = max(peak[0], sum(map(_megabytes, _tree(root))))


def _tree(root: int) -> list[int]:
    """A process and all below it; helpers whose parents have gone hang below this very process."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    found = [root, *(pid for pid, parent in parents.items() if parent == os.getpid() and pid != root)]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid and child not in found]
    return found


def _megabytes(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0
