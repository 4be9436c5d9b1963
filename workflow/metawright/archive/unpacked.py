"""An archive that has been opened and held against its own hashes."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from metawright.archive.build import MANIFEST, PROVENANCE, PROVENANCE_VERSION
from metawright.archive.crate import METADATA, SCHEMA
from metawright.archive.documents import Provenance
from metawright.archive.parts import read_sums
from metawright.files.zips import Refused, extract, file_sha256, member_sha256, names, open_zip


@dataclass(frozen=True)
class UnpackedArchive:
    """The contents of an archive whose every file is what its manifest says.

    Attributes
    ----------
    zip : ZipFile
        Open for reading.
    sha256 : dict
        SHA-256 of every file but the manifest, by name.
    provenance : Provenance
        Content of `provenance.json`.
    """

    zip: zipfile.ZipFile
    sha256: dict[str, str]
    provenance: Provenance

    def read(self, name: str) -> bytes:
        """Return the content of one file."""
        return self.zip.read(name)

    def text(self, name: str) -> str:
        """Return the content of one text file, with a mark for bytes that are no UTF-8."""
        return self.read(name).decode("utf-8", errors="replace")

    def extract(self, folder: Path, *, results: bool = False) -> None:
        """Unpack all files below *folder*, without or with the results."""
        extract(self.zip, [name for name in self.sha256 if results or not name.startswith("results/")], folder)


@contextmanager
def open_archive(path: str | Path) -> Iterator[UnpackedArchive]:
    """Open an archive and check it: every file listed is there and has its hash, and no other file is there.

    Raises
    ------
    Refused
        If the zip file is unsafe or damaged (see `metawright.files.zips.open_zip`), a file is missing, unlisted or
        altered, the list beside the archive says another hash of the whole, or a newer Metawright made it.
    """
    with open_zip(path) as archive:
        file = Path(path).name
        _check_whole(Path(path))
        present = set(names(archive))
        for needed in (MANIFEST, PROVENANCE, METADATA):
            if needed not in present:
                raise Refused(f"{file}: has no {needed}; this is no archive of Metawright, or it was repacked in part")
        listed = read_sums(archive.read(MANIFEST).decode("utf-8"))
        missing, unlisted = sorted(set(listed) - present), sorted(present - set(listed) - {MANIFEST})
        if missing:
            raise Refused(f"{file}: {missing[0]} is missing ({len(missing)} of {len(listed)} files)")
        if unlisted:
            raise Refused(f"{file}: {unlisted[0]} is not in {MANIFEST}; it was added later")
        for name, digest in sorted(listed.items()):
            if member_sha256(archive, name) != digest:
                raise Refused(f"{file}: {name} is not what {MANIFEST} says; {_kind(name)} was changed")
        provenance = json.loads(archive.read(PROVENANCE))
        _check_version(file, provenance)
        _check_agreement(file, listed, provenance, json.loads(archive.read(METADATA)))
        yield UnpackedArchive(archive, listed, provenance)


def _check_whole(path: Path) -> None:
    """Hold the archive against the hash in the file beside it, where there is one."""
    beside = path.with_name(f"{path.name}.sha256")
    if beside.is_file():
        expected = read_sums(beside.read_text(encoding="utf-8")).get(path.name)
        if expected and expected != file_sha256(path):
            raise Refused(f"{path.name}: is not the file that {beside.name} beside it describes")


def _check_version(file: str, provenance: Provenance) -> None:
    version = provenance.get("schema_version")
    if not isinstance(version, int) or version > PROVENANCE_VERSION:
        raise Refused(
            f"{file}: was made by a newer Metawright (form {provenance.get('archive')}, known here up to {SCHEMA}); "
            "unpack it and use the one inside, as its README says"
        )


def _check_agreement(file: str, listed: dict[str, str], provenance: Provenance, crate: Mapping[str, Any]) -> None:
    """Refuse an archive whose three accounts of its files contradict each other."""
    for job in provenance["jobs"]:
        for name, digest in job["outputs"].items():
            if listed.get(name) != digest:
                raise Refused(f"{file}: {name} is not what {job['rule']} made, says {PROVENANCE}; a result was changed")
    for entity in crate["@graph"]:
        name = unquote(entity["@id"])
        if "sha256" in entity and listed.get(name) != entity["sha256"]:
            raise Refused(f"{file}: {name} is not what {METADATA} says; {_kind(name)} was changed")


def _kind(name: str) -> str:
    kinds = {"resources/": "an input", "results/": "a result", "workflow/": "the workflow"}
    return next((kind for prefix, kind in kinds.items() if name.startswith(prefix)), "the file")
