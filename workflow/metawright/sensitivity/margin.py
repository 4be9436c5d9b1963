"""How far a result is from the line between significant and not, and what would move it across."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log2

import numpy as np

from metawright.pooling.fit import Fit
from metawright.sensitivity.refit import Model, Trials, refit_block


@dataclass(frozen=True)
class Margin:
    """Distance of one result to the line; floats for one review, arrays for a block, NaN where there is no interval.

    Attributes
    ----------
    significant : bool or ndarray of bool
        The interval excludes 0.
    critical : float
        The interval's half width in standard errors (1.96 for z, more for t).
    margin : float
        ``|mu|/se - critical``: positive when significant.
    estimate_shift : float
        ``|mu| - critical se``: how far the estimate lies beyond the line (negative: short of it), in its own unit.
    width_factor : float
        ``|mu|/(critical se)``: the factor on the interval's width at which it would just touch 0.
    information : float
        In multiples of the present information ``1/se^2``, with tau2 and `critical` kept. Significant:
        ``width_factor^2 - 1``, what trials with an effect of 0 would have to add until the interval touches 0. Not
        significant: ``width_factor^-2 - 1``, what trials with the present estimate would have to add until it
        excludes 0.
    """

    significant: bool | np.ndarray
    critical: float | np.ndarray
    margin: float | np.ndarray
    estimate_shift: float | np.ndarray
    width_factor: float | np.ndarray
    information: float | np.ndarray


def margin_of(estimate, se, critical) -> Margin:
    """Distance to significance of a result given as numbers, for instance a published one.

    Parameters
    ----------
    estimate, se : float or array_like
    critical : float or array_like
        Half width of the interval in standard errors.

    References
    ----------
    A distance instead of a count of events, which continuous outcomes do not have: compare Caldwell 2021.
    """
    size, se, critical = np.broadcast_arrays(
        np.abs(np.asarray(estimate, dtype=np.float64)), np.asarray(se, dtype=np.float64), critical
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        se = np.where(se > 0, se, np.nan)
        factor = size / (critical * se)
        information = np.where(factor > 1.0, factor**2, factor**-2.0) - 1.0
    values = (factor > 1.0, critical, size / se - critical, size - critical * se, factor, information)
    return Margin(*(x.item() if np.ndim(estimate) == 0 else x for x in map(np.asarray, values)))


def margin(fit: Fit) -> Margin:
    """Distance to significance of a pooled result, of one review or of a block; see `margin_of`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        critical = np.where(np.asarray(fit.se) > 0, (np.asarray(fit.ci_high) - fit.estimate) / fit.se, np.nan)
    return margin_of(fit.estimate, fit.se, critical)


#: Refits at a time while the tipping effects are sought: few trials are refitted at many points at once.
WIDTH = 320


@dataclass(frozen=True)
class Tipping:
    """For every trial the smallest change of its effect that changes the significance, the model refitted.

    Attributes
    ----------
    model : Model
    significant : bool
        As the data stand.
    shift : ndarray, shape (k,)
        Signed change of the trial's effect; NaN: none within reach.
    reach : float
        Largest change tried.
    """

    model: Model
    significant: bool
    shift: np.ndarray
    reach: float


def tipping_effects(
    trials: Trials, model: Model, level: float = 0.95, reach: float | None = None, steps: int = 200
) -> Tipping | None:
    """Move one trial's effect at a time until the interval starts or ceases to exclude 0.

    Parameters
    ----------
    trials : Trials
    model : Model
        Refitted throughout, tau2 and a rule's choice included: significance may come and go along the way; the first
        change met in `steps` equal steps counts, refined by section, to 2^-50 of a step.
    level : float
    reach : float, optional
        Default: the range of the effects plus ten times the largest standard error.
    steps : int

    Returns
    -------
    Tipping or None
        None for Mantel-Haenszel pools (their tables have no effect to move) and where a rule gives no result.
    """
    if trials.from_tables or trials.k == 0:
        return None
    k, y, v = trials.k, trials.y, trials.v
    reach = float(np.ptp(y) + 10.0 * np.sqrt(v.max())) if reach is None else float(reach)

    def result(shift: np.ndarray):
        """Significance with trial i moved by shift[i, j], shape of `shift`; None entries as NaN estimates."""
        moved = np.repeat(y[:, None], shift.size, axis=1)
        rows = np.repeat(np.arange(k), shift.shape[1])
        moved[rows, np.arange(shift.size)] += shift.reshape(-1)
        block = refit_block(moved, np.repeat(v[:, None], shift.size, axis=1), [model], level)[model]
        return block.significant.reshape(shift.shape), np.isfinite(block.fit.estimate).reshape(shift.shape)

    now, known = result(np.zeros((k, 1)))
    if not known[0, 0]:
        return None
    now = bool(now[0, 0])
    distance = np.linspace(0.0, reach, steps + 1)
    parts = max(2, min(16, WIDTH // k))
    best = np.full(k, np.nan)
    for sign in (1.0, -1.0):
        seen, known = result(np.broadcast_to(sign * distance, (k, steps + 1)))
        changed = (seen != now) & known
        found = np.flatnonzero(changed.any(axis=1))
        first = changed.argmax(axis=1)[found]
        if not found.size:
            continue
        low, high = np.zeros(k), np.zeros(k)
        low[found], high[found] = distance[first - 1], distance[first]
        for _ in range(ceil(50 / log2(parts))):
            inner = low[:, None] + (high - low)[:, None] * (np.arange(1, parts) / parts)
            seen, _ = result(sign * inner)
            # the first part of the bracket at whose end the significance is another
            ends = np.concatenate([low[:, None], inner, high[:, None]], axis=1)
            crossed = np.concatenate([seen != now, np.ones((k, 1), dtype=bool)], axis=1).argmax(axis=1)
            low, high = ends[np.arange(k), crossed], ends[np.arange(k), crossed + 1]
        closer = np.isnan(best[found]) | (high[found] < np.abs(best[found]))
        best[found[closer]] = sign * high[found[closer]]
    return Tipping(model, now, best, reach)
