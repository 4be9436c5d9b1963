"""Trim and fill: what the pooled effect would be if the funnel were symmetric.

A sensitivity analysis, never a correction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metawright.heterogeneity.regression_tau2 import METHODS
from metawright.pooling.fit import Fit
from metawright.pooling.rule import RANDOM, Rule
from metawright.sensitivity.refit import Model, refit_block
from metawright.sensitivity.small_study.lines import egger_mixed

ESTIMATORS = ("L0", "R0", "Q0")
MAX_ITERATIONS = 100


@dataclass(frozen=True)
class TrimFill:
    """The number of trials that seem to be missing, and the filled analysis.

    Attributes
    ----------
    model : Model
    estimator : {"L0", "R0", "Q0"}
    side : {"left", "right"}
        Where trials seem to be missing.
    k0 : int
    fit : Fit or None
        The model on the observed and the filled trials; None where the iteration did not converge or a rule leaves the
        choice open.
    filled_y, filled_v : ndarray, shape (k0,)
    converged : bool
        The iteration repeated a k0; without that there is no result.
    """

    model: Model
    estimator: str
    side: str
    k0: int
    fit: Fit | None
    filled_y: np.ndarray
    filled_v: np.ndarray
    converged: bool


def _pool(y, v, model: Model, level: float) -> tuple[float, Fit]:
    fit = refit_block(y[:, None], v[:, None], [model], level)[model].fit
    return float(np.asarray(fit.estimate)[0]), fit


def side_of(y, v, model: Model = ("REML", "z")) -> str:
    """Where trials seem to be missing: opposite to the slope of y on the standard error.

    The slope is that of the mixed-model Egger line with the model's tau2 (a rule: that of the branch it chooses); with
    REML for estimators that have no meta-regression. ``right`` where it is negative.
    """
    if isinstance(model, Rule):
        chosen = refit_block(y[:, None], v[:, None], [model])[model].chosen[0]
        name, interval = model.random if chosen == RANDOM else model.fixed
    else:
        name, interval = model
    method = "FE" if interval == "HC" else name if name in METHODS else "REML"
    return "right" if egger_mixed(y, v, method).bias < 0 else "left"


def _missing(centred: np.ndarray, estimator: str) -> int:
    """Estimate of k0 from effects about the centre of the trimmed trials."""
    k = centred.size
    rank = np.empty(k)
    rank[np.argsort(np.abs(centred), kind="stable")] = np.arange(1, k + 1)
    if estimator == "R0":
        negative = rank[centred < 0]
        k0 = k - (negative.max() if negative.size else 0.0) - 1.0
    else:
        positive = rank[centred > 0].sum()
        if estimator == "L0":
            k0 = (4.0 * positive - k * (k + 1)) / (2 * k - 1)
        else:
            k0 = k - 0.5 - np.sqrt(max(0.0, 2.0 * k * k - 4.0 * positive + 0.25))
    return max(0, int(np.rint(k0)))


def trim_fill(
    y, v, model: Model = ("REML", "z"), estimator: str = "L0", side: str = "", level: float = 0.95
) -> TrimFill:
    """Trim the trials without a mirror image, find the centre of the rest, fill in the mirror images.

    Parameters
    ----------
    y, v : array_like, shape (k,)
        At least three trials.
    model : Model
    estimator : {"L0", "R0", "Q0"}
        With centred effects ranked by size, Sr the sum of the ranks of the positive ones:
        ``L0 = (4 Sr - k(k + 1))/(2k - 1)``, ``R0 = k - (largest rank of a negative one) - 1``,
        ``Q0 = k - 1/2 - sqrt(2 k^2 - 4 Sr + 1/4)``; rounded, at least 0.
    side : {"left", "right"}, optional
        Default: `side_of`.
    level : float

    Raises
    ------
    ValueError
        Fewer than three trials, an unknown estimator or side.

    References
    ----------
    Duval and Tweedie 2000.
    """
    y, v = np.asarray(y, dtype=np.float64), np.asarray(v, dtype=np.float64)
    if y.size < 3:
        raise ValueError("trim and fill needs at least three trials")
    if estimator not in ESTIMATORS:
        raise ValueError(f"unknown estimator {estimator!r}; known: {', '.join(ESTIMATORS)}")
    side = side or side_of(y, v, model)
    if side not in ("left", "right"):
        raise ValueError(f"trials are missing on the left or the right, not {side!r}")
    sign = -1.0 if side == "right" else 1.0
    order = np.argsort(sign * y, kind="stable")
    x, u = sign * y[order], v[order]
    k, k0, before = y.size, 0, -1
    centre = np.nan
    for _ in range(MAX_ITERATIONS):
        before = k0
        centre, _ = _pool(x[: k - k0], u[: k - k0], model, level)
        if np.isnan(centre):
            break
        k0 = min(_missing(x - centre, estimator), k - 1)
        if k0 == before:
            break
    nothing = np.zeros(0)
    if k0 != before or np.isnan(centre):
        return TrimFill(model, estimator, side, k0, None, nothing, nothing, False)
    filled = sign * (2.0 * centre - x[k - k0 :]) if k0 else nothing
    filled_v = u[k - k0 :] if k0 else nothing
    estimate, fit = _pool(np.concatenate([y, filled]), np.concatenate([v, filled_v]), model, level)
    return TrimFill(model, estimator, side, k0, None if np.isnan(estimate) else fit, filled, filled_v, True)
