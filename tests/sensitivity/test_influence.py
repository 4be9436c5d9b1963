"""Deletion diagnostics, Baujat coordinates and cumulative analyses against the reference sets."""

import numpy as np
import pytest

from metawright.measures.registry import measure_of
from metawright.pooling.fit import fit
from metawright.pooling.rule import Rule, fit_rule
from metawright.pooling.tables import pool_tables
from metawright.sensitivity.baujat import baujat
from metawright.sensitivity.cumulative import cumulative, precision_order, year_order
from metawright.sensitivity.influence import influence
from metawright.sensitivity.refit import Trials, all_and_without_each, refit, trials_of
from tests.oracle.more.reading import more
from tests.oracle.reading import SETS, Deviations, arms, effects, reference
from tests.pooling.builders import cell

KEYS = {
    "rstudent": 1.0, "dffits": 1.0, "cook_d": 1.0, "cov_r": 1.0, "q_del": 1.0, "hat": 1.0, "weight": 100.0, "dfbs": 1.0,
}  # fmt: skip
# One deleted fit of this set has no reference: metafor's iteration failed.
FAILED = ("fine1993_t1", "RR_RevMan", "REML", 6)


def bcg() -> Trials:
    return Trials(*effects(reference("bcg")["measures"]["RR"]))


@pytest.mark.parametrize("name", SETS)
def test_influence(name):
    deviations = Deviations()
    for measure, block in reference(name)["measures"].items():
        y, v = effects(block)
        results = influence(Trials(y, v), [(method, "z") for method in block["influence"]])
        for method, expected in block["influence"].items():
            result = results[method, "z"]
            scale = y.size * block["models"][method]["z"]["se"] ** 2
            for i in range(y.size):
                label = f"{measure} {method} {i}"
                if (name, measure, method, i) == FAILED:
                    assert expected["rstudent"][i] is None
                    continue
                for key, unit in KEYS.items():
                    deviations.add(
                        f"{label} {key}", getattr(result, key)[i], expected[key.replace("q_d", "qe_d")][i], unit
                    )
                if method == "FE":
                    assert np.isnan(result.tau2_del[i])
                else:
                    deviations.add(f"{label} tau2_del", result.tau2_del[i], expected["tau2_del"][i], scale)
                assert result.flagged[i] == expected["flagged"][i], label
    assert not deviations.found


def test_bcg_trial_1_of_the_literature():
    result = influence(bcg(), [("REML", "z")])["REML", "z"]
    for key, value in {
        "rstudent": -0.2181, "dffits": -0.0407, "cook_d": 0.0017, "cov_r": 1.1164, "tau2_del": 0.3362,
        "q_del": 151.5826, "hat": 0.0506, "dfbs": -0.0403,
    }.items():  # fmt: skip
        assert getattr(result, key)[0] == pytest.approx(value, abs=1e-4)


def test_the_interval_does_not_matter_but_the_rule_does():
    rule = Rule()
    results = influence(bcg(), [("DL", "z"), ("DL", "HKSJ"), rule])
    assert np.array_equal(results["DL", "z"].cook_d, results["DL", "HKSJ"].cook_d)
    # So heterogeneous a pool stays random whichever trial is left out.
    assert np.array_equal(results[rule].dffits, results["DL", "z"].dffits)


def test_a_rule_chooses_anew_without_each_trial():
    y, v = np.array([0.0, 0.1, 0.05, 1.5]), np.array([0.02, 0.03, 0.02, 0.04])
    rule = Rule()
    result = influence(Trials(y, v), [rule])[rule]
    whole = fit_rule(y, v)
    rest = fit_rule(y[:3], v[:3])
    assert (whole.chosen, rest.chosen) == ("random", "fixed")
    assert np.isnan(result.tau2_del[3]) and result.tau2_del[0] > 0
    assert result.rstudent[3] == pytest.approx((1.5 - rest.fit.estimate) / np.sqrt(0.04 + rest.fit.variance), rel=1e-12)
    assert result.cook_d[3] == pytest.approx(
        (whole.fit.estimate - rest.fit.estimate) ** 2 / whole.fit.variance, rel=1e-12
    )


def test_an_undecided_rule_gives_no_diagnostics():
    rule = Rule(on_discordance="error")
    y, v = np.array([0.0, 1.0]), np.array([0.2, 0.22])  # Q = 2.38: I2 fires, P does not
    result = influence(Trials(y, v), [rule])[rule]
    assert np.isnan(result.cook_d).all() and np.isnan(result.hat).all() and not result.flagged.any()


def test_two_trials_have_no_tau2_without_one_and_no_flag():
    results = influence(Trials([0.0, 3.0], [0.1, 0.1]), [("FE", "z"), ("REML", "z")])
    assert np.isnan(results["REML", "z"].rstudent).all()
    assert results["FE", "z"].rstudent == pytest.approx(np.array([-3.0, 3.0]) / np.sqrt(0.2), rel=1e-12)
    assert not results["FE", "z"].flagged.any()
    with pytest.raises(ValueError, match="two trials"):
        influence(Trials([0.0], [0.1]), [("FE", "z")])


def test_henmi_and_copas_is_centred_at_the_fixed_effect():
    results = influence(bcg(), [("FE", "z"), ("DL", "HC")])
    assert np.array_equal(results["FE", "z"].dffits, results["DL", "HC"].dffits)


@pytest.mark.parametrize("mh_exact", [False, True])
@pytest.mark.parametrize("measure", ["MH_OR", "MH_RR", "MH_RD"])
def test_mantel_haenszel_is_refitted_from_its_tables(measure, mh_exact):
    counts = np.array(arms("collins1985b_pre"))
    y, v = measure_of(measure).effect_of(*counts).for_pooling()
    trials = Trials(y, v, (), counts, measure, mh_exact)
    block = refit(trials, all_and_without_each(trials.k), [("FE", "z"), ("DL", "z"), Rule()])
    for i in range(trials.k):
        rest = np.delete(counts, i, axis=1)
        for method in ("FE", "DL"):
            expected = pool_tables(*rest, measure, method, mh_exact=mh_exact)
            assert block[method, "z"].fit.estimate[i + 1] == pytest.approx(expected.estimate, rel=1e-12)
            assert block[method, "z"].fit.se[i + 1] == pytest.approx(expected.se, rel=1e-12)
    chosen = block[Rule()].chosen
    source = np.where(chosen == "random", block["DL", "z"].fit.estimate, block["FE", "z"].fit.estimate)
    assert np.array_equal(block[Rule()].fit.estimate, source)


def test_a_trial_alone_is_its_own_effect_also_under_mantel_haenszel():
    counts = np.array([[4.0, 6.0], [100.0, 120.0], [9.0, 3.0], [100.0, 110.0]])
    y, v = measure_of("MH_OR").effect_of(*counts).for_pooling()
    block = refit(Trials(y, v, (), counts, "MH_OR"), np.eye(2, dtype=bool), [("FE", "z")])["FE", "z"]
    assert np.array_equal(block.fit.estimate, y)
    assert block.fit.se == pytest.approx(np.sqrt(v), rel=1e-14)


def test_the_trials_of_a_cell():
    trials = trials_of(cell([1, 2], [0.1, 0.2]))
    assert trials.studies == ("A", "B") and not trials.from_tables and trials.k == 2


def test_baujat():
    deviations = Deviations()
    for key, expected in more()["baujat"].items():
        name, method = key.split()
        y, v = effects(reference(name)["measures"]["RD" if name == "hine1989" else "RR"])
        result = baujat(Trials(y, v), [(method, "z")])[method, "z"]
        for i in range(y.size):
            deviations.add(f"{key} x {i}", result.heterogeneity[i], expected["x"][i], 1.0)
            deviations.add(f"{key} y {i}", result.influence[i], expected["y"][i], 1.0)
    assert deviations.compared > 100 and not deviations.found


def test_baujat_contributions_add_up_to_q():
    trials = bcg()
    result = baujat(trials, [("FE", "z")])["FE", "z"]
    assert result.heterogeneity.sum() == pytest.approx(fit(trials.y, trials.v, "FE", "z").q, rel=1e-12)


@pytest.mark.parametrize("name", SETS)
def test_cumulative_in_row_order(name):
    deviations, failed = Deviations(), []
    for measure, block in reference(name)["measures"].items():
        y, v = effects(block)
        keys = block["cumulative_row_order"]
        results = cumulative(Trials(y, v), range(y.size), [(method, "z") for method in keys])
        for method, expected in keys.items():
            steps = results[method, "z"].steps.fit
            for what in ("estimate", "se", "ci_low", "ci_high", "tau2"):
                if expected.get(what) is None or (what == "tau2" and method == "FE"):
                    continue
                for i in range(what == "tau2", y.size):
                    if expected["se"][i] is None:  # metafor's iteration failed
                        failed.append((name, measure, method, i))
                        continue
                    scale = (i + 1) * expected["se"][i] ** 2 if what == "tau2" else expected["se"][i]
                    deviations.add(f"{measure} {method} {what} {i}", getattr(steps, what)[i], expected[what][i], scale)
    assert deviations.compared and not deviations.found
    assert all(where[0] == "nielweise2007" for where in failed)


def test_order_and_its_ties():
    studies = ["Delta", "alpha", "Charlie", "Bravo"]
    assert year_order([2001, 2001, 1999, None], studies).tolist() == [2, 1, 0, 3]
    assert precision_order([0.2, 0.1, 0.2, 0.2], studies).tolist() == [1, 3, 2, 0]
    trials = Trials([1.0, 2.0, 3.0, 4.0], [0.1, 0.2, 0.3, 0.4])
    steps = cumulative(trials, [2, 1, 0, 3], [("FE", "z")])["FE", "z"].steps.fit
    assert steps.estimate[0] == 3.0 and steps.k.tolist() == [1, 2, 3, 4]
    assert steps.estimate[3] == fit(trials.y, trials.v, "FE", "z").estimate
    for order, words in (([0, 1, 2], "every trial"), ([0, 1, 1, 2], "every trial")):
        with pytest.raises(ValueError, match=words):
            cumulative(trials, order, [("FE", "z")])
    with pytest.raises(ValueError, match="at least 3"):
        cumulative(Trials([1.0, 2.0], [0.1, 0.2]), [0, 1], [("FE", "z")])


def test_shapes_are_checked():
    with pytest.raises(ValueError, match="one shape"):
        Trials([1.0, 2.0], [0.1])
    with pytest.raises(ValueError, match="counts"):
        Trials([1.0, 2.0], [0.1, 0.2], counts=np.ones((4, 3)))
