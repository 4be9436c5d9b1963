"""The simulation file: everything wrong in it is said at once; lists are crossed; targets become replicates."""

import textwrap

import pytest

from metawright.reading.problems import BadInput
from metawright.reading.schemas import load_schema
from metawright.simulation.grids import grids_of, named_pools, read_simulation, replicates_of
from metawright.simulation.setup import setup_of
from metawright.simulation.sweep import arms_of, read_sweep


@pytest.fixture
def schema(schemas):
    return load_schema(schemas, "simulation")


def read(text, schema):
    return read_simulation(textwrap.dedent(text), schema, "simulation.yaml")


def test_the_shipped_file(root, schemas):
    content = read_sweep(root / "config" / "simulation.yaml", schemas, {})
    exact, *others = grids_of(content)
    assert exact.name == "exact"
    assert len(exact.scenarios) == 35
    assert all(scenario.known_variances for scenario in exact.scenarios)
    assert {(scenario.k, scenario.i2) for scenario in exact.scenarios} == {
        (k, i2) for k in (2, 3, 4, 5, 8, 10, 20) for i2 in (0, 25, 50, 75, 90)
    }
    assert others


def test_lists_are_crossed_and_single_values_are_lists_of_one(schema):
    content, problems = read(
        """
        grids:
          a: {data: {k: [2, 3], i2: [0, 50], theta: 0.5}, models: [FE-z, REML-HKSJ], replicates: 25000}
        """,
        schema,
    )
    assert problems == []
    (grid,) = grids_of(content)
    assert [(s.i2, s.k, s.theta) for s in grid.scenarios] == [(0, 2, 0.5), (0, 3, 0.5), (50, 2, 0.5), (50, 3, 0.5)]
    assert grid.replicates == 30_000
    assert grid.setup.reference == "FE-z"
    assert setup_of(grid.setup.document) == grid.setup


def test_everything_wrong_is_said_at_once(schema):
    _, problems = read(
        """
        sede: 3
        grids:
          a:
            data: {k: two, i2: [0, 120], tau2: 1, known_variances: true, measure: [SMD, XX], misreported_sd: 0.1}
            models: [REML-HKS, {key: x, rule: {}, interval: z}, {key: x}]
            reference: REML-HKSJ
            replicates: {at: 0.1}
          b: {models: []}
          c: {data: {i2: [0]}, models: [FE-z]}
          d: {data: {trials: [{review: r, outcome: o}], k: 3, variances: chi_square}, models: [FE-z]}
        """,
        schema,
    )
    text = "\n".join(problem.text for problem in problems)
    for words in (
        "line 2, sede: 'sede' is not a known key; did you mean 'seed'?",
        "grids.b: the key 'data' is missing",
        "grids.a.data.measure.1: 'XX' is not known here",
        "grids.a.data.k.0: 'two' is wrong here",
        "grids.a.data.i2.1: '120' is out of range",
        "line 8, grids.a.replicates: the key 'mcse' is missing",
        "'REML-HKS' names no interval of the engine ('HKS'); did you mean 'HKSJ'?",
        "takes its `interval` from the rule",
        "needs `tau2_method` and `interval`, or a `rule`",
        "grids.a.reference: 'REML-HKSJ' is not the key of a model of this grid",
        "grids.a.data.tau2: stands beside `i2`",
        "known variances are simulated for MD only",
        "the number of trials is missing",
        "grids.d.data.k: comes from the review",
        "needs `known_variances: true`",
    ):
        assert words in text, words


def test_a_target_error_becomes_replicates():
    assert replicates_of({"mcse": 0.001, "at": 0.05}) == 50_000
    assert replicates_of({"mcse": 0.001, "at": 0.5}) == 250_000
    assert replicates_of(1) == 10_000
    assert replicates_of(100_000) == 100_000


class Review:
    outcomes = ("pain",)
    periods = ("all",)


def test_pools_of_a_review(schemas, tmp_path):
    file = tmp_path / "simulation.yaml"
    file.write_text(
        "grids:\n  a:\n    data: {trials: [{review: rev, outcome: pain}], i2: [50]}\n    models: [FE-z]\n"
        "  b:\n    data: {trials: [{review: rev, outcome: pian}, {review: other, outcome: pain}]}\n    models: [FE-z]\n"
    )
    with pytest.raises(BadInput) as caught:
        read_sweep(file, schemas, {"rev": Review()})
    assert "grids.b.data.trials.0.outcome: 'pian' is not an outcome of that review; did you mean 'pain'?" in str(
        caught.value
    )
    assert "'other' is not among the reviews that are built" in str(caught.value)
    content = read_sweep(file, schemas)
    assert named_pools(content)[0] == {"review": "rev", "outcome": "pain", "period": "all"}
    with pytest.raises(ValueError, match="the arm sizes of which are not given"):
        grids_of(content)
    first = grids_of(content, lambda pool: [(16, 15), (24, 24)])[0]
    assert first.scenarios[0].k == 2
    assert first.scenarios[0].arms == ((16, 15), (24, 24))
    assert first.trials == ("rev/pain/all",)


def test_arm_sizes_of_a_pool():
    row = {"used": "true", "period": "short", "n_experimental": "16", "n_control": "7.5"}
    rows = [row, row | {"used": "false"}, row | {"period": "long"}, row | {"n_control": ""}]
    assert arms_of(rows, "short") == [(16, 8)]
