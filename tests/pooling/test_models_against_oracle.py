"""Every model and interval of the reference sets: relative 1e-8 of the value or its scale."""

import csv

import numpy as np
import pytest

from metawright.pooling.fit import fit, fit_models
from metawright.pooling.prediction import prediction_interval
from metawright.pooling.q_profile import q_profile
from metawright.pooling.tau2 import estimate_tau2
from tests.oracle.reading import FOLDER, SETS, Deviations, effects, reference

INTERVALS = ("z", "t", "HKSJ", "mHKSJ")
SCALES = {"statistic": 1.0, "p": 1e-6, "df": 1.0}


def test_the_oracle_is_complete():
    assert len(SETS) == 29
    assert sum(len(reference(name)["measures"]) for name in SETS) == 115


@pytest.mark.parametrize("name", SETS)
def test_models(name):
    deviations = Deviations()
    for measure, block in reference(name)["measures"].items():
        y, v = effects(block)
        fits = fit_models(y, v, [(method, interval) for method in block["models"] for interval in INTERVALS])
        for method, model in block["models"].items():
            label = f"{measure} {method}"
            assert "error" not in model
            for interval in INTERVALS:
                result, expected = fits[method, interval], model[interval]
                for key in ("estimate", "se", "ci_low", "ci_high", "statistic", "p", "df"):
                    scale = SCALES.get(key, expected["se"])
                    deviations.add(f"{label} {interval} {key}", getattr(result, key), expected[key], scale)
            deviations.add(f"{label} q_factor", fits[method, "mHKSJ"].q_factor, model["mHKSJ"]["q_factor"], 1.0)
            result = fits[method, "z"]
            for key, scale in (("k", 1.0), ("i2", 100.0), ("h2", 1.0), ("q", 1.0), ("q_df", 1.0), ("q_p", 1e-6)):
                deviations.add(f"{label} {key}", getattr(result, key), model[key], scale)
            if method == "FE":
                assert np.isnan(result.tau2)
            else:
                scale = len(y) * model["z"]["se"] ** 2
                tau2 = estimate_tau2(y, v, method)
                assert tau2.value == result.tau2 and tau2.converged and result.converged
                deviations.add(f"{label} tau2", tau2.value, model["tau2"], scale)
                deviations.add(f"{label} tau2 se", tau2.se, model["se_tau2"], scale)
            for ours, theirs in zip(result.weights, model["weights"], strict=True):
                deviations.add(f"{label} weight", ours, theirs, 100.0)
    assert not deviations.found
    assert deviations.compared > 9 * 40


@pytest.mark.parametrize("name", SETS)
def test_leaving_studies_out_by_infinite_variance(name):
    """Leave-one-out and cumulative analyses are blocks of replicates with absent studies."""
    deviations = Deviations()
    for measure, block in reference(name)["measures"].items():
        if "leave_one_out" not in block:
            continue
        y, v = effects(block)
        k = y.size
        wide = np.repeat(y[:, None], k, axis=1)
        without = np.where(np.eye(k, dtype=bool), np.inf, v[:, None])
        upto = np.where(np.arange(k)[:, None] > np.arange(k), np.inf, v[:, None])
        for key, layout in (("leave_one_out", without), ("cumulative_row_order", upto)):
            for model, expected in block[key].items():
                method, _, interval = model.partition("_")
                result = fit(wide, layout, method, interval or "z")
                for what in ("estimate", "se", "ci_low", "ci_high", "tau2", "i2"):
                    if expected.get(what) is None or (what == "tau2" and method == "FE"):
                        continue
                    for i in range(1 if key.startswith("cumulative") else 0, k):
                        se = expected["se"][i]
                        if se is None:  # metafor's iteration did not converge there
                            assert result.converged[i]
                            continue
                        scale = {"tau2": k * se**2, "i2": 100.0}.get(what, se)
                        ours = getattr(result, what)[i]
                        deviations.add(f"{measure} {key} {model} {what} {i}", ours, expected[what][i], scale)
    assert not deviations.found


SET_OF = {
    **{("deep-brain-stimulation", "updrs_motor", p): f"ishak2007_t{i}" for i, p in
       enumerate(("3-months", "6-months", "12-months", "long-term"), 1)},
    **{("glioma-chemotherapy", "survival", f"{6 * i}-months"): f"fine1993_t{i}" for i in (1, 2, 3, 4)},
    **{("common-cold", outcome, f"day-{day}"): f"dagostino1998_{code}{day}" for day in (1, 2) for outcome, code in
       (("runny_nose", "rnic"), ("sneezing", "snic"), ("runny_nose_goal", "rngoal"), ("sneezing_goal", "sngoal"))},
}  # fmt: skip


@pytest.mark.parametrize("review", ["common-cold", "deep-brain-stimulation", "glioma-chemotherapy"])
def test_pools_of_the_reviews(review):
    deviations = Deviations()
    with (FOLDER / "reviews" / review / "expected.csv").open(newline="") as handle:
        expected = [row for row in csv.DictReader(handle) if row["optional"] != "1"]
    assert len(expected) >= 16
    for row in expected:
        measures = reference(SET_OF[review, row["outcome"], row["period"]])["measures"]
        revman = f"{row['measure']}_RevMan"
        block = measures[revman if row["convention"] == "revman" and revman in measures else row["measure"]]
        y, v = effects(block)
        result = fit(y, v, row["tau2_method"], row["interval"])
        label = f"{row['outcome']} {row['period']} {row['model']} {row['convention']}"
        se = float(row["se"])
        scales = {"statistic": 1.0, "p": 1e-6, "k": 1.0, "df": 1.0, "q": 1.0, "q_df": 1.0, "q_p": 1e-6, "h2": 1.0}
        scales |= {"i2": 100.0, "i2_q": 100.0, "tau2": y.size * se**2}
        for key in ("estimate", "se", "ci_low", "ci_high", *scales):
            deviations.add(f"{label} {key}", getattr(result, key), row[key], scales.get(key, se))
        prediction, profile = prediction_interval(result, "model"), q_profile(y, v)
        deviations.add(f"{label} pi_low", prediction.low, row["pi_low"], se)
        deviations.add(f"{label} pi_high", prediction.high, row["pi_high"], se)
        if row["tau2_method"] != "FE":
            deviations.add(f"{label} tau2_low", profile.tau2_low, row["tau2_low"], y.size * se**2)
            deviations.add(f"{label} tau2_high", profile.tau2_high, row["tau2_high"], y.size * se**2)
    assert not deviations.found
