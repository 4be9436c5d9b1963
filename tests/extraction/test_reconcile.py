"""Two extractors: conflicts, what a third person decides, and the refusal of what nobody decided."""

import subprocess
import sys

import pytest

from metawright.checking.folder import read_review
from metawright.command.conflicts import conflicts
from metawright.extraction.adjudication import clean_adjudicated
from metawright.extraction.clean import clean_extraction
from metawright.extraction.reconcile import reconcile
from metawright.reading.problems import BadInput
from metawright.reading.sheets import read_sheet
from tests.conftest import PROTOCOL

HEADER = "study,outcome,timepoint,arm,n,mean,sd,value,events,value_type\n"
FIRST = (
    HEADER
    + """\
A,score,3 m,exercise,20,10,2,,,final
A,score,3 m,usual care,20,9,2,,,final
B,score,3 m,exercise,30,,,11.5 ± 3,,final
B,score,3 m,usual care,31,9.5,3,,,final
A,cured,3 m,exercise,20,,,,5,
A,cured,3 m,usual care,20,,,,4,
"""
)
SECOND = (
    HEADER
    + """\
 a ,points,12 weeks,exercise,20.0,10.0,2,,,final
A,score,3 m,usual care,20,9,2.2,,,change
B,score,3 m,exercise,30,11.5,3.1,,,final
B,score,3 m,usual care,31,9.5,3,,,final
"""
)
DECIDED = """\
study,outcome,timepoint,arm,column,value,decided_by,reason
A,score,3 m,usual care,sd,2.1,third author,Table 2
A,points,12 w,control,value_type,final,third author,
B,score,3 m,experimental,sd,3.1,third author,rounding
"""


def sheet(text, name="extraction.csv"):
    return read_sheet(text.encode(), name)


def compared(protocol, second=SECOND, decided=None, first=FIRST):
    decisions = None if decided is None else sheet(decided, "adjudication.csv")
    return reconcile(sheet(first), sheet(second, "second_extraction.csv"), decisions, protocol)


def test_conflicts_name_both_rows_and_both_values(protocol):
    found = compared(protocol).conflicts
    assert [(c["row"], c["second_row"], c["column"], c["value"], c["second_value"]) for c in found] == [
        (3, 3, "sd", "2", "2.2"),
        (3, 3, "value_type", "final", "change"),
        (4, 4, "sd", "3", "3.1"),
    ]
    assert {c["status"] for c in found} == {"open"}


def test_what_was_extracted_once_is_counted_and_not_refused(protocol):
    agreement = compared(protocol).agreement
    assert agreement["rows"] == {"first": 6, "second": 4, "both": 4}
    assert agreement["extracted_once"] == [{"study": "A", "outcome": "cured"}]
    assert (agreement["conflicts"], agreement["open"]) == (3, 3)


def test_agreement_per_column(protocol):
    columns = compared(protocol).agreement["columns"]
    assert columns["n"]["percent"] == 100
    assert columns["n"]["icc"] == pytest.approx(1)
    sd = columns["sd"]
    assert (sd["pairs"], sd["equal"], sd["percent"], sd["numbers"]) == (4, 2, 50, 4)
    assert sd["bias"] == pytest.approx(-0.075)
    assert columns["value_type"]["percent"] == 75
    assert columns["value_type"]["kappa"] == pytest.approx(0)  # one rater used a single category
    assert "events" not in columns  # nothing there to agree on


def test_a_refusal_names_both_rows_and_the_mend(protocol):
    lines = [problem.text for problem in compared(protocol).problems]
    assert len(lines) == 3
    assert lines[0].startswith("extraction.csv, row 3, column sd: '2' stands here, and '2.2' in row 3 of second_extr")
    assert "decide in adjudication.csv: A,score,3 m,control,sd,VALUE,WHO,WHY" in lines[0]


def test_the_mend_that_a_refusal_prints_settles_the_conflict(protocol):
    """Paste what the message says: every refusal must go away."""
    problems = compared(protocol).problems
    lines = [problem.what.rsplit(": ", 1)[1].replace("VALUE", problem.value or "1") for problem in problems]
    decided = "study,outcome,timepoint,arm,column,value,decided_by,reason\n" + "\n".join(lines) + "\n"
    assert compared(protocol, decided=decided).problems == []


def test_adjudicated_values_take_the_place_of_the_cells_and_are_logged(protocol):
    assert compared(protocol, decided=DECIDED).problems == []
    cleaned = clean_adjudicated(sheet(FIRST), sheet(DECIDED, "adjudication.csv"), protocol)
    arms = {arm["row"]: arm for arm in cleaned.arms}
    assert (arms[3]["sd"], arms[3]["value_type"]) == (2.1, "final")
    assert (arms[4]["mean"], arms[4]["sd"]) == (11.5, 3.1)  # the other half of "11.5 ± 3" stays
    logged = [(e["row"], e["column"], e["before"], e["after"]) for e in cleaned.log if e["rule"] == "adjudicated"]
    assert logged == [(3, "sd", "2", "2.1"), (4, "sd", "11.5 ± 3", "3.1")]
    untouched = {arm["row"]: arm for arm in clean_extraction(sheet(FIRST), protocol).arms}
    assert all(arms[row] == untouched[row] for row in (2, 5, 6, 7))


def test_without_an_adjudication_nothing_changes(protocol):
    assert clean_adjudicated(sheet(FIRST), None, protocol) == clean_extraction(sheet(FIRST), protocol)


def test_a_column_that_the_file_lacks_can_be_decided(protocol):
    first = "study,outcome,timepoint,arm,n,mean,sd\nA,score,3 m,exercise,20,10,\nA,score,3 m,usual care,20,9,2\n"
    decided = "study,outcome,timepoint,arm,column,value,decided_by\nA,score,3 m,exercise,se,0.5,me\n"
    cleaned = clean_adjudicated(sheet(first), sheet(decided), protocol)
    assert cleaned.arms[0]["se"] == 0.5
    assert [entry["rule"] for entry in cleaned.log].count("adjudicated") == 1


def test_a_row_without_its_counterpart(protocol):
    second = SECOND + "C,score,3 m,exercise,9,1,1,,,final\n"
    second = second.replace("B,score,3 m,usual care,31,9.5,3,,,final\n", "")
    lines = [problem.text for problem in compared(protocol, second=second, decided=DECIDED).problems]
    assert lines == [
        "extraction.csv, row 5: 'B' has no counterpart in second_extraction.csv, which has other rows of this trial and outcome; add it there, or decide in adjudication.csv: B,score,3 m,control,row,keep or exclude,WHO,WHY",
        "second_extraction.csv, row 5: 'C' has no counterpart in extraction.csv; add it there, or decide in adjudication.csv that it does not count: C,score,3 m,experimental,row,exclude,WHO,WHY",
    ]
    more = DECIDED + "B,score,3 m,control,row,keep,me,seen\nC,score,3 m,experimental,row,exclude,me,other trial\n"
    assert compared(protocol, second=second, decided=more).problems == []
    wrong = more.replace("row,exclude,me,other", "row,keep,me,other")
    assert len(compared(protocol, second=second, decided=wrong).problems) == 1


def test_an_excluded_row_is_listed_with_who_and_why(protocol):
    decided = DECIDED + "B,score,3 m,control,row,exclude,third author,wrong scale\n"
    cleaned = clean_adjudicated(sheet(FIRST), sheet(decided), protocol)
    arm = next(arm for arm in cleaned.arms if arm["row"] == 5)
    assert (arm["used"], arm["reason"]) == (False, "excluded by adjudication (third author: wrong scale)")
    assert len(cleaned.arms) == 6


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Z,score,3 m,control,sd,1,me,", "matches no row"),
        ("A,score,3 m,control,sdd,1,me,", "did you mean 'sd'"),
        ("A,score,3 m,control,study,1,me,", "not a column that can be decided"),
        ("A,score,3 m,control,row,perhaps,me,", "expected 'keep' or 'exclude'"),
        ("A,score,3 m,usual care,sd,2.3,me,", "decided in row 2 already"),
    ],
)
def test_a_line_that_decides_nothing_is_refused(protocol, line, words):
    problems = compared(protocol, decided=DECIDED + line + "\n").problems
    assert any(words in problem.what and problem.row == 5 for problem in problems), problems


def problems_of(folder, schemas):
    with pytest.raises(BadInput) as caught:
        read_review(folder, schemas)
    return [problem.text for problem in caught.value.problems]


def test_an_undecided_review_is_refused_before_anything_is_built(review_folder, schemas):
    folder = review_folder(FIRST, second_extraction=SECOND)
    assert sum("the two extractors disagree" in line for line in problems_of(folder, schemas)) == 3
    folder.joinpath("adjudication.csv").write_text(DECIDED)
    assert set(read_review(folder, schemas).files) == {"second_extraction", "adjudication"}


def test_an_adjudicated_value_is_checked_like_any_other(review_folder, schemas):
    folder = review_folder(FIRST, second_extraction=SECOND, adjudication=DECIDED.replace("sd,2.1", "sd,-2.1"))
    assert any("row 3, column sd: '-2.1' is negative" in line for line in problems_of(folder, schemas))


def test_faults_of_the_second_file_carry_its_name(review_folder, schemas):
    folder = review_folder(FIRST, second_extraction=SECOND.replace("9,2.2", "9,two"))
    assert any(
        "second_extraction.csv, row 3, column sd: 'two' is not a number" in line
        for line in problems_of(folder, schemas)
    )


def test_an_adjudication_alone_is_refused(review_folder, schemas):
    assert any(
        "there is no second_extraction.csv" in line
        for line in problems_of(review_folder(FIRST, adjudication=DECIDED), schemas)
    )


def test_a_digest_follows_the_decisions_of_its_own_outcome(review_folder, schemas):
    folder = review_folder(FIRST, second_extraction=SECOND, adjudication=DECIDED)
    before = read_review(folder, schemas).rows
    folder.joinpath("adjudication.csv").write_text(DECIDED.replace("sd,2.1", "sd,2.15"))
    after = read_review(folder, schemas).rows
    assert before["score"] != after["score"]
    assert before["cured"] == after["cured"]


def test_the_list_to_adjudicate_is_written_while_the_build_refuses(review_folder, tmp_path):
    folder = review_folder(FIRST, PROTOCOL, second_extraction=SECOND)
    assert conflicts(folder).agreement["open"] == 3
    done = subprocess.run(
        [sys.executable, "-m", "metawright.command.conflicts", str(folder)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert "3 conflicts, 3 open" in done.stdout, done.stderr
    text = (tmp_path / "logs" / "demo" / "conflicts.csv").read_text()
    assert "A,score,3 m,control,sd,extraction.csv,3,2,second_extraction.csv,3,2.2,open,,," in text


ARMS = """\
study,outcome,timepoint,arm,arm_label,n,mean,sd
T,score,3 m,exercise,low,20,10,2
T,score,3 m,exercise,high,21,11,2
T,score,3 m,usual care,,20,9,2
"""
LABELLED = "study,outcome,timepoint,arm,column,value,decided_by,reason,arm_label\n"


def test_each_of_several_arms_is_compared_and_decided_by_its_name(protocol):
    second = ARMS.replace("high,21,11,2", "high,21,11,2.5")
    found = compared(protocol, second, first=ARMS)
    assert [(c["row"], c["column"], c["second_value"], c["arm_label"]) for c in found.conflicts] == [
        (3, "sd", "2.5", "high")
    ]
    (problem,) = found.problems
    assert problem.text.endswith("T,score,3 m,experimental,sd,VALUE,WHO,WHY,high (the last column is arm_label)")
    decided = LABELLED + "T,score,3 m,experimental,sd,2.5,me,why,High\n"
    assert compared(protocol, second, decided, ARMS).problems == []
    cleaned = clean_adjudicated(sheet(ARMS), sheet(decided, "adjudication.csv"), protocol)
    assert [arm["sd"] for arm in cleaned.arms] == [2, 2.5, 2]


def test_a_decision_that_names_none_of_several_arms_is_refused(protocol):
    decided = LABELLED + "T,score,3 m,experimental,sd,2.5,me,why,\n"
    (problem,) = compared(protocol, ARMS, decided, ARMS).problems
    assert problem.what == "stands for several arms here; name one in the column arm_label: 'high' or 'low'"


def test_arms_under_different_names_have_no_counterpart(protocol):
    second = ARMS.replace("high", "strong")
    found = compared(protocol, second, first=ARMS)
    assert [(c["column"], c["value"], c["arm_label"]) for c in found.conflicts] == [
        ("row", "present", "high"),
        ("row", "absent", "strong"),
    ]
    decided = LABELLED + "T,score,3 m,experimental,row,keep,me,,high\nT,score,3 m,experimental,row,exclude,me,,strong\n"
    assert compared(protocol, second, decided, ARMS).problems == []
    cleaned = clean_adjudicated(sheet(ARMS), sheet(decided, "adjudication.csv"), protocol)
    assert all(arm["used"] for arm in cleaned.arms)


def test_one_arm_needs_no_name_in_the_decision(protocol):
    one = "study,outcome,timepoint,arm,arm_label,n,mean,sd\nT,score,3 m,exercise,low,20,10,2\n"
    decided = "study,outcome,timepoint,arm,column,value,decided_by\nT,score,3 m,exercise,sd,3,me\n"
    assert clean_adjudicated(sheet(one), sheet(decided, "adjudication.csv"), protocol).arms[0]["sd"] == 3
    assert compared(protocol, one.replace(",2\n", ",3\n"), decided, one).problems == []
