"""What others keep to themselves is touched in the room `compat` alone, and in its tests."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

#: Names with an underscore that are promised: of named tuples, and the way a forked process ends.
PROMISED = {"_replace", "_asdict", "_fields", "_make", "os._exit"}
#: Attributes of foreign modules that are there to be set.
SETTABLE = {"sys.argv"}
ROOMS = ("workflow", "tests", "tools", "benchmarks")
OWN = {"metawright", "tests"}
HOME = ("metawright/compat", "tests/compat")


def private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"


def own_names(trees) -> set[str]:
    """Names with an underscore that this project defines somewhere itself, each one."""
    found = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name, ctx=ast.Store()):
                found.add(name)
    return {name for name in found if private(name)}


def foreign_names(tree) -> dict[str, str]:
    """Names in a file that stand for modules, classes and functions of others, with their full names."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                found[one.asname or one.name.split(".")[0]] = one.name if one.asname else one.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    return {name: full for name, full in found.items() if full.split(".")[0] not in OWN}


def dotted(node) -> str:
    """`a.b.c` of an attribute of an attribute of a name; empty for anything else."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def touches(tree, own: set[str]) -> Iterator[str]:
    """Whatever in a file is somebody else's internals: read by name or by text, imported, or set from outside."""
    foreign = foreign_names(tree)
    for name, full in foreign.items():
        if any(map(private, full.split("."))):
            yield f"import of {full} as {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            head, _, rest = dotted(node).partition(".")
            full = f"{foreign[head]}.{rest}" if head in foreign else ""
            of_others = bool(full) or node.attr not in own
            if private(node.attr) and of_others and not {node.attr, full} & PROMISED:
                yield ast.unparse(node)
            elif isinstance(node.ctx, ast.Store | ast.Del) and full and full not in SETTABLE:
                yield f"{ast.unparse(node)} ="
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "setattr", "hasattr", "delattr"):
            name = node.args[1].value if isinstance(node.args[1], ast.Constant) else ""
            if (private(name) and name not in own) or (
                ast.unparse(node.func)[0] in "sd" and dotted(node.args[0]).split(".")[0] in foreign
            ):
                yield ast.unparse(node)


@pytest.fixture(scope="module")
def trees(root):
    paths = [path for room in ROOMS for path in sorted((root / room).rglob("*.py"))]
    return {path: ast.parse(path.read_text()) for path in paths}


def test_internals_of_others_are_touched_in_compat_alone(root, trees):
    own = own_names(trees.values())
    found = [
        f"{path.relative_to(root)}: {touch}"
        for path, tree in trees.items()
        if not any(home in path.as_posix() for home in HOME)
        for touch in touches(tree, own)
    ]
    assert found == []


def test_rules_touch_none(root):
    for path in [root / "Snakefile", root / "workflow" / "Snakefile", *(root / "workflow").rglob("*.smk")]:
        text = re.sub(r"#.*", "", path.read_text())
        assert re.findall(r"\._[a-z]\w*", text) == [], path
        modules = re.findall(r"^(?:import|from) ([\w.]+)", text, re.MULTILINE)
        modules += re.findall(r"^from (?!metawright)\S+ import ([\w, ]+)$", text, re.MULTILINE)
        names = {name for names in modules for name in re.findall(r"\w+", names)} - OWN
        assert not re.findall(rf"^\s*((?:{'|'.join(names) or '-'})(?:\.\w+)+) [-+|]?= ", text, re.MULTILINE), path


@pytest.mark.parametrize(
    "text",
    [
        "import matplotlib\nmatplotlib._made_up()",
        "from matplotlib.backends import _backend_pdf_ps",
        "from matplotlib.backends._backend_pdf_ps import get_glyphs_subset as cut",
        "import _socket",
        "import sys\nsys.executable = 'x'",
        "from fontTools import subset\nsubset.Options.default += [1]",
        "from snakemake.jobs import Job\nJob.run = None",
        "from snakemake.jobs import Job\nsetattr(Job, 'run', None)",
        "def f(response):\n    response._content = b''",
        "def f(response):\n    return getattr(response, '_content')",
        "import os\nos._made_up",
    ],
)
def test_each_way_to_touch_is_seen(text):
    assert list(touches(ast.parse(text), set()))


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos._exit(1)",
        "import sys\nsys.argv[:] = []\nsys.argv = []",
        "class A:\n    def f(self):\n        self._x = 1\n        return self._x, other._x",
        "row._replace(a=1)",
        "from metawright.provenance.code import _names",
        "import matplotlib\nmatplotlib.rcParams['x'] = 1",
    ],
)
def test_what_is_promised_or_our_own_is_not(text):
    tree = ast.parse(text)
    assert list(touches(tree, own_names([tree]))) == []


def test_it_looks_at_this_house(trees):
    assert len(trees) > 500 and Path(__file__) in trees
    assert sys.argv
