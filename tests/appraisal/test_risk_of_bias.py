"""Judgements of a review, on two trials of Table 2 of the ALS review among others."""

import pytest

from metawright.appraisal.risk_of_bias import risk_of_bias

DOMAINS = {
    "random_sequence": "Random sequence",
    "allocation_concealment": "Allocation concealment",
    "performance": "Performance bias",
    "detection": "Detection bias",
    "attrition": "Attrition bias",
    "reporting": "Reporting bias",
    "other": "Other bias",
}
APPRAISAL = {"instrument": "RoB1", "domains": DOMAINS, "grade": {"A": "all_low", "C": "none_low", "otherwise": "B"}}
PRINTED = {
    "kalron2021": ("low low low low low low No", "A"),
    "braga2018": ("high unclear high low high low low", "B"),
}


def rows_of(study, words, grade=None, domains=tuple(DOMAINS)):
    rows = [
        {"study": study, "domain": domain, "judgement": word, "support": f"p. {place}"}
        for place, (domain, word) in enumerate(zip(domains, words.split(), strict=False))
    ]
    return rows + ([{"study": study, "domain": "grade", "judgement": grade, "support": ""}] if grade else [])


@pytest.fixture
def als():
    return [row for study, (words, grade) in PRINTED.items() for row in rows_of(study, words, grade)]


def test_judgements_grades_and_counts(als):
    result = risk_of_bias(als, [], APPRAISAL)
    assert result["instrument"] == "RoB1"
    assert result["domains"][1] == {"key": "allocation_concealment", "label": "Allocation concealment"}
    kalron, braga = result["studies"]
    assert (kalron["grade"], kalron["grade_printed"]) == ("A", "A")
    assert (braga["grade"], braga["grade_printed"]) == ("B", "B")
    assert braga["judgements"]["attrition"] == {"judgement": "high", "support": "p. 4"}
    assert (braga["overall"], braga["overall_printed"]) == (None, None)
    assert result["counts"]["random_sequence"] == {"low": 1, "unclear": 0, "high": 1}
    assert result["counts"]["allocation_concealment"] == {"low": 1, "unclear": 1, "high": 0}
    assert result["remarks"] == ["kalron2021, other: “No” read as no other bias, low risk."]


def test_order_and_labels_come_from_the_studies(als):
    studies = [{"study": "braga2018", "label": "Braga 2018"}, {"study": "drory2001", "label": ""}]
    result = risk_of_bias(als, studies, APPRAISAL)
    assert [(s["study"], s["label"]) for s in result["studies"]] == [
        ("braga2018", "Braga 2018"),
        ("drory2001", "drory2001"),
        ("kalron2021", "kalron2021"),
    ]
    assert result["studies"][1]["grade"] is None
    assert "drory2001: not appraised." in result["remarks"]


def test_a_printed_grade_that_differs_is_said():
    result = risk_of_bias(rows_of("x", "low low low low low low low", "B"), [], APPRAISAL)
    assert result["remarks"] == ["x: the printed grade is B, the rule gives A."]


def test_a_missing_judgement_leaves_the_grade_open():
    result = risk_of_bias(rows_of("x", "low low low low low low", "A"), [], APPRAISAL)
    study = result["studies"][0]
    assert study["grade"] is None
    assert study["judgements"]["other"] == {"judgement": None, "support": ""}
    assert result["counts"]["other"] == {"low": 0, "unclear": 0, "high": 0}
    assert result["remarks"] == ["x: no judgement on other; no grade is computed."]


def test_without_a_declaration_the_file_gives_the_domains():
    result = risk_of_bias(rows_of("x", "low high", domains=("attrition", "funding_source")), [], {})
    assert [domain["label"] for domain in result["domains"]] == [
        "Incomplete outcome data (attrition bias)",
        "Funding source",
    ]
    assert result["studies"][0]["grade"] is None
    assert result["remarks"] == []


def test_a_domain_that_the_protocol_does_not_declare_is_left_out_and_said():
    appraisal = {"domains": {"attrition": "Attrition bias"}}
    result = risk_of_bias(rows_of("x", "low high", domains=("attrition", "funding")), [], appraisal)
    assert list(result["counts"]) == ["attrition"]
    assert "funding" in result["remarks"][0]


def test_rob2_has_an_overall_judgement_beside_the_printed_one():
    rows = rows_of("x", "low high low", domains=("D1", "D2", "D3"))
    rows.append({"study": "x", "domain": "overall", "judgement": "Some concerns", "support": ""})
    result = risk_of_bias(rows, [], {"instrument": "RoB2"})
    study = result["studies"][0]
    assert (study["overall"], study["overall_printed"]) == ("high", "some concerns")
    assert result["remarks"] == ["x: the printed overall judgement is some concerns, the rule gives high."]
    assert result["counts"]["D2"] == {"low": 0, "some concerns": 0, "high": 1}


def test_two_judgements_for_one_domain_are_an_error(als):
    with pytest.raises(ValueError, match=r"braga2018.*attrition"):
        risk_of_bias([*als, *rows_of("braga2018", "low", domains=("attrition",))], [], APPRAISAL)
