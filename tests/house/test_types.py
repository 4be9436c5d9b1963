"""Types: the checker finds nothing, and public signatures say what a mapping holds."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

#: Types that say nothing without what they hold.
BARE = {"dict", "Mapping", "MutableMapping"}


@pytest.mark.slow
def test_the_type_checker_finds_nothing(root):
    checker = Path(sys.executable).with_name("basedpyright")
    found = subprocess.run([checker], cwd=root, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout


def public_functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """Functions of a module and methods of its classes whose names, and those of their classes, are public."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node)
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def annotations(function: ast.FunctionDef) -> Iterator[ast.expr]:
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    yield from (one.annotation for one in every if one is not None and one.annotation is not None)
    if function.returns is not None:
        yield function.returns


def is_bare(annotation: ast.AST) -> bool:
    """Whether a type of `BARE` stands somewhere in an annotation without what it holds."""
    if isinstance(annotation, ast.Subscript):
        return is_bare(annotation.slice)
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return is_bare(ast.parse(annotation.value, mode="eval"))
    if isinstance(annotation, ast.Name):
        return annotation.id in BARE
    return any(map(is_bare, ast.iter_child_nodes(annotation)))


def untyped(text: str) -> list[str]:
    """The public functions of a module of which an annotation is bare."""
    return [
        f"{function.name}:{function.lineno}"
        for function in public_functions(ast.parse(text))
        if any(map(is_bare, annotations(function)))
    ]


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("def f(x: Mapping): ...", True),
        ("def f(x: Sequence[dict]): ...", True),
        ("def f() -> dict | None: ...", True),
        ("def f(x: 'Mapping[str, Mapping]'): ...", True),
        ("class A:\n    def f(self) -> list[Mapping]: ...", True),
        ("def f(*, x: Mapping[str, int]) -> dict[str, list[str]]: ...", False),
        ("def _f(x: Mapping): ...", False),
        ("class _A:\n    def f(self) -> dict: ...", False),
    ],
)
def test_what_is_bare(text, bare):
    assert bool(untyped(text)) is bare


def test_public_signatures_say_what_a_mapping_holds(root):
    library = root / "workflow" / "metawright"
    found = [
        f"{path.relative_to(library)}:{function}"
        for path in sorted(library.rglob("*.py"))
        for function in untyped(path.read_text())
    ]
    assert found == []
