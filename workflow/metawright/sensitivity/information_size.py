"""How many patients a conclusive meta-analysis needs, and where this one stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from metawright.measures.arrays import single
from metawright.pooling.fit import fit_models
from metawright.sensitivity.refit import Model, Trials, refit
from metawright.sensitivity.sequential import sequential_boundary


@dataclass(frozen=True)
class InformationSize:
    """Patients in total over both arms of equal size, not rounded.

    Attributes
    ----------
    size : float
        ``4 (z_{1 - alpha/2} + z_{power})^2 variance/delta^2``.
    diversity : float
        D2, as a share.
    adjusted : float
        ``size/(1 - D2)``.
    delta, variance, alpha, power : float
        What it was computed from.
    """

    size: float
    diversity: float
    adjusted: float
    delta: float
    variance: float
    alpha: float
    power: float


def information_size(
    variance: float, delta: float, alpha: float = 0.05, power: float = 0.80, diversity: float = 0.0
) -> InformationSize:
    """Required information size.

    Parameters
    ----------
    variance : float
        Variance of the outcome within an arm: SD squared, or ``p (1 - p)`` with p the mean risk for a risk difference.
    delta : float
        The difference that matters, in the outcome's unit.
    alpha, power : float
        Two-sided error and power.
    diversity : float
        D2 as a share, see `diversity_of`.

    Raises
    ------
    ValueError
        A variance that is not positive, a difference of 0, or a share outside its range.

    References
    ----------
    Wetterslev 2008 and 2009 (trial sequential analysis, diversity).
    """
    if not variance > 0 or delta == 0 or not np.isfinite(delta):
        raise ValueError("the information size needs a positive variance and a difference other than 0")
    if not (0 < alpha < 1 and 0 < power < 1 and 0 <= diversity < 1):
        raise ValueError("alpha and power lie between 0 and 1, diversity in [0, 1)")
    z = special.ndtri(1.0 - alpha / 2.0) + special.ndtri(power)
    size = float(4.0 * z**2 * variance / delta**2)
    return InformationSize(size, diversity, size / (1.0 - diversity), delta, variance, alpha, power)


def diversity_of(y, v, tau2_method: str = "DL") -> float:
    """Diversity ``D2 = 1 - V_FE/V_RE``, the share of the random-effects variance that is due to heterogeneity.

    Parameters
    ----------
    y, v : array_like, shape (k,)
    tau2_method : str

    Returns
    -------
    float
        0 for a single trial.
    """
    fits = fit_models(y, v, [("FE", "z"), (tau2_method, "z")])
    fixed, random = (single(fits[method, "z"].variance) for method in ("FE", tau2_method))
    return max(0.0, 1.0 - fixed / random)


@dataclass(frozen=True)
class TrialSequential:
    """Cumulative z statistics against an alpha-spending boundary, each of shape ``(k,)``, in order of entry.

    Attributes
    ----------
    order : ndarray of int
    patients : ndarray
        Accrued.
    fraction : ndarray
        Accrued over required.
    z : ndarray
        ``mu/se`` with the Wald standard error of the model.
    boundary : ndarray
        For ``|z|``; inf: not reachable, NaN: past the required size.
    crossed : bool
        ``|z|`` exceeds the boundary at some look.
    reached : bool
        The required size is reached.
    """

    order: np.ndarray
    patients: np.ndarray
    fraction: np.ndarray
    z: np.ndarray
    boundary: np.ndarray
    crossed: bool
    reached: bool


def trial_sequential(
    trials: Trials, order, patients, model: Model, required: float, alpha: float = 0.05
) -> TrialSequential:
    """Compare every step of a cumulative meta-analysis with an O'Brien-Fleming-like boundary.

    Parameters
    ----------
    trials : Trials
    order : sequence of int
        Order of entry, see `metawright.sensitivity.cumulative`.
    patients : array_like, shape (k,)
        Patients per trial, positive, in the order of the trials.
    model : Model
        Its Wald statistic is compared: the boundary is one for a normal statistic.
    required : float
        Information size, usually `InformationSize.adjusted`.
    alpha : float

    References
    ----------
    Wetterslev 2008; Lan and DeMets 1983.
    """
    order = np.asarray(order, dtype=int)
    patients = np.asarray(patients, dtype=np.float64)
    if not (patients > 0).all():
        raise ValueError("every trial needs its number of patients")
    rank = np.empty(trials.k, dtype=int)
    rank[order] = np.arange(trials.k)
    fit = refit(trials, rank[:, None] <= np.arange(trials.k), [model])[model].fit
    accrued = np.cumsum(patients[order])
    z = fit.estimate / np.sqrt(fit.variance)
    boundary = sequential_boundary(accrued / required, alpha)
    crossed = bool((np.abs(z) > boundary).any())
    return TrialSequential(order, accrued, accrued / required, z, boundary, crossed, bool(accrued[-1] >= required))
