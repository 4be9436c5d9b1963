"""A digest of exactly the code that a script runs, so that results change when their code does."""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_PACKAGE = __name__.split(".", 1)[0]


@cache
def code_digest(script: str | Path) -> str:
    """Return 12 hex digits that change when *script*, or any module of this library that it reaches, changes.

    Snakemake watches the script file alone. As a rule's parameter this digest reruns precisely the rules whose
    scripts reach an edited module, and survives touched files, checkouts and unpacked archives.

    Parameters
    ----------
    script : str or Path
        The script's file.
    """
    digest = hashlib.sha256()
    root = Path(find_spec(_PACKAGE).origin).parent.parent
    for path in sorted(import_closure(Path(script).resolve(), root), key=lambda path: _name(path, root)):
        digest.update(f"{_name(path, root)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def import_closure(script: Path, root: Path) -> frozenset[Path]:
    """Return *script* and every module under *root* that it reaches by absolute imports."""
    todo, seen = [script], set()
    while todo:
        path = todo.pop()
        if path not in seen:
            seen.add(path)
            todo.extend(_imported(path, root))
    return frozenset(seen)


@cache
def _imported(path: Path, root: Path) -> tuple[Path, ...]:
    """Return the modules of this library that a file imports, and the `__init__` files on the way to them."""
    modules = _modules(root)
    names = set()
    for name in _names(ast.parse(path.read_text(encoding="utf-8"))):
        while name and name not in names:
            names.add(name)
            name = name.rpartition(".")[0]
    return tuple(modules[name] for name in names if name in modules)


@cache
def _modules(root: Path) -> dict[str, Path]:
    """Return the files of this library by the names of their modules."""
    files = (root / _PACKAGE).rglob("*.py")
    return {".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


def _names(block: ast.AST) -> Iterator[str]:
    """Yield the names that the imports in a file, or in a statement with statements in it, may give modules by.

    Imports are statements: expressions, most of a file, are passed by.
    """
    for node in ast.iter_child_nodes(block):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(_PACKAGE):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith(_PACKAGE))
        elif isinstance(node, (ast.stmt, ast.excepthandler, ast.match_case)):
            yield from _names(node)


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
