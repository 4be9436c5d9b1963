"""Names and paths reach what `make` calls letter by letter."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflow.conftest import copy_house

pytestmark = pytest.mark.slow

# Everything that a shell, make or YAML has its own opinion of.
AWKWARD = 'o\'b & "c" $e #1; 08'


@pytest.fixture(scope="module")
def make(root, tmp_path_factory):
    """A clone with the packages of the tests, and `make` in it; the review of the template lies in `resources/08`."""
    folder = copy_house(root, tmp_path_factory.mktemp("made") / "a house").folder
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copyfile(root / name, folder / name)
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name in ("python", "snakemake"):
        program = folder / ".venv" / "bin" / name
        program.write_text(f'#!/bin/sh\nexec {shlex.quote(str(Path(sys.executable).with_name(name)))} "$@"\n')
        program.chmod(0o755)
    (folder / ".venv" / "installed").touch()
    environment = {**os.environ, "PYTHONPATH": str(folder / "workflow"), "PYTHONDONTWRITEBYTECODE": "1"}

    def call(*words, code=0):
        done = subprocess.run(["make", *words], cwd=folder, env=environment, capture_output=True, text=True)
        assert (done.returncode != 0) == (code != 0), done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    call("new-review", "NAME=08")
    call.folder = folder
    return call


@pytest.mark.parametrize("name", ["08", "2022", "null", "my review", "r&d", AWKWARD])
def test_a_review_of_any_name_is_found(make, name):
    if not (make.folder / name).exists():
        shutil.copytree(make.folder / "resources" / "08", make.folder / name)
    assert "Every file is in order." in make("check", f"REVIEW={name}")
    missing = make("check", f"REVIEW={name}x", code=2)
    assert f"{name}x" in missing and "there is no such review folder" in missing


def test_a_review_of_an_awkward_name_is_built(make):
    name = f"{AWKWARD} too"
    shutil.copytree(make.folder / "resources" / "08", make.folder / "resources" / name)
    said = make("report", f"REVIEW=resources/{name}", "CORES=2")
    assert f"results/{name}/report/report.html" in said
    assert (make.folder / "results" / name / "report" / "report.html").is_file()
    assert "Nothing to be done" in make("report", f"REVIEW=resources/{name}", "ARGS=-n")


def test_options_that_build_nothing_end_without_a_traceback(make):
    shutil.copytree(make.folder / "resources" / "08", make.folder / "resources" / "unbuilt")
    for option in ("--unlock", "-n"):
        assert "unbuilt: no report yet" in make("report", "REVIEW=resources/unbuilt", f"ARGS={option}")
    make("unlock", "REVIEW=resources/unbuilt")


def test_a_file_or_a_folder_of_an_awkward_name_is_read_or_missed_by_its_name(make):
    assert f"{AWKWARD}.zip" in make("verify", f"ARCHIVE={AWKWARD}.zip", code=2)
    assert f"{AWKWARD}.zip" in make("compare", f"A={AWKWARD}.zip", "B=08", code=2)
    assert AWKWARD in make("conflicts", f"REVIEW={AWKWARD} gone", code=2)
    assert AWKWARD in make("import-review", f"FILE={AWKWARD}.rm5", "NAME=x", code=2)
    assert f"'{AWKWARD}' cannot name a review" in make("new-review", f"NAME={AWKWARD}", code=2)
    assert "make simulate" in make("replicates", f"SCENARIO={AWKWARD}", code=2)
