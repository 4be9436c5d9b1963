"""What a module of this room says of the foreign internals that it touches, and whether they are as it knows them.

Nobody promises that internals stay as they are. Each module of this room therefore has its `INTERNALS` and asks them
before it touches anything; where they do not fit, it says so once and does without.
"""

import platform
import warnings
from collections.abc import Callable
from dataclasses import dataclass


class Unfamiliar(RuntimeWarning):
    """Internals of another package are not as this version of Metawright knows them."""


@dataclass(frozen=True)
class Internals:
    """The internals of one package that one module touches.

    Attributes
    ----------
    package : str
        The distribution, or `python`.
    versions : str
        The versions for which it was tried, as `pyproject.toml` writes them.
    what : str
        What is touched, by its full name.
    reason : str
        Why, in a few words.
    upstream : str
        Where it is asked for upstream; empty where there is nothing to ask for.
    without : str
        What happens where they do not fit, a clause.
    """

    package: str
    versions: str
    what: str
    reason: str
    upstream: str
    without: str

    def version(self) -> str:
        """Return the installed version."""
        if self.package == "python":
            return platform.python_version()
        from importlib.metadata import version

        return version(self.package)

    def fit(self, look: Callable[[], bool]) -> bool:
        """Return whether the internals may be touched; else warn.

        Parameters
        ----------
        look : callable
            Says whether they look as expected. An `ImportError` or `AttributeError` says that they do not.
        """
        from packaging.specifiers import SpecifierSet

        version = self.version()
        if SpecifierSet(self.versions).contains(version, prereleases=True):
            try:
                if look():
                    return True
            except (ImportError, AttributeError):
                pass
        self.warn(f"{self.package} {version}")
        return False

    def warn(self, found: str) -> None:
        """Say that what was *found* is unfamiliar, and what happens without."""
        warnings.warn(
            f"{found} is not what this version of Metawright knows ({self.package}{self.versions}, {self.what}): "
            f"{self.without}.",
            Unfamiliar,
            stacklevel=3,
        )


def names_in(function: Callable) -> frozenset[str]:
    """Return the names that a Python function looks up: globals, and attributes of whatever it has at hand."""
    return frozenset(function.__code__.co_names)
