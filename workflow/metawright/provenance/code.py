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
    return tuple(
        candidate
        for name in _names(path)
        for end in range(1, name.count(".") + 2)
        for base in [root.joinpath(*name.split(".")[:end])]
        for candidate in (base.with_suffix(".py"), base / "__init__.py")
        if candidate.is_file()
    )


def _names(path: Path) -> Iterator[str]:
    """Yield the modules of this library that a file imports; the folder's `__init__` files come with them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(_PACKAGE):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith(_PACKAGE))


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
