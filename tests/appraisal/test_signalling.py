"""The algorithms of RoB 2: every branch, against the published flow charts written out as rows."""

from itertools import product

import pytest

from metawright.appraisal.risk_of_bias import risk_of_bias
from metawright.appraisal.signalling import domain_level, is_question, read_answer

# domain, answers to its questions in order (- is not answered), judgement
BRANCHES = """
D1 Y Y N low
D1 NI Y NI low
D1 N Y N some concerns
D1 Y Y Y some concerns
D1 Y NI N some concerns
D1 Y NI Y high
D1 Y N N high
D1 - N - high
D2 N N - - - Y - low
D2 N Y N - - Y - low
D2 Y Y NI - - Y - some concerns
D2 Y Y Y N - Y - some concerns
D2 Y Y Y Y Y Y - some concerns
D2 Y Y Y NI N Y - high
D2 Y Y Y Y NI Y - high
D2 N N - - - N N some concerns
D2 N N - - - NI Y high
D2 N N - - - N NI high
D3 Y - - - low
D3 N Y - - low
D3 N N N - low
D3 NI N Y N some concerns
D3 N N NI Y high
D3 N N Y NI high
D4 Y N N - - high
D4 N Y N - - high
D4 N N N - - low
D4 N N Y N - low
D4 N N NI Y N some concerns
D4 N N Y Y Y high
D4 NI NI N - - some concerns
D4 N NI Y N - some concerns
D4 N NI Y Y N some concerns
D4 N NI Y NI NI high
D5 Y N N low
D5 N N N some concerns
D5 NI N N some concerns
D5 Y NI N some concerns
D5 Y Y N high
D5 Y NI Y high
"""


@pytest.mark.parametrize("line", BRANCHES.strip().splitlines())
def test_every_branch(line):
    domain, *rest = line.split(" ")
    count = {"D1": 3, "D2": 7, "D3": 4, "D4": 5, "D5": 3}[domain]
    answers = {f"{domain[1]}.{n}": read_answer(text.strip("-")) for n, text in enumerate(rest[:count], start=1)}
    assert domain_level(domain, answers) == " ".join(rest[count:])


@pytest.mark.parametrize("domain", ["D1", "D2", "D3", "D4", "D5"])
def test_whole_answers_always_give_a_judgement_and_none_gives_none(domain):
    questions = [f"{domain[1]}.{n}" for n in range(1, {"D1": 3, "D2": 7, "D3": 4, "D4": 5, "D5": 3}[domain] + 1)]
    for answers in product(("Y", "N", "NI"), repeat=len(questions)):
        assert domain_level(domain, dict(zip(questions, answers, strict=True))) in ("low", "some concerns", "high")
    assert domain_level(domain, {}) is None


def test_answers_as_people_write_them():
    assert [read_answer(text) for text in ("Y", "probably_yes", "PN", " ni", "NA", "", "maybe")] == ["Y", "Y", "N", "NI", "", "", None]  # fmt: skip
    assert is_question("2.6", "RoB2")
    assert not is_question("2.6", "RoB1")
    assert not is_question("D2", "RoB2")


def rows(**answers):
    return [{"study": "a", "domain": key.replace("q", "").replace("_", "."), "judgement": text, "support": ""} for key, text in answers.items()]  # fmt: skip


def test_answers_fill_a_domain_and_a_judgement_that_differs_is_said():
    given = rows(q1_1="Y", q1_2="PY", q1_3="N", D1="some concerns", q5_1="Y", q5_2="N", q5_3="PN", q3_1="perhaps")
    document = risk_of_bias(given, [], {"instrument": "RoB2"})
    judged = document["studies"][0]["judgements"]
    assert [domain["key"] for domain in document["domains"]] == ["D1", "D3", "D5"]
    assert judged["D5"] == {"judgement": "low", "support": "by the answers to the signalling questions"}
    assert judged["D1"]["judgement"] == "some concerns"
    assert any(
        "D1: judged some concerns; the signalling questions give low" in remark for remark in document["remarks"]
    )
    assert any("“perhaps” is no answer" in remark for remark in document["remarks"])


def test_two_people_answer():
    given = [{"study": "a", "domain": "3.1", "judgement": answer, "support": "", "rater": who} for who, answer in (("A", "Y"), ("B", "PY"))]  # fmt: skip
    document = risk_of_bias(given, [], {"instrument": "RoB2"})
    assert document["agreement"]["undecided"] == []
    assert document["studies"][0]["judgements"]["D3"]["judgement"] == "low"
