"""Rows of extraction.csv: what is refused, what is read without asking, what is listed."""

import pytest

from metawright.extraction.clean import clean_extraction, rows_of_outcome
from metawright.extraction.required import missing_columns
from metawright.reading.sheets import read_sheet

HEADER = "study,outcome,timepoint,arm,n,n_randomised,mean,sd,events,value_type,value,estimate,se\n"


def cleaned(protocol, *lines, header=HEADER):
    sheet = read_sheet((header + "\n".join(lines) + "\n").encode(), "r/extraction.csv")
    assert not sheet.problems
    return clean_extraction(sheet, protocol)


def only_problem(protocol, *lines):
    problems = cleaned(protocol, *lines).problems
    assert len(problems) == 1, [problem.text for problem in problems]
    return problems[0]


def test_a_clean_row_is_read_without_a_word(protocol):
    result = cleaned(protocol, "A,score,3 m,experimental,20,22,1.5,2.5,,final,,,")
    assert result.problems == []
    assert result.log == []
    arm = result.arms[0]
    assert (arm["row"], arm["period"], arm["timepoint_months"], arm["used"]) == (2, "short", 3.0, True)
    assert (arm["n"], arm["n_randomised"], arm["mean"], arm["sd"]) == (20, 22, 1.5, 2.5)


@pytest.mark.parametrize("name", ["TOTAL 2015", "Totalia", "Overall 2004", "Summers 2001", "ENSEMBLE"])
def test_trials_whose_names_are_near_a_sum_are_trials(protocol, name):
    assert cleaned(protocol, f"{name},score,3 m,control,9,,1,2,,,,,").problems == []


def test_names_are_matched_without_case_and_space_and_logged(protocol):
    result = cleaned(protocol, "A, Points ,3 m,EXERCISE,20,,1,2,,,,,")
    assert (result.arms[0]["outcome"], result.arms[0]["arm"]) == ("score", "experimental")
    assert [(line["column"], line["rule"]) for line in result.log] == [
        ("outcome", "surrounding_space"),
        ("outcome", "name_matched"),
        ("arm", "name_matched"),
    ]


@pytest.mark.parametrize(
    ("line", "column", "value", "words"),
    [
        ("A,scor,3 m,control,9,,1,2,,,,,", "outcome", "scor", "did you mean 'score'"),
        ("A,score,3 m,usual,9,,1,2,,,,,", "arm", "usual", "not declared"),
        ("A,score,3 m,control,9,,x,2,,,,,", "mean", "x", "not a number"),
        ("A,score,3 m,control,9.5,,1,2,,,,,", "n", "9.5", "whole number"),
        ("A,score,3 m,control,0,,1,2,,,,,", "n", "0", "1 or more"),
        ("A,score,3 m,control,9,,1,-2,,,,,", "sd", "-2", "negative"),
        ("A,score,3 m,contrast,,,,,,,,1,0", "se", "0", "above 0"),
        ("A,cured,3 m,control,9,,,,10,,,,", "events", "10", "above the 9 participants"),
        ("A,score,3 m,control,9,,1,2,,finl,,,", "value_type", "finl", "did you mean 'final'"),
        ("A,score,3 m,control,9,,1,2,,,3 ± 4,,", "value", "3 ± 4", "keep one"),
        (",score,3 m,control,9,,1,2,,,,,", "study", "", "empty"),
        ("Total,score,3 m,control,9,,1,2,,,,,", "study", "Total", "remove the row"),
        ("SUBTOTAL (95% CI),score,3 m,control,9,,1,2,,,,,", "study", "SUBTOTAL (95% CI)", "remove the row"),
        ("overall,score,3 m,control,9,,1,2,,,,,", "study", "overall", "`label` of studies.csv"),
        ("Zwischensumme:,score,3 m,control,9,,1,2,,,,,", "study", "Zwischensumme:", "remove the row"),
    ],
)
def test_refusals_name_column_value_and_mend(protocol, line, column, value, words):
    if column == "value":
        problems = cleaned(protocol, line).problems
        assert {problem.column for problem in problems} == {"value"}
        assert len(problems) == 2
        return
    problem = only_problem(protocol, line)
    assert (problem.row, problem.column, problem.value) == (2, column, value)
    assert words in problem.what
    assert problem.text.startswith(f"r/extraction.csv, row 2, column {column}: ")


def test_all_refusals_come_at_once(protocol):
    result = cleaned(
        protocol, "A,scor,3 m,usual,x,,y,-1,,,,,", "B,score,3 m,control,9,,1,2,,,,,", "C,score,3 m,control,9,,z,2,,,,,"
    )
    assert [(problem.row, problem.column) for problem in sorted(result.problems)] == [
        (2, "arm"), (2, "mean"), (2, "n"), (2, "outcome"), (2, "sd"), (4, "mean"),
    ]  # fmt: skip


def test_two_different_rows_for_one_cell_are_refused(protocol):
    problem = only_problem(protocol, "A,score,3 m,control,9,,1,2,,,,,", "A,score,12 weeks,control,9,,1.5,2,,,,,")
    assert problem.row == 3
    assert "row 2" in problem.what


def test_an_equal_row_is_dropped_and_logged(protocol):
    result = cleaned(protocol, "A,score,3 m,control,9,,1,2,,,,,", "A,score,12 weeks,Control,9.0,,1.0,2,,,,,")
    assert result.problems == []
    assert [arm["used"] for arm in result.arms] == [True, False]
    assert result.arms[1]["reason"] == "equal to row 2"
    assert result.log[-1]["rule"] == "repeated_row"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("A,score,3 m,control,9,,,,,,,,", "not reported: mean, sd"),
        ("A,score,3 m,control,9,,NR,2,,,,,", "not reported: mean"),
        ("A,score,3 m,control,,,1,2,,,,,", "not reported: n"),
        ("A,score,4.5 m,control,9,,1,2,,,,,", "month 4.5 lies outside the periods"),
        ("A,score,,control,9,,1,2,,,,,", "no time point"),
        ("A,score,some day,control,9,,1,2,,,,,", "time point not understood"),
        ("A,score,3 m,control,9,,1,2,,baseline,,,", "baseline value"),
        ("A,score,3 m,contrast,,,,,,,,1,", "not reported: se"),
        ("A,cured,3 m,control,9,,,,,,,,", "not reported: events"),
    ],
)
def test_rows_without_use_are_listed_with_the_reason(protocol, line, reason):
    result = cleaned(protocol, line)
    assert result.problems == []
    assert result.arms[0]["used"] is False
    assert result.arms[0]["reason"].startswith(reason)


def test_randomised_stand_in_for_analysed_with_a_flag(protocol):
    arm = cleaned(protocol, "A,score,3 m,control,,32,1,2,,,,,").arms[0]
    assert (arm["n"], arm["flags"]) == (32, "n_assumed_randomised")


def test_rows_are_numbered_as_a_spreadsheet_does(protocol):
    result = cleaned(
        protocol, '"A\nB",score,3 m,control,9,,1,2,,,,,', "", ",,,,,,,,,,,,", "C,score,3 m,control,x,,1,2,,,,,"
    )
    assert [arm["row"] for arm in result.arms] == [2, 5]
    assert result.problems[0].row == 5


def test_a_row_is_the_same_alone_and_among_others(protocol):
    lines = ["A,score,3 m,control,9,,1,2,,,,,", "A,cured,3 m,control,9,,,,3,,,,"]
    sheet = read_sheet((HEADER + "\n".join(lines)).encode(), "extraction.csv")
    together = clean_extraction(sheet, protocol).arms
    apart = [
        clean_extraction(rows_of_outcome(sheet, protocol["outcomes"], outcome), protocol).arms[0]
        for outcome in ("score", "cured")
    ]
    assert together == apart


@pytest.mark.parametrize("column", ["study", "outcome", "arm", "timepoint", "mean", "sd", "n"])
def test_a_missing_column_is_named_once(protocol, column):
    header = [name for name in ["study", "outcome", "timepoint", "arm", "n", "mean", "sd"] if name != column]
    cells = {"study": "A", "outcome": "score", "timepoint": "3 m", "arm": "control", "n": "9", "mean": "1", "sd": "2"}
    text = ",".join(header) + "\n" + ",".join(cells[name] for name in header) + "\n"
    problems = missing_columns(read_sheet(text.encode(), "extraction.csv"), protocol)
    if column in ("outcome", "arm"):
        assert column in {problem.column for problem in problems}
    else:
        assert [(problem.row, problem.column) for problem in problems] == [(1, column)]


def test_no_column_is_missed_that_the_rows_do_not_need(protocol):
    text = "study,outcome,timepoint,arm,estimate,se\nA,score,3 m,contrast,1,2\n"
    assert missing_columns(read_sheet(text.encode(), "extraction.csv"), protocol) == []


def with_cells(protocol, *lines):
    text = "study,outcome,timepoint,arm,n,mean,sd\n" + "\n".join(lines) + "\n"
    return read_sheet(text.encode(), "extraction.csv")


def test_the_decimal_mark_is_decided_over_all_outcomes_and_kept_for_each(protocol):
    protocol["outcomes"]["pain"] = {**protocol["outcomes"]["score"], "key": "pain", "aliases": []}
    doubtful = with_cells(protocol, 'A,score,3 m,control,9,"1,125",2', 'A,pain,3 m,control,9,"6,5",2')
    assert [problem.value for problem in clean_extraction(doubtful, protocol).problems] == ["1,125"]
    sheet = with_cells(protocol, 'A,score,3 m,control,9,"1,125",2', 'A,pain,3 m,control,9,"0,625",2')
    assert clean_extraction(sheet, protocol).arms[0]["mean"] == 1.125
    alone = rows_of_outcome(sheet, protocol["outcomes"], "score")
    assert clean_extraction(alone, protocol).arms[0]["mean"] == 1.125


def test_a_column_that_disagrees_with_itself_is_refused_or_flagged(protocol):
    sheet = with_cells(protocol, 'A,score,3 m,control,9,"6,5",2', "B,score,3 m,control,9,6.5,2")
    (problem,) = clean_extraction(sheet, protocol).problems
    assert (problem.row, problem.column, problem.value) == (2, "mean", "6,5")
    protocol["cleaning"] = {"mode": "lenient"}
    result = clean_extraction(sheet, protocol)
    assert result.problems == []
    assert [(arm["mean"], arm["flags"]) for arm in result.arms] == [(6.5, "read_leniently"), (6.5, "")]


def test_a_date_in_a_time_point_is_refused_unless_the_protocol_lists_it(protocol):
    sheet = with_cells(protocol, "A,score,2-Mar,control,9,1,2")
    (problem,) = clean_extraction(sheet, protocol).problems
    assert (problem.column, problem.value) == ("timepoint", "2-Mar")
    assert "spreadsheets make out of" in problem.what
    protocol["periods"][0]["timepoints"] = ["2-Mar"]
    assert clean_extraction(sheet, protocol).arms[0]["period"] == "short"


def test_a_follow_up_without_the_length_of_its_treatment_is_listed(protocol):
    protocol["clock"] = "end_of_treatment"
    sheet = with_cells(protocol, "A,score,3-m follow-up,control,9,1,2", "B,score,3-m follow-up,control,9,1,2")
    arms = clean_extraction(sheet, protocol, {"b": 2.0}).arms
    assert [(arm["used"], arm["timepoint_months"]) for arm in arms] == [(False, None), (True, 5.0)]
    assert "treatment_months" in arms[0]["reason"]


def test_rows_that_differ_in_a_cell_that_is_not_used_are_not_equal(protocol):
    text = "study,outcome,timepoint,arm,n,mean,sd,median\nA,score,3 m,control,9,,,5\nA,score,3 m,control,9,,,6\n"
    (problem,) = clean_extraction(read_sheet(text.encode(), "extraction.csv"), protocol).problems
    assert "two different rows" in problem.what


@pytest.mark.parametrize(("mark", "refused"), [(",", False), (";", True), ("\t", True)])
def test_a_point_before_three_digits_is_in_doubt_where_decimal_commas_are_at_home(protocol, mark, refused):
    text = "study,outcome,timepoint,arm,n,mean,sd\nA,score,3 m,control,9,1.125,2.5\n".replace(",", mark)
    result = clean_extraction(read_sheet(text.encode(), "extraction.csv"), protocol)
    assert [(problem.column, problem.value) for problem in result.problems] == ([("mean", "1.125")] if refused else [])
    certain = text.splitlines()[1].replace("control", "experimental").replace("1.125", "0.625")
    result = clean_extraction(read_sheet(f"{text}{certain}\n".encode(), "extraction.csv"), protocol)
    assert result.problems == []
