"""Which files go into an archive, and under which names."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from metawright.files.zips import Refused, file_sha256

#: What an archive needs of the workflow's own folder, and what it takes along where it is there.
NEEDED = ("Snakefile", "Makefile", "pyproject.toml", "requirements.lock", "LICENSE", "CITATION.cff")
WELCOME = ("environment.yml", "CHANGELOG.md", "config/README.md", "config/simulation.yaml", "docs/archive.md")
TREES = ("workflow", "profiles/default", "containers")

#: Where the packages of an offline installation lie: in an archive, and in a checkout that made one.
WHEELHOUSES = ("wheels", ".wheels")

_PACKED = (".whl", ".tar.gz", ".zip")

#: The hashes of the files that an archive does not ship, in the review's folder.
WITHHELD = "withheld.sha256"


def project_files(root: Path) -> dict[str, Path]:
    """Return the files of the workflow that an archive holds and that are there, by their names in it."""
    found = {name: root / name for name in (*NEEDED, *WELCOME) if (root / name).is_file()}
    for tree in TREES:
        inside = {f"{tree}/{name}": path for name, path in _files(root / tree)}
        found |= {name: path for name, path in inside.items() if path.is_file() and path.suffix != ".sif"}
    return dict(sorted(found.items()))


def review_files(folder: Path, patterns: Iterable[str] = ()) -> dict[str, Path]:
    """Return the files of a review folder that an archive holds, by their names in the folder.

    All of them, apart from what the protocol withholds and from what programs leave behind: hidden files, lock files of
    spreadsheets, backups.
    """
    return {name: path for name, path in _files(folder) if name != WITHHELD and not _withheld(name, patterns)}


def withheld_files(folder: Path, patterns: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of every file that the protocol withholds, by its name in the folder.

    In a folder that came out of an archive the files are absent, and `withheld.sha256` says what they were.

    Raises
    ------
    Refused
        If a pattern fits no file: misspelt, it would let out the very file that it is to keep back.
    """
    patterns = list(patterns)
    known = read_sums((folder / WITHHELD).read_text(encoding="utf-8")) if (folder / WITHHELD).is_file() else {}
    here = {name: path for name, path in _files(folder, hidden=True) if _withheld(name, patterns) and path.is_file()}
    known |= {name: file_sha256(path) for name, path in here.items()}
    idle = [pattern for pattern in patterns if not any(_withheld(name, [pattern]) for name in known)]
    if idle:
        raise Refused(f"{folder / 'protocol.yaml'}: `archive.withhold` names '{idle[0]}', which fits no file")
    return {name: known[name] for name in sorted(known) if _withheld(name, patterns)}


def wheel_files(root: Path) -> dict[str, Path]:
    """Return the packages of an offline installation, by their names in an archive; none if none were fetched."""
    for name in WHEELHOUSES:
        found = {f"wheels/{path.name}": path for path in sorted((root / name).glob("*")) if path.name.endswith(_PACKED)}
        if found:
            return found
    return {}


def sums(digests: Mapping[str, str]) -> str:
    """Return SHA-256 sums by name in the form that `sha256sum --check` reads."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))


def read_sums(text: str) -> dict[str, str]:
    """Return the SHA-256 by name of a list in the form of `sha256sum`."""
    return {name: digest for digest, _, name in (line.partition("  ") for line in text.splitlines())}


def _files(folder: Path, hidden: bool = False) -> Iterator[tuple[str, Path]]:
    """Yield (name, path) of the files below *folder* that a person put there."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        is_folder = path.is_dir() and not path.is_symlink()
        if is_folder or any(part == "__pycache__" or part.endswith(".egg-info") for part in parts):
            continue
        left_behind = any(part.startswith((".", "~$")) for part in parts) or path.name.endswith(("~", ".bak", ".tmp"))
        if hidden or not left_behind:
            yield "/".join(parts), path


def _withheld(name: str, patterns: Iterable[str]) -> bool:
    """Whether a file is named, or lies in a folder that is named, or fits a pattern such as `fulltexts/*.pdf`."""
    words = [pattern.rstrip("/") for pattern in patterns]
    return any(name == word or name.startswith(f"{word}/") or fnmatchcase(name, word) for word in words)
