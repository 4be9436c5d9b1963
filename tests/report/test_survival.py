"""The section on survival: its numbers are those of the documents, and what is not shown has its reason."""

import json
import math
import re

import pytest

from metawright.files.documents import plain
from metawright.report.html import render_html
from metawright.report.latex import render_latex
from metawright.report.methods.section import methods_section
from metawright.report.sections.summary import summary
from metawright.report.sections.survival import ANALYSES, survival
from metawright.report.sentences.context import Context
from metawright.report.tables.verdicts import multiplicity_table, shift_words, verdicts_table
from metawright.sensitivity.examination.examine import BLOCKS
from metawright.words.numbers import format_number, p_value
from tests.report.als_review import als_results
from tests.report.examined_review import examined_review
from tests.report.rendering import HTML, LATEX, SVG

FIGURES = ("sensitivity.cured.short", "baujat.cured.short", "periods.score")


@pytest.fixture(scope="module")
def results():
    return json.loads(json.dumps(plain(examined_review())))


def texts(table):
    return [[one["text"] for one in row] for row in table["rows"]]


def groups(results, key, cell=0):
    section = survival(results, key, ())
    return {group["title"]: group["tables"] for group in section["cells"][cell]["groups"]}, section["cells"][cell]


def cell_of(results, outcome, period):
    return next(one for one in results["cells"] if (one["outcome"], one["period"]) == (outcome, period))


def test_every_analysis_of_a_cell_has_its_place():
    assert {block for block, *_ in ANALYSES} == {*BLOCKS, "method_ladder"} - {"baujat"}


def test_a_large_binary_pool_shows_all_that_applies(results):
    made, cell = groups(results, "cured")
    assert list(made) == [
        "Every usual model", "What the choices do", "Distance to significance", "Influence of single trials",
        "Cumulative analysis", "All subsets of the trials", "Bayesian analysis", "Small-study effects", "Subgroups",
        "Meta-regression",
    ]  # fmt: skip
    assert cell["not_done"] == (
        "Not shown: missing participants (not every trial says who is missing); required information size (for mean "
        "and risk differences only)."
    )
    names = [table["name"] for tables in made.values() for table in tables]
    assert len(names) == len(set(names))


def test_a_small_pool_says_what_is_not_shown(results):
    made, cell = groups(results, "score", 1)
    assert "influence of single trials (two trials are too few)" in cell["not_done"]
    assert "small-study effects (fewer than 10 trials)" in cell["not_done"]
    assert "cumulative analysis (needs at least 3 trials)" in cell["not_done"]
    assert "Dose: fewer than three trials state a number" in cell["not_done"]
    assert "Missing participants" in made and "Required information size" in made


def test_ratios_are_shown_as_ratios(results):
    made, _ = groups(results, "cured")
    posterior = cell_of(results, "cured", "short")["sensitivity"]["bayes"]["posteriors"][0]
    row = texts(made["Bayesian analysis"][0])[0]
    assert row[1].startswith(format_number(math.exp(posterior["median"])))
    assert made["Bayesian analysis"][0]["columns"][2]["label"] == "P(effect > 1)"
    ladder = texts(made["Every usual model"][0])
    assert len(ladder) == cell_of(results, "cured", "short")["sensitivity"]["method_ladder"]["distinct"]


def test_tests_for_small_studies_of_events_include_those_made_for_them(results):
    made, _ = groups(results, "cured")
    block = cell_of(results, "cured", "short")["sensitivity"]["small_study_effects"]
    rows = {row[0]: row for row in texts(made["Small-study effects"][0])}
    assert rows["Peters"][2] == p_value(block["peters"]["p"]) and rows["Harbord"][3] == "–"
    assert len(made["Small-study effects"][0]["rows"]) == 4 + 1 + 2 + 4


def test_the_largest_subset_counts(results):
    made, _ = groups(results, "cured")
    rows = dict(texts(made["All subsets of the trials"][0])[i][:2] for i in range(3))
    assert rows["Subsets"] == "4095, all"


def test_missing_participants(results):
    made, _ = groups(results, "score")
    table = made["Missing participants"][0]
    assert "Trial 1 20 of 24 and 22 of 22" in table["notes"][0]
    assert [row[0] for row in texts(table)] == [
        "As observed", "Tipping point, experimental arm alone", "Tipping point, both arms apart",
    ]  # fmt: skip


def test_information_size_with_its_boundary(results):
    made, _ = groups(results, "score")
    row = texts(made["Required information size"][0])[0]
    # 4 (1.96 + 0.84)² 16/4, rounded up
    assert row[:2] == ["2.00", "126"] and row[3] == "192" and "crossed" in row[5]


def test_periods_that_share_a_trial(results):
    section = survival(results, "score", ())["periods"]
    table = section["tables"][0]
    assert "long minus short" in table["caption"]
    rows = texts(table)
    assert [row[1] for row in rows] == [f"{rho:.1f}" for rho in (0, 0.3, 0.5, 0.7, 0.9)] * 2 + ["–", "–"]
    assert rows[-1][0] == "As if independent" and table["rows"][-1][0]["note"] == "Random effects: the wrong test"
    # without correlation the model-based fixed-effect result is the naive one
    naive = results["periods"]["score"]["pairs"][0]["naive"][0]
    assert naive["p"] == pytest.approx(results["periods"]["score"]["pairs"][0]["differences"][0]["p"])
    assert rows[0][2] == rows[-2][2]
    assert "1 in both periods" in table["notes"][1] and "Trial 2 and Trial 3" in table["notes"][1]
    assert survival(results, "cured", ())["periods"]["tables"] == []


def test_the_verdict_table_has_a_line_per_cell_with_data(results):
    table = verdicts_table(results)
    assert [[row[0]["text"], row[0]["note"]] for row in table["rows"]] == [
        ["score", "short"],
        ["score", "long"],
        ["cured", "short"],
    ]
    assert "cured (long)" in table["notes"][-1]
    for row in table["rows"]:
        verdict = cell_of(results, row[0]["text"], row[0]["note"])["verdict"]
        assert (row[-1]["text"] == "depends") == (verdict["verdict"] == "depends")
        share = verdict["multiverse"]
        count = round(share["excluding_zero"] * share["specifications"])
        assert row[3]["note"].startswith(f"{count} of {share['specifications']} exclude")
    assert verdicts_table(als_results()) is None


@pytest.mark.parametrize(
    ("measure", "shift", "words"),
    [
        ("MD", 0.0448, "0.04 closer to 0"),
        ("MD", -23.4399, "23.44 further from 0"),
        ("MD", 0.0004, "<0.01 closer to 0"),
        ("OR", 0.2468, "1.28 × closer to 1"),
        ("OR", -0.0004, "<1.01 × further from 1"),
    ],
)
def test_what_would_change_a_result(results, measure, shift, words):
    context = Context(results, cell_of(results, "score", "short") | {"measure": measure})
    assert shift_words(context, shift) == words


def test_p_values_stand_beside_the_adjusted_ones(results):
    table = multiplicity_table(results)
    assert [column["label"] for column in table["columns"][1:4]] == ["P, protocol", "Holm", "BH"]
    assert "4 tests for each track" in table["notes"][0]
    tests = results["multiplicity"][0]["tests"]
    assert texts(table)[0][1:4] == [p_value(tests[0][name]) for name in ("p", "holm", "benjamini_hochberg")]


def test_results_keep_numbers_and_not_the_arrays_of_plots(results):
    one = cell_of(results, "cured", "short")
    assert "rows" not in one["multiverse"] and one["multiverse"]["specifications"] > 10
    assert "histogram" not in one["sensitivity"]["gosh"]["models"][0]
    assert "tau_curve" not in one["sensitivity"]["bayes"]["posteriors"][0]
    assert "line" not in one["sensitivity"]["moderators"]["columns"][0]
    assert results["cells"][3]["verdict"]["verdict"] == "awaiting_data"


def test_both_renderers_print_the_section(results):
    figures = dict.fromkeys(FIGURES, SVG)
    page = render_html(results, HTML, figures, dict.fromkeys(FIGURES, "Words."))
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert page.count("Would it survive?</a>") == 3
    for name in FIGURES:
        assert f'id="figure-{name}"' in page
    article = render_latex(results, LATEX, figures)
    labels, references = (set(re.findall(rf"\\{word}{{([^}}]+)}}", article)) for word in ("label", "ref"))
    assert references <= labels
    for name in FIGURES:
        assert article.count(f"../figures/{name}.pdf") == 1
    said = summary(results)
    assert said[-1] == "The conclusion holds under every examined choice in one of three pools."


def test_methods_name_what_was_run_and_nothing_else(results):
    text = " ".join(" ".join(part["paragraphs"]) for part in methods_section(results))
    for word in (
        "Dose",
        "Kind",
        "permutations",
        "half-Cauchy(0.5)",
        "takes their Wald standard errors, and beside it stands the F test",
        "correlations of 0.0, 0.3",
        "White",
        "steegen2016",
    ):
        assert word in text or word == "White"
    assert "the review’s rule" not in text
    before = " ".join(" ".join(part["paragraphs"]) for part in methods_section(als_results()))
    assert "quadrature" not in before and "without each of its trials" in before
