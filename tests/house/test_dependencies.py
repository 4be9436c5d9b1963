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


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_every_declared_dependency_is_locked_within_its_bounds(root, lock, project, name):
    versions = lock.locked_versions((root / name).read_text())
    declared = list(project["dependencies"])
    if name == "requirements-test.lock":
        declared += project["optional-dependencies"]["test"]
    for item in declared:
        requirement = Requirement(item)
        assert requirement.specifier.contains(versions[requirement.name.lower()]), item


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_locks_are_hashed_and_free_of_addresses(root, name):
    text = (root / name).read_text()
    entries = re.findall(
        r"^[a-z0-9][^\n]*==[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}[^\n]*\n)+)", text, re.MULTILINE
    )
    assert len(entries) == len(re.findall(r"^[a-z0-9][^\n]*==", text, re.MULTILINE)) > 20
    assert "://" not in text


def test_the_test_lock_agrees_with_the_lock(root, lock):
    main = lock.locked_versions((root / "requirements.lock").read_text())
    test = lock.locked_versions((root / "requirements-test.lock").read_text())
    assert {name: test.get(name) for name in main} == main


def test_environment_is_derived(root, lock):
    derived = lock.environment((root / "pyproject.toml").read_text(), (root / "requirements.lock").read_text())
    assert (root / "environment.yml").read_text() == derived
