"""Rates on one core: processor time, the best of several runs, so that other programs on the machine matter little."""

import os
import time
from collections.abc import Callable

# This module is imported before NumPy is: everybody gets one thread.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"


def seconds(function: Callable[[], object], runs: int = 15, least: float = 0.02) -> float:
    """Processor time of one call: the best of *runs* timings, each of at least *least* seconds."""
    function()
    calls, best = 1, float("inf")
    done = 0
    while done < runs:
        start = time.process_time()
        for _ in range(calls):
            function()
        taken = time.process_time() - start
        best = min(best, taken / calls)
        if taken < least and calls < 1_000_000:
            calls *= 2
        else:
            done += 1
    return best


def rate(function: Callable[[], object], items: int, runs: int = 15) -> float:
    """Items per second."""
    return items / seconds(function, runs)
