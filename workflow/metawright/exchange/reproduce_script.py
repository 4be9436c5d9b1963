"""The R script that reproduces a review's results, completed with what every measure is."""

from __future__ import annotations

import json

from metawright.measures.record import Measure
from metawright.measures.registry import all_measures

#: The line of the template in whose place the measures stand.
PLACE = "# <measures>"


def reproduce_script(template: str) -> str:
    """Return the script: *template* with the measures in their place.

    Raises
    ------
    ValueError
        If the template has no place for them, or more than one.
    """
    if template.count(PLACE) != 1:
        raise ValueError(f"the template of the R script needs one line {PLACE!r}")
    return template.replace(PLACE, ",\n".join(map(_entry, all_measures())))


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
