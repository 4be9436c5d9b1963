"""What the protocol decides on the way from rows to effects."""

from functools import cache
from typing import TypedDict

from metawright.reading.protocol import Contaminated, Crossover, Imputation


class EffectRules(TypedDict):
    """The blocks of a completed protocol that effects rest on; the protocol itself has them all."""

    imputation: Imputation
    multi_arm: str
    crossover: Crossover
    contaminated: Contaminated


@cache
def default_rules() -> EffectRules:
    """Return the rules of a protocol that says nothing about them: the defaults of its schema."""
    from metawright.reading.schemas import protocol_defaults  # takes long to load: not before it is needed

    defaults = protocol_defaults()
    return {
        "imputation": defaults["imputation"],
        "multi_arm": defaults["multi_arm"],
        "crossover": defaults["crossover"],
        "contaminated": defaults["contaminated"],
    }
