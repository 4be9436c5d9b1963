"""Two raters: agreement, what is decided and what is not; ROBINS-I and its overall judgement."""

import pytest

from metawright.appraisal.instruments import INSTRUMENTS
from metawright.appraisal.judgements import overall_level, read_judgement
from metawright.appraisal.raters import settle
from metawright.appraisal.risk_of_bias import risk_of_bias


def rows(*lines):
    names = ("study", "domain", "judgement", "rater")
    return [dict(zip(names, line.split(","), strict=True)) | {"support": ""} for line in lines]


TWO = rows(
    "a,x,low,AB", "a,x,low,CD", "a,y,low,AB", "a,y,high,CD", "b,x,high,AB", "b,x,high,CD", "b,y,unclear,AB", "b,y,low,CD",
    "b,y,low,final",
)  # fmt: skip


def test_agreement_kappa_and_what_nobody_decided():
    settled = settle(TWO, "RoB1")
    overall = settled.agreement["overall"]
    assert (overall["pairs"], overall["percent"]) == (4, 50.0)
    # by hand: AB low 2, high 1, unclear 1; CD low 2, high 2; expected 2/4*2/4 + 1/4*2/4 = 0.375
    assert overall["kappa"] == pytest.approx((0.5 - 0.375) / (1 - 0.375))
    assert settled.agreement["domains"]["x"]["kappa"] == pytest.approx(1.0)
    assert settled.agreement["undecided"] == [{"study": "a", "domain": "y", "AB": "low", "CD": "high"}]


def test_the_third_person_decides_and_an_open_conflict_is_no_judgement():
    document = risk_of_bias(TWO, [], {})
    judged = {s["study"]: {k: v["judgement"] for k, v in s["judgements"].items()} for s in document["studies"]}
    assert judged == {"a": {"x": "low", "y": None}, "b": {"x": "high", "y": "low"}}
    assert any("AB says low, CD high" in remark for remark in document["remarks"])


def test_one_rater_has_no_agreement():
    assert risk_of_bias(rows("a,x,low,"), [], {})["agreement"] is None
    assert settle(rows("a,x,low,AB"), "RoB1").agreement["overall"] == {"pairs": 0, "percent": None, "kappa": None}


def test_three_raters_are_refused():
    with pytest.raises(ValueError, match="two raters"):
        settle(rows("a,x,low,AB", "a,x,low,CD", "a,x,low,EF"), "RoB1")


@pytest.mark.parametrize(
    ("levels", "overall"),
    [
        (["low", "low"], "low"),
        (["low", "moderate"], "moderate"),
        (["moderate", "serious", "no information"], "serious"),
        (["critical", None], "critical"),
        (["low", "no information"], "no information"),
        (["moderate", "no information"], "no information"),
        (["serious", None], None),
        ([], None),
    ],
)
def test_overall_judgement_of_robins_i(levels, overall):
    assert overall_level(levels, "ROBINS-I") == overall


def test_several_concerns_are_high_only_where_that_is_declared():
    levels = ["some concerns"] * 3 + ["low"] * 2
    assert overall_level(levels) == "some concerns"
    assert overall_level(levels, concerns_to_high=3) == "high"
    assert overall_level(levels, concerns_to_high=4) == "some concerns"


def test_robins_i_has_its_words_and_domains():
    assert read_judgement("No information", "D1", "ROBINS-I") == ("no information", "")
    document = risk_of_bias(rows("a,D1,serious,", "a,D2,low,"), [], {"instrument": "ROBINS-I"})
    assert [domain["label"] for domain in document["domains"]] == ["Confounding", "Selection of participants"]
    assert document["studies"][0]["overall"] == "serious"
    assert len(INSTRUMENTS["ROBINS-I"].domains) == 7
