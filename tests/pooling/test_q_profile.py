"""The Q-profile interval for tau2, I2 and H2."""

import numpy as np
import pytest

from metawright.pooling import q_profile as module
from metawright.pooling.q_profile import q_profile
from tests.oracle.reading import SETS, Deviations, effects, reference
from tests.pooling.test_tau2 import V1, V2, Y1, Y2


@pytest.mark.parametrize("name", SETS)
def test_against_the_oracle(name):
    deviations = Deviations()
    for measure, block in reference(name)["measures"].items():
        y, v = effects(block)
        result, expected = q_profile(y, v), block["q_profile"]
        assert result.empty == (expected["high_sign"] == "<")
        assert not result.given_up
        scale = y.size * block["models"]["REML"]["z"]["se"] ** 2
        for side in ("low", "high"):
            t = getattr(result, f"tau2_{side}")
            for value, reference_value, unit in zip(
                (t, np.sqrt(t), getattr(result, f"i2_{side}"), getattr(result, f"h2_{side}")),
                expected[side],
                (scale, np.sqrt(scale), 100.0, 1.0),
                strict=True,
            ):
                deviations.add(f"{measure} {side}", value, reference_value, unit)
    assert not deviations.found


def test_published_examples():
    for (y, v), limits in (((Y1, V1), (0.0628, 0.7793)), ((Y2, V2), (0.0, 0.0641))):
        result = q_profile(y, v)
        assert (result.tau2_low, result.tau2_high) == pytest.approx(limits, abs=1e-4)
    bcg = q_profile(*effects(reference("bcg")["measures"]["RR"]))
    assert (bcg.tau2_low, bcg.tau2_high) == pytest.approx((0.1197, 1.1115), abs=1e-4)
    assert (bcg.i2_low, bcg.i2_high) == pytest.approx((81.92, 97.68), abs=5e-3)
    assert (bcg.h2_low, bcg.h2_high) == pytest.approx((5.53, 43.07), abs=5e-3)


def test_empty_set():
    result = q_profile([1.0, 1.0001, 0.9999], [1.0, 2.0, 3.0])
    assert result.empty and not result.given_up
    assert (result.tau2_low, result.tau2_high, result.i2_high, result.h2_low) == (0.0, 0.0, 0.0, 1.0)


def test_two_studies_have_a_closed_form():
    y, v = [0.0, 3.0], [0.5, 1.0]
    result = q_profile(y, v)
    for side, quantile in (("low", 5.023886187314888), ("high", 0.0009820691171752583)):
        assert getattr(result, f"tau2_{side}") == pytest.approx(max(0.0, (9 / quantile - 1.5) / 2), rel=1e-10)
    assert result.tau2_high > 4000  # absurdly large, and said so by whoever prints it


def test_one_study_has_none():
    result = q_profile([1.0], [0.5])
    assert np.isnan([result.tau2_low, result.tau2_high, result.i2_low, result.h2_high]).all()
    assert not result.empty and not result.given_up


def test_limits_beyond_all_reason_are_given_up():
    result = q_profile([0.0, 3.0], [0.5, 1.0], level=1 - 1e-9)
    assert result.given_up and np.isnan(result.tau2_high) and np.isnan(result.i2_high)
    assert result.tau2_low == 0.0
    assert module.GIVE_UP == 1e8


def test_a_higher_level_is_wider():
    narrow, wide = q_profile(Y1, V1, 0.8), q_profile(Y1, V1, 0.99)
    assert wide.tau2_low < narrow.tau2_low < narrow.tau2_high < wide.tau2_high


def test_a_block_equals_its_columns():
    rng = np.random.default_rng(4)
    v = rng.uniform(0.1, 1, (5, 60))
    y = rng.normal(size=(5, 60)) * np.sqrt(v + rng.choice([0.0, 1.0], 60))
    v[2:, 0] = v[1:, 1] = np.inf
    block = q_profile(y, v)
    for i in range(60):
        alone = q_profile(y[:, i], v[:, i])
        for key in ("tau2_low", "tau2_high", "i2_low", "h2_high", "empty", "given_up"):
            assert np.array_equal(getattr(block, key)[i], getattr(alone, key), equal_nan=True), key
