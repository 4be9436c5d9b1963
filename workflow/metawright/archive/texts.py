"""What an archive says to people and to registries: README.md and .zenodo.json."""

from jinja2 import Environment, StrictUndefined

from metawright.archive.crate import description, licence_url
from metawright.archive.documents import Provenance, Subject


def readme(template: str, name: str, subject: Subject, provenance: Provenance, licence: str) -> str:
    """Return the README of an archive, for a reader who has never heard of the workflow."""
    environment = Environment(
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, undefined=StrictUndefined
    )
    made = {path for job in provenance["jobs"] for path in job["outputs"]}
    return environment.from_string(template).render(
        name=name, subject=subject, provenance=provenance, licence=licence, made=made, jobs=len(provenance["jobs"])
    )


def zenodo(subject: Subject) -> dict[str, object]:
    """Return the metadata of a deposit as Zenodo names them; what nobody declared is left to its form."""
    licence = subject.get("licence") or ""
    metadata: dict[str, object] = {
        "title": subject["title"],
        "description": description(subject),
        "upload_type": "dataset",
        "keywords": ["meta-analysis", "systematic review", "reproducibility"],
    }
    if authors := subject.get("authors"):
        metadata["creators"] = [{"name": author} for author in authors]
    if date := subject.get("date"):
        metadata["publication_date"] = date
    if licence_url(licence) and licence_url(licence) != licence:
        metadata["license"] = licence.casefold()
    return metadata
