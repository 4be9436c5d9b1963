import pytest

from metawright.appraisal.grade import condition_words, grade
from metawright.checking.protocol import read_protocol
from metawright.reading.schemas import load_schema

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


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ({"a": "low", "b": "low", "c": "unclear"}, "A"),
        ({"a": "unclear", "b": "low", "c": "low"}, "B"),
        ({"a": "low", "b": "low", "c": "high"}, "C"),
    ],
)
def test_conditions_count_name_domains_and_are_joined(levels, expected):
    rule = {"A": "at_least_2_low and none_high and a is low", "B": "at_most_0_high", "otherwise": "C"}
    assert grade(levels, rule) == expected


def test_a_condition_in_words():
    text = condition_words("at_least_5_low and none_some_concerns and a is low", {"a": "Allocation"})
    assert (
        text == "at least 5 domains are at low risk and no domain is judged some concerns and Allocation is at low risk"
    )


@pytest.mark.parametrize(
    ("block", "column", "says"),
    [
        ("appraisal: {grade: {A: mostly_low}}", "appraisal.grade.A", "is no condition"),
        ("appraisal: {grade: {A: all_some_concerns}}", "appraisal.grade.A", "RoB1 does not have"),
        ("appraisal: {domains: {alloc: x}, grade: {A: allok is low}}", "appraisal.grade.A", "did you mean 'alloc'"),
        ("certainty: {overrides: [{outcome: b, domain: imprecision, levels: 1, reason: r}]}", "certainty.overrides.0.outcome", "is no outcome"),
        ("certainty: {baseline_risks: [{outcome: a, period: x, risk: 0.2, source: s}]}", "certainty.baseline_risks.0.period", "is no period"),
    ],
)  # fmt: skip
def test_what_the_protocol_says_is_held_against_itself(schemas, block, column, says):
    text = f"title: t\noutcomes: {{a: {{measure: MD, direction: higher_is_better}}}}\nmodels: [{{key: f, tau2_method: FE, interval: z}}]\n{block}\n"
    _, problems = read_protocol(text, load_schema(schemas, "protocol"), "protocol.yaml")
    assert [(found.column, says in found.what) for found in problems] == [(column, True)]
