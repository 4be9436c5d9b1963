"""Published claims held against our own pools."""

import copy

import pytest

from metawright.audit.published import (
    check_claim,
    check_in_cell,
    claims_of,
    decimals,
    main_claim,
    p_agrees,
    printed_number,
    words_say_significant,
)
from tests.report.als_review import LUNETTA_12, ZUCCHI_12, als_results, cell_of, claim
from tests.report.cells_by_hand import mean_difference, pair_pool

# The paper's own table has 32 and 32 for Zucchi; with these the printed digits can be met.
AS_PRINTED = mean_difference("zucchi2019", (30.16, 9.78, 32), (28.94, 10.87, 32))


def headline(second=AS_PRINTED):
    return pair_pool("O", "long", LUNETTA_12, second)[0]["models"][0]


def check(numbers, words="", row=None, **changes):
    made = claim("C", "O", "long", "results", "2", "13;18", numbers, words)
    given = {"pooled": ["lunetta2016", "zucchi2019"], "awaiting": [], "expected": 2}
    given |= {"cited": ["lunetta2016", "zucchi2019"]} | changes
    return check_claim(made, row or headline(), **given)


def test_reproduced_needs_estimate_limits_and_significance():
    found = check(("3.11", "0.05", "6.17", "=", "0.05"))
    assert found["status"] == "reproduced"
    assert found["p_agrees"] is True
    assert all(abs(value) < 0.005 for value in found["differences"].values())


def test_half_a_unit_of_the_last_printed_digit_passes_and_more_does_not():
    # each number at its own precision: 3.1 stands for 3.05 to 3.15, 0.05 for 0.045 to 0.055
    row = headline() | {"estimate": 3.15, "ci_low": 0.045, "ci_high": 6.1705}
    assert check(("3.1", "0.05", "6.170", "", ""), row=row)["status"] == "reproduced"
    assert check(("3.2", "0.04", "6.171", "", ""), row=row)["status"] == "reproduced"
    for numbers in (("3.14", "0.05", "6.170"), ("3.1", "0.06", "6.170"), ("3.1", "0.05", "6.169")):
        assert check((*numbers, "", ""), row=row)["status"] == "not_reproduced"


def test_a_number_that_was_rounded_twice_has_half_a_unit_of_both():
    row = headline() | {"estimate": 2.445, "ci_low": 1.0, "ci_high": 3.89}
    coarse = ("2.5", "1.0", "3.9", "", "")
    finer = claim("D", "O", "long", "figure", "2", "13;18", ("2.45", "1.00", "3.89", "", ""), "")
    assert check(coarse, row=row)["status"] == "not_reproduced"
    assert check(coarse, row=row, beside=[finer])["status"] == "reproduced"
    other = claim("D", "O", "long", "figure", "2", "13;18", ("2.39", "1.00", "3.89", "", ""), "")
    assert check(coarse, row=row, beside=[other])["status"] == "not_reproduced"


def test_a_limit_printed_as_the_null_value_does_not_say_whether_it_is_significant():
    row = headline() | {"estimate": 3.0, "ci_low": 0.004, "ci_high": 6.0}
    assert check(("3.00", "0.00", "6.00", "", ""), row=row)["status"] == "reproduced"
    found = check(("3.00", "0.00", "6.00", "", ""), "no significant difference", row=row)
    assert (found["status"], found["same_significance"]) == ("not_reproduced", False)


def test_same_digits_but_other_significance_is_not_reproduced():
    row = headline() | {"ci_low": 0.002}
    found = check(("3.11", "-0.01", "6.17", "", ""), row=row)
    assert max(map(abs, found["differences"].values())) <= 0.0125
    assert found["same_significance"] is False
    assert found["status"] == "not_reproduced"


def test_missing_trials_make_it_partly_checkable():
    found = check(("3.11", "0.05", "6.17", "", ""), expected=3, awaiting=["braga2018"])
    assert (found["status"], found["reason"], found["available"], found["expected"]) == (
        "partly_checkable",
        "incomplete",
        2,
        3,
    )


def test_trials_that_the_claim_does_not_cite_do_not_count_as_available():
    found = check(("3.11", "0.05", "6.17", "", ""), cited=["lunetta2016", "braga2018"])
    assert found["available"] == 1
    assert found["not_cited"] == ["zucchi2019"]
    assert found["status"] == "partly_checkable"


def test_no_data_is_not_checkable():
    found = check(("3.11", "0.05", "6.17", "", ""), row={"status": "awaiting_data"}, pooled=[])
    assert (found["status"], found["reason"]) == ("not_checkable", "no_data")


def test_words_without_numbers_are_not_checkable():
    found = check(("", "", "", "", ""), "no difference")
    assert (found["status"], found["reason"]) == ("not_checkable", "words_only")
    assert found["same_significance"] is False


def test_ratio_claims_are_compared_on_the_printed_scale():
    row = headline() | {"measure": "OR", "estimate": 0.6931471805599453, "ci_low": 0.0953, "ci_high": 1.291}
    found = check(("2.00", "1.10", "3.64", "", ""), row=row)
    assert found["status"] == "reproduced"
    assert found["same_significance"] is True


def test_main_claim_prefers_an_estimate_then_p():
    results = als_results()
    cell = cell_of(results, "ALSFRS-R", "long")
    assert [one["claim"] for one in cell["claims"]] == ["C05", "C06", "C09"]
    assert cell["claims"][cell["main_claim"]]["claim"] == "C06"
    assert cell_of(results, "ALSFRS-R", "short")["claims"][0]["claim"] == "C03"
    assert main_claim([]) is None


def test_claim_about_several_periods_stands_in_each():
    rows = [claim("C9", "O", "short; long", "abstract", "", "", ("", "", "", "<", "0.05"), "")]
    assert [len(claims_of(rows, "O", period, 3)) for period in ("short", "medium", "long")] == [1, 0, 1]


def test_claim_without_period_belongs_to_the_only_one():
    rows = [claim("C9", "O", "", "abstract", "", "", ("", "", "", "<", "0.05"), "")]
    assert len(claims_of(rows, "O", "all", 1)) == 1
    assert claims_of(rows, "O", "short", 3) == []


def test_claim_without_k_inherits_from_the_main_claim():
    found = cell_of(als_results(), "ALSFRS-R", "short")["claims"][1]
    assert found["claim"] == "C09"
    assert found["check"]["expected"] == 4


@pytest.mark.parametrize(
    ("p", "op", "printed", "agrees"),
    [
        (0.0467, "=", "0.05", True),
        (0.0467, "=", "0.04", False),
        (0.0549, "", "0.05", True),
        (0.0467, "<", "0.05", True),
        (0.0467, ">=", "0.05", False),
        (0.0467, "≥", "0.05", False),
        (0.05, ">=", "0.05", True),
        (None, "=", "0.05", None),
        (0.2, "=", "", None),
    ],
)
def test_p_is_held_against_its_printed_decimals(p, op, printed, agrees):
    assert p_agrees(p, op, printed) is agrees


@pytest.mark.parametrize(
    ("words", "significant"),
    [
        ("no statistically significant difference", False),
        ("showed no significance", False),
        ("did not differ", False),
        ("statistically significant differences", True),
        ("slower decline", True),
        ("", None),
        ("was measured", None),
    ],
)
def test_words_are_read_conservatively(words, significant):
    assert words_say_significant(words) is significant


def test_printed_numbers_keep_their_precision():
    assert printed_number("−0.77") == -0.77
    assert printed_number(" ") is None
    assert (decimals("0.050"), decimals("3")) == (3, 0)


def test_corrected_arm_sizes_still_reproduce():
    assert check(("3.10", "0.04", "6.15", "", ""), row=headline(ZUCCHI_12))["status"] == "reproduced"


def test_the_report_says_of_a_claim_what_the_audit_says():
    made = als_results()
    checks = [
        {
            "claim": one["claim"],
            "outcome": cell["outcome"],
            "period": cell["period"],
            "main": place == cell["main_claim"],
        }
        | {"check": one["check"] | {"status": "not_reproduced", "reason": "compared"}}
        for cell in made["cells"]
        for place, one in enumerate(cell["claims"])
    ]
    told = als_results(checks=checks)
    assert {one["check"]["status"] for cell in told["cells"] for one in cell["claims"]} == {"not_reproduced"}
    assert [cell["main_claim"] for cell in told["cells"]] == [cell["main_claim"] for cell in made["cells"]]
    with pytest.raises(KeyError, match=checks[0]["claim"]):
        als_results(checks=checks[1:])


def test_a_trial_that_the_headline_leaves_out_is_not_in_our_pool():
    pool = copy.deepcopy(pair_pool("O", "long", LUNETTA_12, ZUCCHI_12)[0])
    made = claim("C", "O", "long", "results", "2", "", ("", "", "", "=", "0.05"), "")
    assert check_in_cell(made, pool, [made], (), {})["available"] == 2
    pool["models"][0]["excluded"] = ["zucchi2019"]
    found = check_in_cell(made, pool, [made], (), {})
    assert (found["available"], found["status"]) == (1, "partly_checkable")


def test_a_claim_without_references_has_those_of_another_about_its_cell():
    pool = pair_pool("O", "long", LUNETTA_12, ZUCCHI_12)[0]
    numbers = ("3.11", "0.05", "6.17", "=", "0.05")
    main = claim("C", "O", "long", "abstract", "", "", numbers, "")
    other = claim("D", "O", "long", "figure", "3", "13;18;20", ("", "", "", "", ""), "")
    refs = {"13": "lunetta2016", "18": "zucchi2019", "20": "braga2018"}
    assert check_in_cell(main, pool, [main, other], (), refs)["expected"] == 3
