"""Stop a build when it is asked to."""

import threading


def answer_in_a_thread(scheduler: type) -> None:
    """Let Snakemake answer SIGTERM from a thread of its own.

    Its answer waits for a lock that the interrupted thread may hold, which would wait for ever; a thread can wait.

    Parameters
    ----------
    scheduler : type
        Snakemake's `JobScheduler`.
    """
    answer = scheduler.exit_gracefully
    if hasattr(answer, "in_a_thread"):
        return

    def exit_gracefully(self, *_):
        threading.Thread(target=answer, args=(self,)).start()

    exit_gracefully.in_a_thread = True
    scheduler.exit_gracefully = exit_gracefully
