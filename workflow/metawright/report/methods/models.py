"""Methods text: the models of both tracks and the rule that chooses between them."""

from collections.abc import Mapping

from metawright.pooling.estimators import estimator_of
from metawright.pooling.intervals import interval_method
from metawright.pooling.model_names import model_name
from metawright.pooling.tracks import headlines
from metawright.report.methods.measures import cite
from metawright.words.names import TRACKS, join
from metawright.words.numbers import format_as_recorded

RULE_CAUTION = (
    "Choosing the model by a test for heterogeneity uses the same data twice and has little power with few "
    "trials; the "
    "rule is applied because the review states it, as its protocol, not as a recommendation."
)


def models(protocol: Mapping) -> list[str]:
    """Return the paragraphs on the two tracks and the models shown beside them."""
    declared = protocol["models"]
    paragraphs = [
        "Every pool is analysed in two tracks side by side: the review’s own protocol, and what the field now "
        "recommends. The report flags each pool where the conclusion differs between them, that is, where one 95% "
        "interval excludes the null value and the other does not, or where the estimates have opposite signs."
    ]
    first = headlines(declared)
    paragraphs += [f"{TRACKS[one['track']]}: {_model(one)}" for one in first]
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


def _model(model: Mapping) -> str:
    rule = model.get("rule")
    if rule is None:
        name = model_name(model["tau2_method"], model["interval"])
        return f"{name}{cite(*_works(model))}, 95% interval."
    fixed, random = rule.get("fixed") or {}, rule.get("random") or {}
    fixed = {"tau2_method": "FE", "interval": "z"} | fixed
    random = {"tau2_method": "DL", "interval": "z"} | random
    names = {
        "fixed": f"{model_name(**fixed)}{cite(*_works(fixed))}",
        "random": f"{model_name(**random)}{cite(*_works(random))}",
    }
    return f"{rule_words(rule, names)} {RULE_CAUTION}"


def rule_words(rule: Mapping, names: Mapping[str, str]) -> str:
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


def _works(model: Mapping) -> list[str]:
    rule = model.get("rule")
    if rule is not None:
        return []
    found = [estimator_of(model["tau2_method"]).work, interval_method(model["interval"]).work]
    return [key for key in found if key]
