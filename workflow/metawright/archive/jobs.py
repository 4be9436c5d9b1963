"""The jobs that made a set of results, in the order in which they depend on each other."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from metawright.compat.job_records import Record
from metawright.files.zips import Refused


@dataclass(frozen=True)
class Job:
    """One run of one rule.

    Attributes
    ----------
    rule, script : str
        The rule, and the name of its script.
    inputs, outputs, params : tuple of str
        Sorted.
    seconds : float
        Wall time; never part of what is hashed.
    """

    rule: str
    script: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    params: tuple[str, ...]
    seconds: float


def jobs_behind(targets: Iterable[str], records: Mapping[str, Record]) -> list[Job]:
    """Return every job that *targets* rest on, each after the jobs whose outputs it reads.

    Only they count: a file that an earlier protocol left behind in `results/` is not among their outputs.

    Parameters
    ----------
    targets : iterable of str
        Result files.
    records : mapping
        How every file was made, by file.

    Raises
    ------
    Refused
        If no record says how a target was made.
    """
    by_run: dict[tuple, list[Record]] = {}
    for record in records.values():
        by_run.setdefault(_run(record), []).append(record)
    wanted, done = list(targets), {}
    unknown = sorted(target for target in wanted if target not in records)
    if unknown:
        raise Refused(f"{unknown[0]}: there is no record of how it was made; run make report ARGS=--forceall")
    while wanted:
        record = records.get(wanted.pop())
        if record is None or _run(record) in done:
            continue
        together = by_run[_run(record)]
        inputs, outputs = tuple(sorted(record.inputs)), tuple(sorted(item.output for item in together))
        seconds = max(item.seconds for item in together)
        done[_run(record)] = Job(record.rule, record.script, inputs, outputs, record.params, seconds)
        wanted.extend(record.inputs)
    return in_order(done.values())


def in_order(jobs: Iterable[Job]) -> list[Job]:
    """Sort jobs so that each comes after those that it depends on; among equals by stage of the first output."""
    waiting = sorted(jobs, key=lambda job: job.outputs)
    made_by = {output: job for job in waiting for output in job.outputs}
    ordered: list[Job] = []
    placed: set[str] = set()
    while waiting:
        ready = [job for job in waiting if all(name in placed or name not in made_by for name in job.inputs)]
        if not ready:
            raise Refused(f"{waiting[0].outputs[0]}: its jobs depend on each other in a circle")
        ordered += ready
        placed.update(output for job in ready for output in job.outputs)
        waiting = [job for job in waiting if job not in ready]
    return ordered


def renamed(job: Job, name: Callable[[str], str]) -> Job:
    """Return *job* with every path as *name* says it."""
    inputs, outputs = (tuple(sorted(map(name, paths))) for paths in (job.inputs, job.outputs))
    return Job(job.rule, job.script, inputs, outputs, job.params, job.seconds)


def _run(record: Record) -> tuple:
    """Return what the outputs of one run have in common."""
    return record.rule, record.logs, record.run
