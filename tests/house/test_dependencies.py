"""Dependencies are declared once, in pyproject.toml; what is derived from them is in step."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@pytest.fixture(scope="module")
def lock(tool):
    return tool("lock")


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]


LOCKS = {"requirements.lock": None, "requirements-test.lock": "test", "requirements-bench.lock": "bench"}


def test_every_lock_is_tested(root, lock):
    assert {path.name for path in root.glob("requirements*.lock")} == set(LOCKS)
    assert tuple(extra for extra in LOCKS.values() if extra) == lock.EXTRAS


@pytest.mark.parametrize("name", LOCKS)
def test_every_declared_dependency_is_locked_within_its_bounds(root, lock, project, name):
    versions = lock.locked_versions((root / name).read_text())
    declared = list(project["dependencies"])
    if LOCKS[name]:
        declared += project["optional-dependencies"][LOCKS[name]]
    for item in declared:
        requirement = Requirement(item)
        assert requirement.specifier.contains(versions[requirement.name.lower()]), item


@pytest.mark.parametrize("name", LOCKS)
def test_locks_are_hashed_and_free_of_addresses(root, name):
    text = (root / name).read_text()
    entries = re.findall(
        r"^[a-z0-9][^\n]*==[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}[^\n]*\n)+)", text, re.MULTILINE
    )
    assert len(entries) == len(re.findall(r"^[a-z0-9][^\n]*==", text, re.MULTILINE)) > 20
    assert "://" not in text


@pytest.mark.parametrize("extra", [extra for extra in LOCKS.values() if extra])
def test_the_lock_of_an_extra_agrees_with_the_lock(root, lock, extra):
    main = lock.locked_versions((root / "requirements.lock").read_text())
    other = lock.locked_versions((root / f"requirements-{extra}.lock").read_text())
    assert {name: other.get(name) for name in main} == main


def test_what_the_locks_of_extras_share_has_one_version(root, lock):
    """So that one environment can hold all of them."""
    test, bench = (lock.locked_versions((root / f"requirements-{extra}.lock").read_text()) for extra in lock.EXTRAS)
    shared = set(test) & set(bench)
    assert "numba" in shared
    assert {name: test[name] for name in shared} == {name: bench[name] for name in shared}


def test_environment_is_derived(root, lock):
    derived = lock.environment((root / "pyproject.toml").read_text(), (root / "requirements.lock").read_text())
    assert (root / "environment.yml").read_text() == derived


# What each room imports must be among the dependencies and these extras.
ROOMS = {"workflow": ("fast",), "tools": (), "tests": ("test",), "benchmarks": ("bench",)}


def imported(folder: Path) -> dict[str, str]:
    """Every distribution that the Python and Snakemake files below a folder import, with one file that does."""
    own = {path.stem for room in ROOMS for path in (folder.parent / room).rglob("*.py")} | {"metawright", "tests"}
    names = {
        name: str(path)
        for suffix in ("*.py", "*.smk", "Snakefile")
        for path in sorted(folder.rglob(suffix))
        for name in imported_names(path)
        if name not in sys.stdlib_module_names and name not in own
    }
    distributions = packages_distributions()
    return {canonicalize_name(distributions.get(name, [name])[0]): path for name, path in names.items()}


def imported_names(path: Path) -> Iterator[str]:
    text = path.read_text()
    if path.suffix != ".py":
        yield from re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE)
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("room", ROOMS)
def test_what_is_imported_is_declared(root, project, room):
    declared = [*project["dependencies"], *(x for e in ROOMS[room] for x in project["optional-dependencies"][e])]
    names = {canonicalize_name(Requirement(item).name) for item in declared}
    assert {name: path for name, path in imported(root / room).items() if name not in names} == {}


def test_what_is_declared_is_imported(root, project):
    """A package that nothing imports is installed by everybody, and cited by every report, for nothing."""
    names = {canonicalize_name(Requirement(item).name) for item in project["dependencies"]}
    assert names - set(imported(root / "workflow")) == set()


def test_a_report_cites_programs_that_it_rests_on(project):
    """Metawright itself and dependencies, nothing else."""
    from metawright.report.software import PACKAGES

    assert set(PACKAGES) <= {"metawright", *(Requirement(item).name for item in project["dependencies"])}
