"""Leave-one-out against metafor's leave1out, and its flags."""

import numpy as np
import pytest

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
    entry = leave_one_out(cell([-1.0, 3.0], [1.0, 1.0]), [{"key": "FE-z", **FE}])["models"][0]["omitted"][1]
    assert (entry["sign_changes"], entry["status"], entry["interval"]) == (True, "single_study", "z")


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
