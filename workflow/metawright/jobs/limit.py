"""Let a workstation start jobs as fast as it can."""


def lift_limit(scheduler: type) -> None:
    """Lift Snakemake's limit of jobs per second where it runs the jobs itself.

    The limit is for the sake of clusters. Every look for free cores adds one a second later, so that looks multiply: a
    build of a hundred jobs took a thousand.

    Parameters
    ----------
    scheduler : type
        Snakemake's `JobScheduler`.
    """
    begin = scheduler.__init__
    if hasattr(begin, "lifts_limit"):
        return

    def begin_without(self, workflow, *others, **settings):
        begin(self, workflow, *others, **settings)
        if workflow.local_exec:
            self.job_rate_limiter = None

    begin_without.lifts_limit = True
    scheduler.__init__ = begin_without
