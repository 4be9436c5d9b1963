"""Versions of the programs that made the results."""

import platform
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("metawright", "snakemake", "numpy", "scipy", "matplotlib", "jinja2")


def versions(packages: tuple[str, ...] = PACKAGES) -> list[dict[str, str]]:
    """Return `[{"name", "version"}, ...]` of Python and of *packages*; one not installed is left out."""
    found = [{"name": "python", "version": platform.python_version()}]
    for name in packages:
        try:
            found.append({"name": name, "version": version(name)})
        except PackageNotFoundError:
            continue
    return found
