"""The scales on which effects are pooled and stored, and how they are printed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass


def _power(value: float) -> float:
    """``exp``; a logarithm beyond float64 gives infinity."""
    return math.exp(value) if value < 709.0 else math.inf


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How numbers in the files relate to those on paper.

    Attributes
    ----------
    key : str
    stored, printed : callable
        From the number on paper to that in the files, and back.
    low, high : float
        What a number on paper lies strictly between.
    null : float
        The value of no effect on paper; in the files it is 0.
    ratio : bool
        The numbers in the files are natural logarithms of ratios: their axes have marks at round ratios, their changes
        are factors, and two decimals serve them.
    ticks : tuple of float
        Marks of an axis, as printed, where those of plain numbers or ratios do not serve; else empty.
    """

    key: str
    stored: Callable[[float], float] = float
    printed: Callable[[float], float] = float
    low: float = -math.inf
    high: float = math.inf
    null: float = 0.0
    ratio: bool = False
    ticks: tuple[float, ...] = ()

    def has(self, *values: float) -> bool:
        """Return whether all of the printed *values* have a place on this scale."""
        return all(self.low < value < self.high for value in values)


IDENTITY = Scale(key="identity")
LOGARITHM = Scale(key="logarithm", stored=math.log, printed=_power, low=0.0, null=1.0, ratio=True)
FISHER_Z = Scale(
    key="fisher_z",
    stored=math.atanh,
    printed=math.tanh,
    low=-1.0,
    high=1.0,
    ticks=(-0.99, -0.95, -0.8, -0.5, 0, 0.5, 0.8, 0.95, 0.99),
)
