"""What several test folders need: the repository's rooms, and small reviews built on the spot."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from metawright.checking.protocol import read_protocol
from metawright.reading.schemas import load_schema

ROOT = Path(__file__).parent.parent
# A slow machine is no failure.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config) -> int:
    """One worker more than there are cores: SLURM's tests wait most of their time."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Keep the tests of a file in one worker, for what they share, and those of SLURM, of which there is one cluster."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::")[0]
            return "slurm" if file.startswith("tests/slurm/") else file

    return ByFile(config, log)


def pytest_collection_modifyitems(config, items):
    """Start the longest first where tests run beside each other."""
    if hasattr(config, "workerinput"):
        slow = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: ("slurm" not in item.path.parts, item.path not in slow))


SCHEMAS = ROOT / "workflow" / "schemas"
RESOURCES = ROOT / "resources"

PROTOCOL = """\
title: A test
outcomes:
  score: {measure: MD, direction: higher_is_better, aliases: [points]}
  cured: {measure: OR, direction: higher_is_better}
periods:
  - {key: short, from: 0, to: 4}
  - {key: long, from: 5, to: 12}
arms: {experimental: [exercise], control: [usual care]}
models:
  - {key: FE-z, track: protocol, tau2_method: FE, interval: z}
  - {key: REML-HKSJ, track: recommended, tau2_method: REML, interval: HKSJ}
"""


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def schemas() -> Path:
    return SCHEMAS


@pytest.fixture
def protocol() -> dict:
    """A completed protocol with a continuous and a binary outcome and two periods."""
    content, problems = read_protocol(PROTOCOL, load_schema(SCHEMAS, "protocol"), "protocol.yaml")
    assert not problems
    return content


@pytest.fixture
def review_folder(tmp_path):
    """A function that writes a review folder from the texts of its files and returns its path."""

    def write(extraction: str | bytes, protocol: str = PROTOCOL, name: str = "demo", **others: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        folder.joinpath("protocol.yaml").write_text(protocol)
        content = extraction if isinstance(extraction, bytes) else extraction.encode()
        folder.joinpath("extraction.csv").write_bytes(content)
        for file, text in others.items():
            suffix = "yaml" if file == "screening" else "csv"
            folder.joinpath(f"{file}.{suffix}").write_text(text)
        return folder

    return write
