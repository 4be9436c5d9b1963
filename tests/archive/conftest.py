"""A small review, built and packed once in a checkout of its own, by a user whose name must not leave."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from metawright.archive.build import MANIFEST, PROVENANCE
from metawright.archive.crate import METADATA
from metawright.archive.parts import NEEDED, sums
from metawright.files.zips import sha256, write_zip
from tests.workflow.conftest import House, copy_house

PROTOCOL = """\
title: Training against waiting
question: Does training help?
source: Made up for the tests.
outcomes:
  score: {measure: MD, direction: higher_is_better}
periods:
  - {key: short, from: 0, to: 4}
  - {key: long, from: 5, to: 12}
models:
  - {key: FE-z, track: protocol, tau2_method: FE, interval: z}
  - {key: REML-HKSJ, track: recommended, tau2_method: REML, interval: HKSJ}
report: {authors: [Ada Byron]}
archive: {withhold: ["fulltexts/*.pdf"], licence: CC-BY-4.0, date: 2026-11-22}
"""
EXTRACTION = """\
study,outcome,timepoint,arm,n,mean,sd
one,score,3 m,experimental,20,11.5,3
one,score,3 m,control,21,10.1,3.5
two,score,3 m,experimental,30,12.5,4
two,score,3 m,control,33,10.0,3.1
one,score,6 m,experimental,20,13.5,3
one,score,6 m,control,21,10.1,3.5
"""
SECRETS = {
    "USER": "zzusername",
    "LOGNAME": "zzusername",
    "HOSTNAME": "zzhostname",
    "LAB_TOKEN": "zzsecrettoken",
    "EMAIL": "zzmail@zzhostname",
}


@dataclass(frozen=True)
class Packed(House):
    """A checkout with the review `trial` in a folder beside it, and the archive that was made of it."""

    home: Path

    @property
    def archive(self) -> Path:
        return self.folder / "results" / "trial" / "archive" / "trial.crate.zip"

    @property
    def review(self) -> Path:
        return self.folder.parent / "kept elsewhere" / "trial"

    def call(self, *command: object, folder: Path | None = None) -> subprocess.CompletedProcess:
        """Run a program as the user zzusername, with the library of this checkout."""
        own = {**SECRETS, "HOME": str(self.home), "PYTHONPATH": str((folder or self.folder) / "workflow")}
        environment = {**os.environ, **own, "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            [sys.executable, "-m", *map(str, command)],
            cwd=folder or self.folder, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def pack(self, *arguments: str, cores: int = 2) -> subprocess.CompletedProcess:
        config = ("--config", f"review={self.review}")
        return self.call("snakemake", "--cores", cores, *arguments, *config, "--", "archives")

    def verify(self, archive: Path, *arguments: str) -> subprocess.CompletedProcess:
        return self.call("metawright.archive.verify", archive, "--cores", "2", *arguments)


def checkout(root: Path, folder: Path) -> Packed:
    """Everything that a clone holds and an archive needs, and the review."""
    copy_house(root, folder)
    for name in (*NEEDED, "environment.yml", "config/README.md", "docs/archive.md", "containers/metawright.def"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(root / name, folder / name)
    home = folder.parent / "home of zzusername"
    home.mkdir()
    packed = Packed(folder, home)
    packed.review.mkdir(parents=True)
    files = {
        "protocol.yaml": PROTOCOL,
        "extraction.csv": EXTRACTION,
        "README.md": "Three trials.\n",
        "fulltexts/one.pdf": "copyrighted",
        ".~lock.extraction.csv#": ",zzusername,zzhostname,",
        "~$notes.docx": "zzusername",
    }
    for name, text in files.items():
        path = packed.review / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return packed


@pytest.fixture(scope="session")
def packed(root, tmp_path_factory) -> Packed:
    house = checkout(root, tmp_path_factory.mktemp("archive") / "check out")
    result = house.pack()
    assert result.returncode == 0, result.stdout + result.stderr
    return house


@pytest.fixture(scope="session")
def contents(packed) -> dict[str, bytes]:
    """What the archive holds, read without the code under test."""
    import zipfile

    with zipfile.ZipFile(packed.archive) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def forged(contents, tmp_path):
    """A function that writes the archive with some members changed (None: left out) and returns its path.

    With `consistent` the forger has also adapted the manifest and both accounts of the files.
    """

    def write(changes: dict[str, bytes | None], consistent: bool = False) -> Path:
        members = {name: data for name, data in {**contents, **changes}.items() if data is not None}
        if consistent:
            provenance = json.loads(members[PROVENANCE])
            for job in provenance["jobs"]:
                job["outputs"] = {name: sha256(members[name]) for name in job["outputs"] if name in members}
            members[PROVENANCE] = json.dumps(provenance).encode()
            crate = json.loads(members[METADATA])
            crate["@graph"] = [item for item in crate["@graph"] if "sha256" not in item or item["@id"] in members]
            for entity in crate["@graph"]:
                if "sha256" in entity and entity["@id"] in members:
                    entity["sha256"] = sha256(members[entity["@id"]])
            members[METADATA] = json.dumps(crate).encode()
            members[MANIFEST] = sums(
                {name: sha256(data) for name, data in members.items() if name != MANIFEST}
            ).encode()
        path = tmp_path / "forged.crate.zip"
        write_zip(path, members)
        return path

    return write
