"""The certainty of the reviews that ship: what nobody judged is not rated, and what is judged is."""

import csv
import json
import shutil

import pytest

from metawright.report.html import render_html
from metawright.report.latex import render_latex
from tests.report.rendering import HTML, LATEX
from tests.workflow.conftest import copy_house

pytestmark = pytest.mark.slow

UNJUDGED = ("common-cold", "deep-brain-stimulation", "glioma-chemotherapy")
DOMAINS = ("random_sequence", "allocation_concealment", "performance", "detection", "attrition", "reporting", "other")
WORDS = ("high", "moderate", "low", "very low")


@pytest.fixture(scope="module")
def house(root, tmp_path_factory):
    """The reviews without judgements as they ship, and the common cold with every trial judged low."""
    made = copy_house(root, tmp_path_factory.mktemp("certainty") / "house", *UNJUDGED)
    judged = made.folder / "resources" / "judged"
    shutil.copytree(made.folder / "resources" / "common-cold", judged)
    rows = [f"Study {number},{domain},low,\n" for number in range(1, 10) for domain in DOMAINS]
    (judged / "risk_of_bias.csv").write_text("study,domain,judgement,support\n" + "".join(rows))
    (judged / "certainty.csv").write_text(
        "outcome,period,domain,levels,reason,by,date\n"
        "sneezing,day-2,indirectness,1,induced colds,A. Reviewer,2026-11-22\n"
    )
    reviews = ", ".join(f"resources/{review}" for review in (*UNJUDGED, "judged"))
    (made.folder / "config" / "config.yaml").write_text(f"reviews: [{reviews}]\npdf: never\ndocx: never\n")
    made.build("--", *[f"results/{review}/report/results.json" for review in (*UNJUDGED, "judged")])
    return made


def results(house, review):
    return json.loads((house.folder / "results" / review / "report" / "results.json").read_text())


def summary(house, review):
    with (house.folder / "results" / review / "appraisal" / "summary_of_findings.csv").open() as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("review", UNJUDGED)
def test_what_nobody_judged_is_not_rated_and_one_sentence_says_why(house, review):
    document = results(house, review)
    said = "No certainty rating: risk of bias not assessed."
    page, article = render_html(document, HTML, {}, {}), render_latex(document, LATEX, ())
    for text in (page, article):
        assert said in text.replace("\u00a0", " ")
        assert "⊕" not in text
    screen = page.split('id="summary"', 1)[1].split("</section>", 1)[0]
    assert screen.count("risk of bias not assessed") == 1
    for row in summary(house, review):
        assert (row["certainty"], row["suggested"]) == ("not rated: risk of bias not assessed", "not rated")
        assert (row["status"], row["levels_risk_of_bias"]) == ("not rated", "")


def test_judgements_on_risk_of_bias_rate_the_common_cold(house):
    rows = summary(house, "judged")
    assert len(rows) == 8
    assert {row["levels_risk_of_bias"] for row in rows} == {"0"}
    decided = [row for row in rows if row["basis"] == "mixed"]
    assert [row["status"] for row in rows if row not in decided] == ["suggested"] * 7
    (row,) = decided
    assert row["certainty"] == WORDS[WORDS.index(row["suggested"]) + 1]
    assert (row["levels_indirectness"], row["suggested_indirectness"]) == ("1", "")
    assert "indirectness: 1 down, decided by A. Reviewer: induced colds" in row["notes"]
    assert results(house, "judged")["certainty"]["not_rated"] is None


def test_before_and_after_is_at_most_very_low(house):
    cells = results(house, "deep-brain-stimulation")["certainty"]["cells"]
    assert {(cell["start"], cell["at_most"], cell["inputs"]["design"]) for cell in cells} == {
        ("low", "very low", "uncontrolled")
    }


def test_als_is_rated_as_far_as_its_trials_go(als):
    cells = {(cell["outcome"], cell["period"]): cell for cell in results(als, "als-exercise")["certainty"]["cells"]}
    assert cells["ALSFRS-R", "long"]["words"] == "very low"
    assert cells["ALSFRS-R", "medium"]["words"] == "very low (provisional: 2 of 3 trials)"
    assert cells["ALSFRS-R", "short"]["words"] == "not rated: fewer than half of the known trials have numbers"
    known = [cells[outcome, period]["words"] for outcome in ("ALSFRS", "FVC") for period in ("short", "medium", "long")]
    assert known == [
        "no usable numbers; 3 trials awaiting",
        "no usable numbers; 3 trials awaiting",
        "no usable numbers; 1 trial awaiting",
        "no usable numbers; 6 trials awaiting",
        "no usable numbers; 4 trials awaiting",
        "no usable numbers",
    ]
