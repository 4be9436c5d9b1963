"""Findings: each check finds its fault, names its place, and is silent on what is in order."""

import pytest

from metawright.audit.extraction import audit_extraction
from metawright.checking.folder import read_review
from metawright.extraction.documents import FINDING_COLUMNS
from metawright.extraction.findings import SEVERITIES
from metawright.reading.sheets import read_sheet

HEADER = "study,outcome,timepoint,arm,arm_label,n,n_randomised,mean,sd,events,p_value,value_type,estimate,se\n"


@pytest.fixture
def audit(protocol):
    protocol["outcomes"]["score"]["scale"] = {"min": 0, "max": 48, "integer": True}

    def run(*lines):
        sheet = read_sheet((HEADER + "\n".join(lines) + "\n").encode(), "extraction.csv")
        assert not sheet.problems
        return audit_extraction(sheet, protocol, {})

    return run


def pair(study, first, second, time="3 m"):
    """Two arms: each `n,n_randomised,mean,sd,events,p_value,value_type,estimate,se`."""
    return [f"{study},score,{time},experimental,,{first}", f"{study},score,{time},control,,{second}"]


CASES = {
    "n_analysed": (["A,score,3 m,control,,33,32,30.00,6.50,,,,,"], "error", 2, "n", "33"),
    "mean_in_scale": (["A,score,3 m,control,,20,,48.55,6.5,,,,,"], "error", 2, "mean", "48.55"),
    "sd_in_scale": (["A,score,3 m,control,,20,,24.00,26.0,,,,,"], "error", 2, "sd", "26.0"),
    "grim": (["A,score,baseline,control,,13,13,34.39,3.64,,,baseline,,"], "inconsistency", 2, "mean", "34.39"),
    "grimmer": (["A,score,3 m,control,,4,,2.50,1.01,,,,,"], "inconsistency", 2, "sd", "1.01"),
    "se_as_sd": (
        [
            *pair("A", "100,,30.00,6.5,,,adjusted,,", "100,,28.0,7.0,,,adjusted,,"),
            *pair("B", "100,,31.0,6.6,,,adjusted,,", "100,,29.0,7.1,,,adjusted,,"),
            "C,score,3 m,experimental,,100,,33.0,0.7,,,adjusted,,",
        ],
        "inconsistency", 6, "sd", "0.7",
    ),
    "arms_swapped": (["A,score,3 m,control,Exercise ,20,,30.0,6.5,,,,,"], "inconsistency", 2, "arm_label", "Exercise"),
    "repeated_row": (["A,score,3 m,control,,20,,30.0,6.5,,,,,"] * 2, "note", 3, "", ""),
    "repeated_numbers": (pair("A", "20,,30.1,6.5,,,,,", "22,,30.1,6.5,,,,,"), "note", 3, "mean", "30.1"),
    "repeated_trial": (
        [*pair("A", "20,,30.1,6.5,,,,,", "20,,28.1,6.2,,,,,"), *pair("B", "20,,30.1,6.5,,,,,", "20,,28.1,6.2,,,,,")],
        "inconsistency", 4, "study", "B",
    ),
    "p_value": (
        pair("A", "30,,32.8,6.5,,0.01,,,", "30,,28.7,7.5,,,,,"), "inconsistency", 2, "p_value", "0.01",
    ),
}  # fmt: skip


@pytest.mark.parametrize("check", CASES)
def test_each_fault_is_found_at_its_place(audit, check):
    lines, severity, row, column, value = CASES[check]
    findings = [finding for finding in audit(*lines) if finding["check"] == check]
    assert [(item["severity"], item["row"], item["column"], item["value"]) for item in findings] == [
        (severity, row, column, value)
    ]
    assert set(findings[0]) == set(FINDING_COLUMNS)
    assert findings[0]["severity"] in SEVERITIES
    assert findings[0]["message"]


@pytest.mark.parametrize(
    "lines",
    [
        pair("A", "30,,32.8,6.5,,0.0298,,,", "30,,28.7,7.5,,0.0298,,,"),
        ["A,score,3 m,control,,,13,34.39,3.64,,,,,"],  # n analysed is not known: nothing is impossible
        ["A,score,3 m,control,,20,,-3.10,6.5,,,change,,"],  # a change may be negative
        ["A,score,3 m,control,,13,,34.39,3.64,,,adjusted,,"],
        ["A,score,3 m,control,Usual care,20,20,48.0,0.0,,,,,"],
        pair("A", "20,,30.1,6.5,,,,,", "20,,28.1,6.2,,,,,") + pair("B", "21,,30.1,6.5,,,,,", "20,,28.1,6.2,,,,,"),
        pair("A", "4,,30,6,,,,,", "5,,30,6,,,,,"),  # round numbers meet by chance
        pair("A", "2,,30.5,0.7,,NS,,,", "2,,28.5,0.7,,,,,"),
    ],
)  # fmt: skip
def test_what_is_in_order_is_not_found(audit, lines):
    assert audit(*lines) == []


def test_numbers_randomised_that_change_sides(audit):
    lines = [
        *pair("A", ",32,30.1,6.5,,,,,", ",33,28.1,6.2,,,,,"),
        *pair("A", ",33,30.2,6.4,,,,,", ",32,28.2,6.1,,,,,", time="6 m"),
    ]
    assert [(item["check"], item["row"], item["expected"]) for item in audit(*lines)] == [("arms_swapped", 4, "32")]


def test_a_trial_against_all_others(audit):
    lines = [
        *pair("A", "50,,33.1,4.1,,,adjusted,,", "50,,28.1,4.2,,,adjusted,,"),
        *pair("B", "50,,33.2,4.3,,,adjusted,,", "50,,28.3,4.4,,,adjusted,,"),
        *pair("C", "50,,27.8,4.5,,,adjusted,,", "50,,33.7,4.6,,,adjusted,,"),
    ]
    (finding,) = audit(*lines)
    assert (finding["severity"], finding["check"], finding["study"]) == ("note", "arms_swapped", "C")


def test_equal_contrasts_in_two_trials(audit):
    lines = [f"{study},score,3 m,contrast,,,,,,,,,2.13,0.71" for study in "AB"]
    assert [(item["check"], item["row"]) for item in audit(*lines)] == [("repeated_trial", 3)]


def test_the_p_names_the_number_of_patients_that_it_implies(audit):
    (finding,) = audit(*pair("Z", ",32,34.87,8.49,,.485,,,", ",33,36.39,8.01,,.485,,,"))
    assert "n analysed not stated" in finding["message"]
    assert "58 to 6" in finding["message"]


def test_findings_of_the_als_review(root, schemas):
    review = read_review(root / "resources" / "als-exercise", schemas)
    path = root / "resources" / "als-exercise" / "extraction.csv"
    findings = audit_extraction(read_sheet(path.read_bytes(), path.name), review.protocol, review.treatment)
    # the P values that Zucchi's report prints imply fewer patients than were randomised; Lunetta's fit
    assert [(item["id"], item["check"], item["study"], item["value"]) for item in findings] == [
        ("E001", "p_value", "zucchi2019", ".485"),
        ("E002", "p_value", "zucchi2019", ".804"),
        ("E003", "p_value", "zucchi2019", ".723"),
        ("E004", "p_value", "zucchi2019", ".293"),
        ("E005", "p_value", "zucchi2019", ".737"),
        ("E006", "grim", "pinto2012", "34.39"),
    ]
    assert "447/13 = 34.38, 448/13 = 34.46" in findings[-1]["message"]


@pytest.mark.parametrize("review", ["common-cold", "deep-brain-stimulation", "glioma-chemotherapy"])
def test_complete_published_data_raise_no_false_alarm(root, schemas, review):
    read = read_review(root / "resources" / review, schemas)
    path = root / "resources" / review / "extraction.csv"
    assert audit_extraction(read_sheet(path.read_bytes(), path.name), read.protocol, read.treatment) == []


def test_what_was_decided_is_audited_not_what_was_read_at_first(protocol):
    protocol["outcomes"]["score"]["scale"] = {"min": 0, "max": 48}
    rows = "\n".join(pair("A", "20,,50.0,6.5,,,final,,", "20,,24.0,6.5,,,final,,"))
    sheet = read_sheet((HEADER + rows + "\n").encode(), "extraction.csv")
    decided = "study,outcome,timepoint,arm,column,value,decided_by\nA,score,3 m,experimental,mean,30.0,me\n"
    checks = [
        {line["check"] for line in audit_extraction(sheet, protocol, {}, decisions)}
        for decisions in (None, read_sheet(decided.encode(), "adjudication.csv"))
    ]
    assert "mean_in_scale" in checks[0]
    assert "mean_in_scale" not in checks[1]


def test_a_standardised_difference_of_arms_that_no_trial_has(audit, protocol):
    lines = pair("A", "20,,40.1,0.9,,,,,", "20,,30.3,0.8,,,,,")
    assert [finding["check"] for finding in audit(*lines)] == []
    protocol["outcomes"]["score"]["measure"] = "SMD"
    (finding,) = (finding for finding in audit(*lines) if finding["check"] == "magnitude")
    assert (finding["severity"], finding["row"], finding["column"], finding["value"]) == ("error", 2, "mean", "40.1")
    assert "standardised mean difference of 11" in finding["message"]


def test_contrast_rows_are_audited_as_typed(audit, protocol):
    protocol["outcomes"]["score"]["measure"] = "SMD"
    (finding,) = audit("A,score,3 m,contrast,,,,,,,,,108108108108,0.21")
    assert (finding["check"], finding["row"], finding["value"]) == ("magnitude", 2, "108108108108")


ADJUSTED = (
    "study,outcome,timepoint,arm,n,n_randomised,mean,sd,p_value,value_type\n"
    "A 2010,score,3 m,experimental,50,50,20,,0.001,adjusted\n"
    "A 2010,score,3 m,control,50,50,24,,0.001,adjusted\n"
    "B 2011,score,3 m,experimental,50,50,20,10,,final\n"
    "B 2011,score,3 m,control,50,50,24,10,,{kind}\n"
)


@pytest.mark.parametrize(("measure", "severity"), [("SMD", "inconsistency"), ("MD", "note")])
def test_an_sd_from_an_adjusted_p_and_its_pool_with_others_are_flagged(protocol, measure, severity):
    """The SD that an adjusted P implies is that of the residuals: 5.9 here, where people have 10."""
    protocol["outcomes"]["score"]["measure"] = measure
    sheet = read_sheet(ADJUSTED.format(kind="final").encode(), "extraction.csv")
    found = [line for line in audit_extraction(sheet, protocol, {}) if "adjusted" in line["check"]]
    assert [(line["check"], line["row"], line["severity"]) for line in found] == [
        ("adjusted_mixed", 2, severity), ("from_adjusted", 2, severity), ("from_adjusted", 3, severity),
    ]  # fmt: skip
    assert "adjusted values (A 2010) and others (B 2011) meet in the pool score" in found[0]["message"]
    assert "SD 5.895 by route S4" in found[1]["message"] and found[1]["column"] == "sd"
    assert ("too large" in found[1]["message"]) is (measure == "SMD")


def test_an_adjusted_arm_beside_one_that_is_not_is_flagged(protocol):
    sheet = read_sheet(ADJUSTED.format(kind="adjusted").encode(), "extraction.csv")
    found = [line for line in audit_extraction(sheet, protocol, {}) if line["check"] == "adjusted_mixed"]
    assert [(line["row"], line["severity"]) for line in found] == [(5, "inconsistency")]
    assert found[0]["value"] == "adjusted" and "one arm is adjusted" in found[0]["message"]


def test_adjusted_values_alone_are_no_finding(protocol):
    lines = ADJUSTED.splitlines()[:3]
    text = "\n".join([lines[0], *(line.replace(",,0.001", ",10,") for line in lines[1:]), ""])
    sheet = read_sheet(text.encode(), "extraction.csv")
    assert not [line for line in audit_extraction(sheet, protocol, {}) if "adjusted" in line["check"]]
