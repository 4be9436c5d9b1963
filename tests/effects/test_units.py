"""One estimate per trial and pool: time points, several arms, cross-over, contaminated controls, directions."""

import math

import pytest

from metawright.effects.compute import compute_effects
from metawright.effects.rules import default_rules
from metawright.extraction.arms import arm_rows
from metawright.extraction.clean import clean_extraction
from metawright.extraction.designs import designs_of
from metawright.files.documents import plain
from metawright.files.tables import cell as text_of
from metawright.pooling.cell import cell_of
from metawright.pooling.pool import pool, pooled_rows
from metawright.reading.sheets import read_sheet
from metawright.sensitivity.leave_one_out import leave_one_out
from tests.effects.rows import cleaned, reasons, traced, used

HEADER = "study,outcome,timepoint,arm,arm_label,n,mean,sd,events,value_type"


def pair(study, time, n=20, mean=10.0, sd=2.0, kind="final", control=(9, 3)):
    return (
        f"{study},score,{time},experimental,,{n},{mean},{sd},,{kind}",
        f"{study},score,{time},control,,{n},{control[0]},{control[1]},,{kind}",
    )


ZUCCHI = (
    "Z,score,9 m,experimental,,32,32.23,9.15,,final",
    "Z,score,9 m,control,,33,31.52,9.73,,final",
    "Z,score,12 m,experimental,,32,30.16,9.78,,final",
    "Z,score,12 m,control,,33,28.94,10.87,,final",
)


def test_the_rules_have_the_defaults_of_the_schema(protocol):
    rules = default_rules()
    assert {name: protocol[name] for name in rules} == rules


def test_a_choice_is_logged_with_its_candidates(protocol):
    (line,) = traced(protocol, HEADER, *ZUCCHI).choices
    assert line == {
        "study": "Z",
        "outcome": "score",
        "period": "long",
        "policy": "latest",
        "candidates": "9 m; 12 m",
        "chosen": "12 m",
        "tie": False,
        "reason": "the latest",
    }
    assert traced(protocol, HEADER, *pair("A", "6 m")).choices == []


@pytest.mark.parametrize(
    ("policy", "chosen", "tie"),
    [
        ({"pick": "closest_to_target", "target": 8}, "10 m", True),
        ({"pick": "closest_to_target", "target": 7.5}, "6 m", False),
        ({"pick": "end_of_treatment"}, "6 m", False),
        ({"pick": "longest_complete_n"}, "10 m", True),
        ({"pick": "earliest"}, "6 m", False),
    ],
)
def test_policies_and_their_ties(protocol, policy, chosen, tie):
    protocol["periods"][1].update(policy)
    rows = (*pair("A", "6 m"), *pair("A", "10 m"))
    result = traced(protocol, HEADER, *rows, designs={"a": {"treatment_months": 5.0}})
    (line,) = result.choices
    assert (line["chosen"], line["tie"]) == (chosen, tie)
    assert ("a tie" in line["reason"]) == tie
    assert [row["timepoint"] for row in used(result)] == [chosen]


@pytest.mark.parametrize(("rho", "se"), [(0, 1.7360), (0.5, 2.1247), (0.7, 2.2616), (0.9, 2.3906)])
def test_average_of_time_points(protocol, rho, se):
    protocol["periods"][1].update(pick="average_with_rho", rho=rho)
    result = traced(protocol, HEADER, *ZUCCHI)
    (row,) = used(result)
    assert row["y"] == pytest.approx(0.965, abs=5e-5)
    assert math.sqrt(row["v"]) == pytest.approx(se, abs=5e-5)
    assert (row["row_ids"], row["n_experimental"], row["n_control"]) == ("2;3;4;5", 32, 33)
    assert (row["timepoint"], row["timepoint_months"]) == ("9 m + 12 m", 10.5)
    assert [line["policy"] for line in result.choices] == ["average_with_rho"]


THREE = (
    "T,score,3 m,experimental,low,10,32,6,,final",
    "T,score,3 m,experimental,middle,10,33,6.5,,final",
    "T,score,3 m,experimental,high,10,30,7,,final",
    "T,score,3 m,control,,31,29,6,,final",
)


def test_arms_are_combined_in_any_order(protocol):
    results = [traced(protocol, HEADER, *(THREE[index] for index in order)) for order in ([0, 1, 2, 3], [3, 2, 0, 1])]
    for result in results:
        (row,) = used(result)
        assert row["study"] == "T"
        assert (row["row_ids"], row["n_experimental"], row["n_control"]) == ("2;3;4;5", 30, 31)
        assert row["y"] == pytest.approx(31.6667 - 29, abs=5e-5)
        assert row["v"] == pytest.approx(6.4110**2 / 30 + 36 / 31, abs=1e-4)
        (line,) = result.choices
        assert (line["policy"], line["chosen"]) == ("multi_arm: combine", "combined into one arm")
    assert used(results[0])[0]["v"] == used(results[1])[0]["v"]


def test_a_shared_control_is_split(protocol):
    result = traced(protocol, HEADER, *THREE, multi_arm="split_control")
    rows = used(result)
    assert [row["study"] for row in rows] == ["T (low)", "T (middle)", "T (high)"]
    assert [row["row_ids"] for row in rows] == ["2;5", "3;5", "4;5"]
    assert sum(row["n_control"] for row in rows) == pytest.approx(31)
    assert rows[0]["v"] == pytest.approx(36 / 10 + 36 / (31 / 3))


def cell(protocol, result, arms, outcome="score"):
    """The cell of the short period, read back from text as the workflow reads it."""
    effects = [{name: text_of(value) for name, value in row.items()} for row in result.effects]
    return cell_of(effects, arms, protocol["outcomes"][outcome], "short")


COUNTS = (
    "T,cured,3 m,experimental,low,20,,,8,",
    "T,cured,3 m,experimental,high,30,,,9,",
    "T,cured,3 m,control,,41,,,10,",
    "U,cured,3 m,experimental,,40,,,12,",
    "U,cured,3 m,control,,40,,,10,",
)


def test_counts_of_several_arms_are_added_or_divided(protocol):
    arms = cleaned(protocol, HEADER, *COUNTS)
    result = traced(protocol, HEADER, *COUNTS, outcome="cured")
    assert cell(protocol, result, arms, "cured").counts.T.tolist() == [[17, 50, 10, 41], [12, 40, 10, 40]]
    result = traced(protocol, HEADER, *COUNTS, outcome="cured", multi_arm="split_control")
    split = cell(protocol, result, arms, "cured")
    assert split.counts.T.tolist() == [[8, 20, 5, 20.5], [9, 30, 5, 20.5], [12, 40, 10, 40]]
    assert split.total("control") == 81


def test_unlabelled_or_equally_labelled_arms_stay_refused(protocol):
    for labels in (("", ""), ("low", "low"), ("low", "LOW "), ("", "high")):
        rows = [f"T,score,3 m,experimental,{label},10,{30 + place},6,," for place, label in enumerate(labels)]
        sheet = read_sheet("\n".join([HEADER, *rows, ""]).encode(), "extraction.csv")
        (problem,) = clean_extraction(sheet, protocol).problems
        assert "two different rows" in problem.what
        assert "arm_label" in problem.what


def test_arms_of_different_kinds_are_not_one(protocol):
    rows = (THREE[0], THREE[1].replace("final", "change"), THREE[3])
    result = traced(protocol, HEADER, *rows)
    assert used(result) == []
    assert "change and final" in reasons(result)[2]


CROSSOVER = {"x": {"crossover": True}}


def test_a_crossover_is_paired_with_the_declared_correlation(protocol):
    rows = pair("X", "3 m")
    (row,) = used(traced(protocol, HEADER, *rows, designs=CROSSOVER, crossover={"use": "paired", "rho": 0.5}))
    assert row["v"] == pytest.approx((4 + 9 - 6) / 20)
    (row,) = used(traced(protocol, HEADER, *rows, designs=CROSSOVER, crossover={"use": "parallel"}))
    assert row["v"] == pytest.approx((4 + 9) / 20)
    result = traced(protocol, HEADER, *rows, designs=CROSSOVER)
    assert used(result) == []
    assert "crossover.rho" in reasons(result)[2]


def test_the_first_period_of_a_crossover_alone(protocol):
    rows = (*pair("X", "2 m"), *pair("X", "4 m", mean=12.0))
    designs = {"x": {"crossover": True, "contaminated_from": 2.0, "contaminated_after": True}}
    result = traced(protocol, HEADER, *rows, designs=designs, crossover={"use": "first_period"})
    assert [row["timepoint"] for row in used(result)] == ["2 m"]
    assert "after the first period" in reasons(result)[4]
    result = traced(protocol, HEADER, *rows, designs=CROSSOVER, crossover={"use": "first_period"})
    assert "contaminated_from" in reasons(result)[2]


def test_designs_are_read_from_studies():
    rows = [
        {"study": "A ", "design": "randomised Cross-over", "contaminated_from": "4"},
        {"study": "B", "contaminated_from": "after 4", "treatment_months": "2.5", "trial": "NCT1"},
        {"study": "C", "design": "parallel"},
    ]
    assert designs_of(rows) == {
        "a": {"crossover": True, "contaminated_from": 4.0, "contaminated_after": False},
        "b": {"trial": "NCT1", "treatment_months": 2.5, "contaminated_from": 4.0, "contaminated_after": True},
    }


def test_contaminated_trials_leave_the_recommended_track(protocol):
    rows = (*pair("A", "3 m"), *pair("P", "4 m", mean=14.0), *pair("B", "2 m", mean=11.0))
    designs = {"p": {"contaminated_from": 4.0, "contaminated_after": False}}
    result = traced(protocol, HEADER, *rows, designs=designs)
    assert [(line["study"], line["policy"]) for line in result.choices] == [("P", "contaminated")]
    arms = cleaned(protocol, HEADER, *rows)
    for row in arms:
        row["flags"] = "contaminated" if row["study"] == "P" else ""
    three = cell(protocol, result, arms)
    models = [*protocol["models"], {"key": "DL-z", "tau2_method": "DL", "interval": "z"}]
    entries = {row["model"]: row for row in pool(three, models, contaminated=protocol["contaminated"])["models"]}
    assert {key: row["k"] for key, row in entries.items()} == {"FE-z": 3, "REML-HKSJ": 2, "DL-z": 3}
    assert entries["REML-HKSJ"]["excluded"] == ["P"]
    assert [weight is None for weight in entries["REML-HKSJ"]["weights"]] == [False, True, False]
    assert "P" in entries["REML-HKSJ"]["notes"][-1]
    alone = pool(three.without(1), models)["models"][1]
    # as in a file, where what is not applicable is empty
    assert plain(pooled_rows([{"models": [alone]}])) == plain(pooled_rows([{"models": [entries["REML-HKSJ"]]}]))
    assert sum(filter(None, entries["REML-HKSJ"]["weights"])) == pytest.approx(100)
    omitted = leave_one_out(three, models, protocol["contaminated"])["models"]
    assert [[item["study"] for item in model["omitted"]] for model in omitted] == [
        ["A", "P", "B"], ["A", "B"], ["A", "P", "B"],
    ]  # fmt: skip


def test_a_cell_of_contaminated_trials_alone_awaits_data_in_that_track(protocol):
    rows = pair("P", "4 m")
    arms = cleaned(protocol, HEADER, *rows)
    for row in arms:
        row["flags"] = "contaminated"
    one = cell(protocol, traced(protocol, HEADER, *rows), arms)
    whole = pool(one, protocol["models"], contaminated=protocol["contaminated"])
    assert (whole["status"], whole["k"]) == ("single_study", 1)
    assert [(row["status"], row["k"]) for row in whole["models"]] == [("single_study", 1), ("awaiting_data", 0)]


def test_the_sign_of_a_reversed_scale_is_turned_once(protocol):
    result = traced(protocol, HEADER, *pair("A", "3 m"), outcome_block={"reversed_studies": ["a"]})
    assert used(result)[0]["y"] == -1.0
    assert [line["chosen"] for line in result.choices] == ["sign turned once"]


def test_final_and_change_values_share_an_md_and_are_shown(protocol):
    rows = (*pair("A", "3 m"), *pair("B", "3 m", kind="change"))
    result = traced(protocol, HEADER, *rows)
    assert [line["policy"] for line in result.choices] == ["final and change values"]
    mixed = cell(protocol, result, cleaned(protocol, HEADER, *rows))
    assert [trial["value_type"] for trial in mixed.trials] == ["final", "change"]


def test_rows_read_back_from_arms_csv_give_the_same_effects(protocol):
    arms = cleaned(protocol, HEADER, *THREE)
    table = [{name: text_of(value) for name, value in row.items()} for row in arms]
    block, periods = protocol["outcomes"]["score"], protocol["periods"]
    assert compute_effects(arm_rows(table), block, periods) == compute_effects(arms, block, periods)


def test_a_clean_time_point_that_was_passed_over_is_named(protocol):
    designs = designs_of([{"study": "P", "contaminated_from": "3"}])
    lines = traced(protocol, HEADER, *pair("P", "2 m"), *pair("P", "4 m"), designs=designs).choices
    (line,) = [line for line in lines if line["policy"] == "contaminated"]
    assert line["reason"].endswith("; the period has a clean time point (2 m), which no track takes instead")
    (line,) = traced(protocol, HEADER, *pair("P", "4 m"), designs=designs).choices
    assert line["reason"] == "the control arm has had the experimental treatment"
