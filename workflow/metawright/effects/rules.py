"""What the protocol decides on the way from rows to effects, with its defaults."""

from metawright.effects.recovery.recover import DEFAULTS as IMPUTATION

#: The blocks of the protocol that `compute_effects` rests on; the schema states the same defaults.
DEFAULTS = {
    "imputation": IMPUTATION,
    "multi_arm": "combine",
    "crossover": {"use": "paired"},
    "contaminated": {"protocol": "keep", "recommended": "drop", "other": "keep"},
}
