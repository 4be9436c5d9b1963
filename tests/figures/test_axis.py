import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metawright.figures.kit.axis import effect_axis

VALUES = st.lists(st.floats(-1e4, 1e4).filter(lambda x: x == 0 or abs(x) > 1e-3), max_size=12)


def labels(axis):
    return [label for _, label in axis.ticks]


@given(VALUES, VALUES, VALUES, st.sampled_from(["MD", "OR", "ZCOR"]))
def test_an_axis_holds_what_it_must_and_no_effect_between_its_ends(must, trials, rest, measure):
    if measure != "MD":
        must, trials, rest = ([x / 2e3 for x in values] for values in (must, trials, rest))
    if measure == "ZCOR":
        must = [x / 2 for x in must]
    axis = effect_axis(must, trials, rest, measure)
    positions = [position for position, _ in axis.ticks]
    assert axis.low < 0 < axis.high
    assert all(axis.low <= value <= axis.high for value in must)
    assert positions == sorted(positions)
    assert positions[0] == axis.low and positions[-1] == axis.high
    assert 0.0 in positions
    assert 2 <= len(positions) <= 9
    assert len(set(labels(axis))) == len(positions)
    assert axis.position(axis.low, 10.0, 20.0) == 10.0
    assert axis.position(axis.high, 10.0, 20.0) == pytest.approx(20.0)


def test_both_sides_alike_where_effects_lie_on_both():
    assert labels(effect_axis([-1, 3], [-5.5, 8.05], [], "MD")) == ["−10", "−5", "0", "5", "10"]


def test_one_sided_effects_leave_a_smaller_side_for_the_other_arm():
    axis = effect_axis([-25, -30], [-55, -10], [], "MD")
    assert (axis.low, axis.high) == (-60, 40)


def test_a_huge_interval_of_one_trial_is_left_to_be_clipped():
    axis = effect_axis([0.1, 0.2, 0.3], [-0.5, 0.5, -0.4, 0.6, -0.3, 0.7, -50.0, 60.0], [], "MD")
    assert axis.high <= 1.0


def test_very_wide_results_do_not_squeeze_the_trials():
    assert effect_axis([3], [-4, 8], [-15, 21], "MD").high == 10
    assert effect_axis([3], [-4, 8], [-5, 9.1], "MD").high == 10
    assert effect_axis([3], [], [-15, 21], "MD").high < 21


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.98, 1.03, ["0.95", "1", "1.05"]),
        (0.6, 1.8, ["0.5", "0.7", "1", "1.5", "2"]),
        (0.3, 3, ["0.2", "0.5", "1", "2", "5"]),
        (0.03, 60, ["0.01", "0.1", "1", "10", "100"]),
        (1e-9, 1e9, ["1e−10", "1", "1e+10"]),
    ],
)
def test_ratios_have_ticks_as_revman_places_them(low, high, expected):
    assert labels(effect_axis([math.log(low), math.log(high)], [], [], "OR")) == expected


def test_without_any_value_there_still_is_an_axis():
    assert labels(effect_axis([], [], [], "MD")) == ["−1", "−0.5", "0", "0.5", "1"]
    assert labels(effect_axis([], [], [], "RR"))[0] == "0.5"
