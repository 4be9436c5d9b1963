"""MD, SMD and ROM from arm summaries."""

import numpy as np
import pytest

from metawright.measures.estimable import MISSING, NO_SPREAD, NON_POSITIVE_MEAN, OK, REASONS, SMALL_ARM
from metawright.measures.mean_difference import mean_difference
from metawright.measures.ratio_of_means import ratio_of_means
from metawright.measures.registry import measure_of
from metawright.measures.standardised_mean_difference import small_sample_factor, standardised_mean_difference
from metawright.pooling.fit import fit
from tests.oracle.reading import SETS, Deviations, arms, reference

CONTINUOUS = [name for name in SETS if reference(name)["kind"] == "continuous"]
# Length of stay after stroke (Normand 1999): n, mean, SD of specialised care, then of routine care.
STROKE = np.array(
    [
        (155, 55, 47, 156, 75, 64),
        (31, 27, 7, 32, 29, 4),
        (75, 64, 17, 71, 119, 29),
        (18, 66, 20, 18, 137, 48),
        (8, 14, 8, 13, 18, 11),
        (57, 19, 7, 52, 18, 4),
        (34, 52, 45, 33, 41, 34),
        (110, 21, 16, 183, 31, 27),
        (60, 30, 27, 52, 23, 20),
    ],
    dtype=float,
).T


@pytest.mark.parametrize("name", CONTINUOUS)
def test_against_the_oracle(name):
    deviations = Deviations(1e-12)
    for measure, block in reference(name)["measures"].items():
        plain, _, revman = measure.partition("_")
        effect = measure_of(plain).effect_of(*arms(name), smd="revman" if revman else "exact")
        assert (effect.reason == OK).all()
        for i in range(effect.y.size):
            deviations.add(f"{measure} y", effect.y[i], block["y"][i], np.sqrt(block["v"][i]))
            deviations.add(f"{measure} v", effect.v[i], block["v"][i], 0.0)
    pooled = reference(name)["pooled_from_tables"]["effects"]["MD_pooled_sd"]
    effect = mean_difference(*arms(name), variance="pooled")
    for i in range(effect.y.size):
        deviations.add("pooled y", effect.y[i], pooled["y"][i], np.sqrt(pooled["v"][i]))
        deviations.add("pooled v", effect.v[i], pooled["v"][i], 0.0)
    assert not deviations.found


def test_stroke_mean_differences():
    pooled, unpooled = mean_difference(*STROKE, variance="pooled"), mean_difference(*STROKE)
    assert pooled.y.tolist() == unpooled.y.tolist() == [-20, -2, -55, -71, -4, 1, 11, -10, 7]
    expected = [40.5863, 2.0468, 15.2809, 150.2222, 20.1923, 1.2235, 95.3756, 8.0321, 20.6936]
    assert pooled.v == pytest.approx(expected, abs=1e-4)
    expected = [40.5080, 2.0806, 15.6984, 150.2222, 17.3077, 1.1673, 94.5891, 6.3109, 19.8423]
    assert unpooled.v == pytest.approx(expected, abs=1e-4)
    for effect, method, estimate, low, high, tau2 in (
        (pooled, "FE", -3.4939, -5.0265, -1.9613, np.nan),
        (pooled, "DL", -14.0972, -24.4454, -3.7490, 218.7216),
        (pooled, "REML", -15.1217, -32.6716, 2.4282, 685.1965),
        (unpooled, "FE", -3.4636, -4.9626, -1.9646, np.nan),
        (unpooled, "DL", -13.9817, -24.0299, -3.9336, 205.4094),
    ):
        result = fit(effect.y, effect.v, method, "z")
        assert (result.estimate, result.ci_low, result.ci_high) == pytest.approx((estimate, low, high), abs=1e-4)
        assert result.tau2 == pytest.approx(tau2, abs=1e-4, nan_ok=True)
    result = fit(unpooled.y, unpooled.v, "REML", "z")
    assert (result.estimate, result.tau2, result.q) == pytest.approx((-15.1060, 684.6462, 238.9158), abs=1e-4)


def test_stroke_standardised_and_ratio():
    g = standardised_mean_difference(*STROKE, smd="exact")
    assert g.y[:4] == pytest.approx([-0.3552, -0.3479, -2.3176, -1.8880], abs=1e-4)
    assert g.v[:4] == pytest.approx([0.0131, 0.0645, 0.0458, 0.1606], abs=1e-4)
    assert fit(g.y[:4], g.v[:4], "REML", "z").tau2 == pytest.approx(1.0090, abs=1e-4)
    assert fit(g.y, g.v, "REML", "z").tau2 == pytest.approx(0.7908, abs=1e-4)
    ratio = ratio_of_means(*STROKE)
    assert ratio.y[:4] == pytest.approx([-0.3102, -0.0715, -0.6202, -0.7303], abs=1e-4)
    assert ratio.v[:4] == pytest.approx([0.0094, 0.0028, 0.0018, 0.0119], abs=1e-4)
    second = ratio_of_means(*STROKE, second_order=True)
    assert (ratio.y[4], ratio.v[4]) == pytest.approx((-0.25131, 0.06954), abs=1e-5)
    assert (second.y[4], second.v[4]) == pytest.approx((-0.24527, 0.07079), abs=1e-5)


def test_hedges_g_by_hand():
    cells = 30, 32.8, 6.5, 30, 28.7, 7.5
    revman, exact = (standardised_mean_difference(*cells, smd=smd) for smd in ("revman", "exact"))
    assert (float(exact.y), float(exact.v)) == pytest.approx((0.5766, 0.06944), abs=1e-4)
    assert (float(revman.y), float(revman.v)) == pytest.approx((0.5766, 0.06963), abs=1e-4)
    assert float(revman.y) > float(exact.y)


@pytest.mark.parametrize(("m", "exact", "approximate"), [(58, 0.98700, 0.98701), (8, 0.90270, 0.90323)])
def test_small_sample_factor(m, exact, approximate):
    assert small_sample_factor(m) == pytest.approx(exact, abs=6e-6)
    assert small_sample_factor(m, exact=False) == pytest.approx(approximate, abs=6e-6)


def test_exact_factor_makes_g_unbiased():
    """Numerically: the mean of 1/sqrt(chi2_m/m) is 1/J."""
    node, weight = np.polynomial.legendre.leggauss(400)
    u = (node + 1) * 8
    for m in (3, 8, 20):
        density = u ** (m - 1) * np.exp(-u * u / 2)
        mean = np.sum(weight * density * np.sqrt(m) / u) / np.sum(weight * density)
        assert small_sample_factor(m) * mean == pytest.approx(1.0, rel=1e-10)


@pytest.mark.parametrize(
    ("cells", "measures", "code"),
    [
        ((1, 5, 2, 10, 6, 2), ("MD", "SMD", "ROM"), SMALL_ARM),
        ((10, 5, 0, 10, 6, 0), ("MD", "SMD", "ROM"), NO_SPREAD),
        ((10, -5, 1, 10, 6, 1), ("ROM",), NON_POSITIVE_MEAN),
        ((10, 5, 1, 10, 0, 1), ("ROM",), NON_POSITIVE_MEAN),
        ((10, np.nan, 1, 10, 6, 1), ("MD", "SMD", "ROM"), MISSING),
        ((10, 5, 1, np.nan, 6, 1), ("MD", "SMD", "ROM"), MISSING),
        ((10, 5, 0, 10, 6, 1), ("MD", "SMD", "ROM"), OK),
    ],
)
def test_not_estimable(cells, measures, code):
    for measure in measures:
        for options in ({}, {"variance": "pooled", "smd": "exact", "second_order": True}):
            effect = measure_of(measure).effect_of(*cells, **options)
            assert effect.reason == code
            assert np.isnan(effect.y) == np.isnan(effect.v) == (code != OK)
            assert effect.words == REASONS[code] and (bool(REASONS[code]) == (code != OK))


def test_for_pooling_turns_reasons_into_absence():
    y, v = measure_of("MD").effect_of([10, 1], [5, 5], [1, 1], [10, 10], [6, 6], [1, 1]).for_pooling()
    assert y.tolist() == [-1.0, 0.0] and v.tolist() == [0.2, np.inf]
    assert fit(y, v).k == 1


def test_unknown_words_are_refused():
    cells = 30, 32.8, 6.5, 30, 28.7, 7.5
    with pytest.raises(ValueError, match="'unpooled' or 'pooled'"):
        measure_of("MD").effect_of(*cells, variance="welch")
    with pytest.raises(ValueError, match="'revman' or 'exact'"):
        measure_of("SMD").effect_of(*cells, smd="cohen")
    with pytest.raises(ValueError, match="not computed from two arms"):
        measure_of("GIV").effect_of(*cells)
