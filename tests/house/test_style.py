"""The house is clean: ruff, snakefmt, snakemake --lint, and the rules of the house that a program can check."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest


def run(root, *command):
    binary = Path(sys.executable).with_name(command[0])
    result = subprocess.run([binary, *command[1:]], cwd=root, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


@pytest.mark.parametrize("command", ["check", "format --check"])
def test_ruff(root, command):
    run(root, "ruff", *command.split(), "--no-cache", ".")


def test_snakefmt(root):
    run(root, "snakefmt", "--check", "Snakefile", "workflow")


def test_snakemake_lint(root):
    assert "in a good condition" in run(root, "snakemake", "--lint")


def test_every_rule_has_a_script_of_its_name_and_every_script_a_rule(root):
    begin = (
        r"^(?:rule|checkpoint) (\w+):\n|^ +rule:\n +name:\n +(?:batch\.rule\(|f)\"(\w+)(?:\.\{review\.name\})?\"\)?\n"
    )
    rules = {}
    for path in (root / "workflow" / "rules").glob("*.smk"):
        _, *pieces = re.split(begin, path.read_text(), flags=re.MULTILINE)
        for name, step, body in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
            rules[name or step] = body
    for name, body in rules.items():
        assert re.search(rf'script:\n +"\.\./scripts/{name}\.py"', body), name
        assert f'code=code("{name}")' in body, name
    assert set(rules) == {path.stem for path in (root / "workflow" / "scripts").glob("*.py")}


def test_scripts_are_short_and_rules_have_no_program(root):
    for path in (root / "workflow" / "scripts").glob("*.py"):
        assert len(path.read_text().splitlines()) <= 60, path.name
    for path in (root / "workflow").rglob("*.smk"):
        assert not re.search(r"^\s+run:", path.read_text(), re.MULTILINE), path.name


#: From the ground up: a room imports only rooms that stand before it.
ROOMS = (
    "files", "compat", "provenance", "measures", "words", "reading", "extraction", "effects", "pooling",
    "heterogeneity", "sensitivity", "appraisal", "checking", "audit", "simulation", "figures", "report", "exchange",
    "archive", "command", "jobs",
)  # fmt: skip


def test_rooms_import_only_rooms_below_them(root):
    library = root / "workflow" / "metawright"
    assert {path.name for path in library.iterdir() if path.is_dir() and path.name != "__pycache__"} <= set(ROOMS)
    for path in library.rglob("*.py"):
        room = path.relative_to(library).parts[0]
        for found in re.findall(r"^\s*(?:from|import) metawright\.(\w+)", path.read_text(), re.MULTILINE):
            assert ROOMS.index(found) <= ROOMS.index(room), f"{path.relative_to(library)} imports {found}"


def test_packages_have_empty_init_files(root):
    for path in (root / "workflow" / "metawright").rglob("__init__.py"):
        assert path.read_text() == "", path


def test_only_figures_import_matplotlib_and_nobody_pyplot(root):
    for path in (root / "workflow").rglob("*.py"):
        text = path.read_text()
        assert "pyplot" not in re.sub(r'""".*?"""|#.*', "", text, flags=re.DOTALL), path
        # `serve.py` loads it for the jobs that draw
        if not {"figures", "compat"} & {*path.parts} and path.name != "serve.py":
            assert not re.search(r"^\s*(import|from) matplotlib", text, re.MULTILINE), path


def test_no_result_goes_through_a_blas(root):
    """A BLAS picks its kernels by processor, and they round differently; metawright.heterogeneity.matrices does not."""
    banned = {"linalg", "dot", "vdot", "matmul", "einsum", "tensordot", "inner", "lstsq", "polyfit", "corrcoef", "cov"}
    banned |= {"convolve", "correlate"}
    for path in (root / "workflow").rglob("*.py"):
        if "figures" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)), (path, node.lineno)
            if isinstance(node, ast.Attribute) and node.attr in banned:
                assert not (isinstance(node.value, ast.Name) and node.value.id == "np"), (path, node.lineno, node.attr)


def test_the_citation_names_the_version_of_the_project(root):
    version = re.search(r'^version = "(.+)"$', (root / "pyproject.toml").read_text(), re.MULTILINE)[1]
    assert f"\nversion: {version}\n" in (root / "CITATION.cff").read_text()


def test_no_test_reads_a_stopwatch(root):
    """Time belongs to `make bench`; a test counts work (`tests.work`) or waits without haste (`tests.waiting`)."""
    watches = re.compile(r"perf_counter|process_time|timeit|time\.time\(|wait_for_timeout|timeout=\d|deadline=\d")
    found = [str(path) for path in (root / "tests").rglob("*.py") if path != Path(__file__)]
    assert [path for path in found if watches.search(Path(path).read_text())] == []


# What the built-in `sum` may add beside counts that are seen to be counts: whole numbers, pairs, and arrays.
WHOLE = {
    "appraisal/rated_cell.py": ["across", "grave"],
    "appraisal/screening.py": ["given[name]", "(given[name] or {}).values()"],
    "exchange/tables.py": ["item.file_size"],
    "figures/cell/gosh.py": ["row"],
    "figures/cell/method_ladder.py": ["excludes(rung)"],
    "figures/review/prisma_flow.py": ["value.values()"],
    "figures/review/risk_of_bias.py": ["counts.values()"],
    "figures/review/risk_of_bias_text.py": ["counts.values()"],
    "figures/cell/specification_curve.py": ["chosen[one.start:one.stop]", "own"],
    "figures/cell/specification_text.py": ["excludes(row)"],
    "files/sums.py": ["found"],
    "files/zips.py": ["getattr(member, kind)"],
    "heterogeneity/method_ladder.py": ["rung.excludes_zero"],
    "heterogeneity/subgroups.py": ["b.df[0]"],
    "report/methods/extraction.py": ["one['pairs']", "one['equal']"],
    "report/sections/own_configuration.py": ["trial['awaiting']"],
    "report/tables/findings.py": ["numbers"],
    "checking/units.py": ["max(1, prod(map(len, roles.values()))) if split else 1"],
    "simulation/plan.py": [
        "(piece.stop - piece.start) * BLOCK",
        "max(stops[key]) * BLOCK",
        "max(stops[key]) * BLOCK * models[setup.key]",
        "(p.stop - p.start) * BLOCK * models[units[p.unit][1].key]",
    ],
    "simulation/words.py": ["trial['awaiting']"],
}


def summed(tree):
    """What the calls of the built-in `sum` add: the element of a comprehension, or the whole argument."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sum":
            yield node.args[0].elt if isinstance(node.args[0], ast.GeneratorExp | ast.ListComp) else node.args[0]


def counts(element):
    """Whether an element is a truth value, a whole number or a length on its face."""
    if isinstance(element, ast.Call) and isinstance(element.func, ast.Name):
        name = element.func.id
        return name in ("int", "len", "bool") or (name == "map" and ast.unparse(element.args[0]) in ("int", "len"))
    negated = isinstance(element, ast.UnaryOp) and isinstance(element.op, ast.Not)
    whole = isinstance(element, ast.Constant) and isinstance(element.value, int)
    return negated or whole or isinstance(element, ast.Compare | ast.BoolOp)


def test_floats_are_summed_the_same_on_every_python(root):
    """The built-in adds floats otherwise from Python 3.12 on; `math.fsum` and `metawright.files.sums` do not."""
    library = root / "workflow" / "metawright"
    found = {
        (str(path.relative_to(library)), ast.unparse(element))
        for path in library.rglob("*.py")
        for element in summed(ast.parse(path.read_text()))
        if not counts(element)
    }
    assert found == {(path, text) for path, texts in WHOLE.items() for text in texts}
