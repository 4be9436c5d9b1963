"""Rows become effects: one per trial and period, and a reason for every other row."""

import math

import pytest

from metawright.effects.compute import compute_effects
from metawright.extraction.clean import clean_extraction
from metawright.reading.sheets import read_sheet

HEADER = "study,outcome,timepoint,arm,n,mean,sd,events,estimate,se,ci_low,ci_high\n"


def effects(protocol, *lines, outcome="score", **choices):
    sheet = read_sheet((HEADER + "\n".join(lines) + "\n").encode(), "extraction.csv")
    cleaned = clean_extraction(sheet, protocol)
    assert not cleaned.problems
    rows = [row for row in cleaned.arms if row["outcome"] == outcome]
    result = compute_effects(rows, {**protocol["outcomes"][outcome], **choices}, protocol["periods"])
    numbers = sorted(int(number) for row in result for number in row["row_ids"].split(";"))
    assert numbers == [row["row"] for row in rows], "every row stands in the effects exactly once"
    return result


def pair(study, time, n=20, mean=10.0, sd=2.0):
    return (
        f"{study},score,{time},experimental,{n},{mean},{sd},,,,,",
        f"{study},score,{time},control,{n},9,3,,,,,",
    )


def test_mean_difference(protocol):
    (row,) = effects(protocol, *pair("A", "3 m"))
    assert row["y"] == 1.0
    assert row["v"] == pytest.approx(4 / 20 + 9 / 20, rel=1e-15)
    assert (row["period"], row["row_ids"], row["used"], row["n_experimental"], row["n_control"]) == (
        "short",
        "2;3",
        True,
        20,
        20,
    )


@pytest.mark.parametrize(
    ("pick", "chosen"),
    [("latest", "12 m"), ("earliest", "5 m"), ("closest_to_target", "9 m"), ("longest_complete_n", "8 m")],
)
def test_time_point_policies(protocol, pick, chosen):
    protocol["periods"][1].update(pick=pick, target=9.4)
    lines = [*pair("A", "5 m", 9), *pair("A", "8 m", 30), *pair("A", "9 m", 20), *pair("A", "12 m", 20)]
    rows = effects(protocol, *lines)
    assert [row["timepoint"] for row in rows if row["used"]] == [chosen]
    assert sum(not row["used"] for row in rows) == 6
    assert all(f"another time point ({chosen}; {pick})" in row["reason"] for row in rows if not row["used"])


@pytest.mark.parametrize("pick", ["closest_to_target", "longest_complete_n"])
def test_ties_go_to_the_later_time_point(protocol, pick):
    protocol["periods"][1].update(pick=pick, target=8)
    rows = effects(protocol, *pair("A", "6 m"), *pair("A", "10 m"))
    assert [row["timepoint"] for row in rows if row["used"]] == ["10 m"]


def test_a_time_point_without_numbers_does_not_displace_one_with_numbers(protocol):
    lines = [*pair("A", "6 m"), "A,score,12 m,experimental,20,NR,,,,,,", "A,score,12 m,control,20,9,3,,,,,"]
    rows = effects(protocol, *lines)
    assert [row["timepoint"] for row in rows if row["used"]] == ["6 m"]
    reasons = {row["row_ids"]: row["reason"] for row in rows if not row["used"]}
    assert reasons == {
        "4": "not reported: mean, sd",
        "5": "no usable row of the experimental arm at this time point",
    }


def test_each_period_takes_its_own_time_point(protocol):
    rows = effects(protocol, *pair("A", "3 m"), *pair("A", "6 m"), *pair("B", "6 m"))
    assert [(row["study"], row["period"]) for row in rows] == [("A", "short"), ("A", "long"), ("B", "long")]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("A,score,3 m,experimental,1,10,2,,,,,", "A,score,3 m,control,20,9,3,,,,,"), "fewer than two patients"),
        (
            ("A,score,3 m,experimental,20,10,0,,,,,", "A,score,3 m,control,20,9,0,,,,,"),
            "both standard deviations are 0",
        ),
        (("A,score,3 m,experimental,20,10,2,,,,,",), "no usable row of the control arm"),
    ],
)
def test_what_is_not_estimable_is_listed(protocol, lines, reason):
    rows = effects(protocol, *lines)
    assert not any(row["used"] for row in rows)
    assert all(reason in row["reason"] for row in rows)


def test_contrasts_by_standard_error_or_interval(protocol):
    rows = effects(
        protocol,
        "A,score,3 m,contrast,,,,,1.5,0.5,,",
        "B,score,3 m,contrast,,,,,1.5,,0.52,2.48",
        "C,score,3 m,contrast,,,,,1.5,0.5,,",
        *pair("C", "3 m"),
    )
    used = {row["study"]: row for row in rows if row["used"]}
    assert (used["A"]["y"], used["A"]["v"]) == (1.5, 0.25)
    assert math.sqrt(used["B"]["v"]) == pytest.approx(0.98 / 1.959963984540054, rel=1e-12)
    assert used["C"]["row_ids"] == "5;6"
    assert [row["reason"] for row in rows if row["row_ids"] == "4"] == [
        "another row of the same time point is used instead"
    ]


def test_binary_outcomes_and_their_empty_tables(protocol):
    rows = effects(
        protocol,
        "A,cured,3 m,experimental,20,,,0,,,,",
        "A,cured,3 m,control,22,,,4,,,,",
        "B,cured,3 m,experimental,20,,,0,,,,",
        "B,cured,3 m,control,22,,,0,,,,",
        outcome="cured",
    )
    assert rows[0]["y"] == pytest.approx(-2.2999, abs=1e-4)
    assert rows[0]["v"] == pytest.approx(2.3251, abs=1e-4)
    assert [row["reason"] for row in rows[1:]] == ["not estimable: no events in both arms"] * 2


def test_the_order_of_the_rows_does_not_matter(protocol):
    lines = [*pair("A", "3 m"), *pair("B", "2 m", 30, 11.0), *pair("A", "1 m"), *pair("C", "4 m", 12, 7.5)]
    first = {(row["study"], row["period"]): (row["y"], row["v"]) for row in effects(protocol, *lines) if row["used"]}
    turned = {
        (row["study"], row["period"]): (row["y"], row["v"]) for row in effects(protocol, *lines[::-1]) if row["used"]
    }
    assert first == turned
