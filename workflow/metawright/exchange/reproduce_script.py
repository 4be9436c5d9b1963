"""The R script that reproduces a review's results, completed with what every measure is."""

from __future__ import annotations

import json

from metawright.measures.record import Measure
from metawright.measures.registry import all_measures
from metawright.pooling.estimators import ESTIMATORS
from metawright.pooling.intervals import METHODS, IntervalMethod


def reproduce_script(template: str) -> str:
    """Return the script: *template* with measures, estimators of tau2 and intervals in their places.

    Raises
    ------
    ValueError
        If the template has no place for one of them, or more than one.
    """
    lists = {
        "measures": map(_entry, all_measures()),
        "estimators": [f"  {key} = function(y, v) {one.r}" for key, one in ESTIMATORS.items()],
        "intervals": [_interval(one) for one in METHODS.values() if one.r],
    }
    for name, entries in lists.items():
        place = f"# <{name}>"
        if template.count(place) != 1:
            raise ValueError(f"the template of the R script needs one line {place!r}")
        template = template.replace(place, ",\n".join(entries))
    return template


def _interval(method: IntervalMethod) -> str:
    """Return an interval as an element of a list in R."""
    lines = ["se <- wald; free <- NA", *method.r.split("\n"), "list(se = se, free = free)"]
    body = "".join(f"    {line}\n" for line in lines)
    return f"  {method.key} = function(v, q, w0, df, factor, wald, z, t) {{\n{body}  }}"


def _entry(measure: Measure) -> str:
    """Return a measure as an element of a list in R."""
    rule = measure.zero_rule
    facts = {
        "metafor": json.dumps(measure.metafor),
        "pooled": json.dumps(measure.weighing.key),
        "estimators": f"c({', '.join(map(json.dumps, measure.weighing.estimators))})",
        "zero": json.dumps(rule.where if rule else ""),
        "widened": "TRUE" if rule and rule.widened else "FALSE",
    }
    text = ", ".join(f"{name} = {value}" for name, value in facts.items())
    if not measure.r:
        return f"  {measure.key} = list({text})"
    formula = measure.r.replace("\n", "\n    ")
    return f"  {measure.key} = list({text},\n    effects = function(d, s, t) {formula})"
