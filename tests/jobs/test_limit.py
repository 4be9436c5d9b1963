"""The workstation's jobs are not limited; a cluster's are."""

from types import SimpleNamespace

import pytest

from metawright.jobs.limit import lift_limit


@pytest.mark.parametrize(("local", "limiter"), [(True, None), (False, "a limiter")])
def test_the_limit_is_lifted_on_a_workstation_alone(local, limiter):
    class Scheduler:
        """As far as Snakemake's goes."""

        def __init__(self, workflow, executor_plugin, *, others):
            self.job_rate_limiter, self.seen = "a limiter", (executor_plugin, others)

    lift_limit(Scheduler)
    lift_limit(Scheduler)
    scheduler = Scheduler(SimpleNamespace(local_exec=local), "plugin", others=1)
    assert (scheduler.job_rate_limiter, scheduler.seen) == (limiter, ("plugin", 1))
