"""A trial that would count twice, values that may not share a pool: refused when the files are checked."""

import pytest

from metawright.checking.folder import read_review
from metawright.reading.problems import BadInput
from tests.conftest import PROTOCOL

HEADER = "study,outcome,timepoint,arm,arm_label,n,mean,sd,value_type\n"


def pair(study, time="3 m", kind="final", label=""):
    return f"{study},score,{time},experimental,{label},20,10,2,{kind}\n{study},score,{time},control,,20,9,3,{kind}\n"


def problems(folder, schemas):
    with pytest.raises(BadInput) as caught:
        read_review(folder, schemas)
    return [problem.text for problem in caught.value.problems]


STUDIES = "study,trial\nfirst2010,NCT1\nsecond2012,nct1\nother2011,\n"


def test_two_reports_of_one_trial_in_one_cell_are_refused(review_folder, schemas):
    folder = review_folder(HEADER + pair("first2010") + pair("second2012", "2 m") + pair("other2011"), studies=STUDIES)
    (text,) = problems(folder, schemas)
    assert "extraction.csv, row 4, column study: 'second2012' is a report of the trial 'nct1'" in text
    assert "'first2010' (row 2)" in text
    assert "one study key" in text


def test_two_reports_in_different_cells_are_fine(review_folder, schemas):
    folder = review_folder(HEADER + pair("first2010") + pair("second2012", "6 m"), studies=STUDIES)
    assert read_review(folder, schemas).designs["score"]["first2010"] == {"trial": "NCT1"}


SMD = PROTOCOL.replace("score: {measure: MD,", "score: {measure: SMD,")


def test_final_and_change_values_may_not_share_an_smd(review_folder, schemas):
    text = HEADER + pair("A") + pair("B") + pair("C", kind="change")
    (problem,) = problems(review_folder(text, SMD), schemas)
    assert "row 6, column value_type: 'change' meets the final values of rows 2, 3, 4, 5" in problem
    assert "rows 6, 7" in problem
    assert "allow_mixed_smd" in problem
    allowed = SMD.replace("score: {measure: SMD,", "score: {measure: SMD, allow_mixed_smd: true,")
    assert read_review(review_folder(text, allowed, "allowed"), schemas)
    assert read_review(review_folder(text, PROTOCOL, "md"), schemas)
    apart = HEADER + pair("A") + pair("C", "6 m", kind="change")
    assert read_review(review_folder(apart, SMD, "apart"), schemas)


def test_several_arms_are_refused_where_the_protocol_says_so(review_folder, schemas):
    text = HEADER + pair("A", label="low") + "A,score,3 m,experimental,high,20,11,2,final\n"
    assert read_review(review_folder(text), schemas)
    (problem,) = problems(review_folder(text, PROTOCOL + "multi_arm: refuse\n", "strict"), schemas)
    assert "row 4, column arm_label: 'high' is a second experimental arm beside row 2" in problem


def test_the_end_of_treatment_must_be_known_where_it_decides(review_folder, schemas):
    protocol = PROTOCOL.replace("to: 12}", "to: 12, pick: end_of_treatment}")
    text = HEADER + pair("A", "6 m") + pair("A", "9 m") + pair("B", "9 m")
    (problem,) = problems(review_folder(text, protocol), schemas)
    assert "row 4, column study: 'A' has several time points in long" in problem
    known = review_folder(text, protocol, "known", studies="study,treatment_months\nA,6\n")
    assert read_review(known, schemas).designs["score"] == {"a": {"treatment_months": 6.0}}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("to: 12}", "to: 12, pick: average_with_rho}", "needs the correlation"),
        ("to: 12}", "to: 12, pick: average_with_rho, rho: 2}", "out of range"),
        ("score: {measure: MD,", "score: {measure: ROM, reversed_studies: [A],", "cannot be turned round"),
        ("score: {measure: MD,", "score: {measure: MD, reversed_studies: [Aa],", "did you mean 'A'"),
        ("cured: {measure: OR,", "cured: {measure: MH_OR,", ""),
        ("title: A test", "title: A test\nimputation: {routes: [S9]}", "not known"),
    ],
)
def test_what_a_protocol_may_not_say(review_folder, schemas, old, new, words):
    protocol = PROTOCOL.replace(old, new)
    if not words:
        protocol = protocol.replace("to: 12}", "to: 12, pick: average_with_rho, rho: 0.5}")
        words = "cannot average tables"
    found = problems(review_folder(HEADER + pair("A"), protocol), schemas)
    assert any(words in text for text in found), found


@pytest.mark.parametrize(("column", "cell"), [("contaminated_from", "soon"), ("treatment_months", "6 m")])
def test_designs_that_cannot_be_read_are_refused(review_folder, schemas, column, cell):
    folder = review_folder(HEADER + pair("A"), studies=f"study,{column}\nA,{cell}\n")
    (problem,) = problems(folder, schemas)
    assert f"row 2, column {column}: '{cell}' has not the expected form" in problem
