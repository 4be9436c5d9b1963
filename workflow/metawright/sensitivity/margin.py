"""How far a result is from the line between significant and not, and what would move it across."""

from __future__ import annotations

from dataclasses import dataclass

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
    numbers = (critical, size / se - critical, size - critical * se, factor, information)
    significant = np.asarray(factor > 1.0)
    if np.ndim(estimate) == 0:
        return Margin(bool(significant), *(np.asarray(x).item() for x in numbers))
    return Margin(significant, *map(np.asarray, numbers))


def margin(fit: Fit) -> Margin:
    """Distance to significance of a pooled result, of one review or of a block; see `margin_of`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        critical = np.where(np.asarray(fit.se) > 0, (np.asarray(fit.ci_high) - fit.estimate) / fit.se, np.nan)
    return margin_of(fit.estimate, fit.se, critical)


# A bracket around a tipping effect ends as this part of a step of the scan, or of the effect itself if that is less;
# below it rounding in the pool decides.
NARROW = 2.0**-44
# Offsets of the points about the place at which a straight line through the bracket's ends crosses the line of
# significance: for a bracket of one step (the curve bends with the square of the bracket), and the least, in `NARROW`.
OFFSETS = np.array([2.0**-2, 2.0**-6, 2.0**-10])
LEAST_OFFSETS = np.array([32.0, 4.0, 0.5])
# As many points, evenly, where the curve turns out to jump: as soon as it is so many times steeper than over the step.
EVENLY = np.arange(1, 8) / 8
STEEPER = 8.0


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
        change met in `steps` equal steps counts, refined to 2^-44 of a step, or of itself.
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

    def probe(rows: np.ndarray, shift: np.ndarray):
        """Significance, how far the interval is from 0, and whether there is one, with trial rows[i] moved by shift."""
        moved = np.repeat(y[:, None], shift.size, axis=1)
        moved[np.repeat(rows, shift.shape[1]), np.arange(shift.size)] += shift.reshape(-1)
        block = refit_block(moved, np.repeat(v[:, None], shift.size, axis=1), [model], level)[model]
        beyond = np.maximum(block.fit.ci_low, -block.fit.ci_high)
        return [x.reshape(shift.shape) for x in (block.significant, beyond, np.isfinite(block.fit.estimate))]

    # every trial twice: upwards and downwards
    rows, sign = np.tile(np.arange(k), 2), np.repeat([[1.0], [-1.0]], k, axis=0)
    distance = np.linspace(0.0, reach, steps + 1)
    seen, beyond, known = probe(rows, sign * distance)
    if not known[0, 0]:
        return None
    now = bool(seen[0, 0])
    changed = (seen != now) & known
    found = np.flatnonzero(changed.any(axis=1))
    first = changed.argmax(axis=1)[found]
    high = np.full(2 * k, np.nan)
    high[found] = _refined(
        lambda which, shift: probe(rows[found[which]], sign[found[which]] * shift),
        now,
        np.stack([distance[first - 1], distance[first]], axis=1),
        np.stack([beyond[found, first - 1], beyond[found, first]], axis=1),
    )
    up, down = high.reshape(2, k)
    return Tipping(model, now, np.where(np.isnan(up) | (down < up), -down, up), reach)


def _refined(probe, now: bool, ends: np.ndarray, beyond: np.ndarray) -> np.ndarray:
    """Where significance first differs from *now* in each of S brackets, all of them refitted at once.

    Parameters
    ----------
    probe : callable
        From the numbers of some brackets and points in them, (n,) and (n, m), to significance and distance there.
    now : bool
    ends, beyond : ndarray, shape (S, 2)
        Ends of the brackets, and how far the intervals are from 0 there.

    Returns
    -------
    ndarray, shape (S,)
        The far ends of the narrowed brackets.
    """
    ends, beyond = ends.copy(), beyond.copy()
    step = ends[:, 1] - ends[:, 0]
    slope = np.abs(beyond[:, 1] - beyond[:, 0]) / step
    left = np.arange(len(ends))
    while left.size:
        (low, high), (at_low, at_high) = ends[left].T, beyond[left].T
        least = NARROW * np.minimum(step[left], high)
        points = _points(low, high, at_low, at_high, step[left], least)
        jumps = ~(np.abs(at_high - at_low) <= STEEPER * slope[left] * (high - low))
        points[jumps] = low[jumps, None] + (high - low)[jumps, None] * EVENLY
        seen, far, _ = probe(left, points)
        points = np.concatenate([low[:, None], points, high[:, None]], axis=1)
        far = np.concatenate([at_low[:, None], far, at_high[:, None]], axis=1)
        # the first part of the bracket at whose end the significance is another
        crossed = np.concatenate([seen != now, np.ones((left.size, 1), dtype=bool)], axis=1).argmax(axis=1)
        part = crossed[:, None] + np.arange(2)
        ends[left], beyond[left] = np.take_along_axis(points, part, axis=1), np.take_along_axis(far, part, axis=1)
        low, high = ends[left].T
        left = left[high - low > NARROW * np.minimum(step[left], high)]
    return ends[:, 1]


def _points(low, high, at_low, at_high, step, least) -> np.ndarray:
    """Points of each bracket about the crossing of the straight line through its ends, and its middle, in order."""
    width, middle = high - low, 0.5 * (low + high)
    with np.errstate(divide="ignore", invalid="ignore"):
        guess = low + width * (at_low / (at_low - at_high))
    guess = np.where((guess >= low) & (guess <= high), guess, middle)[:, None]
    around = np.maximum((width * (width / step))[:, None] * OFFSETS, least[:, None] * LEAST_OFFSETS)
    points = np.concatenate([middle[:, None], guess - around, guess + around], axis=1)
    return np.sort(np.clip(points, low[:, None], high[:, None]), axis=1)
