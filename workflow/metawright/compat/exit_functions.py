"""What an interpreter does at its end.

A job that is a fork ends by `os._exit`, which forgets the functions that the job has registered with `atexit`.
"""

import atexit

from metawright.compat.internals import Internals

INTERNALS = Internals(
    package="python",
    versions=">=3.11",
    what="atexit._run_exitfuncs",
    reason="a job that is a fork ends by os._exit, which runs no exit functions",
    upstream="https://github.com/python/cpython/issues/83856",
    without="what a job registered with atexit is not done",
)


def run_exit_functions() -> None:
    """Run what was registered with `atexit`."""
    if INTERNALS.fit(lambda: callable(atexit._run_exitfuncs)):
        atexit._run_exitfuncs()
