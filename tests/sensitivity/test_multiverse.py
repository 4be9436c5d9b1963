"""The specification table."""

from itertools import product

import numpy as np
import pytest

from metawright.measures.registry import measure_of
from metawright.pooling.fit import fit
from metawright.pooling.rule import Rule, fit_rule
from metawright.pooling.tables import pool_tables
from metawright.sensitivity.multiverse import multiverse
from metawright.sensitivity.refit import Trials
from metawright.sensitivity.specifications import DataChoice, ModelChoice, model_grid
from tests.oracle.reading import arms
from tests.work import calls

Y = np.array([0.9, 0.4, 0.1, 0.5])
V = np.array([0.05, 0.04, 0.06, 0.1])


def versions(shift=0.3):
    """Time point x exclusion: the later time point adds `shift`, the exclusion drops the last trial."""
    return [
        DataChoice({"timepoint": t, "bias": b}, Trials((Y + shift * (t == "late"))[:n], V[:n]), "MD")
        for t, (b, n) in product(("early", "late"), (("all", 4), ("low", 3)))
    ]


def test_every_specification_is_the_fit_of_its_data():
    result = multiverse(versions(), model_grid())
    assert result.declared == 4 * 45 == result.impossible + result.merged + len(result.choices)
    data = {(d.choices["timepoint"], d.choices["bias"]): d.trials for d in versions()}
    kinds = set()
    for i, choices in enumerate(result.choices):
        trials = data[choices["timepoint"][0], choices["bias"][0]]
        kind = choices["model"][0]
        kinds.add(kind)
        if kind == "RE":
            expected = fit(trials.y, trials.v, choices["tau2_method"][0], choices["interval"][0])
        else:
            expected = fit(trials.y, trials.v, "FE", "z") if kind == "FE" else fit_rule(trials.y, trials.v).fit
        for name in ("estimate", "se", "ci_low", "ci_high", "p", "i2"):
            assert getattr(result, name)[i] == getattr(expected, name), (choices, name)
        assert result.used[i] == f"{expected.tau2_method}-{expected.interval}"
        assert result.excludes_zero[i] == (expected.ci_low > 0 or expected.ci_high < 0)
    assert kinds == {"rule", "FE", "RE"}


def test_merging_and_dropping():
    result = multiverse(versions()[:1], model_grid())
    # rule once, FE-z once, five estimators with three intervals; FE with two other intervals is impossible.
    names = [name for names in result.names for name in names]
    assert len(names) == len(set(names)) == 1 + 1 + 15
    assert result.impossible == 10 and result.merged == 45 - 10 - len(result.choices)
    # The rule chose the fixed effect; with Paule and Mandel's tau2 the Hartung-Knapp factor is 1.
    together = [set(names) for names in result.names if len(names) > 1]
    assert {"rule (FE-z)", "FE-z"} in together and {"PM-HKSJ", "PM-mHKSJ"} in together
    place = next(i for i, names in enumerate(result.names) if "FE-z" in names)
    assert result.choices[place]["model"] == ("rule", "FE") and result.used[place] == "FE-z"
    assert result.choices[place]["interval"] == ("z", "HKSJ", "mHKSJ")
    assert {d["reason"] for d in result.dropped} == {"the fixed-effect model has the z interval only"}


def test_the_same_numbers_count_once():
    """Four trials without heterogeneity: 17 names, 6 results, and every share is of six."""
    trials = Trials([1.0, 1.2, 0.9, 1.1], [0.3, 0.2, 0.25, 0.4])
    result = multiverse([DataChoice({"measure": "MD"}, trials, "MD")], model_grid())
    assert sorted(map(len, result.names)) == [1, 1, 1, 4, 4, 6]
    assert sum(map(len, result.names)) == 17 and result.summaries[0].specifications == 6
    wald = next(names for names in result.names if "DL-z" in names)
    assert wald == ("rule (FE-z)", "FE-z", "DL-z", "PM-z", "REML-z", "ML-z")
    assert result.rows()[0]["names"].count("|") == len(result.names[np.argmin(result.estimate)]) - 1
    # A set of computations with the same numbers is a choice that moves nothing, not no choice.
    effects = {effect.axis: effect for effect in result.summaries[0].axes}
    assert effects["tau2_method"].sets == 3 and effects["tau2_method"].mean_range > 0


def test_shares_are_of_distinct_numbers():
    """Three estimators of one result make one of two, not three of four."""
    y, v = [0.2, 1.4], [0.12, 0.12]
    data = [DataChoice({"bias": "all"}, Trials(y, v), "MD")]
    models = [ModelChoice({"model": name}, pair) for name, pair in
              {"a": ("FE", "z"), "b": ("DL", "z"), "c": ("PM", "z"), "d": ("REML", "z")}.items()]  # fmt: skip
    (summary,) = multiverse(data, models).summaries
    assert (summary.specifications, summary.excluding_zero) == (2, 0.5)


def test_numbers_that_differ_in_the_seventh_digit_are_two():
    near = [
        DataChoice({"imputation": name}, Trials([0.2, 1.4 + shift], [0.1, 0.2]), "MD")
        for name, shift in (("off", 0.0), ("on", 1e-12), ("other", 1e-6))
    ]
    result = multiverse(near, [ModelChoice({"model": "FE"}, ("FE", "z"))])
    assert result.names == (("imputation off, FE-z", "imputation on, FE-z"), ("imputation other, FE-z",))


def test_equal_data_merge_and_absent_trials_do_not_count():
    same = [
        DataChoice({"imputation": "off"}, Trials(Y[:3], V[:3])),
        DataChoice({"imputation": "on"}, Trials([*Y[:3], 7.0], [*V[:3], np.inf])),
        DataChoice({"imputation": "other"}, None, reason="no row was imputed"),
        DataChoice({"imputation": "none"}, Trials([], [])),
    ]
    result = multiverse(same, [ModelChoice({"model": "FE"}, ("FE", "z"))])
    assert len(result.choices) == 1 and result.k.tolist() == [3]
    assert result.choices[0]["imputation"] == ("off", "on")
    assert (result.declared, result.impossible, result.merged) == (4, 2, 1)
    assert [d["reason"] for d in result.dropped] == ["no row was imputed", "no trials"]
    assert result.rows()[0]["imputation"] == "off|on"


def test_one_trial_has_one_result():
    result = multiverse([DataChoice({"bias": "low"}, Trials([1.0], [0.1]))], model_grid())
    assert len(result.choices) == 1 and result.used == ("z",) and np.isnan(result.i2[0])


def test_an_undecided_rule_is_dropped_with_its_reason():
    data = [DataChoice({"bias": "all"}, Trials([0.0, 1.0], [0.2, 0.22]))]
    models = model_grid(("rule", "FE"), ("DL",), ("z",), Rule(on_discordance="error"))
    result = multiverse(data, models)
    assert len(result.choices) == 1 and result.impossible == 1
    assert result.dropped[0]["reason"] == "the rule leaves the choice open"
    assert result.dropped[0]["choices"]["model"] == "rule"


def test_the_axis_that_moves_the_estimate():
    result = multiverse(versions(0.3), model_grid(("FE", "RE"), ("DL", "REML"), ("z", "HKSJ")))
    (summary,) = result.summaries
    assert summary.moves_most == "timepoint" == summary.axes[0].axis
    effects = {effect.axis: effect for effect in summary.axes}
    # A shift of every trial moves every model's estimate by as much.
    assert effects["timepoint"].mean_range == pytest.approx(0.3) == effects["timepoint"].largest_range
    assert effects["interval"].mean_range == 0.0 and effects["interval"].verdict_changes > 0
    # Sets: 2 exclusions x (FE-z, DL-z, DL-HKSJ, REML-z, REML-HKSJ).
    assert effects["timepoint"].sets == 2 * 5
    assert summary.low == result.estimate.min() and summary.high == result.estimate.max()
    assert summary.excluding_zero == result.excludes_zero.mean() and summary.positive == 1.0
    assert summary.specifications == 4 * 5


def test_nothing_moves_what_has_one_level():
    (summary,) = multiverse(versions()[:1], [ModelChoice({"model": "FE"}, ("FE", "z"))]).summaries
    assert summary.axes == () and summary.moves_most == ""


def test_scales_are_not_compared():
    data = [
        DataChoice({"measure": m, "bias": b}, Trials(f * Y[:n], f * f * V[:n]), m)
        for (m, f), (b, n) in product((("MD", 10.0), ("SMD", 1.0)), (("all", 4), ("low", 3)))
    ]
    result = multiverse(data, model_grid(("FE",), ("DL",), ("z",)))
    assert [s.scale for s in result.summaries] == ["MD", "SMD"]
    points, units = result.summaries
    assert points.high == pytest.approx(10 * units.high) and points.specifications == 2
    assert {e.axis: e.sets for e in points.axes} == {"measure": 0, "bias": 1}
    assert points.moves_most == "bias"


def test_mantel_haenszel_data_are_pooled_by_their_tables():
    counts = np.array(arms("collins1985b_pre"))
    counts[0, 0] = 0.0  # an empty cell, which the corrected sums fill
    y, v = measure_of("MH_OR").effect_of(*counts).for_pooling()
    data = [
        DataChoice({"sums": s, "bias": b}, Trials(y[:n], v[:n], (), counts[:, :n], "MH_OR", s == "exact"), "log OR")
        for s, (b, n) in product(("corrected", "exact"), (("all", 9), ("low", 7)))
    ]
    result = multiverse(data, model_grid(("FE",), ("DL",), ("z",)))
    assert len(result.choices) == 4
    for i, choices in enumerate(result.choices):
        n = 9 if choices["bias"] == ("all",) else 7
        expected = pool_tables(*counts[:, :n], "MH_OR", mh_exact=choices["sums"] == ("exact",))
        assert result.estimate[i] == pytest.approx(expected.estimate, rel=1e-12)


def test_rows_are_ordered_by_estimate():
    rows = multiverse(versions(), model_grid()).rows()
    estimates = [row["estimate"] for row in rows]
    assert estimates == sorted(estimates)
    assert list(rows[0])[:7] == ["timepoint", "bias", "model", "tau2_method", "interval", "scale", "used"]
    assert isinstance(rows[0]["excludes_zero"], bool) and isinstance(rows[0]["k"], int)


@pytest.mark.parametrize(
    ("data", "models", "words"),
    [
        ([], [ModelChoice({"model": "FE"}, ("FE", "z"))], "at least one"),
        ([DataChoice({"a": "1"}, None), DataChoice({"b": "1"}, None)], model_grid(), "axes a"),
        ([DataChoice({"model": "1"}, None)], model_grid(), "both"),
        ([DataChoice({"estimate": "1"}, None)], model_grid(), "cannot be called"),
    ],
)
def test_refusals(data, models, words):
    with pytest.raises(ValueError, match=words):
        multiverse(data, models)
    with pytest.raises(ValueError, match="rule, FE or RE"):
        model_grid(("MH",))


def test_all_impossible_is_an_empty_table():
    result = multiverse([DataChoice({"bias": "low"}, None)], model_grid())
    assert result.rows() == [] and result.summaries == () and result.impossible == result.declared == 45


def test_thousands_of_specifications_are_fitted_in_blocks():
    """One costs less than half of the work of the simplest fit alone."""
    rng = np.random.default_rng(3)
    data = [
        DataChoice({"a": str(i % 10), "b": str(i // 10)}, Trials(rng.normal(size=5), rng.uniform(0.1, 1, 5)), "MD")
        for i in range(120)
    ]
    assert multiverse(data, model_grid()).declared == 5400
    alone = calls(lambda: fit(Y, V, "FE", "z"))
    assert calls(lambda: multiverse(data, model_grid())) < 5400 * alone / 2
