"""What must hold before an archive is made: results that belong to its code and inputs, and nothing private."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import metawright
from metawright.archive.documents import ArchivedProgram
from metawright.archive.jobs import Job
from metawright.archive.parts import NEEDED
from metawright.compat.job_records import Record
from metawright.figures.step_code import step_digest
from metawright.files.documents import read_json
from metawright.files.zips import Refused, content, file_sha256

#: A shard reads what it is to hold, which its name is a digest of; the rest of a plan may be a later one.
READ_IN_PART = {("simulate_shard", "results/simulation/plan.json")}

_AGAIN = "run make report ARGS=--forceall"


def check_library(root: Path) -> None:
    """Refuse a library that is not the one beside the workflow."""
    library = Path(metawright.__file__).resolve().parent
    if library != (root / "workflow" / "metawright").resolve():
        raise Refused(f"{library}: runs, not the library of this folder; pip install --editable . mends it")


def check_parts(root: Path, own: Mapping[str, Path], packages: Mapping[str, Path] | None) -> None:
    """Refuse to leave out a file that the workflow needs, to follow a link, or to promise packages without any."""
    absent = [name for name in NEEDED if not (root / name).is_file()]
    if absent:
        raise Refused(f"{absent[0]}: an archive holds this file of the workflow, and it is not there")
    links = sorted(str(path) for path in own.values() if path.is_symlink())
    if links:
        raise Refused(f"{links[0]}: is a link; put the file itself there, or name it under `archive.withhold`")
    if packages == {}:
        raise Refused("no packages to add; `make archive WHEELS=1` fetches them first")


def check_versions(targets: Iterable[str], software: Sequence[ArchivedProgram]) -> None:
    """Refuse a report that names other versions of its programs than those at hand."""
    for target in targets:
        if target.endswith("report/results.json") and read_json(target)["software"] != software:
            raise Refused(f"{target}: was made with other versions than those installed now; {_AGAIN}")


def check_code(jobs: Iterable[Job], root: Path) -> None:
    """Refuse a result that was made by other code than the one that the archive would hold."""
    for job in jobs:
        script = root / "workflow" / "scripts" / f"{job.script}.py"
        if not script.is_file() or repr(step_digest(script)) not in job.params:
            raise Refused(f"{job.outputs[0]}: was not made by the code that is here now; run make report")


def check_unchanged(jobs: Iterable[Job], records: Mapping[str, Record]) -> None:
    """Refuse results that are not, byte for byte, what the next job read."""
    digests: dict[str, str] = {}
    for job in jobs:
        for path, digest in records[job.outputs[0]].checksums.items():
            if not path.startswith("results/") or (job.rule, path) in READ_IN_PART:
                continue
            if not Path(path).is_file():
                raise Refused(f"{path}: is gone, and {job.rule} read it; run make report first")
            if digests.setdefault(path, file_sha256(path)) != digest:
                raise Refused(f"{path}: has changed since {job.rule} read it; {_AGAIN}")


def check_complete(
    jobs: Iterable[Job], members: Iterable[str], protocols: Iterable[str], withheld: Iterable[str]
) -> None:
    """Refuse an archive without a file that a job or the workflow reads."""
    members, kept = set(members), set(withheld)
    readers = dict.fromkeys(protocols, "the workflow")
    readers |= {path: job.rule for job in jobs for path in (*job.inputs, *job.outputs)}
    for path, reader in readers.items():
        if path in kept:
            raise Refused(f"{path}: `archive.withhold` keeps it back, and {reader} reads it")
        if path not in members:
            raise Refused(f"{path}: {reader} reads it, but an archive does not hold files of this kind")


def check_private(members: Mapping[str, bytes | Path], folders: Iterable[Path]) -> None:
    """Refuse files that name a folder of this machine; `/`, `/root` and their like are too short to tell."""
    needles = sorted({str(folder).encode() for folder in folders if len(folder.parts) > 2})
    for name in sorted(members):
        data = b"" if name.startswith("wheels/") else content(members[name])
        for needle in needles:
            if needle in data:
                raise Refused(f"{name}: names {needle.decode()}, a folder of this machine; take it out")
