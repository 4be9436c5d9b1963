"""Every participant of an effect counts once: cross-over trials, contrast rows, averages, shared arms."""

import pytest

from metawright.effects.compute import trace_effects
from metawright.effects.rules import default_rules
from tests.effects.rows import cleaned

HEADER = "study,outcome,timepoint,arm,arm_label,n,mean,sd,estimate,se"
ARMS = ("A,score,3 m,exercise,,20,10,2,,", "A,score,3 m,usual care,,20,9,2,,")
CROSSED = {"a": {"crossover": True}}


def used(protocol, *lines, designs=None, rules=None, outcome=None, **period):
    periods = [{**one, **period} for one in protocol["periods"]]
    block = {**protocol["outcomes"]["score"], **(outcome or {})}
    rules = {**default_rules(), **(rules or {})}
    found = trace_effects(cleaned(protocol, HEADER, *lines), block, periods, rules, designs).effects
    return [tuple(row[name] for name in ("n", "n_experimental", "n_control")) for row in found if row["used"]]


@pytest.mark.parametrize(
    ("use", "n"), [("paired", 20), ("parallel", 20), ("first_period", 40)], ids=["paired", "parallel", "first period"]
)
def test_the_people_of_a_crossover_count_once(protocol, use, n):
    """Both arms are the same people, whatever the pairing; in the first period alone they are not."""
    designs = {"a": {"crossover": True, "contaminated_from": 6.0}}
    rules = {"crossover": {"use": use, "rho": 0.5}}
    assert used(protocol, *ARMS, designs=designs, rules=rules) == [(n, 20, 20)]
    assert used(protocol, *ARMS) == [(40, 20, 20)]


def test_arms_of_a_crossover_that_are_combined_or_split_count_once(protocol):
    lines = [ARMS[0].replace(",,20", ",one,20", 1), ARMS[0].replace(",,20", ",two,18", 1), ARMS[1]]
    rules = {"crossover": {"use": "parallel", "rho": None}}
    assert used(protocol, *lines, designs=CROSSED, rules=rules) == [(20, 38, 20)]
    split = used(protocol, *lines, designs=CROSSED, rules=rules | {"multi_arm": "split_control"})
    assert split == [(10, 20, 10), (10, 18, 10)] and sum(row[0] for row in split) == 20
    assert sum(row[0] for row in used(protocol, *lines, rules={"multi_arm": "split_control"})) == 58


def test_the_n_of_a_contrast_row_counts_and_its_arms_are_not_known(protocol):
    assert used(protocol, "A,score,3 m,contrast,,625,,,-0.2,0.1") == [(625, None, None)]
    assert used(protocol, "A,score,3 m,contrast,,,,,-0.2,0.1") == [(None, None, None)]


def test_rows_that_state_the_arms_beside_a_contrast_count(protocol):
    sizes = ("A,score,3 m,exercise,,30,NR,,,", "A,score,3 m,usual care,,32,NR,,,")
    assert used(protocol, *sizes, "A,score,3 m,contrast,,,,,-0.2,0.1") == [(62, 30, 32)]
    assert used(protocol, *sizes, "A,score,3 m,contrast,,62,,,-0.2,0.1") == [(62, 30, 32)]
    # another number than the arms have is that of other people: the arms of the contrast are not known
    assert used(protocol, *sizes, "A,score,3 m,contrast,,50,,,-0.2,0.1") == [(50, None, None)]


def test_an_average_over_time_points_counts_the_largest_one(protocol):
    later = ("A,score,2 m,exercise,,25,10,2,,", "A,score,2 m,usual care,,18,9,2,,")
    assert used(protocol, *ARMS, *later, pick="average_with_rho", rho=0.5) == [(45, 25, 20)]
    rules = {"crossover": {"use": "paired", "rho": 0.5}}
    same = [line.replace("18", "25") for line in later]
    assert used(protocol, *ARMS, *same, designs=CROSSED, rules=rules, pick="average_with_rho", rho=0.5) == [
        (25, 25, 25)
    ]


def test_the_time_point_with_most_participants_counts_those_of_contrasts(protocol):
    lines = ["A,score,1 m,contrast,,80,,,-0.2,0.1", "A,score,3 m,contrast,,60,,,-0.3,0.1"]
    assert used(protocol, *lines, pick="longest_complete_n") == [(80, None, None)]
