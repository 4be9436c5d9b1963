"""Progress of many jobs at once: each writes how far it is, any of them can tell how far all are."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

#: Seconds without a sign of life after which a job no longer counts as running.
SILENCE = 60.0


class Progress:
    """The progress of one job among several.

    Parameters
    ----------
    folder : path
        Where all jobs write; one small file per job, named *name*.
    name : str
        The job.
    total : int
        What all jobs together have to do.
    words : callable
        ``(done, total, rate) -> str``, the line that is printed; the rate is per second, of the jobs that run.
    every : float
        Seconds between two lines.
    """

    def __init__(
        self, folder: str | Path, name: str, total: int, words: Callable[[int, int, float], str], every: float = 5.0
    ) -> None:
        self._file = Path(folder) / name
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._total, self._words, self._every = total, words, every
        self._begin, self._done, self._told = time.time(), 0, time.monotonic()

    def __call__(self, amount: int) -> None:
        """Add what was just done; from time to time print where all jobs stand."""
        self._done += amount
        if time.monotonic() - self._told >= self._every:
            self.tell()

    def tell(self, ended: bool = False) -> None:
        """Write how far this job is, and print where all jobs stand."""
        self._told = time.monotonic()
        self._write("running")
        print(standing_of(self._file.parent, self._total, self._words), file=sys.stderr, flush=True)
        if ended:
            self._write("ended")

    def _write(self, word: str) -> None:
        self._file.write_text(f"{self._begin} {time.time()} {self._done} {word}\n")


def standing_of(folder: Path, total: int, words: Callable[[int, int, float], str]) -> str:
    """Return where all jobs that write in *folder* stand."""
    done, rate, now = 0, 0.0, time.time()
    for path in folder.iterdir():
        parts = path.read_text().split()
        if len(parts) == 4:  # else another job is just writing it
            begin, last, part = float(parts[0]), float(parts[1]), int(parts[2])
            done += part
            if parts[3] == "running" and now - last < SILENCE and last > begin:
                rate += part / (last - begin)
    return words(done, total, rate)
