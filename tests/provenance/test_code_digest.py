"""A rule reruns when code that its script reaches changes, and only then."""

import ast
import shutil
import subprocess
import sys

import pytest

from metawright.provenance.code import _names, code_digest, import_closure


@pytest.fixture
def library(root, tmp_path):
    """A copy of the workflow, and a function that gives the digest of each of its scripts in a fresh interpreter."""
    copy = tmp_path / "workflow"
    shutil.copytree(root / "workflow", copy, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))

    def digests():
        program = (
            "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path\n"
            "from metawright.figures.step_code import step_digest\n"
            "for path in sorted(Path(sys.argv[1], 'scripts').glob('*.py')): print(path.stem, step_digest(path))"
        )
        output = subprocess.run(
            [sys.executable, "-c", program, copy], check=True, capture_output=True, text=True
        ).stdout
        return dict(line.split() for line in output.splitlines())

    return copy, digests


def changed(before, after):
    return {name for name in before if before[name] != after[name]}


def test_an_edit_changes_the_digests_of_the_scripts_that_reach_it_alone(library):
    copy, digests = library
    before = digests()
    module = copy / "metawright" / "sensitivity" / "leave_one_out.py"
    module.write_text(module.read_text() + "\n# edited\n")
    assert changed(before, digests()) == {"examine_sensitivity"}


def test_the_engine_is_reached_by_what_pools_and_not_by_what_cleans_or_draws(library):
    copy, digests = library
    before = digests()
    module = copy / "metawright" / "pooling" / "fit.py"
    module.write_text(module.read_text() + "\n# edited\n")
    touched = changed(before, digests())
    assert {"pool", "examine_sensitivity"} <= touched
    assert not touched & {"clean_extraction", "compute_effects", "gather_effects", "plot_forest", "render_html"}


def test_a_touch_changes_nothing(library):
    copy, digests = library
    before = digests()
    for path in copy.rglob("*.py"):
        path.touch()
    assert digests() == before


def test_the_closure_takes_parents_and_submodules(tmp_path):
    package = tmp_path / "metawright" / "one"
    package.mkdir(parents=True)
    for name, text in {
        "__init__": "",
        "a": "from metawright.one import b\n",
        "b": "import metawright.one.c\n",
        "c": "",
    }.items():
        package.joinpath(f"{name}.py").write_text(text)
    package.parent.joinpath("__init__.py").write_text("")
    script = tmp_path / "script.py"
    script.write_text("from metawright.one.a import x\nimport json\n")
    names = {path.relative_to(tmp_path).as_posix() for path in import_closure(script, tmp_path)}
    assert names == {"script.py", "metawright/__init__.py"} | {
        f"metawright/one/{name}.py" for name in ("__init__", "a", "b", "c")
    }


def test_the_closure_takes_the_modules_that_a_package_finds_by_itself(tmp_path):
    package = tmp_path / "metawright" / "one"
    package.joinpath("deeper").mkdir(parents=True)
    for name, text in {
        "__init__": "",
        "registry": "from metawright.files.modules import modules_of\n\nfound = modules_of(__package__)\n",
        "found": "import metawright.other\n",
        "deeper/__init__": "",
        "deeper/not_found": "",
    }.items():
        package.joinpath(f"{name}.py").write_text(text)
    package.parent.joinpath("__init__.py").write_text("")
    package.parent.joinpath("other.py").write_text("")
    script = tmp_path / "script.py"
    script.write_text("from metawright.one.registry import found\n")
    names = {path.relative_to(tmp_path).as_posix() for path in import_closure(script, tmp_path)}
    assert names == {"script.py", "metawright/__init__.py", "metawright/other.py"} | {
        f"metawright/one/{name}.py" for name in ("__init__", "registry", "found")
    }


def test_an_edit_of_a_measure_reaches_what_computes_and_what_prints_it(library):
    copy, digests = library
    before = digests()
    module = copy / "metawright" / "measures" / "peto_odds_ratio.py"
    module.write_text(module.read_text() + "\n# edited\n")
    assert {"compute_effects", "pool", "plot_forest", "render_html", "render_latex"} <= changed(before, digests())


@pytest.mark.parametrize(
    ("module", "step"),
    [("cell/radial", "plot_refits"), ("cell/drapery", "plot_sensitivity"), ("review/verdicts_text", "plot_verdicts"),
     ("outcome/periods_data", "plot_periods"), ("sweep/trust", "plot_performance"), ("forest/axis", "plot_forest")],
)  # fmt: skip
def test_an_edit_of_a_figure_reaches_the_step_that_draws_it_alone(library, module, step):
    copy, digests = library
    before = digests()
    file = copy / "metawright" / "figures" / f"{module}.py"
    file.write_text(file.read_text() + "\n# edited\n")
    assert changed(before, digests()) == {step}


def test_an_edit_of_the_catalogue_draws_nothing_again(library):
    """What of a record a step goes by reaches its rule as a parameter."""
    copy, digests = library
    before = digests()
    file = copy / "metawright" / "figures" / "catalogue.py"
    file.write_text(file.read_text() + "\n# edited\n")
    assert not {name for name in changed(before, digests()) if name.startswith("plot_")}


def test_a_module_that_is_not_there_has_no_digest(root):
    with pytest.raises(ModuleNotFoundError, match="no module"):
        code_digest(root / "workflow" / "scripts" / "plot_refits.py", "metawright.figures.none")


def test_what_the_type_checker_alone_imports_is_not_reached(tmp_path):
    package = tmp_path / "metawright"
    package.mkdir()
    for name in ("__init__", "computes", "types_alone"):
        (package / f"{name}.py").write_text("")
    script = tmp_path / "script.py"
    script.write_text("if TYPE_CHECKING:\n    from metawright import types_alone\n\nfrom metawright import computes\n")
    assert {path.stem for path in import_closure(script, tmp_path)} == {"script", "__init__", "computes"}


def test_an_edit_of_the_data_beside_a_module_reaches_what_the_module_reaches(library):
    copy, digests = library
    before = digests()
    data = copy / "metawright" / "words" / "references.bib"
    data.write_text(data.read_text() + "\n")
    touched = changed(before, digests())
    assert {"render_html", "render_latex"} <= touched
    assert not touched & {"clean_extraction", "compute_effects", "pool", "plot_forest"}


def imports_by_syntax(path):
    """The modules of the library that a file names outside `if TYPE_CHECKING:`, read by Python's own parser."""
    todo = [ast.parse(path.read_text(encoding="utf-8"))]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            todo += node.orelse
            continue
        todo += ast.iter_child_nodes(node)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("metawright"):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("metawright"))


def test_imports_are_found_as_pythons_parser_finds_them(root, tmp_path):
    """In every file of the library, and in ways to write them that it does not use."""
    odd = tmp_path / "odd.py"
    odd.write_text(
        "import metawright.a.b as c, metawright.d\n"
        "import os, re\n"
        "def f():\n"
        "    from metawright.e import (  # why\n"
        "        g,  # a, b\n"
        "        h as i,\n"
        "    )\n"
        "    from   metawright  import j as k, l  # m\n"
        "if TYPE_CHECKING:\n"
        "    from metawright.t import u\n"
        "\n"
        "    from metawright.v import (\n"
        "        w,\n"
        "    )\n"
        "from metawright.n import o\n"
        "if True:\n"
        "    if TYPE_CHECKING:\n"
        "        import metawright.x\n"
        "    else:\n"
        "        import metawright.y\n"
        "    import metawright.z\n"
    )
    files = [odd, *(root / "workflow").rglob("*.py")]
    assert len(files) > 300
    for path in files:
        assert sorted(_names(path)) == sorted(imports_by_syntax(path)), path
