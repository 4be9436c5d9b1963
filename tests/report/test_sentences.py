"""Sentences from numbers: right in every case that a cell can be in."""

import pytest

from metawright.report.sentences.cell import cell_sentences
from metawright.words.numbers import preset
from tests.report.als_review import als_results, cell_of
from tests.report.cells_by_hand import empty_pool, odds_ratio, pair_pool, single_pool, trial
from tests.report.small_review import many, small_results


def said(results, outcome, period):
    """Sentences of a cell by kind, with plain spaces."""
    return by_kind(cell_sentences(results, cell_of(results, outcome, period)))


def by_kind(sentences):
    found = {}
    for one in sentences:
        text = one["text"].replace("\u00a0", " ")
        found[one["kind"]] = f"{found[one['kind']]} {text}" if one["kind"] in found else text
    return found


def small(documents, **options):
    results = small_results(documents, **options)
    return by_kind(cell_sentences(results, results["cells"][0]))


def test_two_trials_with_tracks_that_differ():
    words = said(als_results(), "ALSFRS-R", "long")
    assert words["protocol"] == (
        "The review’s rule chose the fixed-effect model, because the Q test gave P = 0.36 (above 0.10) and I² was 0% "
        "(below 50%). In this model, the mean difference was 3.10 (95% CI 0.04 to 6.15; P = 0.047), in favour of "
        "exercise, and the interval excludes 0."
    )
    assert "3.10 (95% CI −15.18 to 21.38; P = 0.28); the estimate favours exercise" in words["recommended"]
    assert "one degree of freedom" in words["recommended"]
    assert words["conclusion"].startswith("The conclusion differs between the tracks: the interval of the review’s")
    assert "not useful" in words["prediction"]
    assert "Two trials say little" in words["heterogeneity"]
    assert "without Lunetta 2016, Zucchi 2019 gives 1.22" in words["leave_one_out"]


def test_complete_pool_names_its_trials():
    words = said(als_results(), "ALSFRS-R", "long")
    assert words["available"] == (
        "Two trials with 125 participants (62 exercise, 63 usual care) have data for ALSFRS-R (9–12 months): "
        "Lunetta 2016 and Zucchi 2019."
    )


def test_incomplete_pool_is_never_the_reviews_result():
    words = said(als_results(), "ALSFRS-R", "medium")
    assert words["available"].startswith("Incomplete: 2 of 3 trials (Lunetta 2016 and Zucchi 2019) have data")
    assert "Braga 2018 is awaiting data" in words["available"]
    assert "this is not the review’s result" in words["available"]
    assert words["published"] == (
        "Published (claim C04): MD 3.21 (95% CI 0.85 to 5.56; P = 0.008) from three trials. "
        "Claim check: partly checkable (2 of 3 trials)."
    )


def test_single_trial():
    words = said(als_results(), "ALSFRS-R", "short")
    assert "Incomplete: 1 of 4 trials (Zucchi 2019) has data" in words["available"]
    assert "Kalron 2021, Lunetta 2016 and Plowman 2019 are awaiting data" in words["available"]
    assert "Braga 2018 is eligible too" in words["available"]
    assert words["single"].startswith("There is one trial and nothing to pool: the mean difference was −1.52")
    assert "favours usual care, and the interval includes 0" in words["single"]
    assert not words.keys() & {"protocol", "recommended", "conclusion", "heterogeneity", "prediction", "leave_one_out"}


def test_no_data_but_a_published_claim():
    words = said(als_results(), "ALSFRS", "short")
    assert words["available"].startswith("No trial has usable data for ALS Functional Rating Scale (0–4 months)")
    assert "Drory 2001 and Dal Bello-Haas 2007 are awaiting data" in words["available"]
    assert "Claim check: not checkable (0 of 2 trials have data)." in words["published"]
    assert set(words) == {"available", "published"}


def test_no_data_and_nothing_known():
    assert said(als_results(), "FVC", "long") == {
        "available": "No trial has usable data for Forced vital capacity, % predicted (9–12 months)."
    }


def test_claim_that_prints_nothing_but_p():
    text = said(als_results(), "ALSFRS-R", "long")["published"]
    assert "partly checkable (no estimate is printed, only P)" in text
    assert "Our P = 0.047 agrees with the printed P = 0.05." in text
    assert "Our interval excludes 0, whereas the review says “showed no significance”." in text


def test_review_without_periods_names_the_outcome_alone():
    words = small(pair_pool("O", "all", trial("a", 1.0, 1.0), trial("b", 2.0, 1.0)))
    assert "have data for Function: a and b." in words["available"]


def test_lower_is_better_turns_the_favoured_arm():
    pair = pair_pool("O", "all", trial("a", -4.0, 1.0), trial("b", -4.2, 1.0))
    assert "in favour of exercise" in small(pair, direction="lower_is_better")["protocol"]
    assert "in favour of usual care" in small(pair)["protocol"]


def test_arms_without_words_are_named_by_role():
    pair = pair_pool("O", "all", trial("a", 4.0, 1.0), trial("b", 4.2, 1.0))
    assert "in favour of the experimental arm" in small(pair, arms=("experimental", "control"))["protocol"]


def test_ratios_are_transformed_back():
    first, second = odds_ratio("a", 20, 100, 10, 100), odds_ratio("b", 22, 100, 11, 100)
    words = small(pair_pool("O", "all", first, second, "OR"), measure="OR")
    assert "the odds ratio was 2.27 (95% CI 1.29 to 3.99; P = 0.005)" in words["protocol"]
    assert "the interval excludes 1" in words["protocol"]


def test_estimate_at_the_null_favours_nobody():
    words = small(pair_pool("O", "all", trial("a", 1.0, 1.0), trial("b", -1.0, 1.0)))
    assert "the estimate is exactly 0, and the interval includes 0" in words["protocol"]


def touching(low):
    documents = pair_pool("O", "all", trial("a", 3.0, 1.0), trial("b", 3.2, 1.0))
    for row in documents[0]["models"]:
        row["ci_low"] = low
    return small(documents)["protocol"]


def test_interval_that_touches_the_null_does_not_exclude_it():
    text = touching(0.0)
    assert "the estimate favours exercise, and the interval ends exactly at 0" in text
    assert "excludes" not in text


@pytest.mark.parametrize(
    ("low", "verdict"), [(0.0004, "excludes 0 (lower limit before rounding: 0.0004)"), (-0.002, "includes 0 (lower")]
)
def test_limit_that_rounds_to_the_null_is_spelled_out(low, verdict):
    assert verdict in touching(low)


def test_degenerate_interval_is_never_significant():
    results = small_results(pair_pool("O", "all", trial("a", 2.0, 1.0), trial("b", 2.0, 1.5)))
    words = by_kind(cell_sentences(results, results["cells"][0]))
    assert "has no width (degenerate) and says nothing about precision" in words["recommended"]
    assert "The modified Hartung–Knapp interval is −8.57 to 12.57." in words["recommended"]
    assert "excludes" not in words["recommended"]
    assert results["cells"][0]["comparison"]["conclusion_differs"] is None
    assert "cannot be compared" in words["conclusion"]


def test_random_effects_chosen_by_the_rule():
    words = small(pair_pool("O", "all", trial("a", 0.0, 1.0), trial("b", 9.0, 1.0)))
    assert "The review’s rule chose the random-effects model" in words["protocol"]
    assert "(not above 0.10)" in words["protocol"]
    assert "(not below 50%)" in words["protocol"]


def test_gap_of_the_rule_shows_both_models():
    # Q = 2.42: I² is 58.7%, P is 0.12.
    words = small(pair_pool("O", "all", trial("a", 0.0, 1.0), trial("b", 2.2, 1.0)))
    assert "The review’s rule is silent here" in words["protocol"]
    assert "which points to the fixed-effect model" in words["protocol"]
    assert "which points to the random-effects model" in words["protocol"]
    assert "the fixed-effect model is used" in words["protocol"]
    assert "For comparison, the random-effects model (DerSimonian–Laird) gives 1.10" in words["protocol"]


def test_undecided_rule_has_no_headline():
    documents = pair_pool("O", "all", trial("a", 0.0, 1.0), trial("b", 2.2, 1.0))
    row = documents[0]["models"][0]
    row["rule"] |= {"chosen": "undecided", "on_discordance": "error"}
    row |= dict.fromkeys(("estimate", "se", "ci_low", "ci_high", "p", "tau2_method", "interval"))
    results = small_results(documents)
    words = by_kind(cell_sentences(results, results["cells"][0]))
    assert "so there is no headline" in words["protocol"]
    assert "the fixed-effect model gives 1.10" in words["protocol"]
    assert "the random-effects model (DerSimonian–Laird) gives 1.10" in words["protocol"]
    assert results["cells"][0]["comparison"]["conclusion_differs"] is None


def test_prediction_interval_cautions():
    assert "read with caution" in small(many(3, (0.0, 4.0)))["prediction"]
    assert "between 0.00 and 4.00" in small(many(3, (0.0, 4.0)))["prediction"]
    assert "known to be too narrow" in small(many(9, (0.0, 4.0)))["prediction"]
    assert "narrow" not in small(many(25, (0.0, 4.0)))["prediction"]
    none = small(many(9, (1.0, 3.0), 0.0))["prediction"]
    assert "it equals the confidence interval: τ² was estimated as 0, which few trials cannot show" in none
    wider = small(many(9, (0.8, 3.2), 0.0))["prediction"]
    assert "it equals the t interval of the mean: τ² was estimated as 0" in wider
    two = pair_pool("O", "all", trial("a", 0.0, 1.0), trial("b", 2.2, 1.0))
    for row in two[0]["models"]:
        row |= {"pi_low": None, "pi_high": None}
    assert small(two)["prediction"] == "A prediction interval is not estimable from two trials."


def test_leave_one_out_says_what_changes():
    stable = small(many(5, (0.0, 4.0)))["leave_one_out"]
    assert stable == (
        "In both tracks, leaving out any one trial changes neither the sign nor the significance (estimates 2.00 to 2.40)."
    )
    documents = many(5, (0.0, 4.0))
    for name in (0, 3):
        documents[2]["models"][0]["omitted"][name] |= {"significance_changes": True}
    documents[2]["models"][1]["omitted"][1] |= {"model_choice_changes": True}
    words = small(documents)["leave_one_out"]
    assert "Under the review’s protocol, the interval includes 0 when s0 or s3 is left out." in words
    assert "In the recommended model, the rule chooses the other model when s1 is left out." in words


def test_long_lists_of_trials_stand_in_the_table():
    assert small(many(9, (0.0, 4.0)))["available"] == "Nine trials have data for Function."


def test_given_estimates_point_to_improvement():
    documents = pair_pool("O", "all", trial("a", -4.0, 1.0), trial("b", -4.2, 1.0), "GIV")
    options = {"measure": "GIV", "direction": "lower_is_better", "arms": ("experimental", "control")}
    text = small(documents, **options)["protocol"]
    assert "the estimate was −4.10" in text
    assert "in the direction of improvement" in text


@pytest.mark.parametrize("documents", [empty_pool("O", "all"), single_pool("O", "all", trial("a", 1.0, 1.0))])
def test_thin_cells_have_no_pooling_words(documents):
    assert not small(documents).keys() & {"protocol", "recommended", "heterogeneity", "leave_one_out"}


@pytest.mark.parametrize(
    ("name", "effect", "q"),
    [
        ("revman", "3.10 (95% CI 0.04 to 6.15; P = 0.047)", "the Q test gave P = 0.36 (above"),
        ("plain", "3.10 (95% CI 0.04 to 6.15; P = 0.047)", "the Q test gave P = 0.36 (above"),
        ("bmj", "3.10 (95% CI 0.04 to 6.15; P=0.047)", "the Q test gave P=0.36 (above"),
        ("jama", "3.10 (95% CI, 0.04 to 6.15; P = .047)", "the Q test gave P = .36 (above"),
    ],
)
def test_sentences_follow_the_preset(name, effect, q):
    with preset(name):
        words = said(als_results(), "ALSFRS-R", "long")
    assert effect in words["protocol"]
    assert q in words["protocol"]
