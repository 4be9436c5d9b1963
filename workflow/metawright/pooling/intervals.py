"""Confidence intervals for the pooled effect, given the estimate's variance and the dispersion factor q.

With random-effects weights ``w = 1/(v + tau2)``: ``V = 1/sum w``, ``q = sum w (y - mu)^2/(k - 1)``.

======= ======================== ========== ==========================================================
key     standard error           quantile   source
======= ======================== ========== ==========================================================
z       sqrt(V)                  normal     DerSimonian and Laird 1986
t       sqrt(V)                  t, k - 1   metafor ``test = "t"``
HKSJ    sqrt(q V)                t, k - 1   Hartung and Knapp 2001
mHKSJ   sqrt(max(1, q) V)        t, k - 1   Knapp and Hartung 2003
IQWiG6  HKSJ, or mHKSJ where the HKSJ interval is narrower than Wald's with DL; IQWiG 2022
hybrid  HKSJ or z with the same tau2, whichever is wider; Jackson 2017, "hybrid 2"
HC      see `henmi_copas`
======= ======================== ========== ==========================================================
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metawright.pooling.quantiles import normal, per_df, student

#: Keys that a model may name.
INTERVALS = ("z", "t", "HKSJ", "mHKSJ", "IQWiG6", "hybrid", "HC")


@dataclass(frozen=True)
class Interval:
    """Standard error, critical value and degrees of freedom (NaN: normal) per replicate, each ``(R,)``."""

    se: np.ndarray
    critical: np.ndarray
    df: np.ndarray


def interval(
    name: str,
    variance: np.ndarray,
    q_factor: np.ndarray,
    df: np.ndarray,
    level: float,
    dl_variance: np.ndarray | None = None,
) -> Interval:
    """Standard error and quantile of one interval.

    Parameters
    ----------
    name : str
        A key of the module's table except HC.
    variance, q_factor : ndarray, shape (R,)
        V and q of the module's text.
    df : ndarray, shape (R,)
        k - 1; where it is below 1 the interval is z, whatever its name.
    level : float
        Confidence level, for instance 0.95.
    dl_variance : ndarray, shape (R,), optional
        V with the DL estimate of tau2, needed by IQWiG6.

    Raises
    ------
    ValueError
        If `name` is unknown.
    """
    z = normal(level)
    if name == "z":
        return Interval(np.sqrt(variance), np.full(variance.shape, z), np.full(variance.shape, np.nan))
    t = per_df(student, df, level)
    several = df >= 1
    if name == "t":
        se = np.sqrt(variance)
    elif name == "HKSJ":
        se = np.sqrt(q_factor * variance)
    elif name == "mHKSJ":
        se = np.sqrt(np.maximum(1.0, q_factor) * variance)
    elif name == "IQWiG6":
        se = np.sqrt(q_factor * variance)
        narrow = t * se < z * np.sqrt(dl_variance)
        se = np.where(narrow, np.sqrt(np.maximum(1.0, q_factor) * variance), se)
    elif name == "hybrid":
        se = np.sqrt(q_factor * variance)
        several &= ~(t * se < z * np.sqrt(variance))
    else:
        raise ValueError(f"unknown interval {name!r}; known: {', '.join(INTERVALS)}")
    if several.all():
        return Interval(se, t, df)
    return Interval(np.where(several, se, np.sqrt(variance)), np.where(several, t, z), np.where(several, df, np.nan))
