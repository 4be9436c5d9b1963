"""Derive requirements.lock, one lock per extra in EXTRAS, and environment.yml from pyproject.toml.

Needs `uv`, which the tests bring, and the package index; everything else in the project only reads the result.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
HEADER = "# Derived from pyproject.toml by `make lock`. Do not edit.\n"

# A conda package that is named otherwise than on the Python index.
CONDA_NAMES = {"snakemake": "snakemake-minimal", "matplotlib": "matplotlib-base"}
PYTHON = "3.11"
# Extras that have a lock of their own, requirements-<extra>.lock, in agreement with requirements.lock.
EXTRAS = ("test", "bench")


def compile_lock(target: str, *extra: str) -> None:
    """Write one hashed lock without download addresses."""
    command = [
        "uv", "pip", "compile", "--quiet", "--generate-hashes", "--universal", "--no-emit-index-url", "--no-header",
        "--python-version", PYTHON, "pyproject.toml", "--output-file", target, *extra,
    ]  # fmt: skip
    subprocess.run(command, cwd=ROOT, check=True)
    path = ROOT / target
    path.write_text(HEADER + path.read_text().removeprefix(HEADER))


def locked_versions(lock: str) -> dict[str, str]:
    """Return the version of every package that the lock text gives to the project's Python."""
    versions = {}
    for line in re.findall(r"^[a-z0-9].*==.*$", lock, re.MULTILINE):
        requirement = Requirement(line.rstrip("\\ "))
        target = {"python_version": PYTHON, "python_full_version": f"{PYTHON}.0", "sys_platform": "linux"}
        if requirement.marker is None or requirement.marker.evaluate(target):
            versions[requirement.name] = str(requirement.specifier).removeprefix("==")
    return versions


def environment(pyproject: str, lock: str) -> str:
    """Return environment.yml: the direct dependencies at their locked versions, under conda's names."""
    declared = tomllib.loads(pyproject)["project"]["dependencies"]
    names = [re.match(r"[A-Za-z0-9._-]+", item)[0].lower() for item in declared]
    versions = locked_versions(lock)
    lines = [f"  - {CONDA_NAMES.get(name, name)}={versions[name]}" for name in names]
    return "\n".join(
        [
            HEADER.rstrip(),
            "name: metawright",
            "channels:",
            "  - conda-forge",
            "  - bioconda",
            "  - nodefaults",
            "dependencies:",
            f"  - python={PYTHON}",
            *lines,
            "  - pip",
            "  - pip:",
            "      - --editable .",
            "",
        ]
    )


def main() -> None:
    """Derive all files."""
    compile_lock("requirements.lock")
    for extra in EXTRAS:
        compile_lock(f"requirements-{extra}.lock", "--extra", extra, "--constraint", "requirements.lock")
    text = environment((ROOT / "pyproject.toml").read_text(), (ROOT / "requirements.lock").read_text())
    (ROOT / "environment.yml").write_text(text)


if __name__ == "__main__":
    sys.exit(main())
