"""What trials that nobody has seen must show, if a published pool is as printed.

A published fixed-effect pool fixes two sums, `sum w = 1/SE²` and `sum w y = mu/SE²`. With some of its trials known,
the rest together is known as well; and whatever it is, Cochran's Q cannot fall below that of the known trials.
Everything here is a statement about the published numbers: a feasible reconstruction, not data. No pool ever reads it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import inf, sqrt

import numpy as np

from metawright.audit.claims.printed import PrintedPool, Range
from metawright.audit.documents import FeasibleBounds, FeasibleHead, FeasibleSet, PoolWithout, RangedOpen, Remainder
from metawright.audit.hartung_knapp import (
    corners_of,
    hksj_limit,
    largest_q_of_fixed,
    narrowest_modified,
    ranged,
    recommended,
    verdict_of,
)
from metawright.pooling.position import excludes
from metawright.pooling.quantiles import normal, normal_p, student_p
from metawright.pooling.rule import Rule

#: The words that stand on every output.
LABEL = "feasible reconstruction, not data"


@dataclass(frozen=True)
class KnownTrial:
    """A trial of a published pool whose own result is known.

    Attributes
    ----------
    study : str
    y, v : (float, float)
        Effect and sampling variance over the rounding of what the trial printed.
    middle : (float, float)
        The two from the printed numbers themselves.
    sds : (float, float) or None
        SDs of the arms, to ask what another number of participants would change.
    """

    study: str
    y: Range
    v: Range
    middle: tuple[float, float]
    sds: tuple[float, float] | None = None


def feasible(
    pool: PrintedPool,
    k: int,
    known: Sequence[KnownTrial],
    rule: Rule | None = None,
    missing: Sequence[str] = (),
    sizes: Mapping[str, tuple[int, int]] | None = None,
) -> FeasibleSet:
    """Say what a published fixed-effect pool allows, given those of its trials that are known.

    Parameters
    ----------
    pool : PrintedPool
        Published estimate and z interval, on the scale of the pool.
    k : int
        Number of trials in it.
    known : sequence of KnownTrial
        Trials of it whose results are known.
    rule : Rule, optional
        The selection rule of the review: it took the fixed model, so Q is not above its limit.
    missing : sequence of str
        Names of the other trials.
    sizes : mapping, optional
        Participants of the missing trials.

    Returns
    -------
    dict
        Ranges over the rounding of all printed numbers, each with the value at the printed numbers themselves:
        the `remainder` (estimate, SE, interval, P), `q` and `i2` (lowest and highest admissible), the verdict on
        the Hartung-Knapp interval (`hksj`), the least width of the modified one (`mhksj`), shares of the
        information and the pool without each trial (`without`). `label` says what it is.

    Raises
    ------
    ValueError
        If there are more known trials than k, or k is below 2.
    """
    if k < 2 or len(known) > k:
        raise ValueError(f"a pool of {k} trials cannot have {len(known)} known ones")
    mu, se = (np.array(x) for x in zip(*corners_of(pool), strict=True))
    boxes = list(product(*(product(trial.y, trial.v) for trial in known)))
    y = np.array([[y for y, _ in box] for box in boxes]).reshape(len(boxes), len(known)).T
    v = np.array([[v for _, v in box] for box in boxes]).reshape(len(boxes), len(known)).T
    # every corner of the pool with every corner of the trials; the printed numbers themselves come last
    mu, se = np.repeat(mu, len(boxes)), np.repeat(se, len(boxes))
    y, v = np.tile(y, (1, len(mu) // len(boxes))), np.tile(v, (1, len(mu) // len(boxes)))
    mu, se = np.append(mu, pool.middle[0]), np.append(se, pool.se_middle)
    middles = np.array([trial.middle for trial in known]).reshape(len(known), 2)
    y, v = np.column_stack([y, middles[:, 0]]), np.column_stack([v, middles[:, 1]])
    w, total = 1 / v, 1 / se**2
    rest = total - w.sum(axis=0)
    q_known, centre = _q(y, w)
    left = k - len(known)
    head: FeasibleHead = {
        "label": LABEL,
        "k": k,
        "known": [trial.study for trial in known],
        "missing": list(missing),
        "estimate": pool.middle[0],
        "se": pool.se_middle,
        "share": {trial.study: ranged(100 * w[place] / total) for place, trial in enumerate(known)},
        "consistent": bool((rest > 0).any()) if left else None,
        "remainder": None,
        "hksj": None,
        "without": {},
    }
    if left and not (rest > 0).all():
        return {**head, "words": "the known trials alone carry more information than the published pool has"}
    lowest, y_rest = q_known, mu
    if left:
        if known:
            y_rest = (total * mu - (w * y).sum(axis=0)) / rest
            lowest = q_known + w.sum(axis=0) * rest / total * (centre - y_rest) ** 2
        head["remainder"] = _remainder(y_rest, 1 / np.sqrt(rest), left, missing, sizes or {}) if known else None
    highest = largest_q_of_fixed(rule, k) if rule else inf
    least, most = float(lowest.min()), float(lowest.max())
    q: RangedOpen = {
        "low": least,
        "high": most if left <= 1 else max(highest, least),
        "value": float(lowest[-1]) if left <= 1 else None,
    }
    verdict = verdict_of(mu, se, k, q_known, lowest, highest, left)
    bounds: FeasibleBounds = {
        "q": q,
        "i2": {"low": _i2(q["low"], k), "high": _i2(q["high"], k), "value": _i2(q["value"], k)},
        "q_of_known": ranged(q_known),
        "q_limit_of_rule": None if highest == inf else highest,
        "mhksj": narrowest_modified(pool, k),
    }
    if left == 1 and known:
        bounds["reml_hksj"] = recommended(np.vstack([y, y_rest]), np.vstack([v, 1 / rest]))
    bounds["sizes_that_keep_the_verdict"] = _sizes(
        known, float(max(hksj_limit(m, s, k) for m, s in zip(mu, se, strict=True)))
    )
    head["hksj"], head["without"] = verdict, _without(known, mu, total, y, w, left, missing)
    return {**head, **bounds, "words": verdict["words"]}


def _q(y: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return Q and the fixed-effect estimate of the known trials, at every corner."""
    if not len(y):
        return np.zeros(y.shape[1]), np.zeros(y.shape[1])
    centre = (w * y).sum(axis=0) / w.sum(axis=0)
    return (w * (y - centre) ** 2).sum(axis=0), centre


def _i2(q: float | None, k: int) -> float | None:
    return None if q is None else 100.0 if q == inf else max(0.0, 100 * (q - (k - 1)) / q) if q > 0 else 0.0


def _remainder(
    y: np.ndarray, se: np.ndarray, left: int, missing: Sequence[str], sizes: Mapping[str, tuple[int, int]]
) -> Remainder:
    half = normal(0.95) * se
    part: Remainder = {
        "trials": left,
        "estimate": ranged(y),
        "se": ranged(se),
        "ci_low": ranged(y - half),
        "ci_high": ranged(y + half),
        "p": ranged(normal_p(y / se)),
        "p_t": None,
        "implied_sd": None,
    }
    if left == 1 and len(missing) == 1 and missing[0] in sizes:
        first, second = sizes[missing[0]]
        part["p_t"] = ranged(student_p(y / se, first + second - 2))
        part["implied_sd"] = ranged(se * sqrt(first * second / (first + second)))
    return part


def _without(known, mu, total, y, w, left: int, missing: Sequence[str]) -> dict[str, PoolWithout]:
    """Return the fixed-effect pool without each known trial, and without all that are missing."""
    z, found = normal(0.95), {}
    for place, trial in enumerate(known):
        weight = total - w[place]
        if (weight <= 0).any():
            continue
        found[trial.study] = _pooled((total * mu - w[place] * y[place]) / weight, 1 / np.sqrt(weight), z)
    if left and known:
        weight = w.sum(axis=0)
        found["+".join(missing) or "missing"] = _pooled((w * y).sum(axis=0) / weight, 1 / np.sqrt(weight), z)
    return found


def _pooled(estimate: np.ndarray, se: np.ndarray, z: float) -> PoolWithout:
    low, high = estimate - z * se, estimate + z * se
    outside = np.asarray(excludes(low, high))
    significant = bool(outside[-1]) if outside.all() or not outside.any() else None
    return {
        "estimate": ranged(estimate),
        "se": ranged(se),
        "ci_low": ranged(low),
        "ci_high": ranged(high),
        "p": ranged(normal_p(estimate / se)),
        "significant": significant,
    }


def _sizes(known: Sequence[KnownTrial], limit: float) -> dict[str, int]:
    """Return for each known trial the smallest number per arm from which the known trials' Q stays above the limit."""
    found = {}
    for place, trial in enumerate(known):
        if trial.sds is None or len(known) < 2:
            continue
        y = np.array([item.middle[0] for item in known])
        v = np.array([item.middle[1] for item in known])
        full = max(2, round((trial.sds[0] ** 2 + trial.sds[1] ** 2) / trial.middle[1]))
        smallest = None
        for n in range(full, 1, -1):
            v[place] = (trial.sds[0] ** 2 + trial.sds[1] ** 2) / n
            if _q(y[:, None], 1 / v[:, None])[0][0] <= limit:
                break
            smallest = n
        if smallest is not None:
            found[trial.study] = smallest
    return found
