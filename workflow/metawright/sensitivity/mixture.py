"""Finite mixtures of normal distributions: what a quadrature over tau leaves of a posterior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

# Components with less weight than this change no printed digit.
NEGLIGIBLE = 1e-15
MAX_STEPS = 200


@dataclass(frozen=True)
class NormalMixture:
    """``sum_j weight_j N(mean_j, sd_j^2)``; arrays of shape ``(J,)``, weights that sum to 1."""

    weight: np.ndarray
    mean: np.ndarray
    sd: np.ndarray

    def pruned(self) -> NormalMixture:
        """The mixture without components of negligible weight."""
        keep = self.weight > NEGLIGIBLE
        weight = self.weight[keep]
        return NormalMixture(weight / weight.sum(), self.mean[keep], self.sd[keep])

    def first_moment(self) -> float:
        """Mean."""
        return float((self.weight * self.mean).sum())

    def standard_deviation(self) -> float:
        """Standard deviation."""
        return float(np.sqrt((self.weight * (self.sd**2 + (self.mean - self.first_moment()) ** 2)).sum()))

    def _standard(self, x) -> np.ndarray:
        return (np.asarray(x, dtype=np.float64)[..., None] - self.mean) / self.sd

    def below(self, x):
        """Probability of less than x (any shape)."""
        return (special.ndtr(self._standard(x)) * self.weight).sum(axis=-1)

    def above(self, x):
        """Probability of more than x, without the loss of ``1 - below(x)``."""
        return (special.ndtr(-self._standard(x)) * self.weight).sum(axis=-1)

    def density(self, x):
        """Density at x."""
        t = self._standard(x)
        return (np.exp(-0.5 * t * t) * (self.weight / self.sd)).sum(axis=-1) / np.sqrt(2.0 * np.pi)

    def slope(self, x):
        """Derivative of the density at x."""
        t = self._standard(x)
        return -(t * np.exp(-0.5 * t * t) * (self.weight / self.sd**2)).sum(axis=-1) / np.sqrt(2.0 * np.pi)

    def quantiles(self, probability) -> np.ndarray:
        """Quantiles, shape ``(m,)``, by Newton's iteration inside a bracket."""
        p = np.atleast_1d(np.asarray(probability, dtype=np.float64))
        order = np.argsort(self.sd, kind="stable")
        middle = order[np.searchsorted(np.cumsum(self.weight[order]), 0.5)]
        centre, width = self.mean[middle], self.sd[middle]
        low, high = np.full(p.shape, centre - 4.0 * width), np.full(p.shape, centre + 4.0 * width)
        for _ in range(MAX_STEPS):
            too_high, too_low = self.below(low) > p, self.below(high) < p
            if not (too_high.any() or too_low.any()):
                break
            low = np.where(too_high, centre + 4.0 * (low - centre), low)
            high = np.where(too_low, centre + 4.0 * (high - centre), high)
        x = np.clip(centre + width * special.ndtri(p), low, high)
        for _ in range(MAX_STEPS):
            excess = self.below(x) - p
            low, high = np.where(excess <= 0, x, low), np.where(excess >= 0, x, high)
            with np.errstate(divide="ignore", invalid="ignore"):
                new = x - excess / self.density(x)
            new = np.where((new > low) & (new < high), new, 0.5 * (low + high))
            moved = np.abs(new - x)
            x = new
            if (moved <= 1e-12 * (width + np.abs(x))).all():
                break
        return x

    def shortest(self, level: float) -> tuple[float, float]:
        """Shortest interval that holds `level` of the probability: equal densities at both ends.

        Newton's iteration on both ends from the equal-tailed interval; where that fails (several modes), the
        shortest of a grid of intervals.
        """
        tail = (1.0 - level) / 2.0
        start = self.quantiles([tail, 1.0 - tail])
        low, high = start
        for _ in range(50):
            density, slope = self.density([low, high]), self.slope([low, high])
            missing = self.above(low) - self.above(high) - level
            unequal = density[0] - density[1]
            # missing: gradient (-density_low, density_high); unequal: gradient (slope_low, -slope_high)
            determinant = density[0] * slope[1] - density[1] * slope[0]
            if determinant == 0 or not np.isfinite(determinant):
                break
            step_low = (slope[1] * missing + density[1] * unequal) / determinant
            step_high = (slope[0] * missing + density[0] * unequal) / determinant
            low, high = low + step_low, high + step_high
            if not low < high:
                break
            if max(abs(step_low), abs(step_high)) <= 1e-10 * (high - low):
                if high - low <= (start[1] - start[0]) * (1.0 + 1e-9):
                    return float(low), float(high)
                break
        return self._shortest_of_grid(level)

    def _shortest_of_grid(self, level: float) -> tuple[float, float]:
        first, last = 0.0, 1.0 - level
        for _ in range(6):
            below = np.linspace(first, last, 19)[1:-1]
            ends = self.quantiles(np.concatenate([below, below + level])).reshape(2, -1)
            best = int(np.argmin(ends[1] - ends[0]))
            step = below[1] - below[0]
            first, last = max(0.0, below[best] - step), min(1.0 - level, below[best] + step)
        return float(ends[0, best]), float(ends[1, best])
