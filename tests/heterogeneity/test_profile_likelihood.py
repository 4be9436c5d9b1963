"""Profile-likelihood intervals for tau2."""

import numpy as np
import pytest
from scipy import special

from metawright.heterogeneity.profile_likelihood import profile_likelihood
from metawright.measures.odds_ratio import odds_ratio
from metawright.pooling.tau2 import estimate_tau2
from tests.oracle.reading import arms
from tests.pooling.test_tau2 import TWO_MAXIMA, V1, V2, Y1, Y2, profile


def test_pre_eclampsia_as_published():
    """Viechtbauer 2007, data of Collins 1985."""
    effect = odds_ratio(*arms("collins1985b_pre"))
    for method, limits in (("ML", (0.0266, 1.1308)), ("REML", (0.0427, 1.4747))):
        result = profile_likelihood(effect.y, effect.v, method)
        assert (result.low, result.high) == pytest.approx(limits, abs=1e-4)
        assert result.tau2 == estimate_tau2(effect.y, effect.v, method).value


@pytest.mark.parametrize("method", ["REML", "ML"])
@pytest.mark.parametrize("level", [0.5, 0.95])
@pytest.mark.parametrize(("y", "v"), [(Y1, V1), (Y2, V2)])
def test_limits_lie_where_the_likelihood_has_dropped(y, v, method, level):
    result = profile_likelihood(y, v, method, level)
    t = np.array([result.tau2, result.low, result.high])
    heights = profile(np.array(y), np.array(v), t, method == "REML")
    drop = special.chdtri(1, 1 - level) / 2
    assert heights[0] - heights[2] == pytest.approx(drop, rel=1e-9)
    if result.low > 0:
        assert heights[0] - heights[1] == pytest.approx(drop, rel=1e-9)
    else:
        assert heights[0] - heights[1] <= drop
    assert result.low <= result.tau2 <= result.high


@pytest.mark.parametrize("case", TWO_MAXIMA)
def test_several_maxima_give_the_hull(case):
    """Nothing outside the limits belongs to the set."""
    y, v, method, *_ = TWO_MAXIMA[case]
    result = profile_likelihood(y, v, method)
    below = np.linspace(0, result.low, 300)[:-1] if result.low > 0 else []
    grid = np.append(below, np.geomspace(result.high, 1e4, 300)[1:])
    heights = profile(np.array(y), np.array(v), np.append(grid, result.tau2), method == "REML")
    assert (heights[-1] - heights[:-1] > special.chdtri(1, 0.05) / 2).all()


def test_edges():
    one = profile_likelihood([1.0], [0.5])
    assert np.isnan([one.tau2, one.low, one.high]).all()
    same = profile_likelihood([1.0, 1.0, 1.0], [0.5, 0.6, 0.7])
    assert same.tau2 == same.low == 0.0 < same.high < 20
    with pytest.raises(ValueError, match="needs REML or ML"):
        profile_likelihood(Y1, V1, "DL")


def test_a_block_equals_its_columns():
    y = np.stack([Y1[:5], Y2[:5], Y2[5:10]], axis=1)
    v = np.stack([V1[:5], V2[:5], V2[5:10]], axis=1)
    v[3, 1] = np.inf
    block = profile_likelihood(y, v)
    for i in range(3):
        present = np.isfinite(v[:, i])
        alone = profile_likelihood(y[present, i], v[present, i])
        assert (block.low[i], block.high[i]) == (alone.low, alone.high)
