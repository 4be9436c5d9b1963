"""All effect measures: those that the modules of this package declare in `MEASURES`."""

from __future__ import annotations

from functools import cache

from metawright.files.modules import modules_of
from metawright.measures.kinds import Kind
from metawright.measures.record import Measure, Simulation


class UnknownMeasureError(ValueError):
    """There is no effect measure of that name."""

    def __init__(self, key: object) -> None:
        super().__init__(f"unknown measure {key!r}; known: {', '.join(measure_keys())}")


@cache
def _by_key() -> dict[str, Measure]:
    """Return the measures by kind: the usual one first, then those pooled by inverse variance, then the others."""
    found = [one for module in modules_of(__package__) for one in getattr(module, "MEASURES", ())]
    found.sort(key=lambda one: (one.kind.order, not one.usual, one.plain != one.key))
    known = {one.key: one for one in found}
    if len(known) < len(found):
        raise ValueError("two measures have the same key")
    return known


def all_measures() -> tuple[Measure, ...]:
    """Return every measure, in the order in which lists show them."""
    return tuple(_by_key().values())


def measure_keys() -> tuple[str, ...]:
    """Return the protocol's words for the measures."""
    return tuple(_by_key())


def measure_of(key: str) -> Measure:
    """Return a measure.

    Raises
    ------
    UnknownMeasureError
        If there is none of that name.
    """
    try:
        return _by_key()[key]
    except KeyError:
        raise UnknownMeasureError(key) from None


def measures_of_kind(kind: Kind) -> tuple[Measure, ...]:
    """Return the measures that are computed from one kind of data, the usual one first."""
    return tuple(one for one in all_measures() if one.kind is kind)


def simulated_keys() -> tuple[str, ...]:
    """Return the measures that sweeps draw."""
    return tuple(one.key for one in all_measures() if one.simulation)


def simulation_of(key: str) -> Simulation:
    """Return how sweeps draw a measure.

    Raises
    ------
    UnknownMeasureError
        If there is none of that name.
    ValueError
        If sweeps do not draw it.
    """
    simulation = measure_of(key).simulation
    if simulation is None:
        raise ValueError(f"{key} is not drawn by sweeps; those that are: {', '.join(simulated_keys())}")
    return simulation


def measure_on_scale(comparable: str) -> Measure:
    """Return the measure that prints effects of a scale of comparison, such as the odds ratio for "log OR"."""
    return next(one for one in all_measures() if one.comparable == comparable)
