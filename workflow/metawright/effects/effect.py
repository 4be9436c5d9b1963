"""The effect of one trial at one time point, in the measure of its outcome."""

from collections.abc import Mapping
from dataclasses import dataclass

from metawright.effects.measures.binary import binary_effect
from metawright.effects.measures.continuous import continuous_effect
from metawright.effects.measures.given import fisher_z, generic_effect
from metawright.effects.measures.paired import paired_difference
from metawright.effects.pairs import Pair, parts_of
from metawright.extraction.vocabulary import CONTINUOUS


@dataclass(frozen=True)
class Effect:
    """Effect `y` and sampling variance `v` (ratios on the natural log scale), or the reason why there is none."""

    y: float | None
    v: float | None
    reason: str


def effect_of(pair: Pair, outcome: Mapping, crossover: Mapping | None = None) -> Effect:
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
    if pair.is_contrast:
        return _of_contrast(pair.arms["contrast"], outcome["measure"])
    absent = [role for role in ("experimental", "control") if role not in pair.arms]
    if absent:
        return Effect(None, None, f"no usable row of the {absent[0]} arm at this time point")
    if crossover:
        return _of_paired(pair.arms["experimental"], pair.arms["control"], outcome["measure"], crossover.get("rho"))
    return _of_arms(pair.arms["experimental"], pair.arms["control"], outcome)


def _of_contrast(row: Mapping, measure: str) -> Effect:
    if measure == "ZCOR":
        return _plain(fisher_z(row["estimate"], row["n"]))
    level = 95.0 if row["ci_level"] is None else row["ci_level"]
    return _plain(generic_effect(row["estimate"], row["se"], row["ci_low"], row["ci_high"], level))


def _of_arms(experimental: Mapping, control: Mapping, outcome: Mapping) -> Effect:
    measure = outcome["measure"]
    if measure in CONTINUOUS:
        cells = [row[name] for row in (experimental, control) for name in ("n", "mean", "sd")]
        choices = {name: outcome[name] for name in ("variance", "smd", "second_order")}
        return _plain(continuous_effect(measure, *cells, **choices))
    cells = [row[name] for row in (experimental, control) for name in ("events", "n")]
    return _plain(binary_effect(measure, *cells, zero_scope=outcome["zero_scope"]))


def _of_paired(experimental: Mapping, control: Mapping, measure: str, rho: float | None) -> Effect:
    mend = "enter its paired result as a contrast row"
    if measure != "MD":
        return Effect(None, None, f"cross-over trial: only an MD can be paired from its arms; {mend}")
    if rho is None:
        return Effect(None, None, f"cross-over trial: declare the correlation (`crossover.rho`), or {mend}")
    if experimental["n"] != control["n"] or len(parts_of(experimental)) + len(parts_of(control)) > 2:
        return Effect(None, None, f"cross-over trial: both arms need the n of the same participants; or {mend}")
    cells = [row[name] for row in (experimental, control) for name in ("mean", "sd")]
    return _plain(paired_difference(experimental["n"], *cells, rho))


def _plain(effect) -> Effect:
    words = str(effect.words.item() if hasattr(effect.words, "item") else effect.words)
    if words:
        return Effect(None, None, f"not estimable: {words}")
    return Effect(float(effect.y), float(effect.v), "")
