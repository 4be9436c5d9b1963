"""A build that is asked to stop while its scheduler holds its lock does stop."""

import os
import signal
import threading

from metawright.jobs.stop import answer_in_a_thread
from tests.waiting import PATIENCE


class Scheduler:
    """As far as Snakemake's goes: the answer takes the lock that the loop holds."""

    def __init__(self):
        self.lock, self.answered = threading.Lock(), threading.Event()

    def exit_gracefully(self, *_):
        with self.lock:
            self.answered.set()


def test_a_signal_under_the_lock_is_answered_once_the_lock_is_free():
    answer_in_a_thread(Scheduler)
    answer_in_a_thread(Scheduler)
    scheduler = Scheduler()
    before = signal.signal(signal.SIGTERM, scheduler.exit_gracefully)
    try:
        with scheduler.lock:
            os.kill(os.getpid(), signal.SIGTERM)
            assert not scheduler.answered.wait(0.2)
        assert scheduler.answered.wait(PATIENCE)
    finally:
        signal.signal(signal.SIGTERM, before)
