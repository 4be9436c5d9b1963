"""Published patterns: Brockwell and Gordon's design, one large trial, and what estimated variances do."""

import math

import numpy as np
import pytest

from metawright.simulation.replicates import run_blocks
from metawright.simulation.scenario import Scenario
from tests.simulation.setups import setup

BLOCKS = 4


def near(share, percent, replicates, at_most=0.11):
    """Within four standard errors of both simulations, and the rounding of the printed one."""
    p = percent / 100
    own = math.sqrt(max(p * (1 - p), 1e-4) / replicates)
    return share == pytest.approx(p, abs=4 * math.hypot(own, at_most / 100) + 0.0005)


NAMES = ("FE-z", "DL-z", "REML-z", "PM-z", "SJ-z", "DL-HKSJ", "rule-gap-fixed")
BROCKWELL_GORDON = {
    (3, 0.0): (95.0, 96.4, 96.3, 96.4, 97.9, 94.9, 95.4),
    (3, 0.1): (71.4, 86.1, 85.9, 86.2, 90.2, 92.3, 81.8),
    (10, 0.03): (81.7, 91.5, 91.3, 91.6, 97.6, 92.5, 85.8),
    (20, 0.1): (61.6, 92.4, 92.4, 92.4, 96.5, 93.8, 86.4),
}


@pytest.mark.parametrize("k, tau2", BROCKWELL_GORDON)
def test_coverage_in_the_design_of_brockwell_and_gordon(k, tau2):
    scenario = Scenario(k=k, tau2=tau2, theta=0.5, known_variances=True, variances="chi_square")
    of = run_blocks(scenario, setup(*NAMES), 0, BLOCKS)
    for name, percent in zip(NAMES, BROCKWELL_GORDON[k, tau2], strict=True):
        assert near(of.count(name, "covered") / of.replicates, percent, of.replicates), name


ONE_LARGER = {
    (2, 0): (5.1, 3.6, 4.9, 0.0),
    (2, 50): (42.5, 23.2, 7.9, 0.0),
    (3, 50): (41.7, 18.5, 10.3, 1.9),
    (5, 90): (76.0, 13.4, 5.9, 5.0),
    (10, 50): (37.4, 9.8, 7.6, 6.1),
}


@pytest.mark.parametrize("k, i2", ONE_LARGER)
def test_type_i_error_with_one_trial_ten_times_larger(k, i2):
    names = ("FE-z", "DL-z", "DL-HKSJ", "DL-mHKSJ")
    scenario = Scenario(k=k, i2=i2, known_variances=True, size_pattern="one_larger")
    of = run_blocks(scenario, setup(*names), 0, BLOCKS)
    for name, percent in zip(names, ONE_LARGER[k, i2], strict=True):
        assert near(of.count(name, "rejected") / of.replicates, percent, of.replicates), name


@pytest.mark.parametrize("measure", ["MD", "SMD", "OR", "RR"])
def test_many_large_homogeneous_trials_are_unbiased_and_cover(measure):
    """Ordinary asymptotics: with 400 per arm every measure estimates theta and FE covers it."""
    scenario = Scenario(measure=measure, k=3, n=400, theta=0.2, i2=0, control_risk=0.3)
    of = run_blocks(scenario, setup("FE-z"), 0, 2)
    assert of.sum("FE-z", "error") / of.replicates == pytest.approx(0, abs=0.004)
    assert of.count("FE-z", "covered") / of.replicates == pytest.approx(0.95, abs=0.008)


def test_what_spoils_the_data_shows():
    """SEs printed as SDs, bias and a choice of time points move the results as they must."""
    usual = run_blocks(Scenario(k=5, i2=0), setup("FE-z"), 0, 2)
    wrong = run_blocks(Scenario(k=5, i2=0, misreported_sd=0.05), setup("FE-z"), 0, 2)
    biased = run_blocks(Scenario(k=5, i2=0, small_study_bias=0.5), setup("FE-z"), 0, 2)
    larger = run_blocks(Scenario(k=5, i2=0, timepoint_correlation=0.5), setup("FE-z"), 0, 2)
    n, se = usual.replicates, math.sqrt(2 / 25)
    assert usual.count("FE-z", "rejected") / n == pytest.approx(0.055, abs=0.008)
    assert wrong.count("FE-z", "rejected") / n > 0.12
    assert biased.sum("FE-z", "error") / n == pytest.approx(0.5 * se, abs=0.004)
    # the larger of two normals with correlation rho is larger by sqrt((1 - rho)/pi)
    assert larger.sum("FE-z", "error") / n == pytest.approx(math.sqrt(0.5 / math.pi) * se, abs=0.004)


def test_paired_differences_agree_with_the_counts():
    of = run_blocks(Scenario(k=3, i2=50), setup("FE-z", "REML-HKSJ"), 0, 2)
    gap = of.count("REML-HKSJ", "only_covered") - of.count("REML-HKSJ", "ref_covered")
    assert gap == of.count("REML-HKSJ", "covered") - of.count("FE-z", "covered")
    assert np.isclose(of.sum("REML-HKSJ", "width_gap"), of.sum("REML-HKSJ", "width") - of.sum("FE-z", "width"))
