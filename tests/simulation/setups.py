"""Setups and comparisons that several test modules use."""

import csv
import math

from metawright.simulation.models import model_of
from metawright.simulation.setup import Setup

GAP = {
    "rule-gap-fixed": {"key": "rule-gap-fixed", "rule": {"on_discordance": "fixed"}},
    "rule-gap-random": {"key": "rule-gap-random", "rule": {"on_discordance": "random"}},
    "rule-gap-error": {"key": "rule-gap-error", "rule": {"on_discordance": "error"}},
}
#: Models and the column of exact_type1.csv that holds their error rate.
EXACT = {
    "FE-z": "FE",
    "DL-z": "DL",
    "PM-z": "DL",
    "REML-z": "DL",
    "HE-z": "DL",
    "SJ-z": "SJ",
    "DL-HKSJ": "HKSJ",
    "SJ-HKSJ": "HKSJ",
    "REML-mHKSJ": "mHKSJ",
    "DL-hybrid": "hybrid",
    "rule-gap-fixed": "rule_gapFE",
    "rule-gap-random": "rule_gapDL",
}


def setup(*names, seed=20221029, **choices):
    """A setup with models by name; the first is the reference."""
    models = tuple(model_of(GAP.get(name, name)) for name in names)
    return Setup(seed, models, choices.pop("reference", names[0]), **choices)


def exact_table(root):
    """The exact error rates by (k, I2 in percent)."""
    with (root / "tests" / "oracle" / "exact_type1.csv").open() as file:
        return {(int(row["k"]), round(100 * float(row["I2"]))): row for row in csv.DictReader(file)}


def distance(hits, replicates, p):
    """Standard errors between a count and its expectation under probability p."""
    if p * replicates < 10:  # rounded to 6 decimals in the table, and far from normal
        return 0.0 if hits <= p * replicates + 4 * math.sqrt(p * replicates) + 3 else math.inf
    return (hits / replicates - p) / math.sqrt(p * (1 - p) / replicates)
