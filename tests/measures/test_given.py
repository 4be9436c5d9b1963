"""Effects given as estimates (GIV) and correlations (ZCOR)."""

import numpy as np
import pytest
from scipy import special

from metawright.measures.correlation import fisher_z
from metawright.measures.estimable import MISSING, NO_VARIANCE, OK, PERFECT_CORRELATION, SMALL_SAMPLE
from metawright.measures.estimates import generic_effect


def test_standard_error_first_then_interval():
    z, t = special.ndtri(0.975), special.stdtrit(9, 0.95)
    effect = generic_effect(
        [1.0, 1.0, 1.0, 1.0],
        se=[0.5, np.nan, np.nan, 0.25],
        ci_low=[np.nan, 0.0, 0.0, 0.0],
        ci_high=[np.nan, 2.0, 2.0, 2.0],
        ci_level=[95, 95, 90, 95],
        df=[np.nan, np.nan, 9, np.nan],
    )
    assert effect.v == pytest.approx([0.25, 1 / z**2, 1 / t**2, 0.0625], rel=1e-14)
    assert (effect.reason == OK).all()


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"estimate": np.nan, "se": 1.0}, MISSING),
        ({"estimate": 1.0}, MISSING),
        ({"estimate": 1.0, "ci_low": 0.0}, MISSING),
        ({"estimate": 1.0, "se": 0.0}, NO_VARIANCE),
        ({"estimate": 1.0, "se": -1.0}, NO_VARIANCE),
        ({"estimate": 1.0, "ci_low": 2.0, "ci_high": 0.0}, NO_VARIANCE),
    ],
)
def test_not_estimable(cells, code):
    effect = generic_effect(**cells)
    assert effect.reason == code and np.isnan(effect.y) and np.isnan(effect.v)


def test_fisher_z():
    effect = fisher_z([0.5, -0.9, 0.0], [28, 103, 4])
    assert effect.y == pytest.approx([0.5 * np.log(3), -0.5 * np.log(19), 0.0], rel=1e-14)
    assert effect.v == pytest.approx([1 / 25, 1 / 100, 1.0], rel=1e-15)
    assert np.tanh(effect.y) == pytest.approx([0.5, -0.9, 0.0], rel=1e-14)


def test_correlations_that_are_not_estimable():
    effect = fisher_z([0.5, 1.0, -1.5, np.nan], [3, 20, 20, 20])
    assert effect.reason.tolist() == [SMALL_SAMPLE, PERFECT_CORRELATION, PERFECT_CORRELATION, MISSING]
    assert np.isnan(effect.y).all()
