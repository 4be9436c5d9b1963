"""The real things: a small workflow run by Snakemake, and a look at what a touch leaves behind."""

import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from metawright.compat.internals import Unfamiliar


@pytest.fixture
def snakemake(tmp_path):
    """Run a Snakefile's text, a rule `made` with a script among it, and return what was said."""

    def run(head: str, *arguments: str, python: str = sys.executable) -> str:
        rule = (
            'rule made:\n    output: "made.txt"\n    params: 7\n    log: "made.log"\n    script:\n        "made.py"\n'
        )
        (tmp_path / "Snakefile").write_text(f"{head}\n{rule}")
        (tmp_path / "made.py").write_text(
            "import os\nopen(snakemake.output[0], 'w').write(os.environ.get('MARK', ''))\n"
        )
        command = [python, "-m", "snakemake", "--cores", "1", *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    run.folder = Path(tmp_path)
    return run


@pytest.fixture
def unfamiliar(monkeypatch):
    """Make the internals of a module look like those of a version that is still to come."""

    def later(module) -> None:
        monkeypatch.setattr(type(module.INTERNALS), "version", lambda self: "99.0")

    return later


@pytest.fixture
def said():
    """The warnings about internals that were given until now."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always", Unfamiliar)
        yield lambda: [str(one.message) for one in found if issubclass(one.category, Unfamiliar)]
