"""Agreement statistics against worked examples of the literature."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metawright.extraction.agreement import (
    cohen_kappa,
    intraclass_correlation,
    limits_of_agreement,
    percent_agreement,
)


def raters(table):
    """Two lists of categories from a square table of counts."""
    pairs = [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
    return [a for a, _ in pairs], [b for _, b in pairs]


@pytest.mark.parametrize(
    ("table", "percent", "kappa", "digits"),
    [
        # Fleiss, Levin and Paik 2003, chapter 18: diagnoses of 100 subjects by two raters, kappa 0.68
        ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], 89.0, 0.68, 2),
        # Viera and Garrett 2005, Fam Med 37:360: usefulness of 100 lectures, kappa 0.57
        ([[15, 5], [10, 70]], 85.0, 0.57, 2),
        ([[5, 0], [0, 5]], 100.0, 1.0, 12),
        ([[0, 5], [5, 0]], 0.0, -1.0, 12),
    ],
)
def test_kappa_as_published(table, percent, kappa, digits):
    first, second = raters(table)
    assert percent_agreement(first, second) == pytest.approx(percent)
    assert round(cohen_kappa(first, second), digits) == kappa


def test_kappa_is_not_defined_when_one_category_was_used_throughout():
    assert percent_agreement(["a"] * 4, ["a"] * 4) == 100
    assert math.isnan(cohen_kappa(["a"] * 4, ["a"] * 4))
    assert math.isnan(cohen_kappa([], []))


def test_icc_as_published():
    """Shrout and Fleiss 1979, Table 2: six targets, four judges; ICC(2,1) = .29."""
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    assert round(intraclass_correlation(ratings), 2) == 0.29


def test_limits_of_agreement_as_published():
    """Bland and Altman 1986, peak expiratory flow of 17 subjects: mean difference -2.1, SD 38.8 l/min."""
    wright = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
    mini = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]
    found = limits_of_agreement(wright, mini)
    assert (round(found.bias, 1), round(found.sd, 1)) == (-2.1, 38.8)
    assert found.high - found.bias == pytest.approx(1.959963984540054 * found.sd)
    assert found.bias - found.low == pytest.approx(1.959963984540054 * found.sd)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20), st.floats(0.5, 100), st.floats(-1e3, 1e3))
def test_icc_is_one_for_equal_raters_and_keeps_its_value_under_a_change_of_unit(values, factor, shift):
    pairs = np.column_stack([values, values])
    if np.ptp(values) > 1e-3:
        assert intraclass_correlation(pairs) == pytest.approx(1.0, abs=1e-9)
        noisy = pairs + np.array([[0.0, 1.0]])
        same = intraclass_correlation(noisy * factor + shift)
        assert same == pytest.approx(intraclass_correlation(noisy), abs=1e-6)


def test_too_little_to_say_anything():
    assert math.isnan(intraclass_correlation([[1, 2]]))
    assert math.isnan(intraclass_correlation([[1, 1], [1, 1]]))
    assert math.isnan(limits_of_agreement([1], [2]).sd)
    assert limits_of_agreement([1], [2]).bias == -1
    with pytest.raises(ValueError, match="as many ratings"):
        limits_of_agreement([1, 2], [1])
    with pytest.raises(ValueError, match="two raters"):
        intraclass_correlation([1, 2, 3])
