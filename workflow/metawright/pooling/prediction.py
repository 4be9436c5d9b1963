"""Prediction intervals: the range in which the effect of a new trial is expected, ``mu -+ c sqrt(tau2 + se^2)``.

====== ========== ============ ====== ====================================================
name   c          se^2         needs  source
====== ========== ============ ====== ====================================================
V      t, k - 1   Wald V       k >= 3 Veroniki 2019; independent of the model's interval
HTS    t, k - 2   Wald V       k >= 3 Higgins, Thompson and Spiegelhalter 2009; Riley 2011
HK     t, k - 1   q V          k >= 2 metafor with ``test = "knha"``
HK-PR  t, k - 2   q V          k >= 3 Partlett and Riley 2017
S      normal     Wald V       k >= 2 Skipka 2006; metafor with ``test = "z"``
model  the quantile and standard error of the model's own interval; metafor's ``predict()``
====== ========== ============ ====== ====================================================

None is exact: even with known, equal variances they cover too rarely for 5 to 20 trials.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metawright.pooling.fit import Fit
from metawright.pooling.quantiles import normal, per_df, student

if TYPE_CHECKING:
    from metawright.pooling.ladder import Rung

#: Names, in the order of the table.
PREDICTION_INTERVALS = ("V", "HTS", "HK", "HK-PR", "S", "model")


@dataclass(frozen=True)
class Prediction:
    """A prediction interval: floats for one review, arrays for a block; NaN = not applicable."""

    name: str
    low: float | np.ndarray
    high: float | np.ndarray


def prediction_interval(fit: Fit | Rung, name: str = "V", level: float | None = None) -> Prediction:
    """Prediction interval of a random-effects fit.

    Parameters
    ----------
    fit : Fit or Rung
        From `metawright.pooling.fit` or `metawright.pooling.ladder`. FE and Henmi-Copas fits have no prediction
        interval: NaN.
    name : str
        One of `PREDICTION_INTERVALS`.
    level : float, optional
        Default: the level of the fit.

    Returns
    -------
    Prediction
        NaN below the number of studies that the interval needs. With ``tau2 = 0`` it equals the confidence interval
        of the same quantile and variance.

    References
    ----------
    See the table at the top of the module.
    """
    if name not in PREDICTION_INTERVALS:
        raise ValueError(f"unknown prediction interval {name!r}; known: {', '.join(PREDICTION_INTERVALS)}")
    level = fit.level if level is None else level
    k = np.atleast_1d(np.asarray(fit.k, dtype=np.float64))
    tau2, estimate, se = (np.atleast_1d(np.asarray(x)) for x in (fit.tau2, fit.estimate, fit.se))
    wald = np.atleast_1d(np.asarray(fit.variance))
    hksj = wald * np.atleast_1d(np.asarray(fit.q_factor))
    z = np.full(k.shape, normal(level))
    needs = 2
    if name == "S":
        critical, variance = z, wald
    elif name == "model":
        df = np.atleast_1d(np.asarray(fit.df))
        t = per_df(student, np.where(np.isnan(df), 0.0, df), level)
        critical, variance = np.where(np.isnan(df), z, t), se * se
    else:
        lost = 2 if name in ("HTS", "HK-PR") else 1
        needs = 2 if name == "HK" else 3
        critical = per_df(student, k - lost, level)
        variance = hksj if name.startswith("HK") else wald
    half = critical * np.sqrt(tau2 + variance)
    if fit.tau2_method == "FE" or fit.interval == "HC":
        half = np.full(k.shape, np.nan)
    half = np.where(k >= needs, half, np.nan)
    low, high = estimate - half, estimate + half
    if np.ndim(fit.k) == 0:
        return Prediction(name, low[0].item(), high[0].item())
    return Prediction(name, low, high)
