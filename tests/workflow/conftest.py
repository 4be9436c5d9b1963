"""A copy of the house in a folder of its own, run through Snakemake as a user runs it."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.report.results_schema import departures

SNAKEMAKE = Path(sys.executable).with_name("snakemake")


@dataclass(frozen=True)
class House:
    """A checkout: `run` calls Snakemake in it with the library that lies in it."""

    folder: Path

    def run(self, *arguments: str, cores: int = 2, snakefile: str = "Snakefile") -> subprocess.CompletedProcess:
        environment = {**os.environ, "PYTHONPATH": str(self.folder / "workflow"), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [SNAKEMAKE, "--snakefile", snakefile, "--cores", str(cores), *arguments]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True)

    def build(self, *arguments: str, **options) -> str:
        result = self.run(*arguments, **options)
        output = result.stdout + result.stderr
        assert result.returncode == 0, output
        for path in self.folder.glob("results/*/report/results.json"):
            assert_follows_schema(path)
        return output

    def announced(self, *arguments: str, **options) -> dict[str, int]:
        """Jobs by rule that a dry run announces."""
        return jobs(self.build("--dry-run", *arguments, **options))

    def edit(self, path: str, old: str, new: str) -> None:
        file = self.folder / path
        text = file.read_text()
        assert text.count(old) == 1, (path, old, text.count(old))
        file.write_text(text.replace(old, new))


_FOLLOW: set[str] = set()


def assert_follows_schema(path: Path) -> None:
    """Hold a built `results.json` against its published schema, once whatever the number of builds that leave it."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest not in _FOLLOW:
        assert departures(json.loads(path.read_text())) == [], path
        _FOLLOW.add(digest)


def jobs(output: str) -> dict[str, int]:
    """The job statistics that Snakemake printed last, batches of one step taken together."""
    table = output.rsplit("Job stats:", 1)[-1] if "Job stats:" in output else ""
    counts: Counter = Counter()
    for name, count in re.findall(r"^(\w+)(?:\.\S+)? +(\d+)$", table, re.MULTILINE):
        counts[name] += int(count)
    return {name: count for name, count in counts.items() if name not in ("total", "all", "metawright")}


def copy_house(root: Path, folder: Path, *reviews: str) -> House:
    """Copy what a clone holds, with some of its reviews; modules come compiled, as the tests themselves left them."""
    folder.mkdir(parents=True)
    ignore = shutil.ignore_patterns("*.egg-info")
    for name in ("workflow", "config", "profiles"):
        shutil.copytree(root / name, folder / name, ignore=ignore)
    shutil.copyfile(root / "Snakefile", folder / "Snakefile")
    for review in reviews:
        shutil.copytree(root / "resources" / review, folder / "resources" / review)
    listed = "reviews:\n" if reviews else ""
    listed += "".join(f"  - resources/{review}\n" for review in reviews)
    (folder / "config" / "config.yaml").write_text(f"{listed}pdf: never\ndocx: never\n")
    return House(folder)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below *folder*, by relative path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="session")
def als(root, tmp_path_factory) -> House:
    """The ALS review, built once; a test that edits it works on `als_copy`."""
    house = copy_house(root, tmp_path_factory.mktemp("als") / "house", "als-exercise")
    house.build()
    return house


@pytest.fixture
def als_copy(als, tmp_path) -> House:
    """The built ALS review with the times of its files and Snakemake's records."""
    shutil.copytree(als.folder, tmp_path / "house")
    return House(tmp_path / "house")
