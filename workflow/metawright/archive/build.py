"""Put an archive together: inputs, workflow, results, hashes, and how every result was made."""

import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import yaml

from metawright.archive.crate import METADATA, SCHEMA, crate_metadata
from metawright.archive.documents import ArchivedJob, DescribedFile, Provenance, Subject
from metawright.archive.jobs import Job, jobs_behind, renamed
from metawright.archive.parts import WITHHELD, project_files, review_files, sums, wheel_files, withheld_files
from metawright.archive.preconditions import (
    check_code,
    check_complete,
    check_library,
    check_parts,
    check_private,
    check_unchanged,
    check_versions,
)
from metawright.archive.texts import readme, zenodo
from metawright.compat.job_records import Record
from metawright.figures.step_code import step_digest
from metawright.files.documents import json_text
from metawright.files.zips import Refused, content, sha256
from metawright.report.software import versions

MANIFEST = "manifest-sha256.txt"
PROVENANCE = "provenance.json"
README = "README.md"
ZENODO = ".zenodo.json"
PROVENANCE_VERSION = 1

#: What an archive is of.
REVIEW, SWEEP = "review", "sweep"


def build_archive(
    name: str,
    subject: Subject,
    targets: Sequence[str],
    records: Mapping[str, Record],
    *,
    root: Path,
    folders: Mapping[str, Path],
    config: Mapping[str, object],
    template: str,
    settings: Sequence[str] = (),
    kind: str = REVIEW,
) -> tuple[dict[str, bytes | Path], list[Job]]:
    """Return every file of an archive, and the jobs behind it with their wall times.

    Parameters
    ----------
    name : str
        Name of the review, that of its folder; of a sweep, the name that its results are filed under.
    subject : mapping
        What the metadata say: `title`, `question`, `source`, `authors`, `licence`, `date`; and `withhold`, by review
        the patterns of files of its folder of which only the hash leaves.
    targets : sequence of str
        The results that the workflow is run for; all that they rest on comes along.
    records : mapping
        How Snakemake made every file, by file.
    root : Path
        The folder that holds the workflow's Snakefile.
    folders : mapping
        The review folders that come along, by name: the review's own, or those whose trials a sweep takes.
    config : mapping
        The configuration in effect; the archive's own names these reviews alone and never demands LaTeX.
    template : str
        Text of the README's template.
    settings : sequence of str
        Further files that declare what is run.
    kind : str
        `review` or `sweep`.

    Raises
    ------
    Refused
        If a file is missing, a link, or names a folder of this machine; if a result was not made by the code and from
        the files that are here now; if a file that the workflow reads is to be withheld.
    """
    software = versions()
    made = jobs_behind(targets, records)
    check_library(root)
    check_versions(targets, software)
    check_code(made, root)
    check_unchanged(made, records)
    named = _namer(root, folders)
    jobs = [renamed(job, named) for job in made]
    results = {named(output): Path(output) for job in made for output in job.outputs}

    own, withheld = _review_parts(folders, subject.get("withhold") or {})
    packages = wheel_files(root) if config.get("wheels") else None
    check_parts(root, own, packages)
    members: dict[str, bytes | Path] = {**project_files(root), **own, **results, **(packages or {})}
    members |= {named(path): Path(path) for path in settings}
    members["config/config.yaml"] = _configuration(folders, config)
    members |= {f"resources/{key}/{WITHHELD}": sums(held).encode() for key, held in withheld.items() if held}
    kept = {f"resources/{key}/{file}" for key, held in withheld.items() for file in held}
    protocols = [f"resources/{key}/protocol.yaml" for key in folders]
    check_complete(jobs, members, protocols, kept)

    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    about = {path: _described(source) for path, source in members.items()}
    provenance: Provenance = {
        "schema_version": PROVENANCE_VERSION,
        "archive": SCHEMA,
        "review": name,
        "kind": kind,
        "title": subject["title"],
        "workflow": {"version": project["version"], "sha256": _workflow_digest(about)},
        "software": software,
        "targets": [named(target) for target in targets],
        "withheld": {
            file if kind == REVIEW else f"{key}/{file}": digest
            for key, held in withheld.items()
            for file, digest in held.items()
        },
        "jobs": [_job(job, root, about) for job in jobs],
    }
    texts = {
        PROVENANCE: _json(provenance),
        ZENODO: _json(zenodo(subject)),
        README: readme(template, name, subject, provenance, project["license"]).encode(),
    }
    about |= {path: _described(text) for path, text in texts.items()}
    read = {path for job in jobs for path in job.inputs} | set(protocols)
    inputs = sorted(path for path in (read & set(members)) - set(results) if not path.startswith("workflow/"))
    codes = {job["script"]: job["code"] for job in provenance["jobs"]}
    targets = provenance["targets"]
    metadata = crate_metadata(name, subject, about, inputs, targets, jobs, codes, software, project["license"])
    texts[METADATA] = _json(metadata)
    about[METADATA] = _described(texts[METADATA])
    members |= texts
    members[MANIFEST] = sums({path: item["sha256"] for path, item in about.items()}).encode()
    check_private(
        members, [Path.home(), Path.cwd(), root.resolve(), *(folder.resolve() for folder in folders.values())]
    )
    return members, jobs


def _review_parts(
    folders: Mapping[str, Path], patterns: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Path], dict[str, dict[str, str]]]:
    """Return the files of the review folders by their names in the archive, and by review the hashes of the others."""
    own: dict[str, Path] = {}
    withheld: dict[str, dict[str, str]] = {}
    for name, folder in folders.items():
        unwanted = list(patterns.get(name) or ())
        withheld[name] = withheld_files(folder, unwanted)
        own |= {f"resources/{name}/{file}": path for file, path in review_files(folder, unwanted).items()}
    return own, withheld


def _namer(root: Path, folders: Mapping[str, Path]) -> Callable[[str], str]:
    """Return what turns a path as Snakemake names it into the file's name in the archive; links are not followed."""
    places = [(_absolute(folder), f"resources/{name}/") for name, folder in folders.items()]
    places += [(_absolute("results"), "results/"), (_absolute(root), "")]

    def named(path: str) -> str:
        for place, prefix in places:
            if _absolute(path).is_relative_to(place):
                return prefix + _absolute(path).relative_to(place).as_posix()
        raise Refused(f"{path}: lies neither in the review's folder nor in the workflow's; an archive cannot hold it")

    return named


def _absolute(path: str | Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` would follow links


def _configuration(folders: Mapping[str, Path], config: Mapping[str, object]) -> bytes:
    own = {key: value for key, value in sorted(config.items()) if key not in ("review", "reviews")}
    own |= {key: "auto" for key in ("pdf", "docx") if own.get(key) == "always"}
    head = "# Written for this archive. Every key is described in config/README.md.\n"
    text = {"reviews": [f"resources/{name}" for name in folders], **own}
    return (head + yaml.safe_dump(text, sort_keys=False, allow_unicode=True)).encode()


def _job(job: Job, root: Path, about: Mapping[str, DescribedFile]) -> ArchivedJob:
    script = f"workflow/scripts/{job.script}.py"
    digest = step_digest(root / script)
    return {
        "rule": job.rule,
        "script": script,
        "code": digest,
        "inputs": list(job.inputs),
        "outputs": {path: about[path]["sha256"] for path in job.outputs},
        "params": [text for text in job.params if text != repr(digest)],
    }


def _workflow_digest(about: Mapping[str, DescribedFile]) -> str:
    """Return one hash of all that decides how the workflow computes, whatever review it computes."""
    parts = [path for path in about if path.startswith("workflow/")] + ["Snakefile", "requirements.lock"]
    return sha256(sums({path: about[path]["sha256"] for path in parts}).encode())


def _described(source: bytes | Path) -> DescribedFile:
    data = content(source)
    return {"sha256": sha256(data), "size": len(data)}


def _json(document: object) -> bytes:
    return f"{json_text(document)}\n".encode()
