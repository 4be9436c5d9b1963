"""The axis of a plot of effects: which part of the line it shows, and its round ticks."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from metawright.measures.registry import measure_of
from metawright.measures.scales import IDENTITY, Scale
from metawright.words.numbers import format_as_recorded, round_half_away

_STEPS = (1.0, 2.0, 5.0)
# Ticks of ratio axes as RevMan places them, from fine to coarse.
_RATIO_TICKS = (
    (0.95, 1, 1.05),
    (0.8, 0.9, 1, 1.1, 1.25),
    (0.5, 0.7, 1, 1.5, 2),
    (0.2, 0.5, 1, 2, 5),
    (0.1, 0.2, 0.5, 1, 2, 5, 10),
    (0.05, 0.2, 1, 5, 20),
    (0.01, 0.1, 1, 10, 100),
    (0.001, 0.1, 1, 10, 1000),
    (1e-6, 0.001, 1, 1000, 1e6),
)


@dataclass(frozen=True)
class Axis:
    """A linear axis on the scale of the files (logarithms for ratios).

    Attributes
    ----------
    low, high : float
        Its ends, both ticks; 0, the null value, lies between them.
    ticks : tuple of (float, str)
        Position and label, the label on the scale that people read.
    """

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]

    def position(self, value: float, left: float, right: float) -> float:
        """Return where *value* lies when the axis runs from *left* to *right*."""
        return left + (value - self.low) / (self.high - self.low) * (right - left)


def effect_axis(must: Sequence[float], trials: Sequence[float], rest: Sequence[float], measure: str) -> Axis:
    """Choose an axis around the null value for the effects of *measure*.

    Parameters
    ----------
    must : sequence of float
        Values that have to lie on the axis: estimates, limits of headline results.
    trials : sequence of float
        Limits of the intervals of trials and published results: all on the axis, unless some reach more than four
        times as far from the null value as the middling one; those are left to be clipped.
    rest : sequence of float
        Values that are on the axis when they stretch it by no more than a fifth, such as limits of very wide
        intervals of few trials.

    Returns
    -------
    Axis
        Symmetrical when both sides hold similar effects, as RevMan draws it; the emptier side never has less than
        40% of the fuller one, so that there is room for what it favours.
    """
    scale = measure_of(measure).scale
    sizes = sorted(abs(value) for value in trials)
    reach = 4.0 * sizes[len(sizes) // 2] if sizes else 0.0
    shown = [*must, *(value for value in trials if abs(value) <= reach)]
    span = max(map(abs, shown), default=0.0)
    shown += [value for value in rest if abs(value) <= 1.2 * span or not span]
    sides = [1.02 * max([sign * value for value in shown] + [0.0]) for sign in (-1.0, 1.0)]
    if not max(sides) > 0:
        sides = [math.log(2.0) if scale.ratio else 1.0] * 2
    larger, smaller = max(sides), min(sides)
    smaller = larger if smaller >= 0.6 * larger else max(smaller, 0.4 * larger)
    below, above = (larger, smaller) if sides[0] >= sides[1] else (smaller, larger)
    if scale.ratio:
        return _ratio_axis(-below, above)
    if scale.ticks:
        return _axis_with(scale, -below, above)
    return _linear_axis(-below, above)


def _steps(least: float) -> list[float]:
    """Return round steps from about *least* to fifty times as much, from fine to coarse."""
    power = 10.0 ** math.floor(math.log10(least))
    return [factor * power * scale for scale in (1.0, 10.0) for factor in _STEPS]


def _linear_axis(low: float, high: float) -> Axis:
    """Ticks at whole multiples of a round step, at most seven of them."""

    def ends(step: float) -> tuple[int, int]:
        return math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)

    steps = _steps((high - low) / 6.0)
    step = next((one for one in steps if ends(one)[1] - ends(one)[0] <= 6), steps[-1])
    first, last = ends(step)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    values = [float(round_half_away(place * step, decimals)) for place in range(first, last + 1)]
    ticks = tuple((value, format_as_recorded(value, decimals)) for value in values)
    return Axis(ticks[0][0], ticks[-1][0], ticks)


def value_axis(low: float, high: float, scale: Scale = IDENTITY, most: int = 6) -> Axis:
    """Choose ticks for any stretch of values, with or without the null value.

    Parameters
    ----------
    low, high : float
        Ends of the axis, on the scale of the files; they need not be ticks.
    scale : Scale
        That of the values: ticks of ratios and correlations are round where people read them.
    most : int
        Number of ticks.
    """
    ticks = _ratio_ticks(low, high, most) if scale.ratio else ()
    return Axis(low, high, ticks or _round_ticks(scale.printed(low), scale.printed(high), most, scale.stored))


def _round_ticks(low: float, high: float, most: int, place: Callable[[float], float]) -> tuple[tuple[float, str], ...]:
    """Return whole multiples of a round step between *low* and *high*, at most *most* of them."""

    def ends(step: float) -> tuple[int, int]:
        return math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)

    steps = _steps((high - low) / most)
    step = next((one for one in steps if ends(one)[1] - ends(one)[0] < most), steps[-1])
    first, last = ends(step)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    values = [float(round_half_away(number * step, decimals)) for number in range(first, last + 1)]
    return tuple((place(value), format_as_recorded(value, decimals)) for value in values)


def _ratio_ticks(low: float, high: float, most: int) -> tuple[tuple[float, str], ...]:
    """Return round ratios between the logarithms *low* and *high*; none where fewer than three lie there."""
    powers = range(math.floor(low / math.log(10.0)) - 1, math.ceil(high / math.log(10.0)) + 1)
    for digits in ((1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8), (1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
        values = [digit * 10.0**power for power in powers for digit in digits]
        values = [float(f"{value:.6g}") for value in values if low <= math.log(value) <= high]
        if len(values) <= most:
            return _labelled(values, [math.log(value) for value in values]) if len(values) >= 3 else ()
    return _labelled(values[:: -(-len(values) // most)], [math.log(v) for v in values[:: -(-len(values) // most)]])


def _labelled(values: Sequence[float], positions: Sequence[float]) -> tuple[tuple[float, str], ...]:
    return tuple((p, format(v, "g").replace("-", "−")) for v, p in zip(values, positions, strict=True))


def _ratio_axis(low: float, high: float) -> Axis:
    """The finest of RevMan's sets of ticks that reaches both ends; powers of ten beyond them."""
    for values in _RATIO_TICKS:
        if math.log(values[0]) <= low and high <= math.log(values[-1]):
            break
    else:
        reach = math.ceil(max(-low, high) / math.log(10.0))
        values = (10.0**-reach, 1, 10.0**reach)
    logs = [math.log(value) for value in values]
    first = max(place for place, value in enumerate(logs) if value <= low)
    last = min(place for place, value in enumerate(logs) if value >= high)
    return Axis(logs[first], logs[last], _labelled(values[first : last + 1], logs[first : last + 1]))


def _axis_with(scale: Scale, low: float, high: float) -> Axis:
    """The ticks that a scale has of its own, such as round correlations on Fisher's."""
    places = [scale.stored(value) for value in scale.ticks]
    first = max((place for place, value in enumerate(places) if value <= low), default=0)
    last = min((place for place, value in enumerate(places) if value >= high), default=len(places) - 1)
    return Axis(places[first], places[last], _labelled(scale.ticks[first : last + 1], places[first : last + 1]))
