"""How the pooled effect came about: refit as trials accumulate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from metawright.sensitivity.refit import Model, Refit, Trials, refit

#: Fewer trials are no history.
MINIMUM = 3
ORDERS = ("year", "precision")


@dataclass(frozen=True)
class Cumulative:
    """One model refitted after each trial.

    Attributes
    ----------
    order : ndarray of int, shape (k,)
        Positions of the trials in the order in which they enter.
    steps : Refit
        Arrays ``(k,)``; step j holds the first j + 1 trials. Step 0 is the first trial with its z interval.
    """

    model: Model
    order: np.ndarray
    steps: Refit


def year_order(years, studies: Sequence[str]) -> np.ndarray:
    """Positions by year, alphabetical within a year; trials without a year (NaN or None) come last."""
    years = np.array([np.inf if year is None or np.isnan(year) else float(year) for year in years])
    return _sorted(years, studies)


def precision_order(v, studies: Sequence[str]) -> np.ndarray:
    """Positions from the smallest to the largest variance, alphabetical among equals."""
    return _sorted(np.asarray(v, dtype=np.float64), studies)


def _sorted(key: np.ndarray, studies: Sequence[str]) -> np.ndarray:
    if len(studies) != key.size:
        raise ValueError(f"{key.size} trials need as many labels, got {len(studies)}")
    return np.array(sorted(range(key.size), key=lambda i: (key[i], studies[i].casefold(), studies[i], i)), dtype=int)


def cumulative(
    trials: Trials, order: ArrayLike, models: Sequence[Model], level: float = 0.95
) -> dict[Model, Cumulative]:
    """Refit after each trial, in a given order.

    Parameters
    ----------
    trials : Trials
        At least three.
    order : sequence of int
        A permutation of 0 ... k - 1; see `year_order` and `precision_order`.
    models : sequence of Model
    level : float

    Raises
    ------
    ValueError
        With fewer than three trials, or an order that is not a permutation.

    Notes
    -----
    The intervals are those of single analyses; they make no allowance for repeated looks.
    """
    entered = np.asarray(order, dtype=int)
    if trials.k < MINIMUM:
        raise ValueError(f"a cumulative analysis needs at least {MINIMUM} trials")
    if sorted(entered.tolist()) != list(range(trials.k)):
        raise ValueError("the order has to name every trial once")
    rank = np.empty(trials.k, dtype=int)
    rank[entered] = np.arange(trials.k)
    present = rank[:, None] <= np.arange(trials.k)
    return {m: Cumulative(m, entered, r) for m, r in refit(trials, present, models, level).items()}
