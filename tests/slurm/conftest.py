"""A cluster of two nodes and an interpreter that can submit to it, once for all tests of this room."""

import pytest

from tests.slurm.cluster import NAME, Cluster, install, why_not
from tests.slurm.plugin import python_with_plugin


@pytest.fixture(scope="session")
def python(root, tmp_path_factory):
    """An interpreter that finds the executor plugin."""
    found, reason = python_with_plugin(root, tmp_path_factory.mktemp("plugin"))
    if reason:
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    reason = why_not() or install()
    if reason:
        pytest.skip(reason)
    cluster = Cluster(tmp_path_factory.mktemp(NAME))
    try:
        cluster.up()
        yield cluster
    finally:
        cluster.down()
