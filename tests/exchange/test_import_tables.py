"""Covidence's four files, metafor's wide tables and robvis tables become review folders that pass the checks."""

import subprocess
import sys

import pytest

from metawright.exchange.draft import CannotRead
from metawright.exchange.import_review import import_review
from metawright.review.folder import read_review
from tests.conftest import SCHEMAS
from tests.exchange.pipeline import pools

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
    folder, draft = import_review(source, "demo", tmp_path)
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
    # which of A, B, C is the control no file says: decided, said, and the surplus arm listed
    assert any("which arm is the control is not clear" in note and "“C”" in note for note in draft.notes)
    assert [(item["content"], item["reason"]) for item in draft.left_out] == [
        ("Ono 2020, Pain, B", "a further arm of the trial")
    ]
    assert any("“Not applicable” is no judgement" in note for note in draft.notes)
    found = {pool["outcome"]: pool for pool in pools(folder)}
    assert found["Pain"]["k"] == 2
    assert found["Survival"]["studies"][0]["y"] == -0.3


def test_every_row_of_covidence_is_imported_or_listed(tmp_path):
    folder, draft = import_review(folder_of(tmp_path, arms=ARMS, results=RESULTS), "demo", tmp_path)
    assert len(draft.rows) + len(draft.left_out) == RESULTS.count("\n") - 1
    assert (folder / "left_out.csv").read_text().count("\n") == 2


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
    text = "study,ai,bi,ci,di,country\nA,3,7,4,8,X\nB,3,,4,8,X\nC,3.5,7,4,8,X\nA,1,9,2,8,Y\n"
    folder, draft = import_review(written(tmp_path, text), "demo", tmp_path)
    assert [(item["row"], item["content"]) for item in draft.left_out] == [(3, "B"), (4, "C")]
    assert {row["study"] for row in draft.rows} == {"A", "A (2)"}
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
