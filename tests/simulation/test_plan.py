"""Plans take what exists and cut the rest by cost; any cut gives the same table."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metawright.simulation.gather import PERFORMANCE_COLUMNS, gather_performance
from metawright.simulation.grids import Grid
from metawright.simulation.performance import PERFORMANCE
from metawright.simulation.pieces import Piece
from metawright.simulation.plan import plan_sweep
from metawright.simulation.progress import announcement
from metawright.simulation.scenario import Scenario
from metawright.simulation.shard import pieces_of, read_shard, simulate_shard
from metawright.simulation.streams import BLOCK
from tests.simulation.setups import setup


def grid(*scenarios, blocks=1, name="g", models=("FE-z", "DL-z")):
    chosen = setup(*models)
    return Grid(name, "", tuple(scenarios), ("",) * len(scenarios), chosen, tuple(PERFORMANCE), blocks * BLOCK)


def plan(grids, existing=(), seconds=10.0, per_block=1.0, code="c"):
    return plan_sweep(grids, existing, code, seconds, lambda scenario, setup: per_block)


def held(of):
    return [Piece(unit, a, b, name) for name, pieces in of["shards"].items() for unit, a, b in pieces]


def blocks(pieces):
    return {(piece.unit, block) for piece in pieces for block in range(piece.start, piece.stop)}


KS = [Scenario(k=k, i2=50) for k in (2, 3, 4, 5, 8)]


def test_jobs_have_the_declared_length():
    made = plan([grid(*KS, blocks=40)], seconds=20.0)
    sizes = [sum(b - a for _, a, b in pieces) for pieces in made["shards"].values()]
    assert sum(sizes) == 200
    assert len(sizes) == 10
    assert set(sizes) == {20}
    assert made["planned_seconds"] == 200


def test_many_light_scenarios_share_a_job():
    made = plan([grid(*(Scenario(k=2, i2=i / 20) for i in range(1000)))], per_block=0.02, seconds=10.0)
    assert len(made["shards"]) == 8
    assert {len(pieces) for pieces in made["shards"].values()} == {125}


@pytest.mark.parametrize(
    "grown",
    [
        [grid(*KS[:2], Scenario(k=7, i2=50), *KS[2:], blocks=10)],
        [grid(*KS, blocks=25)],
        [grid(*KS, blocks=10), grid(*KS[:2], Scenario(k=9, i2=0), blocks=20, name="h")],
        [grid(*reversed(KS), blocks=10)],
    ],
)
def test_nothing_is_computed_twice(grown):
    first = plan([grid(*KS, blocks=10)])
    there = held(first)
    second = plan(grown, there, seconds=3.0)
    assert not blocks(there) & blocks(held(second))
    assert not set(first["shards"]) & set(second["shards"])
    wanted = sum(len(g.scenarios) * g.blocks for g in grown[:1])
    assert sum(b - a for pieces in second["cover"].values() for _, a, b in pieces) >= wanted
    assert plan(grown, [*there, *held(second)], seconds=7.0)["shards"] == {}


def test_fewer_replicates_than_exist_are_exactly_those():
    first = plan([grid(KS[0], blocks=30)], seconds=10.0)
    second = plan([grid(KS[0], blocks=14)], held(first), seconds=10.0)
    (cover,) = second["cover"].values()
    assert cover[0][0] in first["shards"]
    assert [(a, b) for _, a, b in cover] == [(0, 4), (4, 8), (8, 12), (12, 14)]
    assert second["planned_replicates"] == 2 * BLOCK


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)), max_size=8),
    st.sets(st.integers(1, 30), min_size=1, max_size=3),
    st.floats(0.5, 12),
)
def test_every_cover_is_whole_and_without_overlap(ranges, stops, seconds):
    scenario = KS[0]
    grids = [grid(scenario, blocks=stop, name=f"g{stop}") for stop in stops]
    (unit,) = plan(grids)["cover"]
    existing = [Piece(unit, a, a + length, f"s{i}") for i, (a, length) in enumerate(ranges)]
    made = plan(grids, existing, seconds)
    cover = made["cover"][unit]
    assert cover[0][1] == 0
    assert cover[-1][2] == max(stops)
    assert all(left[2] == right[1] for left, right in pairwise(cover))
    assert stops <= {stop for _, _, stop in cover}
    known = {(p.shard, p.start, p.stop) for p in existing} | {(p.shard, p.start, p.stop) for p in held(made)}
    assert {tuple(piece) for piece in cover} <= known


def run(grids, seconds, existing=None):
    texts = dict(existing or {})
    there = [piece for name, text in texts.items() for piece in pieces_of(name, text.splitlines()[0], "c")]
    made = plan(grids, there, seconds)
    texts |= {name: simulate_shard(made, name) for name in made["shards"]}
    shards = {name: read_shard(text.splitlines()) for name, text in texts.items()}
    return list(gather_performance(made, shards.__getitem__)), texts


def test_the_table_is_the_same_for_any_cut_and_any_history():
    wanted = [grid(*KS[:3], blocks=5, models=("FE-z", "REML-HKSJ", "rule-gap-fixed"))]
    table, texts = run(wanted, 1.0)
    assert run(wanted, 100.0)[0] == table
    part = [grid(*KS[1:3], blocks=3, models=("FE-z", "REML-HKSJ", "rule-gap-fixed"))]
    _, texts = run(part, 2.0)
    after, grown = run(wanted, 4.0, texts)
    assert after == table
    assert set(texts) < set(grown)


def test_a_shard_that_a_plan_found_can_be_made_again():
    wanted = [grid(*KS[:3], blocks=5)]
    table, texts = run(wanted, 1.0)
    there = [piece for name, text in texts.items() for piece in pieces_of(name, text.splitlines()[0], "c")]
    made = plan(wanted, there, 1.0)
    assert made["shards"] == {}
    again = {name: read_shard(simulate_shard(made, name).splitlines()) for name in texts}
    assert again == {name: read_shard(text.splitlines()) for name, text in texts.items()}
    assert list(gather_performance(made, again.__getitem__)) == table


def test_shards_of_other_code_are_not_taken():
    _, texts = run([grid(*KS[:2])], 10.0)
    for name, text in texts.items():
        assert pieces_of(name, text.splitlines()[0], "other") == []
    assert set(plan([grid(*KS[:2])], code="other")["shards"]) & set(texts) == set()


def test_a_plan_says_what_it_costs():
    made = plan([grid(*KS, blocks=40)])
    text = announcement(made)
    assert "5 scenarios x 400,000 replicates x 2 models" in text
    assert "2 million replicates, 4 million fits" in text
    assert "estimated 3 min on one core" in text
    assert "exist already" in announcement(plan([grid(*KS, blocks=40)], held(made)))


def test_the_columns_that_others_rely_on():
    assert PERFORMANCE_COLUMNS[:10] == (
        "scenario", "measure_of_effect", "k", "i2", "tau2", "n", "size_pattern", "distribution", "known_variances",
        "theta",
    )  # fmt: skip
    assert PERFORMANCE_COLUMNS[-5:] == ("model", "performance", "value", "mcse", "replicates")
    rows, _ = run([grid(*KS[:1])], 10.0)
    assert {tuple(sorted(row)) for row in rows} == {tuple(sorted(PERFORMANCE_COLUMNS))}
