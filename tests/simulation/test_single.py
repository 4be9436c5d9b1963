"""Single replicates made again agree with the statistics that a sweep keeps."""

import numpy as np
import pytest

from metawright.simulation import single
from metawright.simulation.replicates import run_blocks
from metawright.simulation.scenario import Scenario, differing
from metawright.simulation.single import main, single_replicates
from tests.simulation.setups import setup

SCENARIO = Scenario(k=3, i2=50.0)
SETUP = setup("FE-z", "REML-HKSJ", "rule-gap-fixed")
PLAN = {
    "setups": {"s": SETUP.document},
    "units": {"u": {"scenario": differing(SCENARIO), "setup": "s"}},
}


def test_they_give_the_statistics_of_their_block():
    rows = list(single_replicates(PLAN, SCENARIO.key, 1, 1))
    assert len(rows) == 3 * 10_000
    assert (rows[0]["replicate"], rows[9_999]["replicate"]) == (10_000, 19_999)
    of = run_blocks(SCENARIO, SETUP, 1, 2)
    for model in SETUP.models:
        own = [row for row in rows if row["model"] == model.key]
        excluded = np.mean([row["ci_low"] > 0 or row["ci_high"] < 0 for row in own])
        kept = {name: value for name, value, _, _ in single_performance(of, model)}
        assert excluded == pytest.approx(kept["type1"], abs=1e-12)
        assert all((row["random"] is None) == (model.key != "rule-gap-fixed") for row in own[:5])


def single_performance(of, model):
    from metawright.simulation.performance import performance

    return list(performance(SCENARIO, SETUP, model, of))


def test_a_scenario_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match="make simulate"):
        main(["x"])
    with pytest.raises(KeyError):
        list(single_replicates(PLAN, "x", 0, 0))
    with pytest.raises(SystemExit, match="usage"):
        main([])
    assert single.SINGLE_COLUMNS[0] == "scenario"
