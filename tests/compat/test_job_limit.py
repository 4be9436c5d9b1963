"""The workstation's jobs are not limited; a cluster's are."""

import signal
from unittest.mock import MagicMock

import pytest
from snakemake.scheduling.job_scheduler import JobRateLimiter, JobScheduler
from snakemake.settings.types import MaxJobsPerTimespan

from metawright.compat import job_limit


@pytest.fixture(autouse=True)
def put_back(monkeypatch):
    monkeypatch.setattr(JobScheduler, "__init__", JobScheduler.__init__)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def limiter(local):
    """What a real scheduler limits its jobs with."""
    workflow = MagicMock(dryrun=False, touch=False, local_exec=local)
    workflow.resource_settings.cores = 1
    workflow.scheduling_settings.max_jobs_per_timespan = MaxJobsPerTimespan.parse_choice("100/1s")
    return JobScheduler(workflow, MagicMock(), MagicMock(), greedy_scheduler_settings=MagicMock()).job_rate_limiter


@pytest.mark.parametrize("local", [True, False])
def test_the_limit_is_lifted_on_a_workstation_alone(local):
    assert isinstance(limiter(local), JobRateLimiter)
    job_limit.lift_limit()
    once = JobScheduler.__init__
    job_limit.lift_limit()
    assert JobScheduler.__init__ is once
    assert (limiter(local) is None) == local


def test_another_scheduler_keeps_its_limit(monkeypatch, said):
    def begin(self, workflow):
        self.limit = workflow.limit

    monkeypatch.setattr(JobScheduler, "__init__", begin)
    job_limit.lift_limit()
    assert JobScheduler.__init__ is begin
    assert "start them more slowly" in said()[0]


def test_another_version_keeps_its_limit(unfamiliar, said):
    unfamiliar(job_limit)
    job_limit.lift_limit()
    assert isinstance(limiter(True), JobRateLimiter)
    assert len(said()) == 1
