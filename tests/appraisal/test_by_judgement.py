"""Pools by risk of bias, and the certainty that the numbers suggest."""

import pytest

from metawright.appraisal.by_judgement import filters, pools_by_judgement, shares, weight_at_risk
from metawright.appraisal.certainty import certainty_of_cell
from metawright.appraisal.rate import rate_review, summary_table
from metawright.appraisal.risk_of_bias import risk_of_bias
from metawright.pooling.fit import fit
from metawright.review.protocol import read_protocol
from metawright.review.schemas import load_schema
from metawright.sensitivity.refit import Trials
from metawright.sensitivity.small_study.assess import assess

Y, V = [1.0, 3.0, 2.0, 6.0], [1.0, 0.5, 2.0, 1.0]
JUDGED = {"a": "low low", "b": "high low", "c": "unclear unclear", "d": "high high"}
FE = {"key": "FE-z", "track": "protocol", "tau2_method": "FE", "interval": "z"}
HKSJ = {"key": "REML-HKSJ", "track": "recommended", "tau2_method": "REML", "interval": "HKSJ"}


def judged(words=JUDGED, **appraisal):
    domains = ("random_sequence", "allocation_concealment")
    rows = [
        {"study": study, "domain": domain, "judgement": word, "support": ""}
        for study, levels in words.items()
        for domain, word in zip(domains, levels.split(" "), strict=True)
    ]
    return risk_of_bias(rows, [], {"grade": {"A": "all_low", "C": "none_low", "otherwise": "B"}} | appraisal)


def cell(y=Y, v=V, model=HKSJ, n=100, **changes):
    result = fit(y, v, model["tau2_method"], model["interval"])
    names = ("estimate", "se", "ci_low", "ci_high", "p", "i2", "tau2")
    row = {name: getattr(result, name) for name in names} | {"model": model["key"], "track": model["track"]}
    row |= {"weights": list(result.weights), "pi_low": None, "pi_high": None, "k": len(y)}
    studies = [{"study": s, "y": e, "v": w, "flags": ""} for s, e, w in zip("abcdefghijklmnop", y, v, strict=False)]
    sizes = {"n_experimental": n // 2, "n_control": n - n // 2}
    pool = {"outcome": "score", "period": "short", "measure": "MD", "status": "pooled", "k": len(y), **sizes,
            "studies": studies, "models": [row | changes]}  # fmt: skip
    return pool


@pytest.fixture
def choices(schemas, protocol):
    return protocol["certainty"]


def rated(choices, pool, appraisal=None, mid=None, **more):
    outcome = {"minimal_important_difference": {"value": mid}}
    return certainty_of_cell(pool, outcome, choices, appraisal, **more)


def test_shares_of_weight_add_up_to_all_of_it():
    weights = {"a": 40.0, "b": 30.0, "c": 20.0, "x": 10.0}
    found = shares(judged(), weights)
    assert found["random_sequence"] == {"low": 40.0, "unclear": 20.0, "high": 30.0, "not judged": 10.0}
    assert sum(found["allocation_concealment"].values()) == pytest.approx(100)


def test_weight_at_risk():
    found = weight_at_risk(judged(), {"a": 10.0, "b": 20.0, "c": 30.0, "d": 40.0})
    assert found == {"any_grave": 60.0, "two_grave": 40.0, "selection": 70.0, "not_judged": 0.0}
    assert weight_at_risk(judged(), {})["any_grave"] is None


def test_filters_by_judgement():
    kept = filters(judged())
    assert kept["without any domain at high risk"] == ["a", "c"]
    assert kept["grade A only"] == ["a"]
    assert kept["allocation concealment low"] == ["a", "b"]


def test_the_best_grade_is_the_first_of_the_rule():
    rule = {"good": "all_low", "poor": "any_high", "otherwise": "fair"}
    graded = judged()
    for study, found in zip(graded["studies"], ("fair", "good", "poor", "fair"), strict=False):
        study["grade"] = found
    assert filters(graded, rule)["grade good only"] == [graded["studies"][1]["study"]]
    assert "grade fair only" in filters(graded)


def test_a_filtered_pool_is_the_pool_of_the_trials_kept():
    rows = {(row["filter"], row["model"]): row for row in pools_by_judgement(judged(), cell(), [FE, HKSJ])}
    row = rows["without any domain at high risk", "FE-z"]
    expected = fit([1.0, 2.0], [1.0, 2.0], "FE", "z")
    assert (row["k"], row["left_out"], row["estimate"], row["p"]) == (2, ["b", "d"], expected.estimate, expected.p)
    single = rows["grade A only", "REML-HKSJ"]
    assert (single["k"], single["estimate"], single["se"]) == (1, 1.0, 1.0)


def test_risk_of_bias_takes_one_or_two_levels(choices):
    heavy = rated(choices, cell(), judged({"a": "low low", "b": "high low", "c": "high low", "d": "high low"}))
    entry = heavy["domains"]["risk_of_bias"]
    assert entry["suggested"] == 1
    assert "% of weight from trials with a domain at high risk" in entry["triggers"][0]
    assert entry["numbers"]["any_grave"] > 50
    grave = rated(choices, cell(), judged(dict.fromkeys("abcd", "high high")))
    assert grave["domains"]["risk_of_bias"]["suggested"] == 2
    clean = rated(choices, cell(), judged(dict.fromkeys("abcd", "low low")))
    assert clean["domains"]["risk_of_bias"]["suggested"] == 0
    assert rated(choices, cell())["domains"]["risk_of_bias"]["suggested"] is None


def test_inconsistency_needs_i2_and_a_prediction_interval_across_the_line(choices):
    far = cell(i2=70.0, pi_low=-1.0, pi_high=8.0)
    assert "I² = 70%" in rated(choices, far)["domains"]["inconsistency"]["triggers"][0]
    assert rated(choices, cell(i2=70.0, pi_low=1.0, pi_high=8.0))["domains"]["inconsistency"]["suggested"] == 0
    assert rated(choices, cell(i2=40.0, pi_low=-1.0, pi_high=8.0))["domains"]["inconsistency"]["suggested"] == 0
    spread = rated(choices, cell(i2=40.0, tau2=9.0), mid=2.0)["domains"]["inconsistency"]
    assert spread["triggers"] == ["tau = 3.00 is above the minimal important difference 2.00"]


def test_imprecision_counts_the_interval_and_the_participants(choices):
    both = rated(choices, cell(ci_low=-1.0, ci_high=5.0), mid=2.0)["domains"]["imprecision"]
    assert both["suggested"] == 2
    assert "100 participants, fewer than 400" in both["triggers"]
    assert rated(choices, cell(ci_low=0.5, ci_high=5.0, n=800), mid=2.0)["domains"]["imprecision"]["suggested"] == 0
    without = rated(choices, cell(n=800))["domains"]["imprecision"]
    assert without["suggested"] == 0
    assert "no minimal important difference" in without["remarks"][0]


def test_publication_bias_from_ten_trials_on(choices):
    assert rated(choices, cell())["domains"]["publication_bias"]["suggested"] is None
    v = [0.01 * 2**n for n in range(10)]
    y = [0.1 + 2.0 * w**0.5 + 0.05 * (-1) ** n * w**0.5 for n, w in enumerate(v)]
    tests = {**vars(assess(Trials(y, v, measure="MD"), [])), "status": "done"}
    tests |= {"egger": vars(tests["egger"])}
    entry = rated(choices, cell(y, v), small_study=tests)["domains"]["publication_bias"]
    assert entry["suggested"] == 1 and entry["numbers"]["test"] == "egger"
    assert "Egger" in entry["triggers"][0]
    # the gate counts the trials that the rated model pools
    nine = rated(choices, cell(y, v, k=9), small_study=tests)["domains"]["publication_bias"]
    assert (nine["suggested"], nine["remarks"]) == (None, ["fewer than 10 trials"])


def test_egger_suggests_nothing_about_a_ratio(choices):
    """Its P is small here; Harbord's decides about odds ratios, Peters' about risk ratios, none about differences."""
    y, v = [0.1] * 10, [0.1] * 10
    tests = {"status": "done", "egger": {"p": 0.001}, "harbord": {"p": 0.04}, "peters": {"p": 0.6}}
    entries = [
        rated(choices, cell(y, v), small_study=tests | {"read": read})["domains"]["publication_bias"]
        for read in (["harbord", "peters"], ["peters"], [])
    ]
    assert [entry["suggested"] for entry in entries] == [1, 0, None]
    assert entries[0]["triggers"] == ["Harbord's test: P = 0.040"]
    assert "no test" in entries[2]["remarks"][0]


def test_indirectness_is_flagged_and_never_suggested(choices):
    pool = cell()
    pool["studies"][0]["flags"] = "contaminated"
    entry = rated(choices, pool, flags=["b: outside the inclusion criteria"])["domains"]["indirectness"]
    assert entry["suggested"] == 0
    assert [text.partition(":")[0] for text in entry["numbers"]["flags"]] == ["b", "a"]


def test_a_person_overrides_with_a_reason(choices):
    decision = {"outcome": "score", "domain": "indirectness", "levels": 1, "reason": "respiratory training"}
    found = rated(choices | {"overrides": [decision]}, cell())
    assert (found["suggested"], found["rating"]) == ("moderate", "low")
    entry = found["domains"]["indirectness"]
    assert entry["override"] == {"levels": 1, "reason": "respiratory training"}
    other = decision | {"period": "long"}
    assert rated(choices | {"overrides": [other]}, cell())["rating"] == "moderate"


def test_no_data_is_not_rated(choices):
    empty = {"outcome": "score", "period": "short", "measure": "MD", "status": "awaiting_data", "k": 0,
             "n_experimental": None, "n_control": None, "studies": [],
             "models": [{"model": "m", "track": "protocol", "estimate": None}]}  # fmt: skip
    found = rated(choices, empty, awaiting=["x"])
    assert (found["rating"], found["suggested"], found["incomplete"]) == (None, None, True)


def test_an_override_without_a_reason_is_refused(schemas):
    text = (
        "title: T\noutcomes: {a: {measure: MD, direction: higher_is_better}}\n"
        "models: [{key: m, tau2_method: FE, interval: z}]\n"
        "certainty: {overrides: [{outcome: a, domain: imprecision, levels: 1}]}\n"
    )
    _, problems = read_protocol(text, load_schema(schemas, "protocol"), "protocol.yaml")
    assert any("reason" in problem.what for problem in problems)


def test_the_summary_of_findings(protocol):
    protocol["periods"] = protocol["periods"][:1]
    protocol["outcomes"] = {"score": protocol["outcomes"]["score"]}
    ratings = rate_review(
        protocol,
        [cell()],
        [],
        judged(),
        awaiting=[{"study": "x", "outcome": "score", "period": "short", "claim": "C1"}],
    )
    (row,) = summary_table(ratings)
    assert row["participants"] == "100 (4 trials)"
    assert row["effect"].startswith("MD ")
    assert row["certainty"] == "moderate" or row["certainty"] == "low"
    assert "without 1 trial awaiting data" in row["notes"]
    assert {entry["model"] for entry in ratings["weights"]} == {"REML-HKSJ"}
