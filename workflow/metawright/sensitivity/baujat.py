"""Which trials carry the heterogeneity, and which carry the result: the coordinates of a Baujat plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from metawright.sensitivity.refit import Model, Refit, Trials, without_each


@dataclass(frozen=True)
class Baujat:
    """Coordinates of one model, each of shape ``(k,)``.

    Attributes
    ----------
    heterogeneity : ndarray
        ``(y_i - mu)^2/(v_i + tau2)``, the trial's contribution to (generalised) Q.
    influence : ndarray
        ``(mu - mu_(i))^2/V_(i)``, the squared standardised change when the trial is left out.
    """

    model: Model
    heterogeneity: np.ndarray
    influence: np.ndarray


def baujat(trials: Trials, models: Sequence[Model], block: Mapping[Model, Refit] | None = None) -> dict[Model, Baujat]:
    """Coordinates of every trial under every model.

    Parameters
    ----------
    trials : Trials
        At least two.
    models : sequence of Model
    block : mapping, optional
        The refits with all trials and without each, where they are there already (see `without_each`).

    Raises
    ------
    ValueError
        With fewer than two trials.

    References
    ----------
    Baujat 2002 (under FE); Viechtbauer 2010 (random effects).
    """
    if trials.k < 2:
        raise ValueError("a Baujat plot needs at least two trials")
    out = {}
    for model, result in (without_each(trials, models) if block is None else block).items():
        estimate, variance = np.asarray(result.fit.estimate), np.asarray(result.fit.variance)
        out[model] = Baujat(
            model,
            heterogeneity=(trials.y - estimate[0]) ** 2 / (trials.v + result.tau2[0]),
            influence=(estimate[0] - estimate[1:]) ** 2 / variance[1:],
        )
    return out
