"""End a cluster of these tests: `python tests/slurm/leave.py FOLDER LINK`.

It needs nothing but the standard library and the folder's name, which need not exist any more: the processes of a
cluster are those that carry the folder in their environment, their arguments or among their open files.
"""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

#: Seconds that daemons and jobs have to end by themselves.
GRACE = 10.0


def processes(folder: Path) -> list[int]:
    """Return the processes of the cluster in *folder*, this one and those above it left out."""
    above, marks = ancestors(), (os.fsencode(folder) + b"/", os.fsencode(folder) + b"\0")
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) in above:
            continue
        with contextlib.suppress(OSError):
            said = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            files = (bytes(link.readlink()) + b"/" for link in [entry / "cwd", *(entry / "fd").iterdir()])
            if any(mark in said for mark in marks) or any(file.startswith(marks[0]) for file in files):
                found.append(int(entry.name))
    return found


def ancestors() -> set[int]:
    """Return this process and those above it."""
    found, process = set(), os.getpid()
    while process > 0 and process not in found:
        found.add(process)
        try:
            process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            break
    return found


def leave(folder: Path, link: Path) -> None:
    """End the processes of the cluster in *folder*, first kindly, and take its link away."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in processes(folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)
                os.kill(process, signal.SIGCONT)  # one that was stopped hears no SIGTERM
        until = time.monotonic() + GRACE
        while processes(folder) and time.monotonic() < until:
            time.sleep(0.2)
    # left behind, it would make every start of Snakemake with the plugin wait for a controller
    if link.is_symlink() and link.readlink() == folder / "slurm.conf":
        link.unlink()
    with contextlib.suppress(OSError):
        link.parent.rmdir()  # where nothing else is in it


if __name__ == "__main__":
    leave(*map(Path, sys.argv[1:]))
