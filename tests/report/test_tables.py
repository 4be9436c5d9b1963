"""Tables between the numbers and the page."""

import copy

from metawright.report.grid import grid
from metawright.report.sections.outcomes import paragraphs
from metawright.report.sections.register import page
from metawright.report.sections.section import PAGE, Source
from metawright.report.sections.summary import summary
from metawright.report.sentences.context import Context
from metawright.report.tables.appraisal import appraisal_table
from metawright.report.tables.claims import claims_table
from metawright.report.tables.effects import models_table, tracks_table
from metawright.report.tables.review import (
    awaiting_table,
    characteristics_table,
    cleaning_table,
    corrections_table,
    screening_table,
    unused_table,
)
from metawright.report.tables.spread import heterogeneity_table, leave_one_out_table
from metawright.report.tables.summary import summary_table
from metawright.report.tables.trials import trials_table
from tests.report.als_review import ARMS, als_results, cell_of
from tests.report.cells_by_hand import pair_pool, trial
from tests.report.small_review import many, small_results

APPRAISAL = {
    "instrument": "RoB1",
    "domains": [{"key": "performance", "label": "Performance bias"}, {"key": "other", "label": "Other bias"}],
    "studies": [
        {
            "study": study,
            "label": study.title(),
            "judgements": {
                "performance": {"judgement": level, "support": ""},
                "other": {"judgement": "low", "support": "printed 'No'"},
            },
            "grade": grade,
            "grade_printed": "A",
            "overall": None,
            "overall_printed": None,
        }
        for study, level, grade in (("kalron", "low", "A"), ("zucchi", None, "B"))
    ],
    "counts": {},
    "remarks": ["Zucchi: no judgement on performance."],
}


def texts(table):
    return [[one["text"] for one in row] for row in table["rows"]]


def context(outcome="ALSFRS-R", period="long", results=None):
    results = results or als_results()
    return Context(results, cell_of(results, outcome, period))


def test_tracks_stand_side_by_side_with_the_published_result():
    made = tracks_table(context("ALSFRS-R", "medium"), "t")
    assert [one["label"] for one in made["columns"]] == ["", "Review’s protocol", "Recommended", "Published (C04)"]
    rows = {row[0]: row[1:] for row in texts(made)}
    assert rows["MD [95% CI]"] == ["2.60 [−0.23, 5.42]", "2.34 [−23.44, 28.13]", "3.21 [0.85, 5.56]"]
    assert rows["P"] == ["0.072", "0.45", "0.008"]
    assert rows["Trials (participants)"] == ["2 (125)", "2 (125)", "3"]
    assert rows["Reading"] == ["interval includes 0", "interval includes 0", "slower"]
    assert "95% prediction interval" not in rows


def test_one_trial_has_one_column():
    made = tracks_table(context("ALSFRS-R", "short"), "t")
    assert [one["label"] for one in made["columns"]] == ["", "The one trial", "Published (C03)"]
    assert "τ²" not in [row[0] for row in texts(made)]


def test_models_show_both_candidates_where_the_rule_is_silent():
    results = small_results(pair_pool("O", "all", trial("a", 0.0, 1.0), trial("b", 2.2, 1.0)))
    made = models_table(Context(results, results["cells"][0]), "m")
    assert [row[0] for row in texts(made)].count("candidate") == 2
    plain = models_table(context(), "m")
    assert [row[0] for row in texts(plain)] == ["as-published", "REML-HKSJ", "FE-z", "DL-z", "REML-mHKSJ"]
    assert plain["rows"][0][0]["note"] == "Fixed effect (chosen by the rule)"
    assert {row[5] for row in texts(plain)} == {"–", "not useful"}


def test_trials_carry_arms_weights_and_rows():
    arms = [dict(arm, flags="n_assumed_randomised") for arm in ARMS]
    made = trials_table(context(results=als_results(arms=arms)), "t")
    first = texts(made)[0]
    assert first[0] == "Lunetta 2016"
    assert first[2:4] == ["32.8 (6.5), 30†", "32.8 (6.5), 30†"]
    assert first[-3:] == ["63.0%", "63.0%", "4, 5"]
    assert made["notes"][-1].startswith("† Number randomised")


def test_heterogeneity_and_leave_one_out_need_trials():
    assert heterogeneity_table(context("ALSFRS-R", "short"), "h") is None
    assert leave_one_out_table(context(), "l") is None
    made = heterogeneity_table(context(), "h")
    assert made["name"] == "h"
    assert texts(made)[1][1] == "0.00 [0.00, 971.40]"
    assert made["notes"][0].startswith("Q = 0.85, df = 1, P = 0.36; I² from Q = 0.0%")


def test_leave_one_out_flags_what_changes():
    documents = many(5, (0.0, 4.0))
    for model in documents[2]["models"]:
        for one in model["omitted"]:
            one |= {"ci_low": 1.0, "ci_high": 3.0, "p": 0.01, "i2": 5.0}
    documents[2]["models"][0]["omitted"][2] |= {"significance_changes": True}
    results = small_results(documents)
    made = leave_one_out_table(Context(results, results["cells"][0]), "l")
    assert [row[0] for row in texts(made)] == ["None", "s0", "s1", "s2", "s3", "s4"]
    assert [row[-1]["kind"] for row in made["rows"]] == ["", "", "", "flag", "", ""]
    assert texts(made)[3][-1] == "significance (review’s protocol)"


def test_risk_of_bias_shows_where_the_printed_grade_differs():
    made = appraisal_table({"risk_of_bias": APPRAISAL})
    assert texts(made) == [["Kalron", "low", "low", "A"], ["Zucchi", "not judged", "low", "B"]]
    assert made["rows"][1][3] == {"text": "B", "note": "printed: A", "kind": "flag"}
    assert made["supports"] == ["Other bias, all studies: printed 'No'."]
    assert made["notes"] == APPRAISAL["remarks"]
    assert appraisal_table({"risk_of_bias": None}) is None


def test_printed_values_stand_under_the_corrected_ones():
    results = als_results()
    made = characteristics_table(results)
    assert made["rows"][0][2] == {"text": "33", "note": "printed: 32", "kind": "differs"}
    assert texts(corrections_table(results))[0] == ["Kalron 2021", "N control", "32", "33", "abstract"]
    assert characteristics_table({"studies": None}) is None
    assert corrections_table({"studies": None}) is None


def test_awaiting_trials_and_claims_are_listed_cell_by_cell():
    results = als_results()
    assert len(awaiting_table(results)["rows"]) == 9
    rows = claims_table(results)["rows"]
    assert [row[0]["text"] for row in rows] == ["C01", "C03", "C09", "C04", "C05", "C06", "C09"]
    assert rows[5][-1]["note"] == "our P = 0.047 agrees; our interval excludes 0"
    assert rows[6][-1]["note"] == "our P = 0.047 does not agree; our interval excludes 0"
    bare = als_results(awaiting=None, claims=None)
    assert awaiting_table(bare) is None
    assert claims_table(bare) is None


def test_unused_rows_and_cleaning_log():
    results = als_results(
        cleaning_log=[{"file": "e", "row": "3", "column": "n", "rule": "r", "before": " 3", "after": "3"}]
    )
    assert texts(unused_table(results))[0] == [
        "14, 15",
        "Zucchi 2019",
        "ALSFRS-R",
        "18 months",
        "both",
        "18 months lies outside the periods",
    ]
    assert [one["label"] for one in cleaning_table(results)["columns"]] == ["Row", "Column", "Rule", "Before", "After"]
    assert cleaning_table(als_results()) is None


def test_screening_counts_keep_zero_and_skip_the_unknown():
    screening = {"new_studies": 8, "duplicates": 0, "database_results": 1548, "dbr_excluded": {"wrong design": 3}}
    assert texts(screening_table({"screening": screening})) == [
        ["Records from databases", "1548"],
        ["Duplicates removed before screening", "0"],
        ["Reports excluded: wrong design", "3"],
        ["New studies included", "8"],
    ]
    assert screening_table({"screening": None}) is None
    assert screening_table({"screening": {}}) is None


def test_summary_has_a_line_per_cell():
    made = summary_table(als_results())
    assert len(made["rows"]) == 9
    assert texts(made)[4][1:] == [
        "2 of 3 trials",
        "2.60 [−0.23, 5.42]",
        "2.34 [−23.44, 28.13]",
        "3.21 [0.85, 5.56]",
        "incomplete pool, 1 awaiting data",
    ]
    assert texts(made)[5][-1] == "conclusion differs"


def test_grid_cards_know_what_to_beware_of():
    made = grid(als_results())
    assert made["periods"] == ["0–4 months", "5–8 months", "9–12 months"]
    cards = {card["id"]: card for row in made["outcomes"] for card in row["cards"]}
    assert cards["ALSFRS-R.long"]["differs"] is True
    assert cards["ALSFRS-R.medium"]["incomplete"] is True
    assert cards["ALSFRS.short"]["published"]["limits"] == (2.40, 0.23, 4.58)
    assert cards["FVC.long"]["lines"] == []


def test_the_summary_counts_in_words():
    assert summary(als_results()) == [
        "Eight trials; nine combinations of outcome and period: two pooled, one with a single trial, six without "
        "usable data.",
        "The conclusion differs between the review’s protocol and the recommended model in one of two pools.",
    ]


def test_sections_leave_the_results_alone():
    results = als_results()
    before = copy.deepcopy(results)
    assert page(Source(results, PAGE, ["forest.ALSFRS-R"]))
    assert results == before


def test_sentences_that_belong_together_share_a_paragraph():
    found = paragraphs([{"kind": "heterogeneity", "text": "A."}, {"kind": "prediction", "text": "B."}])
    assert found == [{"kind": "heterogeneity", "text": "A. B."}]
    assert len(paragraphs([{"kind": "protocol", "text": "A."}, {"kind": "recommended", "text": "B."}])) == 2
