"""The effect of one trial at one time point, in the measure of its outcome."""

from collections.abc import Mapping
from dataclasses import dataclass

from metawright.effects.measures.binary import binary_effect
from metawright.effects.measures.continuous import continuous_effect
from metawright.effects.measures.given import fisher_z, generic_effect
from metawright.effects.pairs import Pair
from metawright.extraction.vocabulary import CONTINUOUS


@dataclass(frozen=True)
class Effect:
    """Effect `y` and sampling variance `v` (ratios on the natural log scale), or the reason why there is none."""

    y: float | None
    v: float | None
    reason: str


def effect_of(pair: Pair, outcome: Mapping) -> Effect:
    """Return the effect of *pair*.

    Parameters
    ----------
    pair : Pair
        The rows of one trial at one time point.
    outcome : Mapping
        Block of the completed protocol: the measure and its choices.
    """
    if pair.is_contrast:
        return _of_contrast(pair.arms["contrast"], outcome["measure"])
    absent = [role for role in ("experimental", "control") if role not in pair.arms]
    if absent:
        return Effect(None, None, f"no usable row of the {absent[0]} arm at this time point")
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


def _plain(effect) -> Effect:
    words = str(effect.words.item() if hasattr(effect.words, "item") else effect.words)
    if words:
        return Effect(None, None, f"not estimable: {words}")
    return Effect(float(effect.y), float(effect.v), "")
