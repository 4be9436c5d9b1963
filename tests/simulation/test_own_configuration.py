"""A review's own numbers of trials and participants: the ALS paper's pools against independent simulations."""

import json

import numpy as np
import pytest

from metawright.pooling.cell import Cell
from metawright.simulation.own_configuration import configured_trials, own_configuration, own_models
from metawright.simulation.words import own_sentences, pool_sentences, review_sentences

MODELS = [
    {"key": "as-published", "track": "protocol", "rule": {
        "p_above": 0.1, "i2_below": 50, "combine": "and", "on_discordance": "fixed",
        "fixed": {"tau2_method": "FE", "interval": "z"}, "random": {"tau2_method": "DL", "interval": "z"}}},
    {"key": "REML-HKSJ", "track": "recommended", "tau2_method": "REML", "interval": "HKSJ"},
]  # fmt: skip


def cell(*sizes, measure="MD", v=None, counts=None, outcome="score"):
    trials = tuple({"study": f"t{place}", "n_experimental": a, "n_control": b} for place, (a, b) in enumerate(sizes))
    v = np.full(len(sizes), 1.0) if v is None else np.array(v)
    return Cell({"key": outcome, "measure": measure}, "short", trials, np.zeros(len(sizes)), v, counts)


def shares(document, i2):
    (scenario,) = [part for part in document["scenarios"] if part["i2"] == i2]
    return {row["key"]: row for row in scenario["models"]}


#: Arms of the published pools, and type I error in percent at I2 = 50%: FE, DL, rule with its gap fixed and random,
#: REML-HKSJ, REML-mHKSJ; then the share of random-effects models and the median width of HKSJ relative to FE.
PUBLISHED = {
    "ALSFRS short": (((14, 11), (13, 14)), (19.2, 11.6, 13.9, 12.8, 5.0, 0.0), 0.25, 6.3),
    "ALSFRS-R short": (
        ((32, 33), (16, 16), (30, 30), (24, 24)), (18.8, 9.5, 11.9, 11.7, 5.3, 1.2), 0.38, 2.1),
    "FVC short": (
        ((16, 16), (30, 30), (24, 24), (32, 33), (13, 14)), (19.6, 9.1, 11.7, 11.6, 5.5, 2.3), 0.42, 1.9),
}  # fmt: skip


@pytest.mark.parametrize("pool", PUBLISHED)
def test_the_pools_of_the_als_paper(pool):
    sizes, rates, chosen, ratio = PUBLISHED[pool]
    document = own_configuration(cell(*sizes), MODELS, replicates=50_000)
    rows = shares(document, 50)
    keys = ("FE-z", "DL-z", "as-published", "rule-gap-random", "REML-HKSJ", "REML-mHKSJ")
    for key, percent in zip(keys, rates, strict=True):
        p = percent / 100
        error = (p * (1 - p) * (1 / 50_000 + 1 / 100_000)) ** 0.5
        assert rows[key]["type1"][0] == pytest.approx(p, abs=4 * error + 0.0006), key
    assert rows["as-published"]["random_chosen"][0] == pytest.approx(chosen, abs=0.012)
    assert rows["REML-HKSJ"]["width_ratio"] == pytest.approx(ratio, abs=0.12)
    assert json.loads(json.dumps(document))["status"] == "simulated"


def test_awaited_trials_of_a_published_pool_take_their_sizes_from_the_studies():
    studies = [
        {"study": "t1", "n_experimental": "9", "n_control": "9"},
        {"study": "kalron", "n_experimental": "16", "n_control": "15"},
        {"study": "other", "n_experimental": "20", "n_control": "20"},
        {"study": "unknown", "n_experimental": "", "n_control": "20"},
    ]
    row = {"outcome": "score", "period": "short", "claim": ""}
    rows = [row | {"study": name} for name in ("other", "unknown", "t0")]
    found = configured_trials(cell((30, 31)), rows, studies)
    assert [(trial.study, trial.n_experimental, trial.awaiting) for trial in found] == [
        ("t0", 30, False),
        ("other", 20, True),
    ]
    claimed = [*rows, row | {"study": "kalron", "claim": "C1"}, row | {"study": "kalron", "period": "long"}]
    found = configured_trials(cell((30, 31)), claimed, studies)
    assert [trial.study for trial in found] == ["t0", "kalron"]


def test_models_stand_once_each():
    keys = [model.key for model in own_models(MODELS)]
    assert keys == ["as-published", "REML-HKSJ", "rule-gap-random", "FE-z", "DL-z", "REML-mHKSJ"]
    odd = [{"key": "FE-z", "tau2_method": "DL", "interval": "z"}]
    assert [model.key for model in own_models(odd)] == ["FE-z", "FE-z-", "REML-HKSJ", "REML-mHKSJ"]


def test_measures_without_arms_take_the_observed_variances():
    document = own_configuration(cell((5, 5), (6, 6), measure="GIV", v=[0.1, 1.0]), MODELS, replicates=20_000)
    assert document["assumptions"]["variances"].startswith("observed")
    # one trial ten times more precise: 42.5% in the table of that design
    assert shares(document, 50)["FE-z"]["type1"][0] == pytest.approx(0.425, abs=0.015)


def test_binary_outcomes_have_the_risk_of_their_controls():
    counts = np.array([[5, 6], [50, 50], [10, 20], [50, 50]])
    document = own_configuration(cell((50, 50), (50, 50), measure="MH_OR", counts=counts), MODELS, replicates=10_000)
    assert document["assumptions"]["control_risk"] == 0.3
    assert document["assumptions"]["measure"] == "OR"
    assert shares(document, 0)["FE-z"]["type1"][0] == pytest.approx(0.05, abs=0.012)


@pytest.mark.parametrize("sizes, reason", [((), "no trial states its arm sizes"), (((5, 6),), "one trial")])
def test_a_pool_of_fewer_than_two_is_not_simulated(sizes, reason):
    document = own_configuration(cell(*sizes), MODELS)
    assert document["status"] == "not_simulated"
    assert document["reason"].startswith(reason)
    assert pool_sentences(document, "as-published", "REML-HKSJ") == [
        f"Its own configuration was not simulated ({reason})."
    ]


def test_sentences():
    document = own_configuration(cell((14, 11), (13, 14)), MODELS, replicates=20_000)
    said = own_sentences([document, own_configuration(cell(), MODELS)], "as-published", "REML-HKSJ")
    rate = 100 * shares(document, 50)["as-published"]["type1"][0]
    assert said["sentences"] == review_sentences([document], "as-published", "REML-HKSJ")
    assert said["sentences"][:1] == review_sentences([document], "as-published")
    ratio = shares(document, 50)["REML-HKSJ"]["width_ratio"]
    assert f"with intervals {ratio:.1f} times as wide as the common-effect model’s" in said["sentences"][1]
    assert f"significant effect in {rate:.0f}% of meta-analyses, where 5% is claimed" in said["sentences"][0]
    text = " ".join(pool_sentences(document, "as-published", "REML-HKSJ"))
    assert (
        "20,000 meta-analyses of two trials with 11 to 14 participants per arm (those of this pool), no effect" in text
    )
    assert f"significant effect in {rate:.1f}% (Monte Carlo standard error 0." in text
    assert "times as wide as the common-effect model’s (medians)" in text
    assert review_sentences([own_configuration(cell(), MODELS)], "as-published") == []
    assert pool_sentences(document, None, None) == [text.split(". ")[0] + "."]


def test_observed_variances_have_their_own_words():
    configuration = own_configuration(cell((5, 5), (6, 6), measure="GIV"), MODELS, replicates=10_000)
    text = " ".join(pool_sentences(configuration, "as-published", "REML-HKSJ"))
    assert "the sampling variances of this pool taken as known" in text
