"""One cell under the declared models: statuses, the rule and its gap, and what a row says."""

import math

import numpy as np
import pytest

from metawright.extraction.arms import arm_rows
from metawright.pooling.cell import cell_of
from metawright.pooling.documents import POOLED_COLUMNS
from metawright.pooling.pool import pool, pooled_rows
from tests.oracle.reading import effects, reference
from tests.pooling.builders import DL, FE, OUTCOME, cell, rule

MODELS = [
    {"key": "FE-z", **FE},
    {"key": "REML-HKSJ", "track": "recommended", "tau2_method": "REML", "interval": "HKSJ"},
]

# Three trials whose Q lies between 4.00 (I² reaches 50%) and 4.61 (P falls to 0.1): the rule's gap.
GAP = ([0.0, 0.0, 2.54], [1.0, 1.0, 1.0])


def entries(pooled):
    return {entry["model"]: entry for entry in pooled["models"]}


def test_no_trial_awaits_data():
    result = pool(cell([], []), [*MODELS, rule()])
    assert (result["status"], result["k"], result["studies"]) == ("awaiting_data", 0, [])
    for row in pooled_rows([result]):
        filled = {name for name in POOLED_COLUMNS if row[name] is not None}
        assert filled == {"outcome", "period", "model", "status", "measure", "k", "selected_by_rule"} | (
            {"track"} if row["track"] else set()
        )


def test_one_trial_is_shown_with_its_z_interval_under_every_model():
    result = pool(cell([1.5], [0.25]), [*MODELS, rule()])
    for entry in result["models"]:
        assert (entry["status"], entry["interval"], entry["tau2_method"]) == ("single_study", "z", None)
        assert (entry["estimate"], entry["se"]) == (1.5, 0.5)
        assert entry["ci_low"] == pytest.approx(1.5 - 0.5 * 1.959963984540054, rel=1e-14)
        assert [entry[name] for name in ("q", "i2", "tau2", "pi_low")] == [None] * 4
        assert np.isnan(entry["df"])
        assert entry["selected_by_rule"] is False


@pytest.mark.parametrize("key", ["REML-z", "REML-HKSJ", "REML-mHKSJ"])
def test_the_prediction_interval_is_t_based_whatever_the_model_s_own_interval_is(key):
    """BCG, log RR, REML: `V` of the limits of the R package meta."""
    y, v = effects(reference("bcg")["measures"]["RR"])
    method, interval = key.split("-")
    row = entries(pool(cell(y, v), [{"key": key, "tau2_method": method, "interval": interval}]))[key]
    assert (row["pi_low"], row["pi_high"]) == pytest.approx((-1.9953, 0.5663), abs=1e-4)


def test_two_trials_have_every_statistic_but_a_prediction_interval():
    result = entries(pool(cell([1.0, 3.0], [0.5, 1.0]), MODELS))
    row = result["REML-HKSJ"]
    assert row["tau2"] == pytest.approx(1.25, rel=1e-9)
    assert (row["df"], row["q_df"]) == (1, 1)
    assert np.isnan(row["pi_low"])
    assert math.isfinite(entries(pool(cell([1.0, 3.0], [0.5, 1.0]), MODELS, "model"))["REML-HKSJ"]["pi_low"])
    assert sum(row["weights"]) == pytest.approx(100.0, rel=1e-14)
    fixed = result["FE-z"]
    assert np.isnan(fixed["tau2"])
    assert fixed["tau2_low"] is None
    assert fixed["pi_low"] is None
    assert fixed["i2"] == fixed["i2_q"]


@pytest.mark.parametrize(
    ("y", "choices", "chosen", "method"),
    [
        ([0.0, 0.1, 0.2], {}, "fixed", "FE"),
        ([0.0, 3.0, -3.0], {}, "random", "DL"),
        (GAP[0], {}, "fixed", "FE"),
        (GAP[0], {"on_discordance": "random"}, "random", "DL"),
        (GAP[0], {"combine": "or"}, "random", "DL"),
        (GAP[0], {"combine": "p_only"}, "fixed", "FE"),
        (GAP[0], {"combine": "i2_only"}, "random", "DL"),
    ],
)
def test_the_rule_writes_the_row_of_the_model_that_it_chose(y, choices, chosen, method):
    models = [rule(**choices), {"key": "FE", **FE}, {"key": "DL", **DL}]
    result = entries(pool(cell(y, [1.0, 1.0, 1.0]), models))
    row = result["rule"]
    assert (row["rule"]["chosen"], row["tau2_method"], row["selected_by_rule"]) == (chosen, method, True)
    for name in ("estimate", "ci_low", "p", "i2"):
        assert row[name] == result[method][name]
    discordant = y == GAP[0] and row["rule"]["combine"] == "and"
    assert row["rule"]["discordant"] is discordant
    assert [candidate["branch"] for candidate in row["candidates"]] == (["fixed", "random"] if discordant else [])


def test_a_rule_that_wants_a_decision_gives_no_result():
    row = entries(pool(cell(*GAP), [rule(on_discordance="error")]))["rule"]
    assert (row["status"], row["estimate"], row["rule"]["chosen"]) == ("undecided", None, "undecided")
    assert row["q"] == pytest.approx(4.30, abs=0.01)
    assert row["notes"]
    assert [candidate["tau2_method"] for candidate in row["candidates"]] == ["FE", "DL"]


def test_identical_estimates_are_degenerate_under_hksj_and_said_to_be():
    row = entries(pool(cell([2.0, 2.0, 2.0], [1.0, 2.0, 3.0]), MODELS))["REML-HKSJ"]
    assert row["se"] == 0
    assert np.isnan(row["p"])
    assert any("width 0" in note for note in row["notes"])


def test_the_order_of_trials_does_not_matter():
    y, v = [0.3, -0.2, 1.1, 0.5], [0.1, 0.4, 0.2, 0.3]
    one, other = entries(pool(cell(y, v), MODELS)), entries(pool(cell(y[::-1], v[::-1]), MODELS))
    for name in ("estimate", "se", "ci_low", "q", "tau2", "pi_high"):
        assert one["REML-HKSJ"][name] == pytest.approx(other["REML-HKSJ"][name], rel=1e-12)


def binary_cell(measure):
    counts = [(5, 156, 8, 74), (5, 303, 17, 303), (12, 565, 9, 477)]
    rows, effects = [], []
    for index, (a, n1, c, n2) in enumerate(counts):
        first = 2 * index + 2
        for row, arm, events, n in ((first, "experimental", a, n1), (first + 1, "control", c, n2)):
            empty = dict.fromkeys(
                ("timepoint_months", "n_randomised", "mean", "sd", "estimate", "se", "ci_low", "ci_high", "ci_level"),
                "",
            )
            rows.append({**empty, "row": str(row), "arm": arm, "events": str(events), "n": str(n), "used": "true"})
        effects.append(
            {
                "study": f"T{index}",
                "period": "short",
                "y": "0.1",
                "v": "1.0",
                "used": "true",
                "n": str(n1 + n2),
                "n_experimental": str(n1),
                "n_control": str(n2),
                "timepoint": "",
                "timepoint_months": "",
                "row_ids": f"{first};{first + 1}",
                "imputed": "false",
            }
        )
    return cell_of(effects, arm_rows(rows), {**OUTCOME, "measure": measure}, "short")


def test_mantel_haenszel_is_pooled_from_the_tables():
    table = binary_cell("MH_OR")
    assert table.counts.tolist() == [[5, 5, 12], [156, 303, 565], [8, 17, 9], [74, 303, 477]]
    result = entries(pool(table, [{"key": "FE-z", **FE}, {"key": "FE-t", "tau2_method": "FE", "interval": "t"}]))
    a, n1, c, n2 = table.counts
    total = n1 + n2
    expected = math.log((a * (n2 - c) / total).sum() / ((n1 - a) * c / total).sum())
    assert result["FE-z"]["estimate"] == pytest.approx(expected, rel=1e-13)
    assert result["FE-t"]["interval"] == "z"
    assert result["FE-t"]["notes"] == ["this model has no t interval; the z interval is given instead"]
    assert result["FE-z"]["notes"] == []
