"""Dependencies are declared once, in pyproject.toml; what is derived from them is in step."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement


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
