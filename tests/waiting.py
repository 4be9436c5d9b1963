"""Waiting for something that comes sooner or later: the bound is there against hangs and says nothing about speed."""

import time
from collections.abc import Callable
from subprocess import Popen

#: Seconds after which nothing more will come, on the slowest of machines.
PATIENCE = 900.0


def until(test: Callable[[], object], process: Popen | None = None, glance: float = 0.05):
    """Wait for *test* to give something, and return it; where *process* is given, it must not end before."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and (process is None or process.poll() is None):
        found = test()
        if found:
            return found
        time.sleep(glance)
    raise AssertionError("the process ended" if process and process.poll() is not None else "waited in vain")
