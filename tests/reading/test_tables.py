"""Tables of a review folder: one reader, whatever the file looks like; keys that stand once."""

import pytest

from metawright.checking.folder import read_review
from metawright.reading.problems import BadInput
from metawright.reading.tables import read_table_of, rows_of
from tests.conftest import PROTOCOL, ROOT
from tests.extraction.files import csv_bytes

EXTRACTION = """\
study,outcome,timepoint,arm,n,mean,sd
A,score,3 m,exercise,20,10,2
A,score,3 m,usual care,20,9,2
"""
MODERATED = PROTOCOL + "sensitivity: {moderators: [{column: dose}]}\n"


def problems_of(folder, schemas):
    with pytest.raises(BadInput) as error:
        read_review(folder, schemas)
    return [(problem.row, problem.column, problem.value, problem.what) for problem in error.value.problems]


def test_decimal_commas_where_the_schema_has_decimal_numbers(tmp_path):
    path = tmp_path / "claims.csv"
    path.write_text("claim;refs_cited;estimate;p;q\nC1;12,15;0,85;0,034;1.234,5\nC2;3;−1,20;0,1;2,0\n")
    assert [list(cells.values()) for cells in rows_of(path)] == [
        ["C1", "12,15", "0.85", "0.034", "1234.5"],
        ["C2", "3", "−1.20", "0.1", "2.0"],
    ]


def test_a_number_that_may_be_thousands_is_a_problem(tmp_path):
    path = tmp_path / "claims.csv"
    path.write_text("claim;estimate\nC1;0,85\nC2;1,234\n")
    (problem,) = read_table_of(path).problems
    assert (problem.row, problem.column, problem.value) == (3, "estimate", "1,234")
    assert "may be 1234 or 1.234" in problem.what


def test_points_stay_and_space_goes(tmp_path):
    path = tmp_path / "studies.csv"
    path.write_text('study,label,treatment_months,free\n A\u00a0,\u200bA 2001 ,2.5,"1,5"\n')
    assert rows_of(path) == [{"study": "A", "label": "A 2001", "treatment_months": "2.5", "free": "1,5"}]
    assert rows_of("") == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_moderators_with_decimal_commas_are_numbers(review_folder, schemas, delimiter, encoding):
    folder = review_folder(EXTRACTION, MODERATED)
    rows = [["study", "label", "dose", "treatment_months"], ["A", "Müller", "20,5", "2,5"], ["B", "B", "-3†", "4"]]
    (folder / "studies.csv").write_bytes(csv_bytes(rows, delimiter, encoding))
    review = read_review(folder, schemas)
    assert review.properties["score"] == {"a": {"dose": "20.5"}}
    assert review.treatment == {"a": 2.5, "b": 4.0}
    assert review.labels == {"A": "Müller", "B": "B"}


def test_a_moderator_that_may_be_two_numbers_is_refused_and_words_stay(review_folder, schemas):
    folder = review_folder(EXTRACTION, MODERATED, studies="study;dose\nA;1,5\nB;1,234\nC;high\n")
    assert [problem[:3] for problem in problems_of(folder, schemas)] == [(3, "dose", "1,234")]


@pytest.mark.parametrize(
    ("table", "text", "row", "value"),
    [
        ("studies", "study,label\na,A 2000\n A ,OTHER 1999\nb,B 2001\n", 3, "A"),
        ("claims", "claim,outcome\nC1,score\nC2,score\nC1,score\n", 4, "C1"),
        ("risk_of_bias", "study,domain,judgement\nA,attrition,low\nA,attrition,high\n", 3, "A"),
    ],
)
def test_a_key_twice_is_refused(review_folder, schemas, table, text, row, value):
    ((found, _, seen, what),) = problems_of(review_folder(EXTRACTION, **{table: text}), schemas)
    assert (found, seen) == (row, value)
    assert "already" in what
    assert "keep one of the two rows" in what


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_protocol_in_another_encoding(review_folder, schemas, encoding):
    folder = review_folder(EXTRACTION)
    text = PROTOCOL.replace("A test", "Prüfung")
    (folder / "protocol.yaml").write_bytes(text.encode(encoding))
    assert read_review(folder, schemas).protocol["title"] == "Prüfung"


def test_scripts_take_tables_of_people_from_the_reader_alone():
    people = {"extraction", "second_extraction", "adjudication", "studies", "awaiting", "claims", "citations"}
    people |= {"statements", "other_reviews", "trial_reports", "claim_trials", "curated_findings"}
    for script in sorted((ROOT / "workflow" / "scripts").glob("*.py")):
        text = script.read_text()
        assert "read_sheet(" not in text, script.name
        for name in people:
            assert f"read_table(snakemake.input.{name})" not in text, script.name
            assert f"read_table(given.{name})" not in text, script.name
            assert f"read_table(takes.{name})" not in text, script.name


def test_a_protocol_that_is_no_yaml_has_one_fault_alone(review_folder, schemas):
    folder = review_folder(EXTRACTION, PROTOCOL.replace("  score:", "\tscore:"))
    (problem,) = problems_of(folder, schemas)
    assert problem[0] == 3
    assert "not valid YAML" in problem[3]
