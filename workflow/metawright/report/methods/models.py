"""Methods text: the models of both tracks and the rule that chooses between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metawright.pooling.estimators import estimator_of
from metawright.pooling.intervals import interval_method
from metawright.pooling.model_names import model_name
from metawright.pooling.tracks import headlines
from metawright.report.methods.measures import cite
from metawright.words.names import TRACKS, join
from metawright.words.numbers import format_as_recorded

if TYPE_CHECKING:
    from metawright.reading.protocol import Branch, DeclaredModel, NamedModel, Protocol, SelectionRule


RULE_CAUTION = (
    "Choosing the model by a test for heterogeneity uses the same data twice and has little power with few "
    "trials; the "
    "rule is applied because the review states it, as its protocol, not as a recommendation."
)


def models(protocol: Protocol) -> list[str]:
    """Return the paragraphs on the two tracks and the models shown beside them."""
    declared = protocol["models"]
    paragraphs = [
        "Every pool is analysed in two tracks side by side: the review’s own protocol, and what the field now "
        "recommends. The report flags each pool where the conclusion differs between them, that is, where one 95% "
        "interval excludes the null value and the other does not, or where the estimates have opposite signs."
    ]
    first = headlines(declared)
    paragraphs += [f"{TRACKS[one.get('track', '')]}: {_model(one)}" for one in first]
    others = [one for one in declared if one not in first]
    if others:
        names = [f"{one['key']}{cite(*_works(one))}" for one in others]
        paragraphs.append(f"Shown beside them: {join(names)}.")
    paragraphs.append(
        "A pool of one trial shows that trial with its Wald interval under every model. P values are "
        "two-sided and use "
        "the reference distribution of their interval. A Hartung–Knapp interval without width (identical "
        "estimates) is "
        "called degenerate and never significant."
    )
    return paragraphs


def _model(model: DeclaredModel) -> str:
    if "rule" not in model:
        return f"{_name(model)}, 95% interval."
    rule = model["rule"]
    fixed: Branch = {"tau2_method": "FE", "interval": "z", **(rule.get("fixed") or {})}
    random: Branch = {"tau2_method": "DL", "interval": "z", **(rule.get("random") or {})}
    names = {"fixed": _name(fixed), "random": _name(random)}
    return f"{rule_words(rule, names)} {RULE_CAUTION}"


def _name(branch: Branch | NamedModel) -> str:
    """Return what a branch is called, with the works that it is from."""
    return f"{model_name(branch['tau2_method'], branch['interval'])}{cite(*_works(branch))}"


def rule_words(rule: SelectionRule, names: Mapping[str, str]) -> str:
    """Return the rule in words, its gap and what is done about it."""
    p = format_as_recorded(rule.get("p_above", 0.1), most=4).ljust(4, "0")
    i2 = format_as_recorded(rule.get("i2_below", 50), most=1)
    low_p, low_i2 = f"P of the Q test is above {p}", f"I² is below {i2}%"
    how = rule.get("combine", "and")
    if how == "p_only":
        return f"the {names['fixed']} if {low_p}, otherwise the {names['random']}."
    if how == "i2_only":
        return f"the {names['fixed']} if {low_i2}, otherwise the {names['random']}."
    if how == "or":
        return f"the {names['fixed']} if {low_p} and {low_i2}, otherwise the {names['random']}."
    text = f"the {names['fixed']} if {low_p} and {low_i2}; the {names['random']} if P is at most {p} and I² is "
    text += f"at least {i2}%. Where the two criteria disagree the rule is silent; "
    gap = rule.get("on_discordance", "fixed")
    if gap == "error":
        return text + "such a pool has no headline, and both models are listed."
    kind = "fixed-effect" if gap == "fixed" else "random-effects"
    return text + f"such a pool takes the {kind} model here, and both are listed."


def _works(model: DeclaredModel | Branch) -> list[str]:
    if "rule" in model:
        return []
    found = [estimator_of(model["tau2_method"]).work, interval_method(model["interval"]).work]
    return [key for key in found if key]
