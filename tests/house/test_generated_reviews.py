"""The reviews of `make bench-workflow`: the same every time, skewed, accepted by the workflow, marked as generated."""

import importlib.util

import numpy as np
import pytest

from metawright.checking.folder import read_review
from tests.workflow.conftest import contents


@pytest.fixture(scope="module")
def generate(root):
    path = root / "benchmarks" / "workflow" / "generate.py"
    spec = importlib.util.spec_from_file_location("generate_reviews", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_same_number_of_cells_gives_the_same_bytes(generate, tmp_path):
    first, second = (contents(generate.generate(10, tmp_path / name / "r")) for name in ("a", "b"))
    assert first == second
    assert all(generate.MARK.encode() in first[name] for name in ("README.md", "protocol.yaml"))


def test_most_pools_are_small_and_a_few_are_large(generate):
    sizes = generate.sizes(1000, np.random.default_rng(1))
    assert sizes.min() == 2 and 150 <= sizes.max() <= 200
    assert np.median(sizes) == 5 and np.mean(sizes) > 7


def test_the_workflow_accepts_them(generate, root, tmp_path):
    review = read_review(generate.generate(10, tmp_path / "r"), root / "workflow" / "schemas")
    assert len(review.outcomes) * len(review.periods) == 10
    assert all(review.most[outcome, period] >= 2 for outcome in review.outcomes for period in review.periods)
