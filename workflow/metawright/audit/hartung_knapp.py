"""Whether a published pool can be significant with the Hartung-Knapp interval, from its estimate, SE and Q alone."""

from math import inf
from typing import TypeVar

import numpy as np
from scipy.special import chdtr

from metawright.audit.claims.printed import PrintedPool
from metawright.audit.documents import HartungKnappVerdict, NarrowestModified, Ranged, RecommendedImplied
from metawright.pooling.fit import fit
from metawright.pooling.quantiles import chi_square_upper, student
from metawright.pooling.rule import Rule

#: A number, or one at every corner of the rounding.
Floats = TypeVar("Floats", float, np.ndarray)


def ranged(values: np.ndarray) -> Ranged:
    """Return lowest and highest value, and the one at the printed numbers, which stands last."""
    return {"low": float(values.min()), "high": float(values.max()), "value": float(values[-1])}


def corners_of(pool: PrintedPool) -> list[tuple[float, float]]:
    """Return every combination of the ends that rounding allows estimate and standard error of a pool."""
    low, high = pool.se()
    return [(mu, se) for mu in pool.estimate for se in (max(low, 1e-12), high)]


def hksj_limit(estimate: Floats, se: Floats, k: int) -> Floats:
    """Return the Q below which a fixed-effect pool is significant with the Hartung-Knapp interval.

    ``(k - 1) (mu/(SE t_{k-1}))²``, given the fixed-effect estimate and standard error.
    """
    return (k - 1) * (estimate / (se * student(k - 1, 0.95))) ** 2


def largest_q_of_fixed(rule: Rule, k: int) -> float:
    """Return the largest Q at which a selection rule still takes the fixed model."""
    share = rule.i2_below / 100
    by_i2 = (k - 1) / (1 - share) if share < 1 else inf
    by_p = chi_square_upper(k - 1, rule.p_above)
    if rule.combine == "and":
        return max(by_i2, by_p) if rule.on_discordance == "fixed" else min(by_i2, by_p)
    return {"or": min(by_i2, by_p), "p_only": by_p, "i2_only": by_i2}[rule.combine]


def verdict_of(
    mu: np.ndarray, se: np.ndarray, k: int, q_known: np.ndarray, lowest: np.ndarray, highest: float, left: int
) -> HartungKnappVerdict:
    """Return whether the pool can be significant with the Hartung-Knapp interval, and on what that rests."""
    limit = hksj_limit(mu, se, k)
    excluded = mu.min() <= 0 <= mu.max()
    if excluded or q_known.min() > limit.max():
        verdict, words = (
            "impossible",
            "not significant with the Hartung-Knapp interval, whatever the missing trials are",
        )
    elif (lowest > limit).all():
        verdict = "impossible_by_remainder"
        words = "not significant with the Hartung-Knapp interval, given what the missing trials together must show"
    elif left <= 1 and (lowest < limit).all():
        verdict, words = "certain", "significant with the Hartung-Knapp interval"
    elif highest < limit.min():
        verdict, words = "certain", "significant with the Hartung-Knapp interval at every Q that the rule allows"
    else:
        verdict, words = "open", "significant with the Hartung-Knapp interval only if Q is small enough"
    return {
        "verdict": verdict,
        "words": words,
        "q_below": ranged(np.asarray(limit)),
        "q_at_least": ranged(q_known),
        "q_with_remainder": ranged(lowest),
        "probability_if_homogeneous": float(chdtr(k - 1, limit[-1])),
        "conditions": "published estimate and standard error, fixed-effect weights",
    }


def narrowest_modified(pool: PrintedPool, k: int) -> NarrowestModified:
    """Return the narrowest modified Hartung-Knapp interval, and whether it includes the null value at every corner."""
    t = student(k - 1, 0.95)
    middle, half = pool.middle[0], t * pool.se_middle
    includes = [abs(mu) <= t * se for mu, se in corners_of(pool)]
    return {
        "low": middle - half,
        "high": middle + half,
        "includes_null": all(includes) if len(set(includes)) == 1 else None,
    }


def recommended(y: np.ndarray, v: np.ndarray) -> RecommendedImplied:
    """Return the recommended result with the one missing trial as implied."""
    result = fit(y, v, "REML", "HKSJ")
    return {
        "estimate": ranged(np.asarray(result.estimate)),
        "ci_low": ranged(np.asarray(result.ci_low)),
        "ci_high": ranged(np.asarray(result.ci_high)),
        "p": ranged(np.asarray(result.p)),
        "tau2": ranged(np.asarray(result.tau2)),
        "i2_q": ranged(np.asarray(result.i2_q)),
    }
