"""Draw a block of meta-analyses from a scenario, through the effect measures that reviews go through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from metawright.measures.registry import measure_of, simulation_of
from metawright.simulation.scenario import SD_SPREAD, Scenario, treated_risk


@dataclass(frozen=True)
class Draw:
    """A block of replicates.

    Attributes
    ----------
    y, v : ndarray, shape (k, R)
        Effects and sampling variances as the engine reads them; a trial without an estimable effect is absent.
    new_effect : ndarray, shape (R,)
        The true effect in a new trial.
    """

    y: np.ndarray
    v: np.ndarray
    new_effect: np.ndarray


def draw(scenario: Scenario, rng: Generator, replicates: int) -> Draw:
    """Return *replicates* meta-analyses of the scenario.

    Known variances are exact. Otherwise the data are those of the arms: for MD and SMD the difference of the means is
    normal and the SDs come from their chi-square distribution, which is exact for normal outcomes; for OR and RR the
    events are binomial.
    """
    tau = np.sqrt(scenario.between)
    new_effect = scenario.theta + tau * standardised(scenario.distribution, rng, replicates)
    shape = scenario.k, replicates
    if scenario.known_variances:
        v = _known_variances(scenario, rng, shape)
        return Draw(_normal_estimates(scenario, rng, v, tau), v, new_effect)
    if simulation_of(scenario.measure).drawn == "events":
        return Draw(*_from_events(scenario, rng, tau, shape), new_effect)
    return Draw(*_from_means(scenario, rng, tau, shape), new_effect)


def standardised(distribution: str, rng: Generator, size) -> np.ndarray:
    """Draw effects with mean 0 and variance 1."""
    if distribution == "normal":
        return rng.standard_normal(size)
    if distribution == "t3":
        return rng.standard_t(3, size) / np.sqrt(3.0)
    if distribution == "skewed":
        return rng.standard_exponential(size) - 1.0
    if distribution == "two_point":
        return 2.0 * rng.integers(0, 2, size) - 1.0
    raise ValueError(f"unknown distribution {distribution!r}")


def _column(x: np.ndarray) -> np.ndarray:
    return x[:, np.newaxis]


def _true_effects(scenario: Scenario, rng: Generator, tau: float, shape: tuple[int, int]):
    """True effects with small-study bias, ``(k, R)``, or ``(k, 1)`` where they do not differ between replicates."""
    effects = scenario.theta + _column(scenario.small_study_bias * np.sqrt(scenario.true_variances))
    if tau == 0:
        return effects
    return effects + tau * standardised(scenario.distribution, rng, shape)


def _known_variances(scenario: Scenario, rng: Generator, shape: tuple[int, int]) -> np.ndarray:
    if scenario.variances == "from_arms":
        return np.ascontiguousarray(np.broadcast_to(_column(scenario.true_variances), shape))
    v = 0.25 * rng.chisquare(1, shape)
    while (outside := (v <= 0.009) | (v >= 0.6)).any():
        v[outside] = 0.25 * rng.chisquare(1, np.count_nonzero(outside))
    return v


def _normal_estimates(scenario: Scenario, rng: Generator, v: np.ndarray, tau: float) -> np.ndarray:
    """Estimates with sampling variances v around effects that differ."""
    if scenario.distribution == "normal" and scenario.timepoint_correlation is None:
        # The sum of two normal variables is one: half the draws.
        spread = np.sqrt(v + tau * tau)
        bias = scenario.theta + scenario.small_study_bias * np.sqrt(v)
        return bias + spread * rng.standard_normal(v.shape)
    effects = scenario.theta + scenario.small_study_bias * np.sqrt(v)
    if tau > 0:
        effects = effects + tau * standardised(scenario.distribution, rng, v.shape)
    return effects + np.sqrt(v) * _errors(scenario, rng, v.shape)


def _errors(scenario: Scenario, rng: Generator, shape: tuple[int, int]) -> np.ndarray:
    """Standardised sampling errors; of two correlated time points the larger one."""
    errors = rng.standard_normal(shape)
    rho = scenario.timepoint_correlation
    if rho is None:
        return errors
    return np.maximum(errors, rho * errors + np.sqrt(1.0 - rho * rho) * rng.standard_normal(shape))


def _from_means(scenario: Scenario, rng: Generator, tau: float, shape: tuple[int, int]):
    n1, n2 = (_column(sizes) for sizes in scenario.sizes)
    measure = measure_of(scenario.measure)
    sd = 1.0 if measure.unit == "sd" else scenario.sd
    if scenario.sd_pattern == "lognormal":
        sd = sd * np.exp(SD_SPREAD * rng.standard_normal(shape))
    effects = _true_effects(scenario, rng, tau, shape)
    if measure.unit == "sd":
        effects = effects * sd
    difference = effects + sd * np.sqrt(1.0 / n1 + 1.0 / n2) * _errors(scenario, rng, shape)
    s1, s2 = (sd * s for s in _standardised_sds(scenario, rng, shape))
    if scenario.misreported_sd > 0:
        wrong = rng.random(shape) < scenario.misreported_sd
        s1, s2 = np.where(wrong, s1 / np.sqrt(n1), s1), np.where(wrong, s2 / np.sqrt(n2), s2)
    return measure.effect_of(n1, difference, s1, n2, 0.0, s2, smd=scenario.smd).for_pooling()


def _standardised_sds(scenario: Scenario, rng: Generator, shape: tuple[int, int]):
    """SDs of both arms with true value 1: ``s^2 ~ chi2_{n-1}/(n-1)``.

    MD of equal arms and SMD depend on the two variances through their pooled variance alone: one draw with n1 + n2 - 2
    degrees of freedom serves both arms, and the effects have the same distribution.
    """
    n1, n2 = scenario.sizes
    if (n1 == n2).all() or (measure_of(scenario.measure).unit == "sd" and not scenario.misreported_sd):
        both = _standardised_sd(rng, n1 + n2 - 2.0, shape)
        return both, both
    return _standardised_sd(rng, n1 - 1.0, shape), _standardised_sd(rng, n2 - 1.0, shape)


def _standardised_sd(rng: Generator, df: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """``sqrt(chi2_df/df)`` for each trial; a row at a time, which is faster than an array of shapes."""
    out = np.empty(shape)
    for row, half in zip(out, df / 2.0, strict=True):
        rng.standard_gamma(half, out=row)
        row /= half
    return np.sqrt(out, out=out)


def _from_events(scenario: Scenario, rng: Generator, tau: float, shape: tuple[int, int]):
    n1, n2 = (_column(sizes) for sizes in scenario.sizes)
    risk = treated_risk(scenario.measure, scenario.control_risk, _true_effects(scenario, rng, tau, shape))
    a = rng.binomial(n1.astype(np.int64), np.broadcast_to(risk, shape))
    c = rng.binomial(n2.astype(np.int64), scenario.control_risk, shape)
    return measure_of(scenario.measure).effect_of(a, n1, c, n2).for_pooling()
