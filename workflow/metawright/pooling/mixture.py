"""Finite mixtures of normal distributions: what a quadrature over tau leaves of a posterior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from metawright.measures.arrays import Number

# Components with less weight than this change no printed digit.
NEGLIGIBLE = 1e-15
MAX_STEPS = 200
# A step this short, in the narrowest component's standard deviations, needs no look at where it ends.
SHORT = 1e-5


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

    def _standard(self, x: ArrayLike) -> np.ndarray:
        return (np.asarray(x, dtype=np.float64)[..., None] - self.mean) / self.sd

    def below(self, x: Number):
        """Probability of less than x (any shape)."""
        return (special.ndtr(self._standard(x)) * self.weight).sum(axis=-1)

    def above(self, x: Number):
        """Probability of more than x, without the loss of ``1 - below(x)``."""
        return (special.ndtr(-self._standard(x)) * self.weight).sum(axis=-1)

    def density(self, x: Number):
        """Density at x."""
        t = self._standard(x)
        return (np.exp(-0.5 * t * t) * (self.weight / self.sd)).sum(axis=-1) / np.sqrt(2.0 * np.pi)

    def slope(self, x: Number):
        """Derivative of the density at x."""
        t = self._standard(x)
        return -(t * np.exp(-0.5 * t * t) * (self.weight / self.sd**2)).sum(axis=-1) / np.sqrt(2.0 * np.pi)

    def quantiles(self, probability: ArrayLike) -> np.ndarray:
        """Quantiles, shape ``(m,)``, by Halley's iteration, inside a bracket where it leaves what is known."""
        p = np.atleast_1d(np.asarray(probability, dtype=np.float64))
        order = np.argsort(self.sd, kind="stable")
        middle = order[np.searchsorted(np.cumsum(self.weight[order]), 0.5)]
        centre, width = self.mean[middle], self.sd[middle]
        first_low, first_high = np.full(p.shape, centre - 4.0 * width), np.full(p.shape, centre + 4.0 * width)
        low, high, certain = first_low, first_high, False
        x = np.clip(centre + width * special.ndtri(p), low, high)
        heights = self.weight / self.sd / np.sqrt(2.0 * np.pi)
        slopes, short = heights / self.sd, SHORT * self.sd.min()
        for _ in range(MAX_STEPS):
            t = self._standard(x)
            excess = (special.ndtr(t) * self.weight).sum(axis=-1) - p
            bell = np.exp(-0.5 * t * t)
            density = (bell * heights).sum(axis=-1)
            slope = -(t * bell * slopes).sum(axis=-1)
            low, high = np.where(excess <= 0, x, low), np.where(excess >= 0, x, high)
            with np.errstate(divide="ignore", invalid="ignore"):
                step = excess / density
                new = x - step / np.clip(1.0 - 0.5 * step * slope / density, 0.5, 2.0)
            tolerance = 1e-12 * (width + np.abs(x))
            # at the root itself a step too small to leave x would otherwise be taken for one out of the bracket
            trusted = ((new > low) & (new < high)) | (np.abs(new - x) <= tolerance)
            if not trusted.all():
                if not certain:
                    lowest, highest = self._around(p, centre, first_low, first_high)
                    low, high = np.where(low == first_low, lowest, low), np.where(high == first_high, highest, high)
                    certain = True
                new = np.where(trusted, new, 0.5 * (low + high))
            # after a step of Halley's that is so much shorter than the narrowest component only its cube is missing
            settled = np.abs(new - x) <= np.where(trusted, np.maximum(tolerance, short), tolerance)
            x = new
            if settled.all():
                break
        return x

    def _around(
        self, p: np.ndarray, centre: Number, low: np.ndarray, high: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Widen brackets about the centre until they hold the quantiles."""
        for _ in range(MAX_STEPS):
            too_high, too_low = self.below(low) > p, self.below(high) < p
            if not (too_high.any() or too_low.any()):
                break
            low = np.where(too_high, centre + 4.0 * (low - centre), low)
            high = np.where(too_low, centre + 4.0 * (high - centre), high)
        return low, high

    def shortest(self, level: float) -> tuple[float, float]:
        """Shortest interval that holds `level` of the probability: equal densities at both ends.

        Newton's iteration on both ends from the equal-tailed interval; where that fails (several modes), the
        shortest of a grid of intervals.
        """
        tail = (1.0 - level) / 2.0
        start = self.quantiles([tail, 1.0 - tail])
        low, high = start
        for _ in range(50):
            both = np.array([low, high])
            density, slope = self.density(both), self.slope(both)
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
        first, last, low, high = 0.0, 1.0 - level, np.nan, np.nan
        for _ in range(6):
            below = np.linspace(first, last, 19)[1:-1]
            ends = self.quantiles(np.concatenate([below, below + level])).reshape(2, -1)
            best = int(np.argmin(ends[1] - ends[0]))
            step = below[1] - below[0]
            first, last = max(0.0, below[best] - step), min(1.0 - level, below[best] + step)
            low, high = float(ends[0, best]), float(ends[1, best])
        return low, high
