"""Packages whose modules are found, not listed: whoever adds a module has added what it declares."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType


def folder_of(package: str) -> Path:
    """Return the folder of a package.

    Raises
    ------
    ModuleNotFoundError
        If there is none of that name.
    """
    found = find_spec(package)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(f"no package {package}")
    return Path(found.origin).parent


@cache
def modules_of(package: str) -> tuple[ModuleType, ...]:
    """Import every module that lies directly in a package and return them by their names.

    `metawright.provenance.code` knows this call: a script that reaches a module with it reaches the whole package. It
    has to be written with ``__package__`` as its argument.

    Parameters
    ----------
    package : str
        Its dotted name.
    """
    folder = folder_of(package)
    names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    return tuple(import_module(f"{package}.{name}") for name in names)
