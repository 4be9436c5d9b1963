"""A build that is asked to stop while its scheduler holds its lock does stop."""

import os
import signal
import threading

import pytest
from snakemake.scheduling.job_scheduler import JobScheduler

from metawright.compat import stop_signal
from tests.waiting import until


@pytest.fixture
def scheduler(monkeypatch):
    """A real scheduler, as far as its answer to a signal goes."""
    monkeypatch.setattr(JobScheduler, "exit_gracefully", JobScheduler.exit_gracefully)
    one = object.__new__(JobScheduler)
    one._lock, one._open_jobs, one._user_kill = threading.Lock(), threading.Semaphore(0), None
    return one


def test_a_signal_under_the_lock_is_answered_once_the_lock_is_free(scheduler):
    stop_signal.answer_in_a_thread()
    once = JobScheduler.exit_gracefully
    stop_signal.answer_in_a_thread()
    assert JobScheduler.exit_gracefully is once
    before = signal.signal(signal.SIGTERM, scheduler.exit_gracefully)
    try:
        with scheduler._lock:
            os.kill(os.getpid(), signal.SIGTERM)
            assert not scheduler._open_jobs.acquire(blocking=False)
            assert scheduler._user_kill is None
        assert until(lambda: scheduler._user_kill == "graceful")
    finally:
        signal.signal(signal.SIGTERM, before)


def test_an_answer_without_a_lock_stays(scheduler, monkeypatch, said):
    def exit_gracefully(self, *_):
        self.stopped = True

    monkeypatch.setattr(JobScheduler, "exit_gracefully", exit_gracefully)
    stop_signal.answer_in_a_thread()
    assert JobScheduler.exit_gracefully is exit_gracefully
    assert "may have to be killed" in said()[0]
