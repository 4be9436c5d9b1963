"""Run the workflow of an unpacked archive, with the packages that the archive asks for."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

#: Where the Makefile of an archive keeps its environment, and what it makes last.
_READY = ".venv/installed"


class Failed(Exception):  # noqa: N818 - the run failed, not this program
    """The archive could not be run, and why."""


def other_packages(lock: str) -> list[str]:
    """Say which packages of the running interpreter are not those of a lock file.

    Returns
    -------
    list of str
        Such as `numpy 2.4.6 is asked for, 2.5.5 is here`; empty if the interpreter is what the lock describes.
    """
    found = []
    for line in lock.splitlines():
        if line[:1] in ("", "#", " ") or "==" not in line:
            continue
        try:
            requirement = Requirement(line.rstrip("\\ "))
        except InvalidRequirement:
            continue
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        wanted = str(requirement.specifier).removeprefix("==")
        try:
            here = version(requirement.name)
        except PackageNotFoundError:
            here = "none"
        if here != wanted:
            found.append(f"{requirement.name} {wanted} is asked for, {here} is here")
    return found


def make_environment(folder: Path) -> Path:
    """Make the archive's own environment in *folder* and return its interpreter.

    The packages come from the folder `wheels` of the archive where it has one, else from the package index.
    """
    _run(
        ["make", "--no-print-directory", _READY, f"PYTHON={sys.executable}"],
        folder,
        {},
        "its environment could not be made",
    )
    return folder / ".venv" / "bin" / "python"


def run_workflow(python: Path, folder: Path, targets: Sequence[str], cores: str) -> None:
    """Make *targets* in *folder* with the workflow, the library and nothing else of that folder."""
    command = [str(python), "-m", "snakemake", "--cores", cores, "--", *targets]
    own = {"PYTHONPATH": str(folder / "workflow")}
    _run(command, folder, own, "its workflow failed")


def run_module(python: Path, folder: Path, module: str, arguments: Sequence[str]) -> None:
    """Run a module of the library that lies in *folder*."""
    command = [str(python), "-m", module, *arguments]
    _run(command, folder, {"PYTHONPATH": str(folder / "workflow")}, f"{module} failed")


def _run(command: Sequence[str], folder: Path, own: Mapping[str, str], words: str) -> None:
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("SNAKEMAKE", "PYTHON", "MAKE"))}
    result = subprocess.run(command, cwd=folder, env={**kept, **own}, capture_output=True, text=True, check=False)
    if result.returncode:
        last = "\n".join((result.stdout + result.stderr).strip().splitlines()[-15:])
        raise Failed(f"{words}:\n{last}")
