"""The protocol's block `sensitivity`: defaults, what is refused, and what is read for it at parse time."""

import pytest

from metawright.checking.folder import read_review
from metawright.reading.problems import BadInput
from tests.conftest import PROTOCOL

ROWS = """\
study,outcome,timepoint,arm,arm_label,n,mean,sd,events
A,score,baseline,exercise,,20,8,2,
A,score,3 m,exercise,low,20,10,2,
A,score,3 m,exercise,high,20,11,2,
A,score,3 m,usual care,,20,9,2,
B,score,3 m,exercise,,20,10,2,
B,score,3 m,usual care,,20,9,2,
C,score,6 m,exercise,,20,,,
C,cured,3 m,exercise,,20,,,5
C,cured,3 m,usual care,,20,,,4
"""
STUDIES = "study,label,year,dose\nA,Able 1999,1999,10\nB,,2001,\nD,Dee,2005,30\n"


def test_a_protocol_without_the_block_has_its_defaults(protocol):
    block = protocol["sensitivity"]
    assert block["cumulative"] == {"orders": ["year", "precision"]}
    assert block["multiverse"]["models"] == ["rule", "FE", "RE"]
    assert [(prior["key"], prior["unit"]) for prior in block["priors"]["tau"]] == [
        ("half-normal", "sd"),
        ("half-cauchy", "sd"),
        ("empirical", "sd"),
    ]
    assert block["multiplicity"] == {"family": "review", "count": "declared"}
    assert block["subgroups"] == block["moderators"] == []


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("{reference_sd: {scor: 7}}", "sensitivity.reference_sd.scor", "did you mean 'score'"),
        ("{information_size: {outcomes: {x: {sd: 7}}}}", "sensitivity.information_size.outcomes.x", "not an outcome"),
        ("{priors: {tau: [{key: a, family: half_normal}]}}", "sensitivity.priors.tau.0", "needs `scale`"),
        ("{priors: {tau: [{key: a, family: flat, scale: 1}]}}", "sensitivity.priors.tau.0.scale", "no parameter"),
        (
            "{priors: {tau: [{key: a, family: flat}, {key: a, family: flat}]}}",
            "sensitivity.priors.tau.1.key",
            "key of two priors",
        ),
        ("{multiverse: {picks: [last]}}", "sensitivity.multiverse.picks.0", "expected 'declared'"),
        ("{moderators: [{column: dosis}]}", "sensitivity", "did you mean 'dose'"),
        ("{cumulativ: {}}", "sensitivity.cumulativ", "did you mean 'cumulative'"),
    ],
)
def test_faults_are_named(review_folder, schemas, text, key, words):
    folder = review_folder(ROWS, f"{PROTOCOL}\nsensitivity: {text}\n")
    (folder / "studies.csv").write_text(STUDIES)
    with pytest.raises(BadInput) as caught:
        read_review(folder, schemas)
    found = [(problem.column, problem.what) for problem in caught.value.problems]
    assert [one[0] for one in found] == [key], found
    assert words in found[0][1]


def test_a_period_cannot_have_the_name_of_a_file_of_its_outcome(review_folder, schemas):
    with pytest.raises(BadInput) as caught:
        read_review(review_folder(ROWS, PROTOCOL.replace("key: long", "key: multiverse")), schemas)
    assert "keep for themselves" in caught.value.problems[0].what


def test_what_is_read_of_the_studies_is_what_is_named_and_of_the_outcome_s_trials(review_folder, schemas):
    folder = review_folder(ROWS, f"{PROTOCOL}\nsensitivity: {{moderators: [{{column: dose}}]}}\n")
    (folder / "studies.csv").write_text(STUDIES)
    review = read_review(folder, schemas)
    assert review.properties["score"] == {"a": {"year": "1999", "dose": "10"}, "b": {"year": "2001"}}
    assert review.properties["cured"] == {}
    assert review.labels == {"A": "Able 1999", "D": "Dee"}


@pytest.mark.parametrize(("multi_arm", "count"), [("combine", 2), ("split_control", 3)])
def test_the_largest_number_of_estimates(review_folder, schemas, multi_arm, count):
    folder = review_folder(ROWS, f"{PROTOCOL}\nmulti_arm: {multi_arm}\n")
    # a row without a result gives none, nor does the baseline
    assert read_review(folder, schemas).most == {("score", "short"): count, ("cured", "short"): 1}


def test_cells_in_which_somebody_is_known_to_be_missing(review_folder, schemas):
    rows = ROWS.replace(",n,mean", ",n,n_randomised,mean").replace(",20,", ",20,22,")
    assert read_review(review_folder(rows), schemas).counted == {("score", "short"), ("cured", "short")}
    everybody = read_review(review_folder(rows.replace(",20,22,", ",20,20,"), name="all"), schemas)
    unknown = read_review(
        review_folder(rows.replace("B,score,3 m,exercise,,20,22", "B,score,3 m,exercise,,,22"), name="n"), schemas
    )
    assert everybody.counted == set()
    # the number analysed is not stated in one row: the cell is not among them
    assert unknown.counted == {("cured", "short")}
