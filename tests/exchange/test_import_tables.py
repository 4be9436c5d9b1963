"""Covidence's four files, metafor's wide tables and robvis tables become review folders that pass the checks."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from metawright.checking.folder import read_review
from metawright.exchange.draft import CannotRead
from metawright.exchange.import_review import import_review
from tests.conftest import SCHEMAS
from tests.exchange.pipeline import pools

DATA = Path(__file__).parent / "data"

ARMS = """\
Study,Arm,Description,Intervention
Li 2021,Clinically indicated removal,,Clinically indicated removal
Li 2021,Routine removal - 96 hours,,Routine removal - 96 hours
Ono 2020,A,,Drug
Ono 2020,B,,Other drug
Ono 2020,C,,Third drug
"""
RESULTS = """\
Study,Outcome,Data type,Effect measure,Arm,Reference arm,Sample size,Cases,Mean,SD,SE,Variance,CI level,CI start,CI end,Footnotes
Li 2021,Catheter occlusion,Arm level,,Clinically indicated removal,,75,9,,,,,,,,
Li 2021,Catheter occlusion,Arm level,,Routine removal - 96 hours,,75,5,,,,,,,,
Li 2021,Pain,Arm level,,Clinically indicated removal,,70,,3.1,1.2,,,,,,
Li 2021,Pain,Arm level,,Routine removal - 96 hours,,71,,3.4,1.1,,,,,,
Ono 2020,Pain,Arm level,,A,,20,,3,1,,,,,,
Ono 2020,Pain,Arm level,,B,,21,,4,1,,,,,,
Ono 2020,Pain,Arm level,,C,,22,,5,1,,,,,,
Ono 2020,Survival,Contrast level,Hazard Ratio,A,B,,,-0.3,,0.15,,,,,adjusted
"""
INFORMATION = """\
Study,Year,Data source,ID: DOI,ID: PMID,Char: Methods,Char: Identification
Li 2021,2021,PUB,10.1/x,123,<p>Parallel &amp; <b>randomised</b></p>,Trial
Ono 2020,2020,PUB,,,,
"""
JUDGED = """\
Study,Domain (judgement): Random sequence generation (selection bias),Domain (support): Random sequence generation (selection bias)
Li 2021,Low risk,<p>Computer list</p>
Ono 2020,Not applicable,
"""


def folder_of(tmp_path, **files):
    folder = tmp_path / "brought"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def written(tmp_path, text, name="table.csv"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_covidence(tmp_path):
    source = folder_of(tmp_path, arms=ARMS, results=RESULTS, information=INFORMATION, risk=JUDGED)
    folder, draft = import_review(source, "demo", tmp_path, "C")
    review = read_review(folder, SCHEMAS)
    assert {key: block["measure"] for key, block in draft.outcomes.items()} == {
        "Catheter-occlusion": "RR",
        "Pain": "MD",
        "Survival": "GIV",
    }
    assert review.protocol["arms"]["control"][0] == "Routine removal - 96 hours"
    rows = (folder / "extraction.csv").read_text()
    assert "Li 2021,Catheter-occlusion,Clinically indicated removal,75,,,9" in rows
    assert "Ono 2020,Survival,contrast,,,,,-0.3,0.15" in rows
    assert draft.studies[0]["methods"] == "Parallel & randomised"
    assert draft.risk_of_bias == [
        {"study": "Li 2021", "domain": "random_sequence", "judgement": "low", "support": "Computer list"}
    ]
    # which of A, B, C is the control no file says: it was named, and the surplus arm is listed
    assert [(item["content"], item["reason"]) for item in draft.left_out] == [
        ("Ono 2020, Pain, B", "a further arm of the trial")
    ]
    assert any("“Not applicable” is no judgement" in note for note in draft.notes)
    found = {pool["outcome"]: pool for pool in pools(folder)}
    assert found["Pain"]["k"] == 2
    assert found["Survival"]["studies"][0]["y"] == -0.3


def test_every_row_of_covidence_is_imported_or_listed(tmp_path):
    folder, draft = import_review(folder_of(tmp_path, arms=ARMS, results=RESULTS), "demo", tmp_path, "C")
    assert len(draft.rows) + len(draft.left_out) == RESULTS.count("\n") - 1
    assert (folder / "left_out.csv").read_text().count("\n") == 2


HEADER = RESULTS.splitlines()[0]


def covidence(tmp_path, *lines, controls=""):
    name = f"demo{len(list(tmp_path.iterdir()))}"
    source = written(tmp_path, "\n".join([HEADER, *lines, ""]), f"{name}.csv")
    folder, draft = import_review(source, name, tmp_path, controls)
    read_review(folder, SCHEMAS)
    return draft


FALLS = (
    "Ash,Falls,Arm level,,Controlled-release melatonin,,50,0,,,,,,,,",
    "Ash,Falls,Arm level,,Zolpidem,,52,4,,,,,,,,",
    "Oak,Falls,Arm level,,Controlled-release melatonin,,60,2,,,,,,,,",
    "Oak,Falls,Arm level,,Placebo,,61,9,,,,,,,,",
)


def test_a_control_is_a_word_of_its_own_or_is_asked_for(tmp_path):
    with pytest.raises(CannotRead) as refused:
        covidence(tmp_path, *FALLS)
    text = str(refused.value)
    assert "which arm is the control of Ash? “Controlled-release melatonin”, “Zolpidem”" in text
    assert "Oak" not in text
    assert 'CONTROL="Zolpidem"' in text
    for controls in ("Zolpidem", " zolpidem ;", "Ash: Zolpidem"):
        draft = covidence(tmp_path, *FALLS, controls=controls)
        assert draft.arms == {"experimental": ["Controlled-release melatonin"], "control": ["Zolpidem", "Placebo"]}
    with pytest.raises(CannotRead, match="CONTROL names “Zolpidm”, and no arm is called so"):
        covidence(tmp_path, *FALLS, controls="Zolpidm")


@pytest.mark.parametrize(
    ("one", "other", "control"),
    [
        ("Drug + usual care", "Placebo + usual care", "Placebo + usual care"),
        ("Standardised extract", "Standard care", "Standard care"),
        ("Control", "Placebo-controlled drug", "Control"),
        ("Waiting list", "Exercise", "Waiting list"),
        ("High dose", "Low dose", None),
        ("Standard dose", "Usual dose", None),
        ("Controlled breathing", "Yoga", None),
    ],
)
def test_words_for_controls(tmp_path, one, other, control):
    lines = [f"A,Falls,Arm level,,{arm},,50,{events},,,,,,,," for arm, events in ((one, 1), (other, 2))]
    if control is None:
        with pytest.raises(CannotRead, match="which arm is the control of A"):
            covidence(tmp_path, *lines)
    else:
        assert covidence(tmp_path, *lines).arms["control"] == [control]


def contrast(tmp_path, cells, measure="Hazard Ratio"):
    mean, se, low, high = cells
    draft = covidence(tmp_path, *FALLS[2:], f"Elm,Death,Contrast level,{measure},A,B,,,{mean},,{se},,95%,{low},{high},")
    return [row for row in draft.rows if row["arm"] == "contrast"], [item["content"] for item in draft.left_out]


@pytest.mark.parametrize(
    ("cells", "measure", "expected"),
    [
        (("0.70", "", "0.50", "0.98"), "Hazard Ratio", (-0.35667494, -0.69314718, -0.02020271)),
        (("1.50", "0.15", "1.20", "1.80"), "Odds ratio", (0.40546511, 0.18232156, 0.58778666)),
        (("-0.357", "", "-0.693", "-0.020"), "Hazard Ratio", (-0.357, -0.693, -0.020)),
        (("0.50", "", "0.10", "0.90"), "Hazard Ratio", (0.5, 0.1, 0.9)),
        (("0.70", "", "0.50", "0.98"), "Mean difference", (0.7, 0.5, 0.98)),
    ],
)
def test_ratios_are_not_logarithms(tmp_path, cells, measure, expected):
    (row,), _ = contrast(tmp_path, cells, measure)
    assert [row[name] for name in ("estimate", "ci_low", "ci_high")] == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("cells", [("0.70", "0.17", "", ""), ("0.9", "", "0.2", "1.1"), ("0.1", "", "0.0", "0.9")])
def test_what_may_be_a_ratio_or_its_logarithm_is_listed(tmp_path, cells):
    rows, left_out = contrast(tmp_path, cells)
    assert rows == []
    assert f"Elm, Death, Hazard Ratio: Mean = {cells[0]}" in left_out[0]


def test_counts_with_commas_are_read_by_the_rules_of_extraction_and_the_rest_is_listed(tmp_path):
    lines = (
        'Yew,Death,Arm level,,Ginkgo,,30,"1,0",,,,,,,,',
        'Yew,Death,Arm level,,Placebo,,"1,030",2,,,,,,,,',
        "Elm,Death,Arm level,,Ginkgo,,30,three,,,,,,,,",
        "Elm,Death,Arm level,,Placebo,,31,-2,,,,,,,,",
    )
    draft = covidence(tmp_path, *lines)
    assert [(row["n"], row["events"]) for row in draft.rows] == [("30", "1"), ("1030", "2"), ("30", ""), ("31", "")]
    assert [item["content"] for item in draft.left_out] == [
        "Elm, Death, Ginkgo: Cases = three",
        "Elm, Death, Placebo: Cases = -2",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("study,m1i,m2i,sd1i,ni,ri\nA,38.5,30.6,15,20,0.47\n", "mean change with its correlation"),
        ("study,measure,m1i,m2i,sd1i,ni,ri\nA,SMCR,38.5,30.6,15,20,0.47\n", "the measure SMCR is not computed here"),
        ("study,measure,ai,bi,ci,di\nA,PHI,3,7,4,8\n", "the measure PHI is not computed here from ai bi ci di"),
        ("study,esid,yi,vi\nA,1,.2,.04\nA,2,.3,.05\n", "row 3: “A” has two effects in one pool, here and in row 2"),
    ],
)
def test_wide_tables_that_would_give_another_number_are_refused(text, words, tmp_path):
    with pytest.raises(CannotRead, match=words):
        import_review(written(tmp_path, text), "demo", tmp_path)


def test_an_effect_that_is_given_is_pooled_as_given_whatever_stands_beside_it(tmp_path):
    text = "study,measure,m1i,m2i,sd1i,ni,ri,yi,vi\nA,SMCR,38.5,30.6,15,20,0.47,0.51,0.05\n"
    _, draft = import_review(written(tmp_path, text), "demo", tmp_path)
    assert [(row["arm"], row["estimate"]) for row in draft.rows] == [("contrast", "0.51")]
    assert any("the measure SMCR with these columns is pooled as given" in note for note in draft.notes)


def test_variances_of_nothing_are_listed_with_their_value(tmp_path):
    text = "study,yi,vi\nA,0.2,0.04\nB,NA,NA\nC,0.3,0\nD,0.1,-0.1\nE,Inf,0.1\nTotal,0.2,0.1\n"
    _, draft = import_review(written(tmp_path, text), "demo", tmp_path)
    assert [row["study"] for row in draft.rows] == ["A"]
    assert [item["content"] for item in draft.left_out] == [
        "B: yi = NA, vi = NA",
        "C: yi = 0.3, vi = 0",
        "D: yi = 0.1, vi = -0.1",
        "E: yi = Inf, vi = 0.1",
        "Total: yi = 0.2, vi = 0.1",
    ]
    assert "above 0" in draft.left_out[1]["reason"]


def test_a_wide_table_of_a_spreadsheet_with_decimal_commas(tmp_path):
    text = "study;yi;vi\nA;0,5;0,04\nB;-1,25;0,09\n"
    folder, _ = import_review(written(tmp_path, text), "demo", tmp_path)
    assert [study["y"] for study in pools(folder)[0]["studies"]] == [0.5, -1.25]


def test_the_same_file_twice_counts_once(tmp_path):
    text = "study,yi,vi\nA,0.5,0.04\nB,0.1,0.09\nA,0.5,0.04\n"
    _, draft = import_review(folder_of(tmp_path, one=text, two=text), "demo", tmp_path)
    assert [row["study"] for row in draft.rows] == ["A", "B"]
    assert [(item["file"], item["row"], item["reason"]) for item in draft.left_out] == [
        ("one.csv", 4, "equal to row 2 of one.csv"),
        ("two.csv", 2, "equal to row 2 of one.csv"),
        ("two.csv", 3, "equal to row 3 of one.csv"),
        ("two.csv", 4, "equal to row 2 of one.csv"),
    ]
    assert any("4 rows equal earlier ones" in note for note in draft.notes)


def test_a_data_package_with_a_file_downloaded_twice(tmp_path):
    source, once = tmp_path / "package", DATA / "CD007654"
    shutil.copytree(once, source)
    for path in once.glob("*.csv"):
        shutil.copyfile(path, source / f"{path.stem} (1).csv")
    (source / "again").mkdir()
    shutil.copyfile(once / "CD007654-data-rows.csv", source / "again" / "CD007654-data-rows.csv")
    _, twice = import_review(source, "twice", tmp_path)
    _, single = import_review(once, "single", tmp_path)
    assert twice.outcomes == single.outcomes
    assert [row["study"] for row in twice.rows] == [row["study"] for row in single.rows]
    assert twice.stored == single.stored


@pytest.mark.parametrize(
    ("text", "measure", "row"),
    [
        ("study,n1i,m1i,sd1i,n2i,m2i,sd2i\nA,20,1.5,2,21,1,2.5\n", "MD", "A,table,experimental,20,1.5,2"),
        ("slab,ai,bi,ci,di\nA,3,7,4,8\n", "OR", "A,table,control,12,4"),
        ("author,year,ai,n1i,ci,n2i\nA,1999,3,10,4,12\n", "OR", "A,table,experimental,10,3"),
        ("trial,yi,vi\nA,0.5,0.04\n", "GIV", "A,table,contrast,0.5,0.2"),
        ("study,yi,sei,vi\nA,0.5,0.21,0.0441\n", "GIV", "A,table,contrast,0.5,0.21"),
        ("study,ri,ni\nA,0.3,40\n", "ZCOR", "A,table,contrast,40,0.3"),
        ("study,measure,ai,bi,ci,di\nA,MH_RR,3,7,4,8\n", "MH_RR", "A,table,control,12,4"),
        ("study,Measure,n1i,m1i,sd1i,n2i,m2i,sd2i\nA,smd,20,1.5,2,21,1,2.5\n", "SMD", "A,table,control,21,1,2.5"),
    ],
)
def test_wide_tables(text, measure, row, tmp_path):
    folder, draft = import_review(written(tmp_path, text), "demo", tmp_path)
    assert draft.outcomes["table"]["measure"] == measure
    assert row in (folder / "extraction.csv").read_text()
    assert read_review(folder, SCHEMAS).outcomes == ["table"]


def test_lines_of_a_wide_table_that_cannot_be_used_are_listed(tmp_path):
    text = "study,ai,bi,ci,di,country\nA,3,7,4,8,X\nB,3,,4,8,X\nC,3.5,7,4,8,X\nD,1,9,2,8,Y\n"
    folder, draft = import_review(written(tmp_path, text), "demo", tmp_path)
    assert [(item["row"], item["content"]) for item in draft.left_out] == [
        (3, "B: ai = 3, ci = 4, di = 8"),
        (4, "C: ai = 3.5, bi = 7, ci = 4, di = 8"),
    ]
    assert {row["study"] for row in draft.rows} == {"A", "D"}
    assert "country" in (folder / "studies.csv").read_text()
    assert any("country" in note for note in draft.notes)


def test_a_risk_of_bias_table_alone_makes_a_folder_that_awaits_numbers(tmp_path):
    text = "Study,D1,D2,D3,D4,D5,Overall,Weight\nA,Low,Some concerns,Low,Low,High,High,1\nB,Low,Low,Low,Low,Low,Low,1\n"
    folder, draft = import_review(written(tmp_path, text), "demo", tmp_path)
    assert draft.instrument == "RoB2"
    assert list(draft.domains) == ["D1", "D2", "D3", "D4", "D5"]
    assert {"study": "A", "domain": "overall", "judgement": "high", "support": ""} in draft.risk_of_bias
    assert pools(folder)[0]["status"] == "awaiting_data"
    assert (folder / "awaiting.csv").read_text().count("all numbers") == 2
    text = "Study,D1,D2,D3,D4,D5,D6,D7,Overall,Weight\nA,Low,Unclear,Low,Low,High,Low,Low,Low,1\n"
    folder, draft = import_review(written(tmp_path, text, "rob1.csv"), "rob1", tmp_path)
    assert draft.instrument == "RoB1"
    assert list(draft.domains)[:2] == ["random_sequence", "allocation_concealment"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("x.csv", "a,b\n1,2\n", "not recognised"),
        ("x.csv", "study,yi,vi\nA,,\n", "no line has a complete set"),
        ("x.csv", "study,study\nA,B\n", "name of two columns"),
        ("x.rm5", "plain text", "not recognised"),
    ],
)
def test_files_that_cannot_be_imported(name, text, words, tmp_path):
    with pytest.raises(CannotRead, match=words):
        import_review(written(tmp_path, text, name), "demo", tmp_path)
    assert not (tmp_path / "demo").exists()


def test_nothing_is_overwritten_and_names_are_checked(tmp_path):
    source = written(tmp_path, "study,yi,vi\nA,1,1\n")
    import_review(source, "demo", tmp_path)
    with pytest.raises(CannotRead, match="exists already"):
        import_review(source, "demo", tmp_path)
    with pytest.raises(CannotRead, match="cannot name a review"):
        import_review(source, "../demo", tmp_path)
    with pytest.raises(CannotRead, match="no such file"):
        import_review(tmp_path / "absent.rm5", "other", tmp_path)


def test_the_command_says_what_was_not_carried_over(tmp_path):
    source = written(tmp_path, "study,ai,bi,ci,di\nA,3,7,4,8\nB,3,,4,8\n")
    command = [sys.executable, "-m", "metawright.exchange.import_review", str(source), "mine"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "resources/mine is ready: 1 outcomes, 2 rows, 2 trials." in done.stdout
    assert "OR is a first draft" in done.stdout
    assert "1 rows have no place here" in done.stdout
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert again.returncode == 1
    assert "exists already" in again.stderr
