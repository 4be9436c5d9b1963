"""Each route of recovery against published or independent values, and against what was hidden."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from metawright.effects.combine import average_estimates, combine_arms
from metawright.effects.recovery.borrowed import borrowed_sd
from metawright.effects.recovery.change import correlation_of_change, sd_of_change
from metawright.effects.recovery.difference import common_sd, se_from_difference_interval
from metawright.effects.recovery.interval import sd_from_interval
from metawright.effects.recovery.quantiles import (
    mean_from_five_numbers,
    mean_from_quartiles,
    mean_from_range,
    sd_from_five_numbers,
    sd_from_quartiles,
    sd_from_range,
)
from metawright.effects.recovery.skewness import five_numbers_are_skewed, quartiles_are_skewed, range_is_skewed
from metawright.effects.recovery.standard_error import sd_from_se
from metawright.effects.recovery.statistic import se_from_statistic, t_from_f, t_from_p, z_from_p
from metawright.measures.paired_difference import paired_difference

SIZES = st.integers(2, 400)
MEANS = st.floats(-1e3, 1e3)
SDS = st.floats(1e-2, 1e2)


def test_interval_of_an_arm():
    assert sd_from_interval(30.4, 35.2, 30, ci_quantile="t") == pytest.approx(6.4273, abs=5e-5)
    assert sd_from_interval(30.4, 35.2, 30, ci_quantile="z") == pytest.approx(6.7069, abs=5e-5)
    both = sd_from_interval(30.4, 35.2, np.array([99, 100]))
    assert both[0] == sd_from_interval(30.4, 35.2, 99, ci_quantile="t")
    assert both[1] == sd_from_interval(30.4, 35.2, 100, ci_quantile="z")
    with pytest.raises(ValueError, match="ci_quantile"):
        sd_from_interval(1, 2, 30, ci_quantile="normal")


def test_exact_p_and_bound():
    t = t_from_p(0.0298, 30, 30)
    assert t == pytest.approx(2.2276, abs=5e-5)
    se = se_from_statistic(4.1, t)
    assert se == pytest.approx(1.8405, abs=5e-5)
    assert common_sd(se, 30, 30) == pytest.approx(7.1283, abs=5e-5)
    bound = t_from_p(0.05, 30, 30)
    assert bound == pytest.approx(2.0017, abs=5e-5)
    assert common_sd(se_from_statistic(4.1, bound), 30, 30) == pytest.approx(7.9328, abs=5e-5)
    assert np.isnan(se_from_statistic([0.0, 4.1], [2.0, 0.0])).all()
    assert z_from_p(0.05) == pytest.approx(1.959963984540054, rel=1e-14)


def test_change_from_baseline():
    found = sd_of_change(6.5, 7.5, [0.3, 0.5, 0.7, 0.9])
    assert found == pytest.approx([8.3217, 7.0534, 5.5000, 3.2787], abs=5e-5)


def test_quantiles():
    low, q1, median, q3, high, n = 10, 18, 22, 27, 40, 25
    assert mean_from_quartiles(q1, median, q3, n) == pytest.approx(22.3578, abs=5e-5)
    assert mean_from_five_numbers(low, q1, median, q3, high, n) == pytest.approx(22.7820, abs=5e-5)
    assert mean_from_range(low, median, high, n) == pytest.approx(22.7905, abs=5e-5)
    assert sd_from_quartiles(q1, q3, n) == pytest.approx(7.0751, abs=5e-5)
    assert sd_from_five_numbers(low, q1, q3, high, n) == pytest.approx(7.4538, abs=5e-5)
    assert sd_from_range(low, high, n) == pytest.approx(7.6366, abs=5e-5)


def test_three_arms_combined_in_any_order():
    n, mean, sd = np.array([10, 10, 10]), np.array([32.0, 33.0, 30.0]), np.array([6.0, 6.5, 7.0])
    for order in ([0, 1, 2], [2, 0, 1], [1, 2, 0]):
        total, m, s = combine_arms(n[order], mean[order], sd[order])
        assert (total, round(float(m), 4), round(float(s), 4)) == (30, 31.6667, 6.4110)


def test_average_of_two_time_points():
    y = np.array([32.23 - 31.52, 30.16 - 28.94])
    v = np.array([9.15**2 / 32 + 9.73**2 / 33, 9.78**2 / 32 + 10.87**2 / 33])
    for rho, se in ((0, 1.7360), (0.5, 2.1247), (0.7, 2.2616), (0.9, 2.3906)):
        estimate, variance = average_estimates(y, v, rho)
        assert estimate == pytest.approx(0.965, abs=5e-5)
        assert np.sqrt(variance) == pytest.approx(se, abs=5e-5)


def test_paired_difference():
    effect = paired_difference(20, 5.0, 3.0, 4.0, 2.0, 0.5)
    assert effect.y == 1.0
    assert effect.v == pytest.approx((9 + 4 - 6) / 20)
    assert paired_difference(20, 5.0, 3.0, 4.0, 3.0, 1.0).words == "the variance is not positive"


def test_borrowed():
    assert borrowed_sd([2.0, 4.0], [11, 31]) == pytest.approx(np.sqrt((10 * 4 + 30 * 16) / 40))


@settings(max_examples=200)
@given(n1=SIZES, n2=SIZES, m1=MEANS, m2=MEANS, s1=SDS, s2=SDS)
def test_what_was_hidden_is_found(n1, n2, m1, m2, s1, s2):
    assert sd_from_se(s1 / np.sqrt(n1), n1) == pytest.approx(s1, rel=1e-12)
    for quantile in ("t", "z"):
        q = stats.t.ppf(0.95, n1 - 1) if quantile == "t" else stats.norm.ppf(0.95)
        low, high = -q * s1 / np.sqrt(n1), q * s1 / np.sqrt(n1)
        assert sd_from_interval(low, high, n1, 90, quantile) == pytest.approx(s1, rel=1e-8)
    pooled = np.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / (n1 + n2 - 2))
    se = pooled * np.sqrt(1 / n1 + 1 / n2)
    half = stats.t.ppf(0.975, n1 + n2 - 2) * se
    se_found = se_from_difference_interval(-half, half, n1, n2)
    assert common_sd(se_found, n1, n2) == pytest.approx(pooled, rel=1e-8)
    t, p = stats.ttest_ind_from_stats(m1, s1, n1, m2, s2, n2)
    if abs(m1 - m2) > 1e-6:
        assert common_sd(se_from_statistic(m1 - m2, t), n1, n2) == pytest.approx(pooled, rel=1e-8)
        assert common_sd(se_from_statistic(m1 - m2, t_from_f(t**2)), n1, n2) == pytest.approx(pooled, rel=1e-8)
    if 1e-200 < p < 0.999:
        found = common_sd(se_from_statistic(m1 - m2, t_from_p(p, n1, n2)), n1, n2)
        assert found == pytest.approx(pooled, rel=1e-8)


@settings(max_examples=100)
@given(before=SDS, after=SDS, rho=st.floats(-1, 1))
def test_change_and_its_correlation_undo_each_other(before, after, rho):
    change = sd_of_change(before, after, rho)
    assert correlation_of_change(before, after, change) == pytest.approx(
        rho, abs=1e-6 * max(before / after, after / before)
    )


@settings(max_examples=100)
@given(st.lists(st.lists(st.floats(-50, 50), min_size=2, max_size=6), min_size=2, max_size=5), st.randoms())
def test_combining_arms_is_pooling_their_patients_in_any_order(arms, random):
    def combined(arms):
        cells = [(len(arm), np.mean(arm), np.std(arm, ddof=1)) for arm in arms]
        return combine_arms(*map(np.array, zip(*cells, strict=True)))

    everybody = np.concatenate(arms)
    shuffled = random.sample(arms, len(arms))
    one, other = combined(arms), combined(shuffled)
    assert [float(x) for x in one] == pytest.approx([float(x) for x in other], rel=1e-12, abs=1e-12)
    assert one[0] == everybody.size
    assert one[1] == pytest.approx(everybody.mean(), abs=1e-9)
    assert one[2] == pytest.approx(everybody.std(ddof=1), abs=1e-6)


def five_numbers(sample):
    return [np.quantile(sample, level, axis=0, method="weibull") for level in (0, 0.25, 0.5, 0.75, 1)]


@pytest.mark.parametrize("n", [25, 101, 401])
def test_the_gate_rejects_five_percent_of_normal_samples_and_most_skewed_ones(n):
    rng = np.random.default_rng(20231)
    rejected = {}
    for name, sample in (("normal", rng.normal(size=(n, 4000))), ("skewed", rng.lognormal(size=(n, 4000)))):
        low, q1, median, q3, high = five_numbers(sample)
        rejected[name] = [
            np.mean(range_is_skewed(low, median, high, n)),
            np.mean(quartiles_are_skewed(q1, median, q3, n)),
            np.mean(five_numbers_are_skewed(low, q1, median, q3, high, n)),
        ]
    assert all(0.03 < share < 0.075 for share in rejected["normal"]), rejected
    assert all(skewed > 4 * normal for skewed, normal in zip(rejected["skewed"], rejected["normal"], strict=True))
