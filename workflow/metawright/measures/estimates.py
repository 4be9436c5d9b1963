"""Effects that arrive as estimates with a standard error or an interval, and what a contrast row must hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike

from metawright.measures.estimable import NO_VARIANCE, Effect, effect, floats


class ContrastCells(TypedDict):
    """The numbers of a contrast row that an effect may be computed from; a row of `arms.csv` has them."""

    n: float | None
    estimate: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    ci_level: float | None


@dataclass(frozen=True, kw_only=True)
class Contrast:
    """What a contrast row of `extraction.csv` holds.

    Attributes
    ----------
    columns : tuple of str
        What it must hold.
    or_interval : bool
        Beside these a standard error, or both limits of an interval.
    headed : tuple of tuples of str
        For each group one of its columns must stand in the head of the file.
    effect : callable
        ``effect(row)``: the effect of a row, a mapping with the numbers of the file.
    wide : mapping
        Columns of a table with one line per trial, in metafor's names, by those of the row.
    """

    columns: tuple[str, ...]
    or_interval: bool
    headed: tuple[tuple[str, ...], ...]
    effect: Callable[[ContrastCells], Effect]
    wide: Mapping[str, str]


def generic_effect(
    estimate: ArrayLike | None,
    se: ArrayLike | None = None,
    ci_low: ArrayLike | None = None,
    ci_high: ArrayLike | None = None,
    ci_level: ArrayLike = 95.0,
    df: ArrayLike | None = None,
) -> Effect:
    """Generic inverse variance: ``y = estimate``, ``v = se^2``; ratios are given as logarithms.

    Parameters
    ----------
    estimate : array_like
    se : array_like, optional
        Standard error; NaN or left out: ``(ci_high - ci_low)/(2 quantile)``.
    ci_low, ci_high : array_like, optional
    ci_level : array_like
        Confidence level in percent.
    df : array_like, optional
        Degrees of freedom of the interval's t quantile; NaN or left out: normal.

    Returns
    -------
    Effect
        Not estimable without an estimate, or with neither a standard error nor an interval, or when the standard
        error is not positive.
    """
    from scipy import special  # takes long to load: not before it is needed

    y, se, low, high, level, df = floats(
        estimate,
        se,
        ci_low,
        ci_high,
        ci_level,
        df,
    )
    upper = (1.0 + level / 100.0) / 2.0
    with np.errstate(invalid="ignore"):
        quantile = np.where(np.isnan(df), special.ndtri(upper), special.stdtrit(df, upper))
        s = np.where(np.isnan(se), (high - low) / (2.0 * quantile), se)
        return effect(y, s**2, (y, s), (s <= 0, NO_VARIANCE))


def _of_row(row: ContrastCells) -> Effect:
    level = 95.0 if row["ci_level"] is None else row["ci_level"]
    return generic_effect(row["estimate"], row["se"], row["ci_low"], row["ci_high"], level)


#: Estimates, on the scale of the files.
ESTIMATES = Contrast(
    columns=("estimate",),
    or_interval=True,
    headed=(("estimate",), ("se", "ci_low")),
    effect=_of_row,
    wide={"sei": "se", "ni": "n"},
)
