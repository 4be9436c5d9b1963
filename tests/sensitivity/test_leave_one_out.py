"""Leave-one-out against metafor's leave1out, and its flags."""

from dataclasses import replace

import numpy as np
import pytest

from metawright.files.documents import json_text
from metawright.pooling.pool import apply_rule, fit_cell, rule_of
from metawright.sensitivity.leave_one_out import leave_one_out
from tests.pooling.builders import DL, FE, cell, reference, rule

SETS = [("bcg", "RR"), ("normand1999", "MD"), ("hine1989", "RD"), ("molloy2014", "GIV"), ("ishak2007_t1", "GIV")]


@pytest.mark.parametrize(("name", "measure"), SETS)
@pytest.mark.parametrize(
    ("key", "method", "interval"),
    [("FE", "FE", "z"), ("DL", "DL", "z"), ("REML", "REML", "z"), ("REML_HKSJ", "REML", "HKSJ")],
)
def test_against_metafor(name, measure, key, method, interval):
    block = reference(name)["measures"][measure]
    wanted = block["leave_one_out"][key]
    model = {"key": key, "tau2_method": method, "interval": interval}
    omitted = leave_one_out(cell(block["y"], block["v"]), [model])["models"][0]["omitted"]
    assert len(omitted) == len(block["y"])
    for index, entry in enumerate(omitted):
        se = wanted["se"][index]
        scales = {"estimate": se, "se": se, "ci_low": se, "ci_high": se, "q": 1.0, "i2": 100.0}
        if method != "FE":
            scales["tau2"] = len(omitted) * se**2
        for column, scale in scales.items():
            difference = abs(entry[column] - wanted[column][index])
            assert difference <= 1e-8 * max(abs(wanted[column][index]), scale), (index, column)


def test_flags():
    models = [{"key": "FE-z", **FE}, rule()]
    result = leave_one_out(cell([0.1, 0.2, 5.0], [1.0, 1.0, 1.0]), models)
    without_last = {part["model"]: part["omitted"][2] for part in result["models"]}
    assert without_last["FE-z"]["significance_changes"] is True
    assert without_last["FE-z"]["sign_changes"] is False
    assert without_last["rule"]["model_choice_changes"] is True
    assert without_last["rule"]["tau2_method"] == "FE"


def test_sign_change():
    entry = leave_one_out(cell([-1.0, -1.0, 3.0], [1.0, 1.0, 1.0]), [{"key": "FE-z", **FE}])["models"][0]["omitted"][2]
    assert (entry["sign_changes"], entry["status"], entry["interval"]) == (True, "pooled", "z")


@pytest.mark.parametrize("y", [[-1.0, 3.0], [5.0, 6.0]])
def test_of_two_trials_each_is_shown_and_compared_with_nothing(y):
    """The other trial alone has a z interval, the pool perhaps t with one df: another kind, no comparison."""
    models = [{"key": "FE-z", **FE}, {"key": "H", "tau2_method": "REML", "interval": "HKSJ"}, rule()]
    result = leave_one_out(cell(y, [1.0, 1.0]), models)
    assert "no evidence" in result["remarks"][0]
    for entry in (one for model in result["models"] for one in model["omitted"]):
        assert (entry["status"], entry["interval"], entry["estimate"] in y) == ("single_study", "z", True)
        assert [entry[f"{what}_changes"] for what in ("sign", "significance", "model_choice")] == [None] * 3


@pytest.mark.parametrize("k", [0, 1])
def test_nothing_to_leave_out(k):
    result = leave_one_out(cell([1.0] * k, [1.0] * k), [{"key": "DL-z", **DL}])
    assert result["models"] == []
    assert result["remarks"] == ["needs at least two trials"]


def test_leaving_out_is_pooling_the_rest():
    rng = np.random.default_rng(1)
    y, v = rng.normal(size=6), rng.uniform(0.1, 1, 6)
    whole = leave_one_out(cell(y, v), [{"key": "DL-z", **DL}])["models"][0]["omitted"]
    shifted = leave_one_out(cell(y + 7, v), [{"key": "DL-z", **DL}])["models"][0]["omitted"]
    for one, other in zip(whole, shifted, strict=True):
        assert other["estimate"] - 7 == pytest.approx(one["estimate"], abs=1e-12)
        assert other["se"] == pytest.approx(one["se"], rel=1e-10)


COLUMNS = ("estimate", "se", "ci_low", "ci_high", "p", "q", "i2", "i2_q", "tau2")
PAIRS = [("FE", "z"), ("DL", "z"), ("REML", "HKSJ"), ("PM", "mHKSJ"), ("SJ", "t"), ("DL", "HC"), ("ML", "IQWiG6")]
MODELS = [
    *({"key": f"{method}-{name}", "tau2_method": method, "interval": name} for method, name in PAIRS),
    *({**rule(on_discordance=choice), "key": choice} for choice in ("fixed", "random", "error")),
]


def one_by_one(cell, model):
    """The result without each trial, each of them fitted on its own."""
    for index in range(cell.k):
        rest = cell.without(index)
        yield (
            apply_rule(rest, rule_of(model)).fit
            if "rule" in model
            else fit_cell(rest, model["tau2_method"], model["interval"])
        )


def check_against_single_fits(cell):
    found = leave_one_out(cell, MODELS)
    for model, block in zip(MODELS, found["models"], strict=True):
        for entry, part in zip(block["omitted"], one_by_one(cell, model), strict=True):
            wanted = {name: getattr(part, name) if part else None for name in COLUMNS}
            assert json_text({name: entry[name] for name in COLUMNS}) == json_text(wanted)
            assert entry["status"] == ("pooled" if part else "undecided")


@pytest.mark.parametrize("seed", range(8))
def test_the_block_has_the_bits_of_single_fits(seed):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(3, 12))
    check_against_single_fits(cell(rng.normal(0.3, 1.0, k), np.exp(rng.normal(-1.0, 2.0, k))))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("measure", ["MH_OR", "MH_RR", "MH_RD", "PETO"])
def test_the_block_has_the_bits_of_single_fits_of_tables(measure, seed):
    """With empty cells, and trials without any event, among them."""
    rng = np.random.default_rng(seed)
    k = int(rng.integers(3, 9))
    n1, n2 = rng.integers(5, 80, (2, k))
    counts = np.array([rng.binomial(n1, 0.1), n1, rng.binomial(n2, 0.15), n2], dtype=float)
    trials = cell(np.zeros(k), np.ones(k), measure=measure, mh_exact=bool(seed % 2))
    check_against_single_fits(replace(trials, counts=counts))
