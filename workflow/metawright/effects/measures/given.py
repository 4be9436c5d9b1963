"""Effects that arrive as estimates: GIV (estimate with standard error or interval) and ZCOR (correlations)."""

from __future__ import annotations

import numpy as np
from scipy import special

from metawright.effects.measures.estimable import (
    NO_VARIANCE,
    PERFECT_CORRELATION,
    SMALL_SAMPLE,
    Effect,
    effect,
    floats,
)


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


def fisher_z(r, n) -> Effect:
    """Fisher's z of a correlation: ``y = atanh(r)``, ``v = 1/(n - 3)``; back-transformed with tanh.

    Not estimable for ``n <= 3`` or ``|r| >= 1``.
    """
    r, n = floats(r, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        return effect(np.arctanh(r), 1 / (n - 3), (r, n), (n <= 3, SMALL_SAMPLE), (np.abs(r) >= 1, PERFECT_CORRELATION))
