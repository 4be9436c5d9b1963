"""Let a workstation start jobs as fast as it can.

The limit of jobs per second is for the sake of clusters; the command line can change it but not lift it. Every look for
free cores adds one a second later, so that looks multiply: a build of a hundred jobs took a thousand.
"""

from metawright.compat.internals import Internals, names_in

INTERNALS = Internals(
    package="snakemake",
    versions=">=9.27,<10",
    what="JobScheduler.job_rate_limiter",
    reason="the limit of jobs per second has no value for none",
    upstream="https://github.com/snakemake/snakemake/issues/3984",
    without="builds of many jobs start them more slowly",
)


def lift_limit() -> None:
    """Lift Snakemake's limit of jobs per second where it runs the jobs itself."""
    if not INTERNALS.fit(_has_limit):
        return
    from snakemake.scheduling.job_scheduler import JobScheduler

    begin = JobScheduler.__init__

    def begin_without(self, workflow, *others, **settings):
        begin(self, workflow, *others, **settings)
        if workflow.local_exec:
            self.job_rate_limiter = None

    setattr(begin_without, "lifts_limit", True)  # noqa: B010 - a mark on a function, which has no such field
    if not hasattr(begin, "lifts_limit"):
        JobScheduler.__init__ = begin_without


def _has_limit() -> bool:
    from snakemake.scheduling.job_scheduler import JobScheduler

    begin = JobScheduler.__init__
    return hasattr(begin, "lifts_limit") or names_in(begin) >= {"job_rate_limiter", "local_exec"}
