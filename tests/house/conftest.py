"""The project's own tools, loaded from their files."""

import importlib.util

import pytest


@pytest.fixture(scope="session")
def tool(root):
    """A function that loads a program of `tools/` by its name."""

    def load(name):
        spec = importlib.util.spec_from_file_location(name, root / "tools" / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load
