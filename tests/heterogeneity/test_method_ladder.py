"""The method ladder: rungs, flags, and what few trials leave."""

import numpy as np
import pytest
from scipy import special

from metawright.heterogeneity.method_ladder import FLAGS, agreement_limit, method_ladder
from metawright.pooling.bayes import posterior
from metawright.pooling.cell import Cell
from metawright.pooling.fit import fit
from metawright.pooling.priors import HalfNormal

RULE = {"p_above": 0.1, "i2_below": 50, "combine": "and", "on_discordance": "error"}
RULE |= {"fixed": {"tau2_method": "FE", "interval": "z"}, "random": {"tau2_method": "DL", "interval": "z"}}
MODELS = [{"key": "published", "rule": RULE}, {"key": "REML-HKSJ", "tau2_method": "REML", "interval": "HKSJ"}]
# Two trials of the ALS review at month 12 and at month 6: mean differences and variances of the arms' SDs and sizes.
MONTH_12 = ([4.20, 1.22], [7.6**2 / 30 + 7.6**2 / 30, 9.78**2 / 32 + 10.87**2 / 33])
MONTH_6 = ([4.10, 0.00], [6.5**2 / 30 + 7.5**2 / 30, 9.76**2 / 32 + 9.42**2 / 33])


def cell(y, v, measure="MD", counts=None):
    outcome = {"key": "score", "measure": measure, "mh_exact": False, "zero_scope": "events"}
    trials = tuple({"study": chr(65 + i)} for i in range(len(y)))
    return Cell(outcome, "all", trials, np.array(y, float), np.array(v, float), counts)


def rungs(result):
    return {rung.key: rung for rung in result["rungs"]}


def test_two_trials_that_agree():
    y, v = MONTH_12
    found = posterior(y, v, HalfNormal(2.5))
    result = method_ladder(cell(y, v), MODELS, {"half-normal 2.5": vars(found)})
    by_key = rungs(result)
    assert list(by_key)[:3] == ["FE-z", "published", "DL-z"] and len(by_key) == 15
    fixed = by_key["FE-z"]
    assert (fixed.estimate, fixed.ci_low, fixed.ci_high, fixed.p) == pytest.approx(
        (3.0988, 0.045, 6.153, 0.0467), abs=5e-4
    )
    assert (by_key["REML-HKSJ"].ci_low, by_key["REML-HKSJ"].ci_high) == pytest.approx((-15.18, 21.38), abs=5e-3)
    assert (by_key["REML-mHKSJ"].ci_low, by_key["REML-mHKSJ"].ci_high) == pytest.approx((-16.70, 22.90), abs=5e-3)
    assert "one_degree_of_freedom" in by_key["REML-HKSJ"].flags and "tau2_zero" in by_key["REML-z"].flags
    # with tau2 = 0 the random effects with z are the fixed effect; DL, PM and REML coincide
    for key in ("published", "DL-z", "PM-z", "REML-z"):
        assert by_key[key].same_as == "FE-z"
    assert by_key["REML-HKSJ"].same_as == "DL-HKSJ" and by_key["SJ-z"].same_as == ""
    bayesian = by_key["half-normal 2.5"]
    assert (bayesian.estimate, bayesian.ci_low) == (found.median, found.ci_low)
    assert bayesian.p_above_zero == pytest.approx(0.919, abs=5e-4) and np.isnan(bayesian.p)
    assert result["remarks"][0].startswith("two trials") and "depends on the model" in result["remarks"][1]
    assert np.isnan(by_key["REML-z"].pi_low)
    assert 0 < result["excluding"] < result["distinct"] < 15


def test_two_trials_that_disagree():
    by_key = rungs(method_ladder(cell(*MONTH_6), MODELS))
    assert by_key["published"].same_as == "FE-z"
    assert (by_key["DL-z"].ci_low, by_key["DL-z"].ci_high) == pytest.approx((-1.637, 6.318), abs=5e-4)
    assert by_key["DL-z"].tau2 == pytest.approx(3.9304, abs=2e-4) and by_key["PM-z"].same_as == "DL-z"


def test_rungs_are_the_engine_s_fits():
    y, v = [0.1, 0.9, 1.4, 0.2], [0.04, 0.09, 0.2, 0.05]
    result = method_ladder(cell(y, v), MODELS)
    for key, rung in rungs(result).items():
        if rung.family == "random":
            plain = fit(y, v, *key.split("-"))
            assert (rung.estimate, rung.ci_low, rung.ci_high, rung.p) == (
                plain.estimate,
                plain.ci_low,
                plain.ci_high,
                plain.p,
            )
            assert rung.pi_low < rung.ci_low or rung.interval != "z"
    assert "4 trials" in result["remarks"][0]


def test_a_very_agreeing_pool_is_flagged():
    """Two nearly equal estimates: an absurdly narrow interval."""
    result = method_ladder(cell([2.40, 2.41], [2.0, 3.0]))
    by_key = rungs(result)
    hksj = by_key["DL-HKSJ"]
    assert {"narrower_than_wald", "one_degree_of_freedom", "tau2_zero"} <= set(hksj.flags) and hksj.excludes_zero
    # half width 12.706 |y1 - y2| sqrt(w1 w2)/(w1 + w2)
    half = special.stdtrit(1, 0.975) * 0.01 * np.sqrt(1 / 6) / (1 / 2 + 1 / 3)
    assert hksj.ci_high - hksj.estimate == pytest.approx(half, rel=1e-9)
    assert not by_key["DL-mHKSJ"].excludes_zero
    assert result["agreement"].q < result["agreement"].q_below
    same = rungs(method_ladder(cell([2.0, 2.0], [0.5, 0.5])))["DL-HKSJ"]
    assert "degenerate" in same.flags and not same.excludes_zero


@pytest.mark.parametrize(
    ("statistic", "k", "q_below"),
    [(2.163, 2, 0.029), (3.798, 3, 1.559), (1.154, 4, 0.395), (2.672, 3, 0.771), (1.427, 5, 1.057)],
)
def test_agreement_that_published_pools_would_need(statistic, k, q_below):
    found = agreement_limit(statistic, k)
    assert found.q_below == pytest.approx(q_below, abs=1.5e-3)
    if k == 2:
        assert found.probability == pytest.approx(0.135, abs=5e-4)


def test_the_limit_is_where_the_interval_touches_zero():
    y, v = np.array([1.0, 1.2, 1.1]), np.array([0.2, 0.3, 0.25])
    limit = agreement_limit(fit(y, v, "FE", "z").statistic, 3).q_below
    centre = np.average(y, weights=1 / v)
    stretched = centre + (y - centre) * np.sqrt(limit / fit(y, v, "FE", "z").q)
    touching = fit(stretched, v, "FE", "HKSJ")
    assert touching.ci_low == pytest.approx(0.0, abs=1e-9)


def test_one_trial_and_none():
    found = posterior([2.0], [1.0], HalfNormal(1.0))
    one = method_ladder(cell([2.0], [1.0]), MODELS, {"weak": vars(found)})
    assert (one["status"], [rung.key for rung in one["rungs"]], one["agreement"]) == (
        "single_study",
        ["FE-z", "weak"],
        None,
    )
    assert one["rungs"][0].flags == ()
    none = method_ladder(cell([], []), MODELS)
    assert (none["status"], none["rungs"]) == ("awaiting_data", [])


def test_the_rule_s_silence_is_shown():
    # Q between 4.00 and 4.61: I2 says random, P says fixed
    result = method_ladder(cell([0.0, 0.0, 2.54], [1.0, 1.0, 1.0]), MODELS)
    rung = rungs(result)["published"]
    assert rung.flags == ("discordant", "undecided") and np.isnan(rung.estimate) and not rung.excludes_zero
    assert rung.same_as == "" and result["distinct"] <= len(result["rungs"]) - 1


def test_mantel_haenszel_rungs_say_what_they_pool():
    counts = np.array([[12.0, 20.0, 6.0], [50.0, 70.0, 30.0], [20.0, 31.0, 9.0], [50.0, 70.0, 31.0]])
    by_key = rungs(method_ladder(cell([0.0] * 3, [1.0] * 3, "MH_OR", counts)))
    assert by_key["FE-z"].interval == "z" and by_key["DL-z"].flags[-1:] != ("trial_level",)
    assert "trial_level" in by_key["REML-z"].flags
    assert {flag for rung in by_key.values() for flag in rung.flags} <= set(FLAGS)
