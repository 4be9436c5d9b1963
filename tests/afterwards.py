"""What a test run must not leave behind, even where it is killed: a process of its own waits for its end, then tidies up.

Run as a program it reads a command from its input and runs it when that input ends or the process that it was told
of is gone. Names of temporary folders stand in the input and not in its arguments, so that who ends processes by what
stands in their command lines does not end it too.
"""

import contextlib
import json
import os
import select
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve()


def birth(process: int) -> str:
    """When a process began, by the clock of the kernel; empty if it has ended."""
    try:
        state, *others = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if state in "ZX" else others[18]


class Afterwards:
    """Have a command run at the end of this process, however it ends, or when `now` is called.

    Parameters
    ----------
    command : str or Path
        The words of the command.
    """

    def __init__(self, *command: str | Path) -> None:
        me = os.getpid()
        self._watcher = subprocess.Popen(
            [sys.executable, HERE, str(me), birth(me)],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, cwd="/", text=True,
        )  # fmt: skip
        self._watcher.stdin.write(json.dumps([str(word) for word in command]) + "\n")
        self._watcher.stdin.flush()

    def now(self) -> None:
        """Run the command and wait for its end."""
        self._watcher.stdin.close()
        self._watcher.wait()


def main() -> None:
    """Wait, then run the command; there is none where its sender ended before it was told."""
    process, began = int(sys.argv[1]), sys.argv[2]
    line = sys.stdin.buffer.readline()
    if not line.endswith(b"\n"):
        return
    # A child that the process forked may hold the other end of the pipe open.
    while birth(process) == began and not select.select([sys.stdin], [], [], 1.0)[0]:
        pass
    with contextlib.suppress(OSError):
        subprocess.run(json.loads(line), check=False)


if __name__ == "__main__":
    main()
