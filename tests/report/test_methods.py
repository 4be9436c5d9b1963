"""The methods section, written from the protocol."""

import copy

import pytest

from metawright.report.methods.models import rule_words
from metawright.report.methods.periods import periods
from metawright.report.methods.section import cited_keys, methods_section
from metawright.words.references import works
from tests.report.als_review import PROTOCOL, als_results

NAMES = {"fixed": "F", "random": "R"}
RULE = PROTOCOL["models"][0]["rule"]


def text_of(results):
    parts = methods_section(results)
    return {part["heading"]: " ".join(part["paragraphs"]).replace("\u00a0", " ") for part in parts}


def test_every_declared_choice_is_stated():
    text = text_of(als_results())
    assert "mean difference" in text["Outcomes and effect measures"]
    assert "exercise with usual care" in text["Outcomes and effect measures"]
    assert "0–4 months (months 0 to 4)" in text["Periods and time points"]
    assert "the latest time point" in text["Periods and time points"]
    models = text["Statistical models"]
    assert "if P of the Q test is above 0.10 and I² is below 50%" in models
    assert "such a pool takes the fixed-effect model here" in models
    assert "REML, Hartung–Knapp interval" in models
    assert "Metawright 0.1.0" in text["Software"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"on_discordance": "random"}, "takes the random-effects model here"),
        ({"on_discordance": "error"}, "has no headline"),
        ({"combine": "or"}, "the F if P of the Q test is above 0.10 and I² is below 50%, otherwise the R"),
        ({"combine": "p_only"}, "the F if P of the Q test is above 0.10, otherwise the R"),
        ({"combine": "i2_only", "i2_below": 75}, "the F if I² is below 75%, otherwise the R"),
    ],
)
def test_rule_and_its_gap(change, words):
    assert words in rule_words(RULE | change, NAMES)


def test_citations_resolve_in_order_of_mention():
    keys = cited_keys(methods_section(als_results()))
    assert keys[:3] == ["dersimonian1986", "viechtbauer2005", "hartung2001"]
    assert [work["key"] for work in works(keys)] == keys


def test_review_without_periods_says_so():
    text = periods({"periods": [{"key": "all", "label": "All time points", "from": 0, "to": None}]})
    assert text == [
        "The review has no follow-up periods; of a trial with several time points, the latest time point entered."
    ]


def test_periods_of_other_kinds():
    declared = [
        {"key": "d", "label": "Day 1", "from": 0, "to": 0.05, "closed": "left", "timepoints": ["day 1"]},
        {"key": "m", "label": "Months", "from": 1, "to": 4.5, "closed": "left", "pick": "earliest"},
        {"key": "l", "label": "Late", "from": 15, "to": None, "timepoints": ["long term"]},
    ]
    text = periods({"periods": declared})[0]
    assert "Day 1 (reported as “day 1”)" in text
    assert "Months (from month 1 to before 4.5)" in text
    assert "Late (month 15 onwards, or reported as “long term”)" in text
    assert "the earliest time point in Months" in text


def test_nothing_is_said_about_what_a_review_does_not_have():
    text = text_of(als_results(awaiting=None, claims=None))
    assert "Trials awaiting data and published claims" not in text
    assert "Risk of bias" not in text


def test_binary_measures_state_their_zero_cells():
    protocol = copy.deepcopy(PROTOCOL)
    protocol["outcomes"]["ALSFRS"] |= {"measure": "OR"}
    protocol["outcomes"]["FVC"] |= {"measure": "RR", "zero_scope": "any_cell"}
    results = als_results() | {"protocol": protocol}
    text = text_of(results)["Outcomes and effect measures"]
    assert "For an odds ratio, 0.5 is added to all four cells of a trial with an empty cell" in text
    assert "For a risk ratio, 0.5 is added to all four cells of a trial with an empty cell" in text
    assert "natural-log scale" in text


def test_departures_from_the_protocol_are_told_or_their_absence_is():
    def told(*texts):
        results = als_results()
        results["protocol"] = {**results["protocol"], "report": {"deviations": list(texts)}}
        return next(part for part in methods_section(results) if part["heading"].startswith("Departures"))["paragraphs"]

    assert told() == ["No departure from a registered or published protocol is declared."]
    assert told("One period was added", "Another outcome was dropped.") == [
        "One period was added. Another outcome was dropped."
    ]
