"""Missing participants of a continuous outcome: what the pool becomes if they differed from those observed.

The informative missingness difference of means (IMDoM) lambda is the mean of the missing minus the mean of the
observed (Mavridis and White 2019). With N randomised, n observed, ``pi = 1 - n/N``, observed mean m and SD s::

    arm mean  = m + pi mu_lambda
    variance  = s^2/n + pi^2 sd_lambda^2 + pi (1 - pi)/N (mu_lambda^2 + sd_lambda^2)
    MD var    = var_E + var_C - 2 pi_E pi_C rho_lambda sd_lambda,E sd_lambda,C

lambda = 0 with sd 0 is the analysis of those observed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial

import numpy as np

from metawright.extraction.documents import ArmRow
from metawright.files.known import known as there
from metawright.measures.mean_difference import pooled_variance
from metawright.measures.registry import measure_of
from metawright.pooling.cell import Cell
from metawright.pooling.fit import Fit, fit
from metawright.reading.protocol import DeclaredModel
from metawright.sensitivity.documents import ResultUnderAssumption
from metawright.sensitivity.missing import (
    Arm,
    MissingFound,
    Missingness,
    ModelWithMissing,
    TippingPoint,
    fit_model,
    missingness,
)

#: A tipping point is found to this many points of the scale.
PRECISION = 0.01
# Steps from 0 to the end of the range in the scan for the first change.
SCAN_STEPS = 200
#: Ways from no difference to the tipping point.
PATHS = ("experimental", "symmetric")
# Points along each axis of the grid, and how far it reaches, as a part of the range.
GRID_POINTS = 21
GRID_REACH = 0.25


@dataclass(frozen=True)
class Lambdas:
    """Assumptions about the missing: means and standard deviations of lambda, and their correlation between arms.

    Means are scalars or arrays that broadcast with ``(k, R)``: ``(R,)`` for R assumptions about all trials, ``(k, 1)``
    for one assumption per trial.
    """

    experimental: float | np.ndarray = 0.0
    control: float | np.ndarray = 0.0
    sd_experimental: float = 0.0
    sd_control: float = 0.0
    rho: float = 0.0

    def __post_init__(self):
        """Refuse spreads and correlations out of bounds."""
        if self.sd_experimental < 0 or self.sd_control < 0 or not -1.0 <= self.rho <= 1.0:
            raise ValueError("standard deviations of lambda are 0 or more, their correlation lies between -1 and 1")


def imdom_arm(
    n, randomised, mean, sd, mu: float | np.ndarray = 0.0, sd_mu: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Mean of all randomised in an arm and its sampling variance; arguments broadcast.

    References
    ----------
    Mavridis and White 2019; the variance by the delta method.
    """
    n, randomised, mean, sd, mu = (np.asarray(x, dtype=np.float64) for x in (n, randomised, mean, sd, mu))
    share = 1.0 - n / randomised
    uncertain = share**2 * sd_mu**2 + share * (1.0 - share) / randomised * (mu**2 + sd_mu**2)
    return mean + share * mu, sd**2 / n + uncertain


def imdom_difference(
    experimental: Arm, control: Arm, lambdas: Lambdas | None = None, variance: str = "unpooled"
) -> tuple[np.ndarray, np.ndarray]:
    """Mean differences of all randomised under assumptions about the missing.

    Parameters
    ----------
    experimental, control : Arm
        Of k trials.
    lambdas : Lambdas, optional
        Default: the missing are like the observed.
    variance : {"unpooled", "pooled"}
        Whether each arm has its own SD or both the pooled one, as for the mean difference itself.

    Returns
    -------
    y, v : ndarray, shape (k,) for scalar means, else (k, R)
    """
    lambdas = lambdas or Lambdas()
    scalar = np.ndim(lambdas.experimental) == 0 and np.ndim(lambdas.control) == 0
    e, c = ([getattr(arm, field.name)[:, None] for field in fields(Arm)] for arm in (experimental, control))
    sd_e, sd_c = e[3], c[3]
    if variance == "pooled":
        sd_e = sd_c = np.sqrt(pooled_variance(e[0], sd_e, c[0], sd_c))
    mean_e, var_e = imdom_arm(e[0], e[1], e[2], sd_e, lambdas.experimental, lambdas.sd_experimental)
    mean_c, var_c = imdom_arm(c[0], c[1], c[2], sd_c, lambdas.control, lambdas.sd_control)
    both = experimental.missing[:, None] * control.missing[:, None]
    shared = 2.0 * both * lambdas.rho * lambdas.sd_experimental * lambdas.sd_control
    y, v = np.broadcast_arrays(mean_e - mean_c, var_e + var_c - shared)
    return (y[:, 0], v[:, 0]) if scalar else (np.ascontiguousarray(y), np.ascontiguousarray(v))


@dataclass(frozen=True)
class _Pool:
    """Pool the trials of one cell under one model for any assumption."""

    experimental: Arm
    control: Arm
    model: DeclaredModel
    base: Lambdas
    variance: str

    def at(self, experimental, control) -> Fit:
        """Pool for arrays of lambdas, ``(R,)`` or ``(k, 1)``."""
        lambdas = replace(self.base, experimental=experimental, control=control)
        y, v = imdom_difference(self.experimental, self.control, lambdas, self.variance)
        return there(fit_model(self.model, partial(fit, y, v)))

    def along(self, path: str, difference: np.ndarray) -> Fit:
        """Pool for differences between the arms on one of the paths."""
        if path == "symmetric":
            return self.at(0.5 * difference, -0.5 * difference)
        return self.at(difference, np.zeros_like(difference))


def tipping_point(
    experimental: Arm,
    control: Arm,
    model: DeclaredModel,
    reach: float,
    path: str = "experimental",
    base: Lambdas | None = None,
    variance: str = "unpooled",
) -> TippingPoint:
    """Find how far the missing would have to differ between the arms for the conclusion to change.

    A scan outwards from 0 in both directions finds the first change, bisection its place to 0.01 points; the
    bracket's far end is reported, where the conclusion has changed.

    Parameters
    ----------
    experimental, control : Arm
    model : Mapping
        Any model of the protocol, a rule included.
    reach : float
        End of the search in both directions, in points of the scale, above 0.
    path : {"experimental", "symmetric"}
    base : Lambdas, optional
        Standard deviations and correlation of lambda; its means are not used.
    variance : {"unpooled", "pooled"}

    Returns
    -------
    TippingPoint
    """
    if path not in PATHS:
        raise ValueError(f"path is one of {', '.join(PATHS)}, not {path!r}")
    if not reach > 0:
        raise ValueError(f"the range of the search has to be positive, got {reach}")
    pool = _Pool(experimental, control, model, base or Lambdas(), variance)
    steps = np.linspace(0.0, reach, SCAN_STEPS + 1)
    differences = np.concatenate([steps, -steps[1:]])
    states = _states(pool.along(path, differences))
    start = states[0]
    found = []
    for side in (slice(0, SCAN_STEPS + 1), np.r_[0, SCAN_STEPS + 1 : 2 * SCAN_STEPS + 1]):
        changed = np.flatnonzero(states[side] != start)
        if changed.size:
            near, far = (float(one) for one in differences[side][changed[0] - 1 : changed[0] + 1])
            found.append(_bisect(pool, path, near, far, start))
    if not found:
        return TippingPoint(path, reach, np.nan, "", np.nan, np.nan, np.nan)
    difference = min(found, key=lambda one: (abs(one), one < 0))
    there = pool.along(path, np.array([difference]))
    values = (float(getattr(there, name)[0]) for name in ("estimate", "ci_low", "ci_high"))
    return TippingPoint(path, reach, difference, str(_states(there)[0]), *values)


def _states(fit: Fit) -> np.ndarray:
    """What the interval does with 0, in a word."""
    return np.where(np.isnan(fit.estimate), "undecided", np.where(fit.excludes_null, "excludes", "includes"))


def _bisect(pool: _Pool, path: str, near: float, far: float, start: str) -> float:
    while abs(far - near) > PRECISION:
        middle = 0.5 * (near + far)
        if _states(pool.along(path, np.array([middle])))[0] == start:
            near = middle
        else:
            far = middle
    return float(far)


def missing_data(
    cell: Cell,
    arms: Iterable[ArmRow],
    models: Sequence[DeclaredModel],
    *,
    bounds: tuple[float | None, float | None] | None = None,
    sd_lambda: float = 0.0,
    rho_lambda: float = 0.0,
) -> MissingFound:
    """Everything about missing participants of one cell with mean differences.

    Parameters
    ----------
    cell : Cell
    arms : iterable of mappings
        Rows of the outcome's `arms.csv`.
    models : sequence of mappings
        The models of the completed protocol.
    bounds : (float, float), optional
        Lowest and highest value of the scale. Without it the search reaches two average SDs, and there is no best
        and worst case.
    sd_lambda, rho_lambda : float
        Standard deviation of lambda in both arms and its correlation between them.

    Returns
    -------
    dict
        Outcome, period, k, `status`, `reason` (``awaiting_data``; ``not_possible`` with the trials that do not say
        who is missing: they are never taken for complete; ``nothing_missing``; ``done``), `trials`, and under
        `models` per model: `observed`, `tipping_points`, `grid` (`lambda` of both axes, `estimate`, `ci_low`,
        `ci_high`, first axis experimental), `best`, `worst`.
    """
    result: MissingFound = {
        "outcome": cell.outcome["key"],
        "period": cell.period,
        "k": cell.k,
        "status": "awaiting_data",
        "reason": "no data",
        "trials": [],
        "reach": None,
        "models": [],
    }
    if cell.k == 0:
        return result
    if measure_of(cell.measure).unit != "outcome":
        return {**result, "status": "not_possible", "reason": "only for mean differences"}
    arms = list(arms)
    known = missingness(cell.trials, arms)
    result["trials"] = list(known.trials)
    if not known.possible:
        reason = "not every trial says who is missing"
        return {**result, "status": "not_possible", "reason": reason}
    if known.complete:
        return {**result, "status": "nothing_missing", "reason": "everybody randomised was analysed"}
    final = _all_final(cell, arms)
    low, high = bounds or (None, None)
    scale = (low, high) if low is not None and high is not None and final else None
    spread = np.concatenate([known.experimental.sd, known.control.sd])
    reach = float(scale[1] - scale[0]) if scale else 2.0 * float(spread.mean())
    base = Lambdas(sd_experimental=sd_lambda, sd_control=sd_lambda, rho=rho_lambda)
    entries = [_of_model(cell, known, model, reach, scale, base) for model in models]
    return {**result, "status": "done", "reason": "", "reach": reach, "models": entries}


def _all_final(cell: Cell, arms: Iterable[ArmRow]) -> bool:
    """Whether all values are final ones: a change is not bounded by the scale's ends."""
    wanted = {int(number) for trial in cell.trials for number in trial["row_ids"].split(";")}
    return all(row.get("value_type") in (None, "", "final") for row in arms if row["row"] in wanted)


def _of_model(
    cell: Cell,
    known: Missingness,
    model: DeclaredModel,
    reach: float,
    scale: tuple[float, float] | None,
    base: Lambdas,
) -> ModelWithMissing:
    variance = cell.outcome.get("variance", "unpooled")
    experimental, control = known.experimental, known.control
    pool = _Pool(experimental, control, model, base, variance)
    axis = np.linspace(-GRID_REACH * reach, GRID_REACH * reach, GRID_POINTS)
    grid = pool.at(np.repeat(axis, axis.size), np.tile(axis, axis.size))
    extremes: dict[str, ResultUnderAssumption | None] = {"best": None, "worst": None}
    if scale:
        better = cell.outcome.get("direction") != "lower_is_better"
        low, high = (scale[0], scale[1]) if better else (scale[1], scale[0])
        for name, for_experimental, for_control in (("best", high, low), ("worst", low, high)):
            # the bounds are values that the missing are given, without spread
            certain = replace(pool, base=Lambdas())
            at = (for_experimental - experimental.mean)[:, None], (for_control - control.mean)[:, None]
            extremes[name] = _row(certain.at(*at))
    return {
        "model": model["key"],
        "track": model.get("track"),
        "observed": _row(pool.at(np.zeros(1), np.zeros(1))),
        "tipping_points": [tipping_point(experimental, control, model, reach, path, base, variance) for path in PATHS],
        "grid": {"lambda": axis}
        | {name: np.reshape(getattr(grid, name), (axis.size, -1)) for name in ("estimate", "ci_low", "ci_high")},
        "best": extremes["best"],
        "worst": extremes["worst"],
    }


def _row(found: Fit) -> ResultUnderAssumption:
    return {
        "estimate": float(np.ravel(found.estimate)[0]),
        "ci_low": float(np.ravel(found.ci_low)[0]),
        "ci_high": float(np.ravel(found.ci_high)[0]),
        "excludes_zero": bool(np.ravel(found.excludes_null)[0]),
    }
