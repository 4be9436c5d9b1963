"""What effects of events make of a risk, and what follows from two risks."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from metawright.measures.arrays import Floats


@dataclass(frozen=True, kw_only=True)
class RiskRelation:
    """How the risks of two arms hang together under an effect.

    Attributes
    ----------
    key : str
    short : str
        The effect in one word, such as "OR".
    treated : callable
        ``treated(printed, risk)``: the risk that an effect, as printed, makes of a control risk, at most 1.
    per_people : bool
        A pooled result is said per 1,000 people at a stated risk.
    between : callable
        ``between(p1, p2)``: the effect of two risks on the scale of the files, and its derivatives at p1 and at -p2.
    """

    key: str
    short: str
    treated: Callable[[float, float], float]
    per_people: bool
    between: Callable[[Floats, Floats], tuple[Floats, Floats | float, Floats | float]]


def _by_odds(ratio: float, risk: float) -> float:
    if math.isinf(ratio):
        return 1.0
    return ratio * risk / (1.0 - risk + ratio * risk)


def _between_odds(p1: Floats, p2: Floats):
    from scipy import special  # takes long to load: not before it is needed

    return special.logit(p1) - special.logit(p2), 1.0 / (p1 * (1.0 - p1)), 1.0 / (p2 * (1.0 - p2))


ODDS = RiskRelation(key="odds", short="OR", treated=_by_odds, per_people=True, between=_between_odds)
RATIO = RiskRelation(
    key="ratio",
    short="RR",
    treated=lambda ratio, risk: min(1.0, ratio * risk),
    per_people=True,
    between=lambda p1, p2: (np.log(p1 / p2), 1.0 / p1, 1.0 / p2),
)
DIFFERENCE = RiskRelation(
    key="difference",
    short="RD",
    treated=lambda difference, risk: min(max(risk + difference, 0.0), 1.0),
    per_people=False,
    between=lambda p1, p2: (p1 - p2, 1.0, 1.0),
)
