"""Scenarios have an identity, streams depend on it alone, and what is drawn has the moments that it should have."""

import numpy as np
import pytest

from metawright.simulation.draw import draw, standardised
from metawright.simulation.scenario import DISTRIBUTIONS, Scenario, differing, scenario_of
from metawright.simulation.sizes import arm_sizes
from metawright.simulation.streams import stream


def test_the_identity_of_a_scenario_does_not_change():
    """A digest written down: a new factor, another order of fields or another Python must not move it."""
    assert Scenario(k=5, i2=50, n=25).canonical == '{"i2":50,"k":5}'
    assert Scenario(k=5, i2=50).key == "c846bb543ffd"
    scenario = Scenario(k=2, i2=25, arms=((16, 15), (24, 24)), measure="SMD")
    assert scenario_of(differing(scenario)) == scenario
    assert scenario_of(differing(scenario)).digest == scenario.digest


def test_streams_depend_on_seed_scenario_and_block_alone():
    digest = Scenario(k=5, i2=50).digest
    first = stream(1, digest, 3).standard_normal(4)
    assert (stream(1, digest, 3).standard_normal(4) == first).all()
    others = stream(2, digest, 3), stream(1, digest, 4), stream(1, Scenario(k=5, i2=25).digest, 3)
    assert all((other.standard_normal(4) != first).all() for other in others)


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_effects_have_mean_0_and_variance_1(distribution):
    x = standardised(distribution, np.random.default_rng(1), 400_000)
    assert x.mean() == pytest.approx(0, abs=0.01)
    # the fourth moment of t3 is infinite: its variance converges slowly
    assert x.var() == pytest.approx(1, abs=0.1 if distribution == "t3" else 0.02)


def test_sizes():
    assert list(arm_sizes("one_larger", 3, 25)) == [250, 25, 25]
    assert list(arm_sizes("one_smaller", 3, 25)) == [3, 25, 25]
    sizes = arm_sizes("lognormal", 9, 25)
    assert sizes.mean() == pytest.approx(25, abs=0.5)
    assert (np.diff(sizes) > 0).all()
    assert arm_sizes("one_smaller", 2, 4)[0] == 2


def test_typical_variance_and_i2():
    balanced = Scenario(k=4, n=25, i2=50)
    assert balanced.typical_variance == pytest.approx(2 / 25)
    assert balanced.between == pytest.approx(2 / 25)
    unequal = Scenario(k=2, i2=50, known_variances=True, size_pattern="one_larger", n=20)
    assert unequal.typical_variance == pytest.approx(0.1 * 11 / 20)
    back = Scenario(k=2, tau2=unequal.between, known_variances=True, size_pattern="one_larger", n=20)
    assert back.true_i2 == pytest.approx(50)


@pytest.mark.parametrize("smd, exactly", [("exact", True), ("revman", False)])
def test_hedges_g_is_unbiased(smd, exactly):
    """E(g) = delta with the exact correction; the approximate one is a hair off with five per arm."""
    delta, n, R = 0.8, 5, 400_000
    drawn = draw(Scenario(measure="SMD", k=1, n=n, theta=delta, i2=0, smd=smd), np.random.default_rng(2), R)
    error = drawn.y[0].std() / R**0.5
    assert abs(drawn.y[0].mean() - delta) < 4 * error
    assert exactly or abs(drawn.y[0].mean() - delta) < 0.01


def test_arm_data_have_the_variances_that_they_report():
    scenario = Scenario(k=2, n=10, tau2=0.3, theta=1.5, sd=2.0, arms=((10, 20), (30, 8)))
    drawn = draw(scenario, np.random.default_rng(3), 200_000)
    true = 4.0 * np.array([1 / 10 + 1 / 20, 1 / 30 + 1 / 8])
    assert drawn.y.mean(axis=1) == pytest.approx([1.5, 1.5], abs=0.02)
    assert drawn.v.mean(axis=1) == pytest.approx(true, rel=0.01)
    assert drawn.y.var(axis=1) == pytest.approx(true + 0.3, rel=0.02)
    assert drawn.new_effect.var() == pytest.approx(0.3, rel=0.02)


def test_rare_events_leave_trials_out():
    drawn = draw(Scenario(measure="OR", k=3, n=10, control_risk=0.05, i2=0), np.random.default_rng(4), 5000)
    absent = np.isinf(drawn.v)
    # both arms without events, or (never here) all with them
    assert absent.mean() == pytest.approx(0.95**20, abs=0.02)
    assert (drawn.y[absent] == 0).all()


def test_drawn_variances_stay_in_their_range():
    scenario = Scenario(k=5, tau2=0.1, known_variances=True, variances="chi_square")
    v = draw(scenario, np.random.default_rng(5), 20_000).v
    assert v.min() > 0.009
    assert v.max() < 0.6
