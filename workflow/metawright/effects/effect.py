"""The effect of one trial at one time point, in the measure of its outcome."""

from collections.abc import Mapping
from dataclasses import dataclass

from metawright.effects.pairs import Pair, parts_of
from metawright.extraction.documents import ArmRow
from metawright.measures.estimable import Effect as Effects
from metawright.measures.record import Measure
from metawright.measures.registry import all_measures, measure_of
from metawright.reading.protocol import Crossover, Outcome


@dataclass(frozen=True)
class Effect:
    """Effect `y` and sampling variance `v` (ratios on the natural log scale), or the reason why there is none."""

    y: float | None
    v: float | None
    reason: str


def effect_of(pair: Pair, outcome: Outcome, crossover: Crossover | None = None) -> Effect:
    """Return the effect of *pair*.

    Parameters
    ----------
    pair : Pair
        The rows of one trial at one time point.
    outcome : Mapping
        Block of the completed protocol: the measure and its choices.
    crossover : Mapping, optional
        The protocol's block `crossover`, for a trial whose arms are the same participants; None for all others. A
        contrast row is taken as it is: whoever wrote it has paired it.
    """
    measure = measure_of(outcome["measure"])
    if pair.is_contrast:
        return _plain(measure.contrast.effect(pair.arms["contrast"]))
    absent = [role for role in ("experimental", "control") if role not in pair.arms]
    if absent:
        return Effect(None, None, f"no usable row of the {absent[0]} arm at this time point")
    if crossover:
        return _of_paired(pair.arms["experimental"], pair.arms["control"], measure, crossover.get("rho"))
    cells = [number_of(pair.arms[role], name) for role in ("experimental", "control") for name in measure.kind.cells]
    return _plain(measure.effect_of(*cells, **outcome))


def _of_paired(experimental: ArmRow, control: ArmRow, measure: Measure, rho: float | None) -> Effect:
    mend = "enter its paired result as a contrast row"
    if measure.paired is None:
        known = ", ".join(one.key for one in all_measures() if one.paired)
        return Effect(None, None, f"cross-over trial: only an {known} can be paired from its arms; {mend}")
    if rho is None:
        return Effect(None, None, f"cross-over trial: declare the correlation (`crossover.rho`), or {mend}")
    if experimental["n"] != control["n"] or len(parts_of(experimental)) + len(parts_of(control)) > 2:
        return Effect(None, None, f"cross-over trial: both arms need the n of the same participants; or {mend}")
    cells = (experimental["mean"], experimental["sd"], control["mean"], control["sd"])
    return _plain(measure.paired(experimental["n"], *cells, rho))


def number_of(row: Mapping[str, object], name: str) -> float | None:
    """Return what a row holds in one of its columns of numbers."""
    value = row[name]
    return value if isinstance(value, int | float) else None


def _plain(effect: Effects) -> Effect:
    words = str(effect.words.item() if hasattr(effect.words, "item") else effect.words)
    if words:
        return Effect(None, None, f"not estimable: {words}")
    return Effect(float(effect.y), float(effect.v), "")
