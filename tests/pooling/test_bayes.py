"""Bayesian random effects: published values, closed forms, brute force, tails and refusals."""

import numpy as np
import pytest
from scipy import special

from metawright.pooling.bayes import bayes, posterior
from metawright.pooling.mixture import NormalMixture
from metawright.pooling.priors import (
    RHODES,
    Flat,
    HalfCauchy,
    HalfNormal,
    LogNormal,
    LogStudentT,
    MeanPrior,
    tau_prior,
)

# Rubin 1981, eight schools.
Y = np.array([28.39, 7.94, -2.75, 6.82, -0.64, 0.63, 18.01, 12.16])
S = np.array([14.9, 10.2, 16.3, 11.0, 9.4, 11.4, 10.4, 17.6])
# Two trials of the ALS review at month 12, mean differences and standard errors as printed.
ALS_Y = np.array([4.20, 1.22])
ALS_V = np.array([1.962, 2.563]) ** 2
PROPER = [HalfNormal(8.0), HalfCauchy(8.0), RHODES["marginal"].times(10.0), LogNormal(2.0, 1.5)]


def test_eight_schools():
    found = posterior(Y, S**2, HalfCauchy(25.0), MeanPrior(0.0, 50.0), mid=5.0)
    # converged quadrature of the same model
    assert found.mean == pytest.approx(7.98604, abs=1e-5)
    assert found.median == pytest.approx(7.96350, abs=1e-5)
    assert found.sd == pytest.approx(4.99560, abs=1e-5)
    assert (found.ci_low, found.ci_high) == pytest.approx((-1.7645, 17.8797), abs=1e-4)
    assert found.tau_mean == pytest.approx(5.88451, abs=1e-5)
    assert found.p_above_zero == pytest.approx(0.9488, abs=1e-4)
    assert (found.pi_low, found.pi_high) == pytest.approx((-10.527, 26.878), abs=1e-3)
    # bayesmeta's documentation, which uses a grid of its own
    assert (found.shortest_low, found.shortest_high) == pytest.approx((-1.8234, 17.8246), abs=0.01)
    assert (found.tau_median, found.tau_upper) == pytest.approx((4.7585, 15.1659), abs=1e-4)
    assert found.converged and found.remarks == ()
    assert found.p_below_minus_mid < 1 - found.p_above_mid < 1 - found.p_above_zero + 0.3


@pytest.mark.parametrize(
    ("scale", "mean", "low", "high", "positive"),
    [(1.0, 3.05, -0.33, 6.40, 0.962), (2.5, 2.97, -1.56, 7.34, 0.919), (5.0, 2.91, -3.88, 9.43, 0.865)],
)
def test_two_trials_of_the_als_review(scale, mean, low, high, positive):
    found = posterior(ALS_Y, ALS_V, HalfNormal(scale))
    assert (found.mean, found.ci_low, found.ci_high) == pytest.approx((mean, low, high), abs=5e-3)
    assert found.p_above_zero == pytest.approx(positive, abs=5e-4)


def test_one_trial_under_a_half_normal_prior_has_closed_forms():
    found = posterior([3.0], [4.0], HalfNormal(1.5))
    assert (found.mean, found.median) == pytest.approx((3.0, 3.0))
    assert found.sd == pytest.approx(np.sqrt(4.0 + 1.5**2), rel=1e-6)
    # one trial says nothing about tau: its posterior is the prior
    assert found.tau_median == pytest.approx(1.5 * special.ndtri(0.75), rel=1e-6)
    assert found.tau_upper == pytest.approx(1.5 * special.ndtri(0.975), rel=1e-6)
    assert (found.shortest_low, found.shortest_high) == pytest.approx((found.ci_low, found.ci_high), rel=1e-6)


def test_without_heterogeneity_it_is_the_conjugate_normal():
    found = posterior([1.0, 3.0], [1.0, 2.0], HalfNormal(1e-5), MeanPrior(1.0, 2.0))
    precision = 1.0 + 0.5 + 0.25
    mean = (1.0 + 1.5 + 0.25) / precision
    assert (found.mean, found.sd) == pytest.approx((mean, precision**-0.5), rel=1e-8)
    half = special.ndtri(0.975) / np.sqrt(precision)
    assert (found.ci_low, found.ci_high) == pytest.approx((mean - half, mean + half), rel=1e-8)
    assert (found.pi_low, found.pi_high) == pytest.approx((mean - half, mean + half), rel=1e-8)
    assert found.shrinkage.mean == pytest.approx([mean, mean], rel=1e-8)


@pytest.mark.parametrize("prior", PROPER, ids=lambda prior: prior.family)
def test_against_brute_force_in_two_dimensions(prior):
    """Sum the joint density of mu and tau over a lattice: none of the formulas given tau is used."""
    y, v, mean_prior = Y[:3], S[:3] ** 2, MeanPrior(5.0, 20.0)
    mu = np.linspace(-120.0, 130.0, 801)
    u = np.linspace(np.log(1e-7), np.log(1e5), 900)
    tau = np.exp(u)
    total = v[:, None, None] + tau**2
    joint = prior.log_density(tau) + u - 0.5 * ((mu[:, None] - 5.0) / 20.0) ** 2
    joint = joint - 0.5 * (np.log(total) + (y[:, None, None] - mu[:, None]) ** 2 / total).sum(axis=0)
    joint = np.exp(joint - joint.max())
    joint /= joint.sum()
    of_mu, of_tau = joint.sum(axis=1), joint.sum(axis=0)
    found = posterior(y, v, prior, mean_prior)
    assert found.mean == pytest.approx(of_mu @ mu, abs=2e-4 * found.sd)
    assert found.sd == pytest.approx(np.sqrt(of_mu @ mu**2 - (of_mu @ mu) ** 2), rel=2e-4)
    assert found.p_above_zero == pytest.approx(of_mu[mu > 0].sum() + 0.5 * of_mu[mu == 0].sum(), abs=2e-4)
    assert found.tau_median == pytest.approx(np.interp(0.5, np.cumsum(of_tau) - 0.5 * of_tau, tau), rel=1e-3)
    share = tau**2 / (tau**2 + v[0])
    assert found.shrinkage.mean[0] == pytest.approx(
        (joint * (share * y[0] + (1 - share) * mu[:, None])).sum(), abs=2e-3
    )


@pytest.mark.parametrize("prior", [*PROPER, Flat()], ids=lambda prior: prior.family)
def test_units_do_not_matter(prior):
    one, other = posterior(Y, S**2, prior), posterior(1e-3 * Y, 1e-6 * S**2, prior.times(1e-3))
    for name in ("mean", "median", "sd", "ci_low", "shortest_high", "pi_low", "tau_median", "tau_upper"):
        assert getattr(other, name) == pytest.approx(1e-3 * getattr(one, name), rel=2e-5)


@pytest.mark.parametrize("prior", PROPER, ids=lambda prior: prior.family)
def test_densities_are_normalised(prior):
    u = np.linspace(-60.0, 60.0, 24_001)
    assert np.trapezoid(np.exp(prior.log_density(np.exp(u)) + u), u) == pytest.approx(1.0, abs=2e-5)
    below = u <= 0.5
    part = np.trapezoid(np.exp(prior.log_density(np.exp(u[below])) + u[below]), u[below])
    assert prior.mass_below(np.exp(0.5)) == pytest.approx(part, abs=2e-4)
    curve = posterior(Y, S**2, prior).tau_curve
    assert 0.9 < np.trapezoid(curve.posterior, curve.tau) < 1.0
    assert curve.prior == pytest.approx(np.exp(prior.log_density(curve.tau)))


def test_an_absent_study_changes_nothing():
    with_absent = posterior([*Y, 99.0], [*S**2, np.inf], HalfNormal(10.0))
    without = posterior(Y, S**2, HalfNormal(10.0))
    assert (with_absent.k, with_absent.mean, with_absent.pi_high) == (8, without.mean, without.pi_high)
    assert np.isnan(with_absent.shrinkage.mean[8]) and with_absent.shrinkage.sd[:8] == pytest.approx(
        without.shrinkage.sd
    )


def test_moments_that_do_not_exist_are_not_invented():
    one, two, three = (posterior(Y[:k], S[:k] ** 2, HalfCauchy(10.0)) for k in (1, 2, 3))
    assert np.isnan(one.mean) and np.isnan(one.sd) and np.isnan(one.tau_mean) and one.remarks
    assert np.isfinite(two.mean) and np.isnan(two.sd) and np.isfinite(two.tau_mean) and two.remarks
    assert np.isfinite(three.sd) and not three.remarks and three.converged
    assert one.median == pytest.approx(Y[0])
    # a proper prior of the mean brings them back
    assert np.isfinite(posterior(Y[:1], S[:1] ** 2, HalfCauchy(10.0), MeanPrior(0.0, 50.0)).sd)


def test_refusals():
    for k in (1, 2):
        with pytest.raises(ValueError, match="three trials"):
            posterior(Y[:k], S[:k] ** 2, Flat(), MeanPrior(0.0, 50.0))
    for arguments, words in (
        (([1.0, 2.0], [1.0]), "one shape"),
        (([1.0], [0.0]), "positive"),
        (([np.nan], [1.0]), "finite"),
        (([1.0], [np.inf]), "no trial"),
    ):
        with pytest.raises(ValueError, match=words):
            posterior(*arguments, HalfNormal(1.0))
    with pytest.raises(ValueError, match="important"):
        posterior([1.0], [1.0], HalfNormal(1.0), mid=0.0)
    for family, parameters in (
        ("half_normal", {"scale": 0.0}),
        ("gamma", {"scale": 1.0}),
        ("half_normal", {"loc": 1.0}),
    ):
        with pytest.raises(ValueError, match=r"positive|unknown|does not take"):
            tau_prior(family, **parameters)
    with pytest.raises(ValueError, match="positive"):
        MeanPrior(0.0, 0.0)


def test_a_pool_under_several_priors():
    pool = {"outcome": "score", "period": "all", "status": "pooled", "k": 2}
    pool["studies"] = [{"study": name, "y": y, "v": v} for name, y, v in zip("AB", ALS_Y, ALS_V, strict=True)]
    priors = [
        {"key": "weak", "family": "half_normal", "scale": 2.5},
        {"key": "rhodes", "family": "log_student_t", "loc": -3.44, "scale": 2.59, "sd": 9.0},
        {"key": "flat", "family": "flat"},
    ]
    result = bayes(pool, priors, mid=2.0)
    weak, rhodes, flat = result["posteriors"]
    assert weak["mean"] == posterior(ALS_Y, ALS_V, HalfNormal(2.5)).mean
    assert rhodes["tau_median"] == posterior(ALS_Y, ALS_V, LogStudentT(-3.44 + 2 * np.log(9.0), 2.59)).tau_median
    assert (flat["status"], "three trials" in flat["reason"]) == ("refused", True)
    assert weak["p_above_mid"] < weak["p_above_zero"]
    empty = {**pool, "status": "awaiting_data", "k": 0, "studies": []}
    assert bayes(empty, priors)["posteriors"] == []


@pytest.mark.parametrize("seed", range(40))
def test_quantiles_are_roots_to_the_last_digits(seed):
    """Of mixtures with one hump or several, whose components differ by many orders of magnitude in width."""
    random = np.random.default_rng(seed)
    size = int(random.integers(1, 60))
    weight = random.dirichlet(np.full(size, random.choice([0.05, 1.0])))
    spread = random.choice([0.0, 1.0, 30.0])
    sd = np.exp(random.normal(0.0, random.choice([0.1, 2.0]), size))
    mixture = NormalMixture(weight, 1e3 + spread * random.normal(size=size), sd)
    p = np.array([1e-9, 1e-4, 0.025, 0.5, 0.7, 0.975, 1 - 1e-6])
    x = mixture.quantiles(p)
    assert (np.diff(x) > 0).all()
    # rounding of x itself moves the probability by the density
    assert (np.abs(mixture.below(x) - p) <= 1e-15 + 1e-12 * mixture.density(x)).all()


def test_shortest_interval_of_a_skewed_and_of_a_two_humped_mixture():
    skewed = NormalMixture(np.array([0.7, 0.3]), np.array([0.0, 1.5]), np.array([1.0, 2.5]))
    low, high = skewed.shortest(0.95)
    assert skewed.below(high) - skewed.below(low) == pytest.approx(0.95, abs=1e-9)
    assert skewed.density(low) == pytest.approx(skewed.density(high), rel=1e-6)
    equal = skewed.quantiles([0.025, 0.975])
    assert high - low < equal[1] - equal[0]
    humps = NormalMixture(np.array([0.96, 0.04]), np.array([0.0, 50.0]), np.array([1.0, 1.0]))
    low, high = humps.shortest(0.95)
    assert high < 5.0 and humps.below(high) - humps.below(low) == pytest.approx(0.95, abs=1e-6)
