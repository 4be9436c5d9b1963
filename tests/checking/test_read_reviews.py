"""A review folder is read and checked at once: every problem of every file, none of them a traceback."""

import pytest

from metawright.checking.folder import read_review, read_reviews
from metawright.checking.refusal import forget_refusals, refusal
from metawright.reading.problems import BadInput
from tests.conftest import PROTOCOL

EXTRACTION = """\
study,outcome,timepoint,arm,n,mean,sd,events
A,score,3 m,exercise,20,10,2,
A,score,3 m,usual care,20,9,2,
A,cured,3 m,exercise,20,,,5
A,cured,3 m,usual care,20,,,4
"""


def problems_of(folder, schemas):
    with pytest.raises(BadInput) as caught:
        read_review(folder, schemas)
    return caught.value.problems


def test_a_review_in_order(review_folder, schemas):
    review = read_review(review_folder(EXTRACTION), schemas)
    assert review.name == "demo"
    assert review.outcomes == ["score", "cured"]
    assert review.periods == ["short", "long"]
    assert review.headline("protocol") == "FE-z"
    assert review.headline("recommended") == "REML-HKSJ"
    assert review.files == {}


def test_defaults_are_filled_in(protocol):
    assert protocol["outcomes"]["score"]["variance"] == "unpooled"
    assert protocol["outcomes"]["cured"]["label"] == "cured"
    assert [period["closed"] for period in protocol["periods"]] == ["both", "both"]
    assert protocol["periods"][0]["pick"] == "latest"


def test_a_review_without_periods_has_one(review_folder, schemas):
    protocol = """\
title: T
outcomes: {score: {measure: MD, direction: lower_is_better}}
models: [{key: F, tau2_method: FE, interval: z}]
"""
    rows = "study,outcome,arm,n,mean,sd\nA,score,experimental,20,10,2\nA,score,control,20,9,2\n"
    assert read_review(review_folder(rows, protocol), schemas).periods == ["all"]


def test_rows_are_checked_although_the_protocol_has_a_fault(review_folder, schemas):
    folder = review_folder(EXTRACTION.replace("20,10,2", "20,ten,2"), PROTOCOL.replace("measure: MD", "mesure: MD"))
    found = problems_of(folder, schemas)
    assert [(problem.file.rsplit("/", 1)[1], problem.column) for problem in found] == [
        ("extraction.csv", "mean"),
        ("protocol.yaml", "outcomes.score"),
        ("protocol.yaml", "outcomes.score.mesure"),
    ]


PERIODS = PROTOCOL[PROTOCOL.index("periods:") : PROTOCOL.index("arms:")]


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ("measure: MD", "mesure: MD", "outcomes.score.mesure", "did you mean 'measure'"),
        ("measure: MD", "measure: MDD", "outcomes.score.measure", "expected 'MD'"),
        ("title: A test", "titel: A test", "", "'title' is missing"),
        ("to: 4}", "to: -1}", "periods.0.to", "at least 0"),
        ("{key: short, from: 0, to: 4}", "{key: short, from: 4, to: 2}", "periods.0.to", "not after `from`"),
        ("{key: long, from: 5", "{key: long, from: 3", "periods.1.from", "must not overlap"),
        ("{key: long, from: 5", "{key: short, from: 5", "periods.1.key", "key of two periods"),
        ("from: 0, to: 4", "from: zero, to: 4", "periods.0.from", "expected a number"),
        ("interval: z", "interval: Z", "models.0.interval", "did you mean 'z'"),
        ("tau2_method: FE, interval: z", "tau2_method: FE", "models.0", "needs `tau2_method` and `interval`"),
        ("{key: FE-z", "{rule: {}, key: FE-z", "models.0", "takes its `tau2_method` from the rule"),
        ("{key: FE-z", "{key: REML-HKSJ", "models.1.key", "key of two models"),
        ("score:", "sc/ore:", "outcomes", "letters, digits"),
        ("aliases: [points]", "aliases: [Cured]", "outcomes.cured", "belongs to one outcome"),
        ("experimental: [exercise]", "experimental: [usual care]", "arms.control", "belongs to one role"),
        ("title: A test", "title: A test\ntitle: B", "title", "stands twice"),
        ("outcomes:", "outcomes: [", "", "not valid YAML"),
        (PERIODS, "periods: 12\n", "periods", "expected a list"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_protocol_is_named(review_folder, schemas, old, new, key, words):
    assert old in PROTOCOL
    folder = review_folder(EXTRACTION, PROTOCOL.replace(old, new, 1))
    found = problems_of(folder, schemas)
    named = [problem for problem in found if words in problem.what and problem.column == key]
    assert named, [problem.text for problem in found]
    assert named[0].file == str(folder / "protocol.yaml")
    assert named[0].row > 0


def test_problems_of_all_files_come_at_once_sorted(review_folder, schemas):
    folder = review_folder(
        EXTRACTION.replace("A,score,3 m,exercise,20", "A,scores,3 m,exercise,x"),
        awaiting="study,outcome,period\nB,score,medium\n",
        claims="claim,outcome,period,estimate\nC1,score,short,two\n",
        risk_of_bias="study,domian,judgement\nA,x,low\n",
        screening="database_results: many\nnew_studys: 3\n",
    )
    found = problems_of(folder, schemas)
    files = {problem.file.rsplit("/", 1)[1] for problem in found}
    assert files == {"extraction.csv", "awaiting.csv", "claims.csv", "risk_of_bias.csv", "screening.yaml"}
    assert found == sorted(found)
    text = BadInput(found).text
    assert "extraction.csv, row 2, column n: 'x' is not a number" in text
    assert "awaiting.csv, row 2, column period: 'medium' is not a period of the protocol" in text
    assert "claims.csv, row 2, column estimate: 'two' has not the expected form: a number as printed" in text
    assert "risk_of_bias.csv, row 1, column domain: this column is missing; did you mean 'domian'?" in text
    assert "screening.yaml, line 2, new_studys: 'new_studys' is not a known key; did you mean 'new_studies'?" in text
    assert text.endswith("earlier results are as they were.")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "header row"),
        (b"\xff\xfe\x00", "not UTF-16"),
        (b'study,outcome\n"A', "unclosed quote"),
        (b"study|outcome|arm\nA|score|control\n", "column is missing"),
        ("stúdy,outcome\nA,\udce9\n".encode(errors="surrogateescape"), "is not UTF-8, while other parts"),
        (b"study,outcome\n\x81,score\n", "nor Windows-1252"),
        (b"study,outcome\n\x00,score\n", "no text holds"),
        (b"study,outcome,timepoint,arm,n,mean,sd,events\nA,score,3 m,control,9,1,2,,,\n", "10 cells and the header 8"),
        (b"study,study\nA,B\n", "name of two columns"),
        (b"study,outcome,timepoint,arm,n,mean,sd,events\nA,score,3 m,control,9,1,2,,surplus\n", "beyond the last"),
    ],
)
def test_the_form_of_the_file(review_folder, schemas, content, words):
    found = problems_of(review_folder(content), schemas)
    assert any(words in problem.what for problem in found), [problem.text for problem in found]


def test_a_byte_order_mark_is_no_part_of_the_header(review_folder, schemas):
    assert read_review(review_folder(b"\xef\xbb\xbf" + EXTRACTION.encode()), schemas)


def test_csv_and_workbook_are_not_both_read(review_folder, schemas):
    folder = review_folder(EXTRACTION)
    folder.joinpath("extraction.xlsx").write_bytes(b"")
    assert "keep one of the two" in problems_of(folder, schemas)[0].what
    folder.joinpath("extraction.csv").unlink()
    assert "cannot be read as an Excel workbook" in problems_of(folder, schemas)[0].what


def test_a_clock_at_the_end_of_treatment_needs_its_length(review_folder, schemas):
    protocol = PROTOCOL.replace("periods:", "clock: end_of_treatment\nperiods:")
    folder = review_folder(EXTRACTION, protocol, studies="study,label\nA,A\n")
    assert "needs the length of each trial's treatment" in problems_of(folder, schemas)[0].what
    folder.joinpath("studies.csv").write_text("study,treatment_months\na,2.5\n")
    assert read_review(folder, schemas).treatment == {"a": 2.5}


def test_a_refusal_is_also_a_table_and_forgotten_once_mended(review_folder, schemas, tmp_path):
    folder = review_folder(EXTRACTION.replace("20,10,2", "20,ten,-2"))
    with pytest.raises(BadInput) as caught:
        read_reviews({"review": str(folder)}, schemas)
    words = refusal(caught.value, tmp_path / "logs")
    table = tmp_path / "logs" / "demo" / "problems.csv"
    assert str(table) in words
    lines = table.read_text().splitlines()
    assert lines[0] == "file,row,column,value,what"
    assert lines[1].startswith(f'{folder}/extraction.csv,2,mean,ten,"is not a number')
    assert lines[2].startswith(f'{folder}/extraction.csv,2,sd,-2,"is negative')
    forget_refusals(["demo"], tmp_path / "logs")
    assert not table.exists()


def test_files_that_are_not_there(tmp_path, schemas):
    (tmp_path / "empty").mkdir()
    assert {problem.file.rsplit("/", 1)[1] for problem in problems_of(tmp_path / "empty", schemas)} == {
        "protocol.yaml",
        "extraction.csv",
    }
    (tmp_path / "empty" / "protocol.yaml").touch()
    assert "no such review folder; did you mean 'empty'?" in problems_of(tmp_path / "emtpy", schemas)[0].what


def test_review_on_the_command_line_takes_the_place_of_reviews(review_folder, schemas):
    folder = review_folder(EXTRACTION)
    assert list(read_reviews({"reviews": ["nowhere"], "review": str(folder)}, schemas)) == ["demo"]
    assert list(read_reviews({"review": [str(folder)]}, schemas)) == ["demo"]


def test_two_reviews_of_one_name_are_refused(review_folder, schemas, tmp_path):
    folder = review_folder(EXTRACTION)
    other = tmp_path / "elsewhere" / "demo"
    other.parent.mkdir()
    folder.rename(other)
    again = review_folder(EXTRACTION)
    with pytest.raises(BadInput, match="same name"):
        read_reviews({"reviews": [str(other), str(again)]}, schemas)


def test_a_name_that_results_keeps_is_refused(review_folder, schemas):
    with pytest.raises(BadInput, match="results/ keeps for itself"):
        read_review(review_folder(EXTRACTION, name="simulation"), schemas)


def test_a_typo_in_the_configuration(schemas):
    with pytest.raises(BadInput, match="'reviewz' is not a known key; did you mean 'review'"):
        read_reviews({"reviewz": ["x"]}, schemas)


def test_the_digest_of_an_outcome_changes_with_its_own_rows_alone(review_folder, schemas, tmp_path):
    before = read_review(review_folder(EXTRACTION), schemas).rows
    (tmp_path / "demo" / "extraction.csv").write_text(EXTRACTION.replace("20,10,2", "20,10.5,2"))
    after = read_review(tmp_path / "demo", schemas).rows
    assert before["score"] != after["score"]
    assert before["cured"] == after["cured"]


def test_the_digest_of_an_outcome_knows_what_was_decided_about_the_file(review_folder, schemas, tmp_path):
    rows = EXTRACTION.replace("20,10,2", '20,"10,125",2')
    path = review_folder(EXTRACTION) / "extraction.csv"
    digests = [read_review(tmp_path / "demo", schemas).rows]
    for text in (
        EXTRACTION.replace(",", ";"),
        rows + 'B,cured,3 m,exercise,20,"0,625",,5\n',
        EXTRACTION + 'B,cured,3 m,exercise,20,"0,625",,5\n',
    ):
        path.write_text(text)
        digests.append(read_review(tmp_path / "demo", schemas).rows)
    plain, semicolons, commas, commas_elsewhere = (item["score"] for item in digests)
    assert len({plain, semicolons, commas}) == 3
    assert commas_elsewhere == plain
