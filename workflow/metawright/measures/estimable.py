"""What an effect measure returns: effect, sampling variance, and why there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from metawright.measures.arrays import Bools, Floats

#: Words for the codes of `Effect.reason`; code 0 is an estimable effect.
REASONS = (
    "",
    "a number is missing",
    "fewer than two patients in an arm",
    "both standard deviations are 0",
    "a mean is not positive",
    "no events in both arms",
    "events in everybody in both arms",
    "the variance is not positive",
    "fewer than four patients",
    "a correlation of -1 or 1 or beyond",
    "counts are impossible",
)
(
    OK,
    MISSING,
    SMALL_ARM,
    NO_SPREAD,
    NON_POSITIVE_MEAN,
    NO_EVENTS,
    ALL_EVENTS,
    NO_VARIANCE,
    SMALL_SAMPLE,
    PERFECT_CORRELATION,
    IMPOSSIBLE,
) = range(len(REASONS))


@dataclass(frozen=True)
class Effect:
    """Effects of one measure.

    Attributes
    ----------
    y, v : ndarray
        Effect (ratios on the natural log scale) and its sampling variance; NaN where not estimable.
    reason : ndarray of int8
        0, or the index in `REASONS` of why the effect is not estimable.
    """

    y: np.ndarray
    v: np.ndarray
    reason: np.ndarray

    @property
    def words(self) -> np.ndarray:
        """`reason` in words, empty where estimable."""
        return np.array(REASONS, dtype=object)[self.reason]

    def for_pooling(self) -> tuple[np.ndarray, np.ndarray]:
        """``y, v`` as the engine reads them: not estimable becomes absent, ``y = 0, v = inf``."""
        estimable = self.reason == OK
        return np.where(estimable, self.y, 0.0), np.where(estimable, self.v, np.inf)


def floats(*cells: ArrayLike | None) -> list[Floats]:
    """Broadcast the cells to one shape of float64; None is NaN."""
    arrays = [np.asarray(cell, dtype=np.float64) for cell in cells]
    return arrays if len({array.shape for array in arrays}) == 1 else list(np.broadcast_arrays(*arrays))


def effect(y: Floats, v: Floats, cells: Iterable[Floats], *conditions: tuple[Bools, int]) -> Effect:
    """Assemble an `Effect`; the first condition that holds names the reason.

    A missing cell comes before all of them, a variance that is not positive and finite after them.
    """
    missing = np.logical_or.reduce([np.isnan(cell) for cell in cells])
    reason = np.where(np.isfinite(y) & np.isfinite(v) & (v > 0), OK, NO_VARIANCE)
    for holds, code in reversed([(missing, MISSING), *conditions]):
        reason = np.where(holds, code, reason)
    estimable = reason == OK
    return Effect(np.where(estimable, y, np.nan), np.where(estimable, v, np.nan), reason.astype(np.int8))
