"""The verdict: what it gathers, what it calls a dependence, and what it says of cells that are not pooled."""

import json

import numpy as np
import pytest

from metawright.files.documents import plain
from metawright.pooling.bayes import bayes
from metawright.pooling.cell import Cell
from metawright.pooling.pool import pool
from metawright.pooling.position import position
from metawright.sensitivity.leave_one_out import leave_one_out
from metawright.sensitivity.verdict import verdict

FE = {"tau2_method": "FE", "interval": "z"}
RULE = {"p_above": 0.1, "i2_below": 50, "combine": "and", "on_discordance": "error"}
MODELS = [
    {
        "key": "published",
        "track": "protocol",
        "rule": RULE | {"fixed": FE, "random": {"tau2_method": "DL", "interval": "z"}},
    },
    {"key": "REML-HKSJ", "track": "recommended", "tau2_method": "REML", "interval": "HKSJ"},
]
# Two trials of the ALS review at month 12.
MONTH_12 = ([4.20, 1.22], [7.6**2 / 30 + 7.6**2 / 30, 9.78**2 / 32 + 10.87**2 / 33])
SURE = ([2.0, 2.3, 1.9, 2.2, 2.4], [0.05, 0.04, 0.06, 0.05, 0.07])


def pieces(y, v):
    outcome = {"key": "score", "measure": "MD", "mh_exact": False, "zero_scope": "events"}
    empty = {"n": None, "n_experimental": None, "n_control": None}
    trials = tuple({"study": chr(65 + i), "y": a, "v": b, **empty} for i, (a, b) in enumerate(zip(y, v, strict=True)))
    cell = Cell(outcome, "long", trials, np.array(y, float), np.array(v, float), None)
    pooled = pool(cell, MODELS)
    protocol, recommended = pooled["models"]
    return pooled, {"protocol": protocol, "recommended": recommended, "leave_one_out": leave_one_out(cell, MODELS)}


def test_the_als_review_at_month_12():
    pooled, given = pieces(*MONTH_12)
    multiverse = {"specifications": 20, "excluding_zero": 0.35, "low": 2.9, "high": 3.2, "moves_most": "interval"}
    priors = [{"key": "weak", "family": "half_normal", "scale": 2.5}, {"key": "flat", "family": "flat"}]
    posteriors = bayes(pooled, priors)["posteriors"]
    missing = {"status": "not_possible", "reason": "not every trial says who is missing", "models": []}
    found = verdict(pooled, **given, multiverse=multiverse, posteriors=posteriors, missing=missing)
    assert found["verdict"] == "depends" and found["depends_on"] == ["track", "choices"]
    assert found["tracks"]["protocol"]["where"] == "above" and found["tracks"]["recommended"]["where"] == "includes"
    # B alone is not significant and A alone is, with an interval of another kind: no evidence about the two together
    assert [found["tracks"][track]["changed_without"] for track in found["tracks"]] == [None, None]
    needed = found["tracks"]["protocol"]["needed"]
    assert needed["margin"] == pytest.approx(3.0988 / 1.5581 - 1.959964, abs=1e-4)
    assert needed["shift"] == pytest.approx(0.045, abs=5e-4) and needed["tipping_points"] == []
    assert found["tracks"]["recommended"]["needed"]["margin"] < 0
    assert [one["key"] for one in found["bayesian"]] == ["weak"]
    assert found["words"] == [
        "The interval of the review’s protocol excludes 0 and the interval of the recommended model includes 0.",
        "Of 20 specifications 7 exclude 0; the estimate moves most with the choice of interval.",
        "Of two trials each is shown alone; that is no evidence for or against the result of both.",
        "What missing participants could change is not known: not every trial says who is missing.",
        "The conclusion depends on whether the review’s protocol or the recommended model is followed and the choices "
        "of the analysis.",
    ]
    json.dumps(plain(found), allow_nan=False)


def test_a_conclusion_that_nothing_changes():
    pooled, given = pieces(*SURE)
    multiverse = {"specifications": 8, "excluding_zero": 1.0, "low": 2.0, "high": 2.2, "moves_most": ""}
    tipping = {"path": "experimental", "difference": -30.0, "becomes": "includes", "estimate": 0.5}
    none = {"path": "symmetric", "difference": float("nan"), "becomes": "", "estimate": float("nan")}
    missing = {"status": "done", "reason": "", "models": [{"model": "published", "tipping_points": [tipping, none]}]}
    found = verdict(pooled, **given, multiverse=multiverse, missing=missing)
    assert (found["verdict"], found["depends_on"], found["same_conclusion"]) == ("stable", [], True)
    needed = found["tracks"]["protocol"]["needed"]
    assert needed["tipping_points"] == [{"path": "experimental", "difference": -30.0, "becomes": "includes"}]
    assert found["tracks"]["recommended"]["needed"]["tipping_points"] == [] and needed["trials"] == []
    assert found["words"][0].startswith("The intervals of") and found["words"][-1].startswith("None of the examined")


def row(low, high, model="m", **others):
    return {
        "model": model,
        "estimate": (low + high) / 2,
        "se": (high - low) / 4,
        "ci_low": low,
        "ci_high": high,
    } | others


CELL = {"outcome": "score", "period": "all", "measure": "MD", "status": "pooled", "k": 3}


@pytest.mark.parametrize(
    ("share", "low", "high", "depends"),
    [(0.5, 1.0, 2.0, True), (1.0, 1.0, 2.0, False), (1.0, -1.0, 2.0, True), (0.0, 1.0, 2.0, True)],
)
def test_what_specifications_do_to_a_significant_result(share, low, high, depends):
    multiverse = {"specifications": 4, "excluding_zero": share, "low": low, "high": high, "moves_most": ""}
    found = verdict(CELL, protocol=row(1, 3), recommended=row(1, 4), multiverse=multiverse)
    assert (found["depends_on"] == ["choices"]) is depends
    assert found["verdict"] == ("depends" if depends else "stable")


def test_opposite_signs_differ():
    found = verdict(CELL, protocol=row(-1, 3), recommended=row(-3, 1))
    assert found["same_conclusion"] is False and found["depends_on"] == ["track"]
    assert found["words"][0].endswith("recommended model includes 0.")


def test_an_estimate_of_exactly_0_is_no_change_of_side():
    pooled, given = pieces([4.0, -4.0, 3.0], [30.0, 30.0, 30.0])
    assert given["leave_one_out"]["models"][0]["omitted"][2]["estimate"] == 0.0
    assert verdict(pooled, **given)["tracks"]["protocol"]["changed_without"] == ["A"]
    opposite = pieces([4.0, -4.2, 3.0], [30.0, 30.0, 30.0])
    assert verdict(opposite[0], **opposite[1])["tracks"]["protocol"]["changed_without"] == ["A", "C"]


def test_one_of_two_trials_is_no_evidence():
    """Both trials clearly above 0: the switch from t with one df to z is no change that a trial makes."""
    pooled, given = pieces([5.0, 6.0], [1.0, 1.0])
    found = verdict(pooled, **given)
    assert found["depends_on"] == ["track"] and "trials" not in found["depends_on"]
    assert found["tracks"]["recommended"]["changed_without"] is None
    assert found["tracks"]["recommended"]["needed"]["trials"] is None
    assert "that is no evidence" in found["words"][1] and not any("Leaving out" in text for text in found["words"])


def test_results_that_are_not_clear():
    silent = {"model": "rule", "status": "undecided", "estimate": None, "ci_low": None, "ci_high": None}
    found = verdict(CELL, protocol=silent, recommended=row(-1, 1))
    assert found["same_conclusion"] is None and found["tracks"]["protocol"]["needed"] is None
    assert found["verdict"] == "not_examined" and "leaves the choice of a model open" in found["words"][0]
    assert verdict(CELL, protocol=silent, recommended=row(2, 2))["verdict"] == "open"
    assert verdict(CELL)["verdict"] == "open"
    assert position(row(2, 2)) == "degenerate" and position(None) == "none"
    assert position({"estimate": float("nan"), "ci_low": 0.0, "ci_high": 1.0}) == "none"
    assert position(row(0.0, 1.0)) == "includes" and position(row(-2, -1)) == "below"


def test_cells_that_are_not_pooled():
    none = verdict({**CELL, "status": "awaiting_data", "k": 0}, protocol={"estimate": None, "status": "awaiting_data"})
    assert (none["verdict"], none["tracks"]) == ("awaiting_data", {"protocol": None, "recommended": None})
    pooled, given = pieces([1.0], [1.0])
    one = verdict(pooled, **given)
    assert (one["verdict"], one["depends_on"]) == ("single_study", [])
    assert one["tracks"]["protocol"]["where"] == "includes" and one["words"][1] == "Its interval includes 0."
    assert set(none) == set(one) == set(verdict(CELL, protocol=row(1, 2)))
