"""The vignettes of the specification: a suggestion equals the rule applied to what a pool has."""

import json
from pathlib import Path

import pytest

from metawright.appraisal.rating.engine import rate
from metawright.appraisal.rating.inputs import read_inputs

HERE = Path(__file__).parent.parent
VIGNETTES = json.loads((HERE / "oracle" / "certainty" / "vignettes.json").read_text(encoding="utf-8"))["vignettes"]


def test_all_of_them_are_there():
    assert len({one["id"] for one in VIGNETTES}) == 28


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda one: one["id"])
def test_a_suggestion_equals_the_vignette(vignette, settings):
    right = vignette["right"]
    found = rate(read_inputs(vignette["inputs"]), settings).document()
    for key in ("status", "start", "levels", "rating", "at_most"):
        assert found[key] == right[key], key
    detail = right["detail"]
    for key in ("target", "have", "r", "A", "B", "why"):
        assert found["detail"][key] == detail[key], key
    # the vignettes take both normal quantiles to five decimals: 379.35167 events for 379.35173
    assert found["detail"]["ois"] == pytest.approx(detail["ois"], rel=1e-6)
    assert found["reason"] == right.get("reason", "")
