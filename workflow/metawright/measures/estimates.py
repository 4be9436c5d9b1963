"""Effects that arrive as estimates with a standard error or an interval, and what a contrast row must hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from metawright.measures.estimable import NO_VARIANCE, Effect, effect, floats


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
    effect: Callable[[Mapping], Effect]
    wide: Mapping[str, str]


def generic_effect(estimate, se=None, ci_low=None, ci_high=None, ci_level=95.0, df=None) -> Effect:
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

    nan = np.nan
    y, se, low, high, level, df = floats(
        estimate,
        nan if se is None else se,
        nan if ci_low is None else ci_low,
        nan if ci_high is None else ci_high,
        ci_level,
        nan if df is None else df,
    )
    upper = (1.0 + level / 100.0) / 2.0
    with np.errstate(invalid="ignore"):
        quantile = np.where(np.isnan(df), special.ndtri(upper), special.stdtrit(df, upper))
        s = np.where(np.isnan(se), (high - low) / (2.0 * quantile), se)
        return effect(y, s**2, (y, s), (s <= 0, NO_VARIANCE))


def _of_row(row: Mapping) -> Effect:
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
