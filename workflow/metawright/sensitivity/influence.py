"""How much each trial moves the pooled effect: deletion diagnostics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from metawright.sensitivity.refit import Model, Refit, Trials, without_each

#: Fewer trials have no diagnostics worth a flag.
MINIMUM = 3


@dataclass(frozen=True)
class Influence:
    """Deletion diagnostics of one model, each of shape ``(k,)``; NaN where the reduced model is not defined.

    With ``mu, V, tau2`` of all trials, ``mu_(i), V_(i), tau2_(i)`` without trial i, V the Wald variance whatever the
    interval, and ``h_i`` the weight as a share:

    Attributes
    ----------
    rstudent : ndarray
        ``(y_i - mu_(i))/sqrt(v_i + tau2_(i) + V_(i))``
    dffits : ndarray
        ``(mu - mu_(i))/sqrt(h_i (v_i + tau2_(i)))``
    cook_d : ndarray
        ``(mu - mu_(i))^2/V``
    cov_r : ndarray
        ``V_(i)/V``
    tau2_del, q_del : ndarray
        tau2 (NaN under FE) and Q without trial i.
    hat, weight : ndarray
        ``h_i`` and 100 ``h_i``.
    dfbs : ndarray
        ``(mu - mu_(i))/sqrt(1/sum_j 1/(v_j + tau2_(i)))``, all trials with the reduced tau2.
    flagged : ndarray of bool
        ``|dffits| > 3 sqrt(1/(k - 1))``, or ``P(chi2_1 < cook_d) > 0.5``, or ``h_i > 3/k``, or ``|dfbs| > 1``;
        never with fewer than three trials.
    """

    model: Model
    rstudent: np.ndarray
    dffits: np.ndarray
    cook_d: np.ndarray
    cov_r: np.ndarray
    tau2_del: np.ndarray
    q_del: np.ndarray
    hat: np.ndarray
    weight: np.ndarray
    dfbs: np.ndarray
    flagged: np.ndarray


def influence(
    trials: Trials, models: Sequence[Model], block: Mapping[Model, Refit] | None = None
) -> dict[Model, Influence]:
    """Deletion diagnostics of every trial under every model.

    Parameters
    ----------
    trials : Trials
        At least two.
    models : sequence of Model
        A rule chooses anew without each trial; NaN where it leaves the choice open.
    block : mapping, optional
        The refits with all trials and without each, where they are there already (see `without_each`).

    Returns
    -------
    dict
        One `Influence` per model.

    Raises
    ------
    ValueError
        With fewer than two trials.

    References
    ----------
    Viechtbauer and Cheung 2010.
    """
    if trials.k < 2:
        raise ValueError("influence needs at least two trials")
    block = without_each(trials, models) if block is None else block
    with np.errstate(divide="ignore", invalid="ignore"):
        return {model: _of_model(model, trials, result) for model, result in block.items()}


def _of_model(model: Model, trials: Trials, result: Refit) -> Influence:
    fit, tau2 = result.fit, result.tau2
    k, y, v = trials.k, trials.y, trials.v
    estimate, variance = np.asarray(fit.estimate), np.asarray(fit.variance)
    shift = estimate[0] - estimate[1:]
    deleted = tau2[1:]
    weight = np.where(np.isnan(estimate[0]), np.nan, fit.weights[:, 0])
    hat = weight / 100.0
    dffits = shift / np.sqrt(hat * (v + deleted))
    cook = shift**2 / variance[0]
    dfbs = shift * np.sqrt((1.0 / (v[:, None] + deleted)).sum(axis=0))
    flagged = (
        (np.abs(dffits) > 3.0 * np.sqrt(1.0 / (k - 1)))
        | (special.chdtr(1.0, cook) > 0.5)
        | (hat > 3.0 / k)
        | (np.abs(dfbs) > 1.0)
    )
    return Influence(
        model,
        rstudent=(y - estimate[1:]) / np.sqrt(v + deleted + variance[1:]),
        dffits=dffits,
        cook_d=cook,
        cov_r=variance[1:] / variance[0],
        tau2_del=np.broadcast_to(fit.tau2, estimate.shape)[1:],
        q_del=np.asarray(fit.q)[1:],
        hat=hat,
        weight=weight,
        dfbs=dfbs,
        flagged=flagged & (k >= MINIMUM),
    )
