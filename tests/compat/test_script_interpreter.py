"""Snakemake starts script jobs with the words that it is given, and with paths that have a space."""

import sys
from pathlib import Path
from shlex import quote

import pytest
from snakemake.script import PythonScript

from metawright.compat import script_interpreter
from metawright.compat.script_interpreter import quoted, start_scripts_with

TOUCH = "import sys\nfrom metawright.compat.script_interpreter import quoted, start_scripts_with\n"


@pytest.fixture(autouse=True)
def put_back(monkeypatch):
    monkeypatch.setattr(sys, "executable", sys.executable)


def test_scripts_start_with_the_words(snakemake):
    snakemake(TOUCH + 'start_scripts_with(f"env MARK=seen {quoted(sys.executable)}")\n')
    assert (snakemake.folder / "made.txt").read_text() == "seen"


def test_a_path_with_a_space_works_once_quoted(snakemake, tmp_path):
    folder = tmp_path / "a b"
    folder.mkdir()
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nMARK=spaced exec {quote(sys.executable)} "$@"\n')
    python.chmod(0o755)
    snakemake(TOUCH + f"start_scripts_with(quoted({str(python)!r}))\n")
    assert Path(snakemake.folder / "made.txt").read_text() == "spaced"
    assert quoted(quoted(str(python))) == quoted(str(python)) == f"'{python}'"


def test_where_snakemake_quotes_the_path_it_stays(monkeypatch, said):
    def execute_script(self, fname, edit=False):
        self.run("{py_exec:q} {fname:q}", py_exec=sys.executable)

    monkeypatch.setattr(PythonScript, "execute_script", execute_script)
    before = sys.executable
    start_scripts_with("other words")
    assert sys.executable == before
    assert "every job starts an interpreter of its own" in said()[0]


def test_another_version_stays_as_it_is(unfamiliar, said):
    unfamiliar(script_interpreter)
    before = sys.executable
    start_scripts_with("other words")
    assert sys.executable == before and len(said()) == 1
