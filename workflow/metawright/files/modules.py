"""Packages whose modules are found, not listed: whoever adds a module has added what it declares."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType


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
    folder = Path(find_spec(package).origin).parent
    names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    return tuple(import_module(f"{package}.{name}") for name in names)
