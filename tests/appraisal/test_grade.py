import pytest

from metawright.appraisal.grade import grade

RULE = {"A": "all_low", "C": "none_low", "otherwise": "B"}


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (["low", "low", "low"], "A"),
        (["low", "high", "high"], "B"),
        (["unclear", "high", "high"], "C"),
        (["low", None, "low"], None),
        ([], None),
    ],
)
def test_the_printed_rule(levels, expected):
    assert grade(levels, RULE) == expected


def test_conditions_are_tried_in_order_and_need_not_cover_everything():
    rule = {"poor": "any_high", "fair": "any_some_concerns"}
    assert grade(["high", "some concerns"], rule) == "poor"
    assert grade(["low", "some concerns"], rule) == "fair"
    assert grade(["low", "low"], rule) is None


def test_an_unknown_condition_is_an_error_even_without_judgements():
    with pytest.raises(ValueError, match="most_low"):
        grade([None], {"A": "most_low"})
