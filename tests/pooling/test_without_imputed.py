"""A pool again without the trials whose numbers were recovered."""

from dataclasses import replace

import pytest

from metawright.pooling.pool import pool
from metawright.pooling.without_imputed import routes_of, without_imputed
from tests.pooling.builders import DL, FE, cell

MODELS = [{"key": "FE-z", "track": "protocol", **FE}, {"key": "DL-z", "track": "recommended", **DL}]
CELL = cell([1.0, 2.0, 6.0, 3.0], [1.0, 1.0, 0.5, 2.0])


def repeats(routes, the_cell=CELL, contaminated=None):
    return without_imputed(the_cell, pool(the_cell, MODELS, "model", contaminated), routes, MODELS, contaminated)


def test_routes_are_those_of_a_trials_rows():
    trials = [{"study": "A", "row_ids": "2;3"}, {"study": "B", "row_ids": "4"}, {"study": "C", "row_ids": "22"}]
    lines = [
        {"row": "2", "route": "S7"},
        {"row": "3", "route": "S1"},
        {"row": "3", "route": "S7"},
        {"row": "22", "route": "S5"},
    ]
    assert routes_of(trials, lines) == {"A": ["S1", "S7"], "C": ["S5"]}


def test_without_recovered_numbers_there_is_nothing_to_repeat():
    assert repeats({}) == []


def test_the_repeat_is_the_pool_of_the_other_trials():
    (repeat,) = repeats({"C": ["S7"]})
    rest = pool(cell([1.0, 2.0, 3.0], [1.0, 1.0, 2.0]), MODELS)
    for found, expected in zip(repeat["models"], rest["models"], strict=True):
        assert {name: found[name] for name in ("k", "estimate", "se", "p")} == {
            name: pytest.approx(expected[name], rel=1e-14) for name in ("k", "estimate", "se", "p")
        }
    assert (repeat["without"], repeat["studies"], repeat["routes"]) == ("estimated", ["C"], ["S7"])


def test_algebra_is_left_out_in_a_repeat_of_its_own():
    first, second = repeats({"A": ["S1"], "C": ["S7"]})
    assert [(one["without"], one["studies"], one["models"][0]["k"]) for one in (first, second)] == [
        ("estimated", ["C"], 3),
        ("recovered", ["A", "C"], 2),
    ]
    (alone,) = repeats({"A": ["S1"]})
    assert (alone["without"], alone["routes"]) == ("recovered", ["S1"])


def test_what_changes_is_said():
    pooled = cell([0.1, 0.2, 4.0], [0.25, 0.25, 0.25])
    (repeat,) = repeats({"C": ["S5"]}, pooled)
    assert repeat["models"][0]["status"] == "pooled"
    assert (repeat["models"][0]["significance_changes"], repeat["models"][0]["sign_changes"]) == (True, False)
    (nothing,) = repeats({"A": ["S5"], "B": ["S8"], "C": ["S8"]}, pooled)
    assert nothing["models"][0]["status"] == "awaiting_data"
    assert nothing["models"][0]["significance_changes"] is None


def test_a_single_trial_that_is_left_is_shown_and_not_compared():
    (repeat,) = repeats({"B": ["S5"]}, cell([0.1, 3.0], [0.25, 0.25]))
    one = repeat["models"][0]
    assert (one["status"], one["estimate"]) == ("single_study", 0.1)
    assert (one["significance_changes"], one["sign_changes"]) == (None, None)


def test_a_track_that_drops_contaminated_trials_drops_them_here_too():
    trials = tuple({**trial, "flags": "contaminated"} if trial["study"] == "D" else trial for trial in CELL.trials)
    (repeat,) = repeats({"C": ["S7"]}, replace(CELL, trials=trials), {"protocol": "keep", "recommended": "drop"})
    assert [model["k"] for model in repeat["models"]] == [3, 2]
