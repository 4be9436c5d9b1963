"""The lower bounds in pyproject.toml are true: with the lowest versions that they admit, a review is built."""

import csv
import os
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.workflow.conftest import copy_house

pytestmark = pytest.mark.slow
UV = Path(sys.executable).with_name("uv")
REVIEW = "als-exercise"


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]


def uv(*words, **options):
    return subprocess.run([UV, *map(str, words)], capture_output=True, text=True, **options)


@pytest.fixture(scope="module")
def lowest(root, project, tmp_path_factory):
    """An environment with the lowest Python and the lowest versions, where there are an index and such a Python."""
    if not UV.exists():
        pytest.skip("uv is not installed")
    (bound,) = SpecifierSet(project["requires-python"])
    folder = tmp_path_factory.mktemp("lowest") / "environment"
    made = uv("venv", "--no-python-downloads", "--python", bound.version, folder)
    if made.returncode:
        pytest.skip(f"Python {bound.version}, the lowest, is not installed")
    asked = uv("pip", "compile", "--no-cache", "--quiet", "-", input="packaging\n")
    if asked.returncode:
        pytest.skip("no package index is reachable")
    python = folder / "bin" / "python"
    installed = uv("pip", "install", "--python", python, "--resolution", "lowest-direct", "-r", root / "pyproject.toml")
    assert installed.returncode == 0, installed.stderr
    return python


def test_the_lowest_versions_are_there(lowest, project):
    (site,) = lowest.parents[1].glob("lib/python*/site-packages")
    found = {canonicalize_name(one.name): Version(one.version) for one in distributions(path=[str(site)])}
    for item in map(Requirement, project["dependencies"]):
        (bound,) = (Version(one.version) for one in item.specifier if one.operator == ">=")
        # 4.60 is 4.60.0; a release that was withdrawn has the next one in its place
        assert found[canonicalize_name(item.name)].release[:2] == (*bound.release, 0)[:2], item


def test_a_review_is_built_with_them(lowest, root, tmp_path):
    house = copy_house(root, tmp_path / "house", REVIEW)
    environment = {**os.environ, "PYTHONPATH": str(house.folder / "workflow"), "PYTHONWARNINGS": "default"}
    command = [
        lowest,
        "-m",
        "snakemake",
        "--cores",
        "2",
        "--quiet",
        "all",
        "--config",
        f"review=resources/{REVIEW}",
        "pdf=never",
    ]
    done = subprocess.run(command, cwd=house.folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Unfamiliar" not in done.stderr
    results = house.folder / "results" / REVIEW
    for name in ("report.html", "report.tex", "results.json"):
        assert (results / "report" / name).stat().st_size > 10_000, name
    with (results / "pooling" / "pooled.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (one,) = (
        row for row in rows if (row["outcome"], row["period"], row["model"]) == ("ALSFRS-R", "medium", "as-published")
    )
    assert (one["status"], float(one["estimate"])) == ("pooled", pytest.approx(2.5957544, abs=1e-6))
