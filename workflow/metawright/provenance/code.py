"""A digest of exactly the code that a script runs, so that results change when their code does."""

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from metawright.files.modules import folder_of

_PACKAGE = __name__.split(".", 1)[0]
# What a file imports, by its lines: reading its whole syntax takes ten times as long, for every module at every start.
_IMPORT = re.compile(
    rf"^[ \t]*(?:from[ \t]+({_PACKAGE}[\w.]*)[ \t]+import[ \t]+(?:\(([^)]*)\)|(.*))|import[ \t]+({_PACKAGE}.*))",
    re.MULTILINE,
)
# What only the type checker imports: no code runs because of it. The block ends before the next line at its margin.
_TYPES_ONLY = re.compile(r"^([ \t]*)if TYPE_CHECKING:[ \t]*\n(?:\1[ \t]+.*\n|[ \t]*\n)*", re.MULTILINE)
# What a module may have beside it: data under its own name, `references.bib` of `references.py`.
_DATA = (".bib",)
_COMMENT = re.compile(r"#.*")
# A call that imports every module of the file's own package, see `metawright.files.modules`.
_EVERY = re.compile(r"\bmodules_of\(__package__\)")
# a name, without the one that an `as` gives it
_NAME = re.compile(r"(?:^|,)\s*([\w.]+)")


@cache
def code_digest(script: str | Path, *loaded: str) -> str:
    """Return 12 hex digits that change when *script*, or any module of this library that it reaches, changes.

    Snakemake watches the script file alone. As a rule's parameter this digest reruns precisely the rules whose
    scripts reach an edited module, and survives touched files, checkouts and unpacked archives.

    Parameters
    ----------
    script : str or Path
        The script's file.
    *loaded : str
        Modules of this library that it loads by their names, which its text does not show.

    Raises
    ------
    ModuleNotFoundError
        If this library has no such module.
    """
    digest = hashlib.sha256()
    root = folder_of(_PACKAGE).parent
    reached = import_closure(Path(script).resolve(), root).union(*(_closure_of(name, root) for name in loaded))
    for path in sorted(reached, key=lambda path: _name(path, root)):
        digest.update(f"{_name(path, root)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def import_closure(script: Path, root: Path) -> frozenset[Path]:
    """Return *script* and every module under *root* that it reaches by absolute imports or by `modules_of`.

    A module's data comes along: a `.bib` beside it that has its name. What stands below `if TYPE_CHECKING:` is no
    import of a program that runs.
    """
    todo, seen = [script], set()
    while todo:
        path = todo.pop()
        if path not in seen:
            seen.add(path)
            todo.extend(_imported(path, root))
    beside = (path.with_suffix(suffix) for path in seen for suffix in _DATA)
    return frozenset(seen | {path for path in beside if path.is_file()})


def _closure_of(module: str, root: Path) -> frozenset[Path]:
    """Return a module, all that it reaches, and the `__init__` files on the way to it."""
    if module not in _modules(root):
        raise ModuleNotFoundError(f"no module {module}")
    parents = (module.rsplit(".", level)[0] for level in range(module.count(".") + 1))
    return frozenset[Path]().union(*(import_closure(_modules(root)[name], root) for name in parents))


@cache
def _imported(path: Path, root: Path) -> tuple[Path, ...]:
    """Return the modules of this library that a file imports, and the `__init__` files on the way to them."""
    modules = _modules(root)
    names = set()
    for name in (*_names(path), *_beside(path, modules)):
        while name and name not in names:
            names.add(name)
            name = name.rpartition(".")[0]
    return tuple(modules[name] for name in names if name in modules)


@cache
def _modules(root: Path) -> dict[str, Path]:
    """Return the files of this library by the names of their modules."""
    files = (root / _PACKAGE).rglob("*.py")
    return {".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


def _beside(path: Path, modules: dict[str, Path]) -> list[str]:
    """Return the names of all modules of a file's package where the file finds them by itself."""
    if not _EVERY.search(path.read_text(encoding="utf-8")):
        return []
    return [name for name, file in modules.items() if file.parent == path.parent]


def _names(path: Path) -> Iterator[str]:
    """Yield the names that the imports in a file may give modules of this library by, in a program that runs."""
    text = _TYPES_ONLY.sub("", path.read_text(encoding="utf-8"))
    for module, several, names, plain in _IMPORT.findall(text):
        if module:
            yield module
            yield from (f"{module}.{name}" for name in _NAME.findall(_COMMENT.sub("", several or names)))
        else:
            yield from (name for name in _NAME.findall(plain) if name.startswith(_PACKAGE))


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
