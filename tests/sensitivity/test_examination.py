"""The document of one cell: its blocks hold what the analyses found, and say why where there is nothing."""

import json
from dataclasses import replace

import numpy as np
import pytest

from metawright.files.documents import plain
from metawright.heterogeneity.meta_regression import meta_regression
from metawright.pooling.bayes import posterior
from metawright.pooling.fit import fit
from metawright.pooling.priors import HalfNormal
from metawright.sensitivity.examination.examine import BLOCKS, examine
from metawright.sensitivity.influence import influence
from tests.sensitivity.cases import KEEP, bcg, case

Y, V = [0.2, 0.9, 1.4, -0.1], [0.05, 0.04, 0.06, 0.1]
NAMES = {*BLOCKS, "method_ladder"}


@pytest.mark.parametrize(("k", "word"), [(0, "awaiting_data"), (1, "single_study")])
def test_a_cell_that_is_not_pooled_says_so_in_every_block(k, word):
    found = examine(case(Y[:k], V[:k], outcome={"minimal_important_difference": {"value": 0.5}}))
    assert found["status"] == word and found["k"] == k
    for name in NAMES:
        assert found[name]["status"] != "done" or k == 1, name
        assert found[name]["reason"] or found[name]["status"] == "done", name
    for name in ("influence", "baujat", "gosh"):
        assert found[name] == {"status": word, "reason": found[name]["reason"], "models": []}
    # one trial has a posterior under a proper prior, and a distance to the line
    done = {name for name in NAMES if found[name]["status"] == "done"}
    assert done == ({"bayes", "margin"} if k else set())
    json.dumps(plain(found), allow_nan=False)


def test_the_whole_document_can_be_written_and_holds_every_block():
    found = plain(examine(bcg(subgroups=[{"column": "alloc"}], moderators=[{"column": "ablat"}])))
    json.dumps(found, allow_nan=False)
    assert {name: found[name]["status"] for name in NAMES} == {
        **dict.fromkeys(NAMES, "done"),
        "information_size": "not_possible",
        "missing_data": "not_possible",
    }


def test_blocks_about_trials_are_those_of_the_analyses_in_pool_order():
    one = bcg()
    found = examine(one)
    wanted = influence(one.all_trials.trials, [("REML", "HKSJ")])["REML", "HKSJ"]
    entry = next(model for model in found["influence"]["models"] if model["model"] == "REML-HKSJ")
    assert [trial["study"] for trial in entry["trials"]] == [trial["study"] for trial in found["trials"]]
    assert [trial["cook_d"] for trial in entry["trials"]] == wanted.cook_d.tolist()
    assert [model["model"] for model in found["influence"]["models"]] == ["rule", "REML-HKSJ", "DL-z"]
    # what the rule chose for all trials stands in its head
    assert [(m["tau2_method"], m["interval"]) for m in found["models"]] == [("DL", "z"), ("REML", "HKSJ"), ("DL", "z")]
    pooled = fit(one.cell.y, one.cell.v, "REML", "HKSJ")
    assert found["models"][1]["estimate"] == pooled.estimate and found["models"][1]["p"] == pooled.p


def test_a_track_that_leaves_trials_out_is_examined_without_them():
    one = case(Y, V, contaminated={"protocol": "keep", "recommended": "drop", "other": "keep"})
    trials = tuple({**trial, "flags": "contaminated" if trial["study"] == "C" else ""} for trial in one.cell.trials)
    found = examine(replace(one, cell=replace(one.cell, trials=trials)))
    whole, part, _ = found["influence"]["models"]
    assert part["excluded"] == ["C"] and not whole["excluded"]
    assert [trial["study"] for trial in part["trials"]] == ["A", "B", "D"]
    assert part["limits"]["hat"] == 1.0
    steps = found["cumulative"]["orders"][0]["models"][1]["steps"]
    assert steps[-1]["estimate"] == fit(np.delete(Y, 2), np.delete(V, 2), "REML", "HKSJ").estimate


def test_a_model_left_with_one_trial_is_not_in_blocks_that_leave_trials_out():
    one = case(Y[:2], V[:2], contaminated={"protocol": "keep", "recommended": "drop", "other": "keep"})
    trials = ({**one.cell.trials[0], "flags": "contaminated"}, one.cell.trials[1])
    found = examine(replace(one, cell=replace(one.cell, trials=trials)))
    assert [model["model"] for model in found["influence"]["models"]] == ["rule", "DL-z"]
    assert found["models"][1]["estimate"] == Y[1]


def test_order_of_entry():
    found = examine(bcg())["cumulative"]
    years = [step["year"] for step in found["orders"][0]["models"][0]["steps"]]
    assert years == sorted(years) and years[0] == 1948 and len(years) == 13
    assert found["orders"][1]["order"] == "precision"
    without = examine(case(Y, V))["cumulative"]
    assert [order["order"] for order in without["orders"]] == ["precision"]
    assert without["reason"] == "no trial has a year in studies.csv"
    assert examine(case(Y[:2], V[:2]))["cumulative"]["reason"] == "needs at least 3 trials"


def test_all_subsets_as_points_or_as_a_histogram():
    few = examine(case(Y, V))["gosh"]["models"][1]
    assert len(few["points"]["estimate"]) == few["subsets"] == 15 and few["histogram"] is None
    place = [trial["study"] for trial in few["trials"]].index(few["highlight"])
    inside = few["points"]["highlighted"]
    assert np.mean(few["points"]["estimate"][inside]) == pytest.approx(few["trials"][place]["with_trial"], rel=1e-12)
    many = examine(bcg())["gosh"]["models"][1]
    assert many["points"] is None and many["subsets"] == 2**13 - 1
    counts, chosen = (np.array(many["histogram"][name]) for name in ("counts", "highlighted"))
    # the 13 single trials have no I²; each trial is in 2^12 subsets, one of them itself alone
    assert counts.sum() == 2**13 - 1 - 13 and chosen.sum() == 2**12 - 1
    assert (chosen <= counts).all()


def test_priors_come_in_the_unit_of_the_effects():
    sd = {"reference_sd": {"score": 8.0}}
    found = examine(case(Y, V, **sd))["bayes"]["posteriors"]
    assert [one["key"] for one in found] == ["half-normal", "half-cauchy", "empirical"]
    wanted = posterior(Y, V, HalfNormal(4.0))
    assert found[0]["median"] == wanted.median and found[0]["label"] == "half-normal(0.5)"
    ratio = examine(case(Y, V, outcome={"measure": "OR"}))["bayes"]["posteriors"]
    assert [one["key"] for one in ratio] == ["half-normal", "half-cauchy"]
    assert ratio[0]["median"] == posterior(Y, V, HalfNormal(0.5)).median
    given = examine(case(Y, V, outcome={"measure": "GIV"}))["bayes"]["posteriors"]
    assert {one["status"] for one in given} == {"refused"} and "reference_sd" in given[0]["reason"]
    own = {"tau": [{"key": "own", "family": "half_normal", "scale": 3, "unit": "outcome"}]}
    assert examine(case(Y, V, outcome={"measure": "GIV"}, priors=own))["bayes"]["posteriors"][0]["status"] == "done"


def test_the_difference_that_matters_of_a_ratio_is_taken_as_a_logarithm():
    mid = {"minimal_important_difference": {"value": 0.8}}
    assert examine(case(Y, V, outcome={"measure": "RR", **mid}))["bayes"]["mid"] == pytest.approx(-np.log(0.8))
    assert examine(case(Y, V, outcome=mid))["bayes"]["mid"] == 0.8


def test_information_size_of_the_als_review():
    """SD 7.5, power 80%: 441.5, 196.2 and 110.4 patients for 2, 3 and 4 points, before diversity."""
    plan = {"outcomes": {"score": {"deltas": [2, 3, 4], "sd": 7.5}}}
    found = examine(case([4.2, 1.22], [3.85, 6.57], information_size=plan))["information_size"]
    assert [round(one["size"], 1) for one in found["sizes"]] == [441.5, 196.2, 110.4]
    assert found["patients"] == 40 and found["sizes"][0]["fraction"] == 40 / found["sizes"][0]["adjusted"]
    assert found["sd_source"] == "protocol" and found["sizes"][0]["sequential"] is None
    looks = examine(case(Y, V, information_size={**plan, "sequential": True}))["information_size"]["sizes"][0]
    assert [step["patients"] for step in looks["sequential"]["steps"]] == [20, 40, 60, 80]
    assert looks["sequential"]["track"] == "recommended"


def test_what_a_single_trial_would_have_to_be_changes_the_significance_and_not_before():
    one = case([4.2, 1.22], [3.851, 6.57])
    found = examine(one)["margin"]["models"]
    tipping = found[0]["tipping"]
    assert tipping["significant"] is True and found[2]["tipping"] is None
    for place, trial in enumerate(tipping["trials"]):
        for factor, significant in ((0.999, True), (1.001, False)):
            y = one.cell.y.copy()
            y[place] += factor * trial["shift"]
            assert (fit(y, one.cell.v, "FE", "z").ci_low > 0) is significant


def test_small_study_effects_wait_for_ten_trials():
    assert examine(case(Y, V))["small_study_effects"]["reason"] == "not assessed: fewer than 10 trials"
    found = examine(bcg())["small_study_effects"]
    assert found["status"] == "done" and found["peters"] is not None and len(found["bands"]) == 13
    assert [(one["model"], one["estimator"]) for one in found["trim_fill"]] == [
        ("rule", "L0"), ("rule", "R0"), ("REML-HKSJ", "L0"), ("REML-HKSJ", "R0"),
    ]  # fmt: skip
    assert all(len(one["filled_y"]) == one["k0"] for one in found["trim_fill"])
    assert found["read"] == ("peters",) and len(found["studies"]) == 13


def test_the_gate_of_ten_counts_the_trials_that_the_rated_model_pools():
    """Ten trials, one of them with treated controls, which the recommended track drops: nine are too few."""
    v = np.linspace(0.1, 1.0, 10)
    whole = case(np.linspace(0.2, 1.0, 10), v)
    assert examine(whole)["small_study_effects"]["status"] == "done"
    trials = tuple({**one, "flags": "contaminated" if not i else ""} for i, one in enumerate(whole.cell.trials))
    dropped = replace(whole, cell=replace(whole.cell, trials=trials), contaminated={**KEEP, "recommended": "drop"})
    found = examine(dropped)["small_study_effects"]
    assert (found["status"], found["k"], found["reason"]) == ("not_assessed", 9, "not assessed: fewer than 10 trials")
    assert len(found["studies"]) == 9


def test_moderators_and_subgroups():
    """Latitude and allocation of the BCG trials; a trial of which a property is not known is left out by name."""
    one = bcg(moderators=[{"column": "ablat", "label": "Latitude"}], subgroups=[{"column": "alloc"}])
    one.studies["d"].pop("ablat")
    one.studies["e"]["alloc"] = ""
    found = examine(one)
    column = found["moderators"]["columns"][0]
    assert column["unknown"] == ["D"] and column["label"] == "Latitude" and column["k"] == 12
    kept = [place for place in range(13) if place != 3]
    x = [float(trial["value"]) for trial in column["trials"]]
    wanted = meta_regression(one.cell.y[kept], one.cell.v[kept], {"ablat": np.array(x)})
    assert column["p"].tolist() == wanted.p.tolist()
    line = column["line"]
    assert line["estimate"][-1] == pytest.approx(wanted.estimate[0] + wanted.estimate[1] * max(x), rel=1e-12)
    assert (line["ci_low"] < line["estimate"]).all()
    assert not column["permutation"]["exact"] and 0 < column["permutation"]["p"] < 0.05
    groups = found["subgroups"]["columns"][0]
    assert groups["unknown"] == ["E"]
    assert [group["level"] for group in groups["common"]["groups"]] == ["alternate", "random", "systematic"]
    assert any("group of one trial" in words for words in groups["warnings"])


@pytest.mark.parametrize("word", ["nd", "NR", "n/a", "–", "?", " "])
def test_a_word_for_not_reported_is_not_a_group(word):
    """Wire gauges 14, 16 and 18 of eight trials, one `nd`, one empty; metafor's QM with the groups' common tau2 is 1.77."""
    y = [0.25, 0.18, 0.3, 0.1, 0.05, 0.4, 0.2, 0.12]
    se = [0.02**0.5, 0.02**0.5, 0.03**0.5, 0.015**0.5, 0.02**0.5, 0.05**0.5, 0.03**0.5, 0.02**0.5]
    gauges = ["14", "18", "16", "14", "18", "16", word, ""]
    studies = {name: {"gauge": gauge} for name, gauge in zip("abcdefgh", gauges, strict=True)}
    block = {"subgroups": [{"column": "gauge"}], "moderators": [{"column": "gauge"}]}
    found = examine(case(y, [one**2 for one in se], studies=studies, **block))
    groups = found["subgroups"]["columns"][0]
    assert groups["unknown"] == ["G", "H"] == found["moderators"]["columns"][0]["unknown"]
    assert {group["level"]: round(group["estimate"], 3) for group in groups["separate"]["groups"]} == {
        "14": 0.164, "16": 0.338, "18": 0.115,
    }  # fmt: skip
    test = groups["separate"]["difference"]
    assert (test.q, test.df, test.p) == pytest.approx((1.77, 2, 0.41), abs=5e-3)


def test_a_property_that_cannot_be_used_says_why():
    block = {"moderators": [{"column": "dose"}], "subgroups": [{"column": "dose"}]}
    studies = {"a": {"dose": "10"}, "b": {"dose": "10"}, "c": {"dose": "ten"}}
    found = examine(case(Y, V, studies=studies, **block))
    assert found["moderators"]["columns"][0]["reason"] == "fewer than three trials state a number"
    assert found["moderators"]["columns"][0]["unknown"] == ["C", "D"]
    same = {name: {"dose": "10"} for name in "abcd"}
    found = examine(case(Y, V, studies=same, **block))
    assert found["moderators"]["columns"][0]["reason"] == "all trials have the same value"
    assert found["subgroups"]["columns"][0]["reason"] == "fewer than two groups have trials"


def test_missing_participants():
    names = ("row", "study", "arm", "n", "n_randomised", "mean", "sd", "events", "flags", "value_type")

    def rows(study, first, n):
        for place, arm in enumerate(("experimental", "control")):
            values = (first + place, study, arm, n, 12, 10.0 - place, 2.0, None, "", "final")
            yield dict(zip(names, values, strict=True))

    arms = [*rows("A", 2, 10), *rows("B", 4, 12)]
    scale = {"scale": {"min": 0, "max": 20}, "direction": "higher_is_better"}
    found = examine(case([1.0, 1.0], [0.8, 0.67], arm_rows=arms, outcome=scale))["missing_data"]
    assert (found["status"], found["kind"], found["reach"]) == ("done", "imdom", 20.0)
    assert [model["model"] for model in found["models"]] == ["rule", "REML-HKSJ"]
    assert found["models"][0]["best"]["estimate"] > found["models"][0]["worst"]["estimate"]
    combined = [*arms[:2], {**arms[0], "row": 6}, *arms[2:]]
    one = case([1.0, 1.0], [0.8, 0.67], arm_rows=combined, outcome=scale)
    trials = ({**one.cell.trials[0], "row_ids": "2;3;6"}, one.cell.trials[1])
    found = examine(replace(one, cell=replace(one.cell, trials=trials)))["missing_data"]
    assert found["trials"][0]["reason"] == "several rows make the experimental arm"
    assert examine(case(Y, V, outcome={"measure": "SMD"}))["missing_data"]["reason"].endswith("for events only")
