"""Forest plots to test with."""

import pytest

from metawright.figures.forest.data import forest_data
from tests.figures.forest_numbers import LONG_NAMES, SNEEZING, als_forest, als_rows
from tests.figures.made_pools import arm_rows, pool, pools_from_arms


@pytest.fixture
def als():
    return als_forest()


@pytest.fixture
def als_pools():
    return pools_from_arms("ALSFRS-R", "MD", als_rows())


@pytest.fixture
def cold():
    cells = [
        (study, "day-1", {"experimental": {"events": a, "n": n1}, "control": {"events": c, "n": n2}})
        for study, (a, n1, c, n2) in SNEEZING.items()
    ]
    rows = arm_rows("sneezing_goal", cells)
    outcome = {"key": "sneezing_goal", "label": "Sneezing", "measure": "OR", "direction": "higher_is_better"}
    pools = pools_from_arms("sneezing_goal", "OR", rows)
    unused = {"outcome": "sneezing_goal", "period": "day-1", "study": "Study 4", "used": "false", "row_ids": ""}
    effects = [unused | {"reason": "not estimable: no events in either arm"}]
    periods = [{"key": "day-1", "label": "Day 1"}]
    return forest_data(outcome, periods, list(pools.values()), rows, effects, model="DL-z", recommended="REML-HKSJ")


@pytest.fixture
def crowd():
    """150 trials without periods, five of them with names that are hard to place, one with a huge interval."""
    studies = [
        (
            LONG_NAMES[i] if i < 5 else f"Trial {i}",
            0.8 * ((i * 37) % 19 - 9) / 9,
            0.05 + (i * 7 % 11) / 10,
            20 + i,
            30,
            "",
        )
        for i in range(150)
    ]
    studies[7] = ("Trial 7", 0.1, 40.0, 5, 5, "")
    outcome = {"key": "x", "label": "A long label " * 12, "measure": "OR", "direction": "lower_is_better"}
    arms = {
        "experimental": ["a combination of aerobic and resistance exercise"],
        "control": ["standard rehabilitative care"],
    }
    pools = [pool("x", "all", "OR", studies)]
    return forest_data(outcome, [], pools, [], [], model="DL-z", recommended="REML-HKSJ", arm_labels=arms)
