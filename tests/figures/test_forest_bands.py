import pytest

from metawright.figures.forest.bands import bands, columns
from metawright.figures.forest.data import forest_data
from metawright.figures.forest.words import footnotes, heterogeneity_words, overall_words, pooling_name
from metawright.words.numbers import format_tau2
from tests.figures.forest_numbers import OUTCOME, als_forest
from tests.figures.made_pools import pool


def of(data, kind, period=None):
    return [band for band in bands(data) if band.kind == kind and period in (None, band.period)]


def test_the_lines_of_a_pool_read_as_in_revman(als):
    texts = [(b.label, b.weight, b.effect) for b in bands(als) if b.period == "long"]
    assert texts == [
        ("9-12 months", "", ""),
        ("Lunetta 2016", "63.0%", "4.20 [0.35, 8.05]"),
        ("Zucchi 2019", "37.0%", "1.22 [−3.80, 6.24]"),
        ("Subtotal (95% CI)", "100.0%", "3.10 [0.04, 6.15]"),
        ("Heterogeneity: Chi² = 0.85, df = 1 (P = 0.36); I² = 0%", "", ""),
        ("Test for overall effect: Z = 1.99 (P = 0.05)", "", ""),
        ("Recommended: REML, HKSJ", "", "3.10 [−15.18, 21.38]"),
        ("Published (2 trials)", "", "no estimate printed, P = 0.05"),
    ]


def test_subtotals_sum_the_arms_and_numbers_print_as_recorded(als):
    subtotal = of(als, "subtotal", "long")[0]
    assert subtotal.cells == {"experimental.n": "62", "control.n": "63"}
    trial = of(als, "trial", "long")[0]
    assert trial.cells["experimental.mean"] == "27.5"
    assert trial.cells["experimental.n"] == "30†"


def test_one_trial_is_not_pooled(als):
    short = [band for band in bands(als) if band.period == "short"]
    assert not any(band.kind in ("subtotal", "recommended") for band in short)
    assert [b.label for b in short if b.kind == "note"] == ["One trial: not pooled"]
    assert [b.effect for b in short if b.kind == "awaiting"] == ["awaiting data"] * 2


def test_a_cell_without_data_says_who_is_awaited_and_what_was_published():
    data = als_forest(pools={})
    medium = [(b.kind, b.label, b.effect) for b in bands(data) if b.period == "medium"]
    assert medium == [
        ("section", "5-8 months", ""),
        ("awaiting", "Braga 2018", "awaiting data"),
        ("note", "No data: 1 trial awaiting", ""),
        ("published", "Published (3 trials)", "3.21 [0.85, 5.56]"),
    ]
    assert of(data, "published", "medium")[0].mark.shape == "hollow"
    assert [b.label for b in of(data, "note", "long")] == ["No data"]


def test_there_is_no_grand_total(als):
    assert {b.period for b in bands(als)} == {"short", "medium", "long"}
    assert len(of(als, "subtotal")) == 2


def test_random_effects_show_tau2_and_their_prediction_interval_from_three_trials_on(cold, als):
    assert of(cold, "note")[0].label.startswith("Heterogeneity: Tau² = 0.0")
    assert of(cold, "prediction")[0].effect.startswith("[")
    assert of(cold, "prediction")[0].mark.shape == "bar"
    assert of(cold, "prediction")[0].label == "95% prediction interval"
    assert of(als, "prediction") == []
    cold.sections[0].recommended["tau2"] = 0.0
    band = of(cold, "prediction")[0]
    assert band.mark is None and band.effect.startswith("[") and band.undrawn.low < band.undrawn.high
    assert any(note.label.startswith("No bar: τ² was estimated as 0") for note in of(cold, "note"))
    assert "bar: 95% prediction interval" not in " ".join(footnotes(cold))
    cold.sections[0].recommended["tau2"] = 0.1
    cold.sections[0].recommended["k"] = 4
    assert of(cold, "prediction")[0].label == "95% prediction interval (caution: few trials)"


def test_two_trials_say_that_they_have_no_prediction_interval(als_pools):
    for row in als_pools["long"]["models"]:
        row |= {"pi_low": None, "pi_high": None}
    notes = [note.label for note in of(als_forest(als_pools), "note", "long")]
    assert notes[-1] == "95% prediction interval: not estimable from two trials"


def test_binary_outcomes_have_total_events_and_trials_that_are_not_estimable(cold):
    assert [c.head for c in columns(cold)] == ["Events", "Total"] * 2
    assert of(cold, "events")[0].cells == {"experimental.events": "234", "control.events": "217"}
    assert [(b.label, b.effect) for b in of(cold, "unused")] == [("Study 4", "Not estimable")]
    assert of(cold, "trial")[0].effect == "0.83 [0.46, 1.51]"


def test_generic_outcomes_have_estimate_and_se():
    studies = [("a", -3.25, 1.0, None, None, ""), ("b", -2.0, 4.0, None, None, "")]
    data = forest_data(OUTCOME | {"key": "o", "measure": "GIV"}, [], [pool("o", "all", "GIV", studies)], [], [])
    assert [c.head for c in columns(data)] == ["Estimate", "SE"]
    assert of(data, "trial")[0].cells == {"y": "−3.25", "se": "1.00"}
    assert of(data, "subtotal")[0].label == "Total (95% CI)"
    with_n = [("a", 0.1, 1.0, 10, 12, ""), ("b", 0.2, 4.0, 10, 12, "")]
    data = forest_data(OUTCOME | {"key": "o", "measure": "OR"}, [], [pool("o", "all", "OR", with_n)], [], [])
    assert [c.head for c in columns(data)] == ["log[OR]", "SE", "Total", "Total"]


def test_sections_pooled_in_different_ways_say_so(als_pools):
    models = als_pools["long"]["models"]
    models[0] = models[1] | {"model": "as-published"}
    data = als_forest(als_pools)
    assert of(data, "subtotal", "long")[0].label == "Subtotal (random, 95% CI)"
    assert of(data, "subtotal", "medium")[0].label == "Subtotal (fixed, 95% CI)"


def test_a_discordant_rule_shows_the_other_candidate(als_pools):
    models = als_pools["long"]["models"]
    models[0]["candidates"] = [dict(models[0]), models[0] | {"tau2_method": "DL", "estimate": 2.9}]
    found = of(als_forest(als_pools), "candidate")
    assert [b.label for b in found] == ["Rule’s criteria disagree: DL, Wald"]


def test_an_undecided_rule_shows_both_candidates_and_no_subtotal(als_pools):
    models = als_pools["long"]["models"]
    both = [dict(models[0]), models[1] | {"model": "as-published"}]
    models[0] |= {"estimate": None, "ci_low": None, "ci_high": None, "weights": None, "candidates": both}
    data = als_forest(als_pools)
    assert of(data, "subtotal", "long") == []
    assert len(of(data, "candidate", "long")) == 2
    assert "leaves the choice open" in of(data, "note", "long")[0].label
    assert of(data, "trial", "long")[0].weight == ""


def test_an_interval_without_width_is_called_degenerate(als_pools):
    row = als_pools["long"]["models"][2]
    row |= {"ci_low": row["estimate"], "ci_high": row["estimate"], "statistic": None, "p": None}
    found = of(als_forest(als_pools), "recommended", "long")[0]
    assert found.effect == "3.10 [degenerate]"
    assert found.mark is None
    assert overall_words(row).endswith("the interval is degenerate")


def test_imputed_numbers_are_marked_and_explained(als_pools):
    als_pools["long"]["studies"][1]["imputed"] = True
    data = als_forest(als_pools)
    assert of(data, "trial", "long")[1].label == "Zucchi 2019*"
    assert footnotes(data)[-1].startswith("* From an imputed")
    assert footnotes(data)[1].startswith("† Number randomised")
    assert footnotes(data)[0] == (
        "Black diamond: the review’s protocol (as-published); grey diamond: recommended (REML-HKSJ); "
        "hollow diamond: published."
    )


def test_t_tests_name_their_degrees_of_freedom(als_pools):
    row = als_pools["long"]["models"][2]
    assert overall_words(row) == "Test for overall effect: t = 2.15, df = 1 (P = 0.28)"
    assert heterogeneity_words(row).startswith("Heterogeneity: Tau² = 0.00; Chi² = 0.85")


@pytest.mark.parametrize(
    ("tau2", "text"),
    [
        (0.39, "0.39"),
        (0.005, "0.01"),
        (0.0034, "0.0034"),
        (0.00035, "0.00035"),
        (3.31e-5, "0.000033"),
        (2e-9, "0.0000000020"),
        (7e-16, "0.00"),
        (0.0, "0.00"),
        (8553.986, "8553.99"),
        (None, ""),
    ],
)
def test_small_tau2_is_not_printed_as_nothing(tau2, text):
    assert format_tau2(tau2) == text


@pytest.mark.parametrize(
    ("measure", "tau2_method", "name"),
    [
        ("MD", "FE", "IV, Fixed"),
        ("MD", "REML", "IV, Random"),
        ("MH_OR", "FE", "M-H, Fixed"),
        ("MH_OR", "DL", "M-H, Random"),
        ("MH_OR", "REML", "IV, Random"),
        ("PETO", "FE", "Peto, Fixed"),
        ("PETO", "DL", "IV, Random"),
    ],
)
def test_methods_of_pooling_have_revmans_names(measure, tau2_method, name):
    assert pooling_name(measure, {"tau2_method": tau2_method}) == name
