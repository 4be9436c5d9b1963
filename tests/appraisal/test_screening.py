"""The flow of records: its identities, what cannot be closed, the file of the PRISMA2020 package, the checklist."""

import pytest

from metawright.appraisal.checklist import AUTHORS, FILLED, PARTLY, checklist
from metawright.appraisal.flow import screening_flow
from metawright.appraisal.screening import check_flow
from metawright.checking.folder import read_review
from metawright.checking.screening import read_screening
from metawright.reading.problems import BadInput
from metawright.reading.schemas import check_document, load_schema

WHOLE = {
    "database_results": 1548, "register_results": 40, "website_results": 12, "citations_results": 28, "duplicates": 278,
    "excluded_automatic": 10, "excluded_other": 2, "records_screened": 1298, "records_excluded": 1200,
    "dbr_sought_reports": 98, "dbr_notretrieved_reports": 4, "dbr_assessed": 94,
    "dbr_excluded": {"not randomised": 70, "other": 15}, "other_sought_reports": 40, "other_notretrieved_reports": 3,
    "other_assessed": 37, "other_excluded": {"not randomised": 36}, "new_studies": 9, "new_reports": 10,
    "previous_studies": 3, "total_studies": 12, "total_studies_ma": 10,
}  # fmt: skip


def states(counts, table=9, pooled=10):
    return {check["id"]: check["status"] for check in check_flow(counts, table, pooled)}


def test_a_flow_in_order_closes():
    found = states(WHOLE)
    assert set(found) == {"P1", "P2", "P3", "P4", "P5", "P5a", "P6", "P6a", "P7", "P8", "P8a"}
    assert set(found.values()) == {"closed"}


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"records_screened": 1299}, {"P1", "P2"}),
        ({"duplicates": 277}, {"P1"}),
        ({"records_excluded": 1201}, {"P2"}),
        ({"dbr_assessed": 95}, {"P3", "P4"}),
        ({"dbr_excluded": {"not randomised": 70}}, {"P4"}),
        ({"other_assessed": 36}, {"P4", "P5"}),
        ({"website_results": 13}, {"P5a"}),
        ({"new_studies": 8}, {"P6", "P7"}),
        ({"new_reports": 8}, {"P4", "P6a"}),
        ({"total_studies": 13}, {"P7"}),
        ({"total_studies_ma": 11}, {"P8a"}),
        ({"total_studies_ma": 14}, {"P8", "P8a"}),
    ],
)
def test_each_identity_breaks_by_itself(change, broken):
    assert {key for key, status in states(WHOLE | change).items() if status == "wrong"} == broken


def test_an_absent_count_is_not_zero():
    counts = {name: value for name, value in WHOLE.items() if name != "records_screened"}
    checks = {check["id"]: check for check in check_flow(counts, 9, 10)}
    assert checks["P1"]["status"] == checks["P2"]["status"] == "open"
    assert checks["P1"]["left"] == 1298
    assert checks["P1"]["missing"] == ["records_screened"]


def test_the_als_flow_cannot_be_closed(root, schemas):
    review = read_review(root / "resources" / "als-exercise", schemas)
    content = (root / "resources" / "als-exercise" / "screening.yaml").read_bytes()
    counts = read_screening(content, "screening.yaml")[0].content
    document = screening_flow(counts, [{}] * 8, [], [], review.files)
    assert document["closes"] is None
    assert {check["id"] for check in document["checks"] if check["status"] == "closed"} == {"P6"}


TEMPLATE = """\
data,node,box,description,boxtext,tooltips,url,n
NA,node4,prevstud,Grey title box; Previous studies,Previous studies,,,
database_results,node7,box2,Databases,Databases,,,"1,548"
database_specific_results,node7,box2,Databases,Databases,,,"PubMed, 1000; Embase, 548"
duplicates,node8,box3,Duplicate records,Duplicate records,,,xxx
dbr_excluded,node14,box9,Reports excluded,Reports excluded,,,"Not randomised, 10; Wrong outcome, 5; Reason3, xxx"
new_studies,node15,box10,New studies,New studies,,,8
"""


def test_the_file_of_the_prisma2020_package(schemas):
    document, problems = read_screening(TEMPLATE.encode(), "screening.csv")
    assert problems == []
    assert document.content == {
        "database_results": 1548,
        "dbr_excluded": {"Not randomised": 10, "Wrong outcome": 5},
        "new_studies": 8,
    }
    assert check_document(document, load_schema(schemas, "screening"), "screening.csv") == []


def test_a_count_that_is_none_is_named_with_its_row():
    _, problems = read_screening(TEMPLATE.replace(",8\n", ",eight\n").encode(), "screening.csv")
    assert [(problem.row, problem.column, problem.value) for problem in problems] == [(7, "n", "eight")]
    _, problems = read_screening(b"a,b\n1,2\n", "screening.csv")
    assert {problem.column for problem in problems} == {"data", "n"}


def test_a_review_may_have_the_csv_instead_but_not_both(review_folder, schemas):
    extraction = "study,outcome,timepoint,arm,n,mean,sd\nA,score,3 m,exercise,20,30,6\nA,score,3 m,usual care,20,28,6\n"
    folder = review_folder(extraction + "", name="one")
    text = (folder / "protocol.yaml").read_text().replace("  cured: {measure: OR, direction: higher_is_better}\n", "")
    (folder / "protocol.yaml").write_text(text)
    (folder / "screening.csv").write_text(TEMPLATE)
    assert read_review(folder, schemas).files["screening"].endswith("screening.csv")
    (folder / "screening.yaml").write_text("new_studies: 8\n")
    with pytest.raises(BadInput, match="keep one of the two"):
        read_review(folder, schemas)


def test_the_checklist_has_27_items_and_leaves_to_the_authors_what_has_no_file():
    rows = {row["item"]: row for row in checklist({"studies", "risk_of_bias", "screening"})}
    assert {int("".join(filter(str.isdigit, item))) for item in rows} == set(range(1, 28))
    assert len(rows) == 42
    assert {row["filled"] for row in rows.values()} == {FILLED, PARTLY, AUTHORS}
    without = {row["item"]: row for row in checklist(())}
    assert without["18"]["filled"] == AUTHORS
    assert "no risk_of_bias file" in without["18"]["where"]
