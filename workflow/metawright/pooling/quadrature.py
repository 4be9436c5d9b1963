"""Quadrature over tau: the nodes, their posterior weights, and everything that is normal given tau.

The nodes are 0 and a geometric grid, which is the trapezoidal rule in ln tau: for integrands that fade out at both
ends it converges faster than any power of the spacing. What lies below the first point of the grid is the prior's
probability there times the likelihood at 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from metawright.measures.arrays import Floats
from metawright.pooling.mixture import NormalMixture
from metawright.pooling.priors import MeanPrior, TauPrior

# First point of the grid over the smallest standard error, and how much prior probability may lie below it.
FIRST = 1e-4
LUMP = 1e-3
# Spacing in ln tau to start with, and the least and greatest number of points.
SPACING = 0.1
POINTS = 1_000
MOST_POINTS = 64_000
# The grid ends where the integrand has fallen to exp(-FADED) of its highest value, at the latest at exp(LAST).
FADED = 28.0
LAST = 300.0


@dataclass(frozen=True)
class Given:
    """Given tau at J values, each ``(J,)``: precision and mean of mu, and the likelihood with mu integrated out."""

    precision: np.ndarray
    mean: np.ndarray
    log_likelihood: np.ndarray


def conditional_on_tau(y: np.ndarray, v: np.ndarray, tau: np.ndarray, prior: MeanPrior) -> Given:
    """Condition on tau, shape ``(J,)``; y and v of shape ``(k,)``; the log likelihood is up to a constant."""
    total = v[:, None] + tau * tau
    w = 1.0 / total
    flat = prior.flat
    extra = 0.0 if flat else prior.sd**-2
    precision = w.sum(axis=0) + extra
    mean = ((w * y[:, None]).sum(axis=0) + (0.0 if flat else prior.mean * extra)) / precision
    spread = (w * (y[:, None] - mean) ** 2).sum(axis=0)
    if not flat:
        spread = spread + extra * (mean - prior.mean) ** 2
    return Given(precision, mean, -0.5 * (np.log(total).sum(axis=0) + np.log(precision) + spread))


@dataclass(frozen=True)
class Quadrature:
    """A posterior of tau in nodes.

    Attributes
    ----------
    tau, weight : ndarray, shape (J,)
        Nodes, the first of them 0, and their posterior probabilities.
    per_log : ndarray, shape (J - 1,)
        Posterior density of ln tau at the nodes above 0.
    spacing : float
        Distance of those nodes in ln tau.
    log_constant : float
        Log of the integral of prior times likelihood.
    given : Given
        What follows from tau at the nodes.
    """

    tau: np.ndarray
    weight: np.ndarray
    per_log: np.ndarray
    spacing: float
    log_constant: float
    given: Given

    @cached_property
    def _pieces(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Density in ln tau per spacing at the nodes above 0, its differences, and the probability below each node."""
        f = self.spacing * self.per_log
        d = np.gradient(f)
        steps = 0.5 * (f[1:] + f[:-1]) + (d[:-1] - d[1:]) / 12.0
        return f, d, self.weight[0] + np.concatenate([[0.0], np.cumsum(steps)])

    def quantile(self, probability: float) -> float:
        """Quantile of tau, from cubic pieces of the density in ln tau (an error of fourth order in the spacing)."""
        if probability <= self.weight[0]:
            return float(self.tau[1] * probability / self.weight[0])
        h, (f, d, below) = self.spacing, self._pieces
        j = int(np.clip(np.searchsorted(below, probability) - 1, 0, f.size - 2))
        t, rest = 0.5, probability - below[j]
        for _ in range(6):
            mass = f[j] * (t - t**3 + t**4 / 2) + f[j + 1] * (t**3 - t**4 / 2)
            mass += d[j] * (t**2 / 2 - 2 * t**3 / 3 + t**4 / 4) + d[j + 1] * (t**4 / 4 - t**3 / 3)
            here = (1 - t) ** 2 * ((1 + 2 * t) * f[j] + t * d[j]) + t**2 * ((3 - 2 * t) * f[j + 1] - (1 - t) * d[j + 1])
            t = min(max(t - (mass - rest) / here, 0.0), 1.0) if here > 0 else t
        return float(self.tau[1 + j] * np.exp(t * h))

    def mixture(self, variance: np.ndarray | None = None, mean: np.ndarray | None = None) -> NormalMixture:
        """Mixture with these variances and means given tau; default: those of mu."""
        variance = 1.0 / self.given.precision if variance is None else variance
        return NormalMixture(self.weight, self.given.mean if mean is None else mean, np.sqrt(variance))


def grid_range(y: Floats, v: Floats, prior: TauPrior, mean_prior: MeanPrior, order: int) -> tuple[float, float]:
    """First and last ln tau of a grid from which moments up to `order` can be taken (they have to exist)."""
    smallest = float(np.sqrt(v.min()))
    first = FIRST * smallest
    if prior.converges(0.0):
        while prior.mass_below(first) > LUMP and first > 1e-12 * smallest:
            first *= 0.1
    start = np.log(first)
    u = start + np.arange(0.0, LAST, 0.25)
    tau = np.exp(u)
    height = prior.log_density(tau) + conditional_on_tau(y, v, tau, mean_prior).log_likelihood + (1.0 + order) * u
    alive = np.flatnonzero(height > height.max() - FADED)
    return float(start), float(u[min(alive[-1] + 1, u.size - 1)])


def integrate(
    y: Floats, v: Floats, prior: TauPrior, mean_prior: MeanPrior, start: float, end: float, points: int
) -> Quadrature:
    """Posterior of tau on a grid of `points` from `start` to `end` in ln tau, and 0."""
    u, spacing = np.linspace(start, end, points, retstep=True)
    tau = np.concatenate([[0.0], np.exp(u)])
    given = conditional_on_tau(y, v, tau, mean_prior)
    height = prior.log_density(tau[1:]) + u + given.log_likelihood[1:]
    top = max(height.max(), given.log_likelihood[0])
    per_log = np.exp(height - top)
    weight = np.concatenate([[prior.mass_below(tau[1]) * np.exp(given.log_likelihood[0] - top)], spacing * per_log])
    weight[[1, -1]] *= 0.5
    total = weight.sum()
    return Quadrature(tau, weight / total, per_log / total, float(spacing), float(top + np.log(total)), given)
