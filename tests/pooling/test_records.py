"""Every estimator of tau2 and every interval goes through every place that names it, and no other place lists them."""

import ast

import numpy as np
import pytest

from metawright.exchange.reproduce_script import reproduce_script
from metawright.exchange.revman_rows import settings
from metawright.figures.forest.words import model_name as in_forest
from metawright.figures.forest.words import pooling_name
from metawright.measures.weighing import WEIGHINGS
from metawright.pooling.estimators import ESTIMATORS, UnknownEstimatorError, estimator_keys, estimator_of
from metawright.pooling.fit import fit
from metawright.pooling.intervals import METHODS, UnknownIntervalError, interval_keys, interval_method
from metawright.pooling.model_names import model_name, model_short
from metawright.pooling.tau2 import estimate_tau2
from metawright.reading.schemas import load_schema
from metawright.report.methods.models import models
from metawright.sensitivity.examination.multiverse import LEVELS
from metawright.simulation.cost import seconds_per_block
from metawright.simulation.scenario import Scenario
from metawright.simulation.setup import Setup, model_of
from metawright.words.references import library

MODELS = [(method, "z") for method in ESTIMATORS] + [("DL", name) for name in METHODS]
Y, V = np.array([0.1, 0.9, -0.3, 0.5]), np.array([0.05, 0.02, 0.04, 0.03])


def test_records_are_whole():
    for one in ESTIMATORS.values():
        assert one.name and one.r and one.work in ("", *library())
        assert (one.se is None) is not one.random and (one.cost > 0) is one.random
    for one in METHODS.values():
        assert one.name and one.brief and one.column and one.drawn and one.revman and one.work in ("", *library())
        assert one.se is None or one.r or not one.of_t
    assert {name for one in WEIGHINGS for name in one.estimators} <= set(ESTIMATORS)


@pytest.mark.parametrize("key", estimator_keys())
def test_an_estimator_estimates_with_a_standard_error(key):
    found = estimate_tau2(Y, V, key)
    assert found.converged and np.isnan(found.value) is not estimator_of(key).random
    assert np.isnan(found.se) is not estimator_of(key).random


@pytest.mark.parametrize(("method", "interval"), MODELS)
def test_a_model_has_words_everywhere(method, interval):
    assert np.isfinite(fit(Y, V, method, interval).ci_low)
    words = model_name(method, interval)
    assert estimator_of(method).name in words or method == "FE"
    assert interval == "z" or interval_method(interval).name in words
    assert model_short(method, interval)[0].isupper()
    row = {"tau2_method": method, "interval": interval}
    assert in_forest(row).startswith(f"{method}, ") and pooling_name("MD", row)[:4] == "IV, "
    assert LEVELS["interval"][interval] == interval_method(interval).brief
    stated = " ".join(models({"models": [{"key": "m", **row}], "periods": []}))
    for work in filter(None, (estimator_of(method).work, interval_method(interval).work)):
        assert f"@{work}" in stated


@pytest.mark.parametrize(("method", "interval"), MODELS)
def test_a_sweep_takes_a_model_and_knows_its_cost(method, interval):
    setup = Setup(0, (model_of(f"{method}-{interval}"),), "FE-z")
    assert seconds_per_block(Scenario(k=3), setup) > 0


def test_unknown_words_are_refused_everywhere():
    for ask in (
        estimator_of, lambda key: estimate_tau2(Y, V, key), lambda key: fit(Y, V, key), lambda key: model_name(key, "z"),
        lambda key: model_short(key, "z"), lambda key: pooling_name("MD", {"tau2_method": key}),
    ):  # fmt: skip
        with pytest.raises(UnknownEstimatorError, match="unknown tau2 method 'XX'; known: FE, DL"):
            ask("XX")
    for ask in (
        interval_method, lambda key: fit(Y, V, "DL", key), lambda key: model_name("DL", key),
        lambda key: model_short("DL", key), lambda key: in_forest({"tau2_method": "DL", "interval": key}),
    ):  # fmt: skip
        with pytest.raises(UnknownIntervalError, match="unknown interval 'XX'; known: z, t"):
            ask("XX")


def test_schemas_and_the_script_of_r_know_all_of_them(schemas, root):
    for name in ("protocol", "simulation"):
        known = load_schema(schemas, name)["$defs"]
        assert known["estimator"]["enum"] == list(estimator_keys()) and known["interval"]["enum"] == list(
            interval_keys()
        )
    text = reproduce_script((root / "workflow" / "templates" / "exchange" / "reproduce.R").read_text())
    for key in estimator_keys():
        assert f"\n  {key} = function(y, v) " in text
    for one in METHODS.values():
        assert (f"\n  {one.key} = function(v, q, w0" in text) is bool(one.r)


def test_revman_has_words_for_the_intervals():
    period = {"key": "all", "label": "All"}
    outcome = {"measure": "MD", "label": "x", "direction": "lower_is_better"}
    names = (
        "estimate",
        "ci_low",
        "ci_high",
        "pi_low",
        "pi_high",
        "tau2",
        "q",
        "q_df",
        "q_p",
        "i2_q",
        "statistic",
        "df",
        "p",
    )
    for one in METHODS.values():
        model = dict.fromkeys((*names, "n_experimental", "n_control")) | {
            "model": "m",
            "tau2_method": "DL",
            "interval": one.key,
        }
        pool = {"models": [model], "period": "all", "outcome": "O", "k": 3}
        assert settings([pool], "m", 1, outcome, [period])[0]["CI method"] == one.revman


#: Where several estimators or intervals may stand side by side.
ALLOWED = {
    "audit/claims/heterogeneity.py",  # the two that RevMan 5 had, of which old reviews printed the same I2
    "heterogeneity/regression_tau2.py",  # solvers of regressions, each written for its estimator
    "heterogeneity/subgroups.py",  # those with a tau2 that subgroups share, and intervals that a test of them has
    "heterogeneity/meta_regression.py",  # intervals of slopes
    "heterogeneity/profile_likelihood.py",  # the two likelihoods
    "heterogeneity/periods.py",  # the models of a naive comparison
    "measures/weighing.py",  # under which a rule of tables weighs
    "sensitivity/specifications.py",  # defaults of the multiverse, which the protocol states
    "figures/outcome/periods.py", "report/tables/periods.py",  # fixed and random effects of that comparison
}  # fmt: skip


def test_no_other_place_lists_estimators_or_intervals(root):
    """Collections in the library outside `pooling/` with two keys of the same kind, as elements or as keys."""
    library = root / "workflow" / "metawright"
    found = set()
    for path in sorted(library.rglob("*.py")):
        name = path.relative_to(library).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            items = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", ())
            words = {item.value for item in items if isinstance(item, ast.Constant)}
            for known in (set(ESTIMATORS), set(METHODS) - {"z", "t"}):
                if len(words & known) > 1 and not name.startswith("pooling/"):
                    found.add(name)
    assert found <= ALLOWED
