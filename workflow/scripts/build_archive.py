"""Pack a finished review: results, review folder, workflow and the records of the jobs -> <review>.crate.zip."""

from pathlib import Path

from metawright.archive.build import build_archive
from metawright.archive.parts import sums
from metawright.compat.job_records import read_records
from metawright.files.documents import write_text
from metawright.files.logs import logged
from metawright.files.tables import write_table
from metawright.files.zips import file_sha256, write_zip

with logged(snakemake.log[0]):
    given, params, made = snakemake.input, snakemake.params, snakemake.output
    members, jobs = build_archive(
        params.review,
        params.subject,
        list(given.targets),
        read_records(),
        root=Path(params.root),
        folders={name: Path(folder) for name, folder in params.folders.items()},
        config=params.config,
        template=Path(given.template).read_text(encoding="utf-8"),
    )
    write_zip(made.crate, members)
    write_text(made.sha256, sums({Path(made.crate).name: file_sha256(made.crate)}))
    times = [{"rule": job.rule, "output": job.outputs[0], "seconds": round(job.seconds, 3)} for job in jobs]
    write_table(params.wall_times, times, ("rule", "output", "seconds"))
