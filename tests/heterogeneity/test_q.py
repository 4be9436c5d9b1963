"""Cochran's Q and its companions."""

import numpy as np
import pytest

from metawright.heterogeneity.q import i2_from_q, i2_test_based, q_statistics
from tests.oracle.reading import SETS, effects, reference
from tests.pooling.test_tau2 import V1, V2, Y1, Y2


def test_published_examples():
    one, two = q_statistics(Y1, V1), q_statistics(Y2, V2)
    assert (one.q, one.i2, one.typical_variance) == pytest.approx((46.0233, 80.44, 0.0673), rel=1e-3)
    assert (two.q, two.p, two.i2, two.i2_low, two.i2_high) == pytest.approx(
        (23.4572, 0.1350, 27.53, 0, 59.06), abs=1e-2
    )
    bcg = q_statistics(*effects(reference("bcg")["measures"]["RR"]))
    assert (bcg.i2_low, bcg.i2_high) == pytest.approx((88.32, 94.68), abs=5e-3)


@pytest.mark.parametrize("name", SETS)
def test_against_the_oracle(name):
    for block in reference(name)["measures"].values():
        result, expected = q_statistics(*effects(block)), block["models"]["FE"]
        for key, theirs in (("q", "q"), ("df", "q_df"), ("p", "q_p"), ("h2", "h2"), ("i2", "i2")):
            assert getattr(result, key) == pytest.approx(expected[theirs], rel=1e-8, abs=1e-12)
        random = block["models"]["REML"]
        if random["tau2"] > 1e-6:
            assert result.typical_variance == pytest.approx(random["tau2"] * (100 / random["i2"] - 1), rel=1e-6)


def test_i2_and_its_interval_at_the_edges():
    assert i2_from_q([0.0, 1.0, 4.0, 8.0], 4).tolist() == [0.0, 0.0, 0.0, 50.0]
    assert np.isnan(i2_from_q(np.nan, 0))
    low, high = i2_test_based([1.0, 0.0, 10.0], [2, 3, 3])
    assert np.isnan(low[0]) and np.isnan(high[0])
    assert (low[1], high[1]) == (0.0, 0.0)
    assert 0 < low[2] < 80 < high[2] < 100
    # The two branches of the standard error meet at Q = k.
    below, above = i2_test_based([5.0, np.nextafter(5.0, 6)], [5, 5])
    assert below[1] <= above[1]


def test_one_study_says_nothing():
    result = q_statistics([1.0], [0.5])
    assert result.k == 1
    for key in ("q", "df", "p", "h2", "i2", "i2_low", "i2_high", "typical_variance"):
        assert np.isnan(getattr(result, key)), key


def test_identical_effects():
    result = q_statistics([2.0] * 4, [0.1, 0.2, 0.3, 0.4])
    assert (result.q, result.i2, result.h2, result.p) == (0.0, 0.0, 0.0, 1.0)


def test_a_block_equals_its_columns():
    rng = np.random.default_rng(4)
    y, v = rng.normal(size=(5, 40)), rng.uniform(0.1, 1, (5, 40))
    v[2:, 0] = v[1:, 1] = np.inf
    block = q_statistics(y, v)
    for i in range(40):
        alone = q_statistics(y[:, i], v[:, i])
        for key in ("k", "q", "p", "i2", "i2_low", "i2_high", "typical_variance"):
            assert np.array_equal(getattr(block, key)[i], getattr(alone, key), equal_nan=True), key
