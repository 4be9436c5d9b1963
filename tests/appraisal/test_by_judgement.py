"""Pools by risk of bias."""

import pytest

from metawright.appraisal.by_judgement import filters, pools_by_judgement, shares
from metawright.appraisal.risk_of_bias import risk_of_bias
from metawright.pooling.fit import fit

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
    sizes = {"n": n, "n_experimental": n // 2, "n_control": n - n // 2}
    pool = {"outcome": "score", "period": "short", "measure": "MD", "status": "pooled", "k": len(y), **sizes,
            "studies": studies, "models": [row | changes]}  # fmt: skip
    return pool


def test_shares_of_weight_add_up_to_all_of_it():
    weights = {"a": 40.0, "b": 30.0, "c": 20.0, "x": 10.0}
    found = shares(judged(), weights)
    assert found["random_sequence"] == {"low": 40.0, "unclear": 20.0, "high": 30.0, "not judged": 10.0}
    assert sum(found["allocation_concealment"].values()) == pytest.approx(100)


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
