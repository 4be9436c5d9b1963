"""The crate's metadata: a Workflow Run RO-Crate, written with the `rocrate` library.

Profiles: Workflow Run Crate 0.5 and with it Process Run Crate 0.5 and Workflow RO-Crate 1.0 (Leo et al. 2024), on
RO-Crate 1.1 (Soiland-Reyes et al. 2022). No clock enters: the profiles ask for no time of a run (`startTime` may be and
`endTime` should be given), and the date of publication is the one that the protocol declares.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from rocrate.model.contextentity import ContextEntity
from rocrate.model.entity import Entity
from rocrate.rocrate import ROCrate

from metawright.archive.documents import ArchivedProgram, DescribedFile, Subject
from metawright.archive.jobs import Job
from metawright.archive.software import DOIS, PROJECTS

METADATA = "ro-crate-metadata.json"
SCHEMA = "metawright-archive/1"

#: Where no date is declared; the first day that a zip file knows.
NO_DATE = "1980-01-01"

_TERMS = {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}
_SPDX = "https://spdx.org/licenses/"
_PROFILES = (
    ("https://w3id.org/ro/wfrun/process/0.5", "Process Run Crate", "0.5"),
    ("https://w3id.org/ro/wfrun/workflow/0.5", "Workflow Run Crate", "0.5"),
    ("https://w3id.org/workflowhub/workflow-ro-crate/1.0", "Workflow RO-Crate", "1.0"),
)
_PARAMETER = {"@id": "https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE"}
_WORKFLOW = {"@id": "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"}
_FORMATS = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".html": "text/html",
    ".tex": "application/x-tex",
    ".pdf": "application/pdf",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".py": "text/x-python",
}


def crate_metadata(
    name: str,
    subject: Subject,
    files: Mapping[str, DescribedFile],
    inputs: Sequence[str],
    targets: Sequence[str],
    jobs: Iterable[Job],
    codes: Mapping[str, str],
    software: Sequence[ArchivedProgram],
    licence: str,
) -> dict[str, Any]:
    """Return the content of `ro-crate-metadata.json`.

    Parameters
    ----------
    name : str
        Name of the review.
    subject : mapping
        `title`, and optionally `question`, `source`, `authors`, `licence`, `date`.
    files : mapping
        `sha256` and `size` of every file of the archive, by name.
    inputs, targets : sequences of str
        The data that the workflow reads and the results that it is run for; names of files.
    jobs : iterable of Job
        In the order in which they depend on each other.
    codes : mapping
        Digest of the code that a script reaches, by the script's name in the archive.
    software : sequence of mappings
        `{"name", "version"}` of the programs that ran.
    licence : str
        SPDX identifier of the workflow's own licence.

    Returns
    -------
    dict
        JSON-LD: every file with its hash, licence and kind; the run of the workflow as one `CreateAction`, and each of
        its jobs as another, with the script as instrument.
    """
    crate = ROCrate(version="1.1")
    crate.metadata.extra_terms = _TERMS
    versions = {item["name"]: item["version"] for item in software}
    root, code = crate.root_dataset, _added(crate, _licence(crate, licence, "the workflow"))
    data = _added(crate, _licence(crate, subject.get("licence") or "", "the review"))
    root["identifier"] = name
    root["name"] = subject["title"]
    root["description"] = description(subject)
    root["datePublished"] = subject.get("date") or NO_DATE
    root["license"] = data
    root["schemaVersion"] = SCHEMA
    root["keywords"] = "meta-analysis, systematic review, reproducibility"
    people = [_person(crate, author) for author in subject.get("authors") or ()]
    if people:
        root["author"] = people
    root["conformsTo"] = [
        _added(crate, ContextEntity(crate, url, {"@type": "CreativeWork", "name": title, "version": version}))
        for url, title, version in _PROFILES
    ]

    entities = _add_files(crate, files, codes, versions.get("snakemake"), {"code": code, "data": data})
    workflow = entities["Snakefile"]
    workflow["name"] = f"Metawright, run for {name}"
    workflow["version"] = versions["metawright"]
    workflow["conformsTo"] = _WORKFLOW
    workflow["encodingFormat"] = "text/plain"
    entities["README.md"]["about"] = root
    workflow["softwareRequirements"] = [_program(crate, *item) for item in versions.items() if item[0] != "metawright"]
    workflow["input"] = [_formal(crate, "input", path, entities[path]) for path in inputs]
    workflow["output"] = [_formal(crate, "output", path, entities[path]) for path in targets]
    words = "The whole workflow. No time is given, so that the same content gives the same archive."
    root["mentions"] = [
        _action(
            crate, "#run", f"Run for {name}", words, workflow, _values(entities, inputs), _values(entities, targets)
        ),
        *(
            _action(
                crate,
                f"#job-{number:04d}",
                f"{job.rule}: {job.outputs[0]}",
                f"One job of the rule {job.rule}; its parameters stand in provenance.json.",
                entities[f"workflow/scripts/{job.script}.py"],
                _values(entities, job.inputs),
                _values(entities, job.outputs),
            )
            for number, job in enumerate(jobs, 1)
        ),
    ]
    return crate.metadata.generate()


def description(subject: Subject) -> str:
    """Return one paragraph on the review, or the sweep, and on what the archive is."""
    parts = [
        subject.get("question") or "",
        f"Source: {source.rstrip('.')}." if (source := subject.get("source")) else "",
    ]
    what = subject.get("contents") or "Data, protocol, results and report of a meta-analysis"
    parts.append(f"{what}, with the workflow that made them.")
    return " ".join(part.rstrip() for part in parts if part)


def licence_url(licence: str) -> str:
    """Return the address of an SPDX identifier; an address as it is; nothing for other text."""
    if licence.startswith(("https://", "http://")):
        return licence
    return _SPDX + licence if licence and " " not in licence else ""


def _add_files(
    crate: ROCrate,
    files: Mapping[str, DescribedFile],
    codes: Mapping[str, str],
    snakemake: str | None,
    licences: Mapping[str, ContextEntity],
) -> dict[str, Entity]:
    """Add every file with its hash and licence, the workflow first; return the entities by file."""
    entities: dict[str, Entity] = {}
    for path in sorted(files, key=lambda path: (path != "Snakefile", path)):
        if path == METADATA:
            continue
        about: dict[str, object] = {"sha256": files[path]["sha256"], "contentSize": str(files[path]["size"])}
        # The library says no types of what it returns: one entity for one file.
        entity: Any
        if path == "Snakefile":
            entity = crate.add_workflow(
                None, path, properties=about, main=True, lang="snakemake", lang_version=snakemake
            )
        else:
            kind = PurePosixPath(path).suffix
            about["name"] = PurePosixPath(path).name
            about["encodingFormat"] = _FORMATS.get(kind, "application/octet-stream")
            if path in codes:
                about |= {"@type": ["File", "SoftwareSourceCode"], "version": codes[path]}
            entity = crate.add_file(None, path, properties=about)
        ours = not path.startswith(("resources/", "results/"))
        if not path.startswith("wheels/"):
            entity["license"] = licences["code" if ours else "data"]
        entities[path] = entity
    return entities


def _added(crate: ROCrate, entity: ContextEntity) -> ContextEntity:
    crate.add(entity)
    return entity


def _action(crate: ROCrate, identifier: str, title: str, words: str, instrument, given, made) -> ContextEntity:
    about = {"name": title, "description": words, "actionStatus": "http://schema.org/CompletedActionStatus"}
    action: Any = crate.add_action(instrument, identifier, given, made, properties=about)
    return action


def _values(entities: Mapping[str, Entity], paths: Sequence[str]) -> object:
    """Return the entities of *paths*: one as itself, several as a list, as JSON-LD recommends."""
    found = [entities[path] for path in paths]
    return found[0] if len(found) == 1 else found


def _formal(crate: ROCrate, role: str, path: str, entity) -> ContextEntity:
    """Return the formal parameter that a file is the value of."""
    about = {
        "@type": "FormalParameter",
        "additionalType": "File",
        "conformsTo": _PARAMETER,
        "name": PurePosixPath(path).name,
        "valueRequired": True,
    }
    parameter = _added(crate, ContextEntity(crate, f"#{role}/{path.split('/', 2)[-1]}", about))
    entity["exampleOfWork"] = parameter
    return parameter


def _licence(crate: ROCrate, licence: str, part: str) -> ContextEntity:
    url = licence_url(licence)
    if url:
        return ContextEntity(crate, url, {"@type": "CreativeWork", "name": licence, "url": url})
    words = licence or "No licence is declared for the review's own files; ask its authors before you reuse them."
    return ContextEntity(crate, f"#licence-of-{part.replace(' ', '-')}", {"@type": "CreativeWork", "name": words})


def _person(crate: ROCrate, name: str) -> ContextEntity:
    identifier = "#author-" + "-".join(name.casefold().split())
    return _added(crate, ContextEntity(crate, identifier, {"@type": "Person", "name": name}))


def _program(crate: ROCrate, name: str, version: str) -> ContextEntity:
    about: dict[str, object] = {
        "@type": "SoftwareApplication",
        "name": name,
        "version": version,
        "url": PROJECTS[name],
    }
    if name in DOIS:
        paper = ContextEntity(
            crate, f"https://doi.org/{DOIS[name]}", {"@type": "CreativeWork", "name": f"{name}, the paper"}
        )
        about["citation"] = _added(crate, paper)
    return _added(crate, ContextEntity(crate, f"{PROJECTS[name]}/", about))
