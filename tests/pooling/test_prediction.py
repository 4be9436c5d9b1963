"""Prediction intervals."""

import numpy as np
import pytest
from scipy import special

from metawright.pooling.fit import fit
from metawright.pooling.prediction import PREDICTION_INTERVALS, prediction_interval
from tests.oracle.reading import SETS, Deviations, effects, reference
from tests.pooling.test_tau2 import V1, Y1


@pytest.mark.parametrize("name", SETS)
def test_against_the_oracle(name):
    """`model` is metafor's predict(), `V` that of its t models whatever ours is; HTS is given for the z models."""
    deviations = Deviations()
    for measure, block in reference(name)["measures"].items():
        y, v = effects(block)
        for method, model in block["models"].items():
            for interval in ("z", "t", "HKSJ"):
                result, expected = fit(y, v, method, interval), model[interval]
                ours = prediction_interval(result, "model")
                label = f"{measure} {method} {interval}"
                deviations.add(f"{label} low", ours.low, expected["pi_low"], expected["se"])
                deviations.add(f"{label} high", ours.high, expected["pi_high"], expected["se"])
                ours = prediction_interval(result, "V")
                if len(y) > 2:
                    deviations.add(f"{label} V low", ours.low, model["t"]["pi_low"], model["t"]["se"])
                    deviations.add(f"{label} V high", ours.high, model["t"]["pi_high"], model["t"]["se"])
                if "pi_hts_low" in expected:
                    ours = prediction_interval(result, "HTS")
                    deviations.add(f"{label} HTS low", ours.low, expected["pi_hts_low"], expected["se"])
                    deviations.add(f"{label} HTS high", ours.high, expected["pi_hts_high"], expected["se"])
    assert not deviations.found


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("V", -1.9953, 0.5663),
        ("HTS", -2.0084, 0.5793),
        ("HK", -1.9960, 0.5670),
        ("HK-PR", -2.0091, 0.5800),
        ("S", -1.8667, 0.4376),
    ],
)
def test_bcg_as_published(name, low, high):
    y, v = effects(reference("bcg")["measures"]["RR"])
    for interval in ("z", "HKSJ", "mHKSJ"):  # the names do not depend on the interval of the fit
        result = prediction_interval(fit(y, v, "REML", interval), name)
        assert (result.low, result.high) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize(("name", "needs"), [("V", 3), ("HTS", 3), ("HK", 2), ("HK-PR", 3), ("S", 2), ("model", 2)])
def test_enough_studies(name, needs):
    y, v = np.array([0.0, 1.0, 3.0, 2.0]), np.array([0.1, 0.2, 0.3, 0.4])
    for k in (1, 2, 3, 4):
        result = prediction_interval(fit(y[:k], v[:k], "REML", "HKSJ"), name)
        assert np.isnan(result.low) == np.isnan(result.high) == (k < needs)
    assert result.low < result.high


def test_none_for_fixed_effect_and_henmi_copas():
    for method, interval in (("FE", "z"), ("FE", "HKSJ"), ("DL", "HC")):
        for name in PREDICTION_INTERVALS:
            assert np.isnan(prediction_interval(fit(Y1, V1, method, interval), name).low)


def test_without_heterogeneity_it_is_the_confidence_interval():
    result = fit([0.0, 0.1, 0.2], [1.0, 2.0, 1.0], "REML", "HKSJ")
    assert result.tau2 == 0.0
    for name in ("HK", "model"):
        interval = prediction_interval(result, name)
        assert (interval.low, interval.high) == pytest.approx((result.ci_low, result.ci_high), rel=1e-12)


@pytest.mark.parametrize("interval", ["z", "t", "HKSJ", "mHKSJ", "IQWiG6", "hybrid"])
def test_model_takes_quantile_and_standard_error_of_the_fit(interval):
    result = fit(Y1, V1, "REML", interval)
    quantile = special.ndtri(0.975) if np.isnan(result.df) else special.stdtrit(result.df, 0.975)
    half = quantile * np.sqrt(result.tau2 + result.se**2)
    assert prediction_interval(result, "model").high == pytest.approx(result.estimate + half, rel=1e-12)


def test_level_and_names():
    result = fit(Y1, V1, "REML", "z")
    assert prediction_interval(result, "S", level=0.5).high < prediction_interval(result, "S").high
    with pytest.raises(ValueError, match="unknown prediction interval"):
        prediction_interval(result, "HTS2")


def test_a_block_equals_its_columns():
    rng = np.random.default_rng(4)
    y, v = rng.normal(size=(5, 40)), rng.uniform(0.1, 1, (5, 40))
    v[2:, 0] = v[1:, 1] = np.inf
    for name in PREDICTION_INTERVALS:
        block = prediction_interval(fit(y, v, "REML", "hybrid"), name)
        for i in range(40):
            alone = prediction_interval(fit(y[:, i], v[:, i], "REML", "hybrid"), name)
            assert np.array_equal([block.low[i], block.high[i]], [alone.low, alone.high], equal_nan=True)
