"""Outcomes that share jobs: every cell is in one batch, and data do not decide in which."""

from itertools import chain

import pytest

from metawright.checking.batches import MOST, batches


@pytest.mark.parametrize("count", [1, 3, MOST, MOST + 1, 20, 200, 1000])
def test_every_cell_is_in_one_batch_in_order(count):
    outcomes, periods = [f"o{i}" for i in range(count)], ["short", "long"]
    found = batches("r", outcomes, periods)
    assert list(chain.from_iterable(batch.cells for batch in found)) == [(o, p) for o in outcomes for p in periods]
    assert len(found) == count if count <= MOST else len(found) <= MOST
    assert len({batch.name for batch in found}) == len(found)


def test_a_small_review_has_a_batch_per_outcome():
    assert [batch.name for batch in batches("r", ["FVC", "ALSFRS-R"], ["all"])] == ["FVC", "ALSFRS-R"]


def test_paths_and_names():
    (batch,) = batches("r", ["a", "b"], ["p", "q"], most=1)
    assert batch.rule("pool") == "pool.r.1"
    assert batch.log("pool") == "logs/r/pool.1.log"
    assert batch.of_outcomes("effects/{outcome}.effects.csv") == [f"results/r/effects/{o}.effects.csv" for o in "ab"]
    some = batch.only({("b", "q"), ("other", "q")})
    assert some.outcomes == ["b"]
    assert some.of_cells("pooling/{outcome}.{period}.json") == ["results/r/pooling/b.q.json"]
    assert not batch.only([]).cells
