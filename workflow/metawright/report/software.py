"""Versions of the programs that made the results."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metawright.report.documents import Software

PACKAGES = ("metawright", "snakemake", "numpy", "scipy", "matplotlib", "jinja2")


def versions(packages: tuple[str, ...] = PACKAGES) -> list[Software]:
    """Return `[{"name", "version"}, ...]` of Python and of *packages*; one not installed is left out."""
    found: list[Software] = [{"name": "python", "version": platform.python_version()}]
    for name in packages:
        try:
            found.append({"name": name, "version": version(name)})
        except PackageNotFoundError:
            continue
    return found
