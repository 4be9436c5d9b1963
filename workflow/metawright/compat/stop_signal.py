"""Stop a build when it is asked to.

Snakemake answers SIGTERM with a lock that the interrupted thread may hold: the answer waits for ever.
"""

import threading

from metawright.compat.internals import Internals, names_in

INTERNALS = Internals(
    package="snakemake",
    versions=">=9.27,<10",
    what="JobScheduler.exit_gracefully",
    reason="it takes a lock in a signal handler, which may wait for ever",
    upstream="",
    without="a build that is asked to stop may have to be killed",
)


def answer_in_a_thread() -> None:
    """Let Snakemake answer SIGTERM from a thread of its own: a thread can wait for the lock."""
    if not INTERNALS.fit(_takes_lock):
        return
    from snakemake.scheduling.job_scheduler import JobScheduler

    answer = JobScheduler.exit_gracefully

    def exit_gracefully(self, *_):
        threading.Thread(target=answer, args=(self,)).start()

    setattr(exit_gracefully, "in_a_thread", True)  # noqa: B010 - a mark on a function, which has no such field
    if not hasattr(answer, "in_a_thread"):
        JobScheduler.exit_gracefully = exit_gracefully


def _takes_lock() -> bool:
    from snakemake.scheduling.job_scheduler import JobScheduler

    answer = JobScheduler.exit_gracefully
    return hasattr(answer, "in_a_thread") or "_lock" in names_in(answer)
