"""docs/statistics.md: its tables are derived, and what stands in them agrees."""

import re

import numpy as np
import pytest

from tests.oracle.reading import effects, reference, table

#: metafor's own stopping error: (quantity, deviation allowed).
STOPPED = {"HC ci_low": 1e-4, "HC ci_high": 2e-4, "ML tau": 1e-7}


@pytest.fixture(scope="module")
def statistics(tool):
    return tool("statistics")


@pytest.fixture(scope="module")
def rows(statistics):
    return [row for part in statistics.value_rows().values() for row in part]


def test_the_page_is_derived(root, statistics):
    text = (root / "docs" / "statistics.md").read_text(encoding="utf-8")
    assert statistics.page(text) == text, "run `python tools/statistics.py`"
    assert set(re.findall(r"<!-- values: (\w+) -->", text)) == set(statistics.tables())


def test_ours_is_metafors(rows):
    compared = [row for row in rows if row[3] is not None]
    assert len(compared) > 120
    for example, quantity, ours, theirs, _ in compared:
        allowed = STOPPED.get(quantity, 1e-8 * max(abs(theirs), 1e-3))
        assert abs(ours - theirs) <= allowed, (example, quantity, ours, theirs)


def test_ours_is_the_published_value(statistics, rows):
    """Within one unit of the last digit printed; every published value is shown."""
    compared = [row for row in rows if row[4]]
    assert len(compared) > 90
    for example, quantity, ours, _, published in compared:
        unit = 10.0 ** -len(published.partition(".")[2])
        assert abs(ours - float(published)) <= unit, (example, quantity, ours, published)
    for (example, quantity), published in statistics.printed().items():
        unit = 10.0 ** -len(published.partition(".")[2])
        assert abs(statistics.ours(example, quantity) - float(published)) <= unit, (example, quantity)


@pytest.mark.parametrize(("name", "measure"), [("bcg", "RR"), ("collins1985b_pre", "OR")])
def test_examples_that_are_sets_of_the_oracle(statistics, name, measure):
    for ours, theirs in zip(statistics.examples()[name], effects(reference(name)["measures"][measure]), strict=True):
        assert np.allclose(ours, theirs, rtol=1e-15, atol=0)


def test_every_method_and_interval_of_the_engine_has_its_place(root, statistics):
    from metawright.pooling.intervals import INTERVALS
    from metawright.pooling.prediction import PREDICTION_INTERVALS
    from metawright.pooling.tau2 import TAU2_METHODS

    text = (root / "docs" / "statistics.md").read_text(encoding="utf-8")
    for word in (*TAU2_METHODS, *INTERVALS, *PREDICTION_INTERVALS):
        assert f"`{word}`" in text, word


def test_published_values_name_their_source(root):
    lines = table(root / "tests" / "oracle" / "published" / "values.csv")
    assert all(line["source"] for line in lines) and len(lines) > 90
