"""Pooling of two-by-two tables: Mantel-Haenszel, its random-effects companion, Peto.

RevMan's rules, found by matching its stored results: the Mantel-Haenszel sums of OR and RR take the cells corrected for
empty ones, Q is taken about the Mantel-Haenszel estimate, and that Q feeds DerSimonian and Laird's tau2 ("M-H,
Random"). With ``mh_exact`` the sums take the cells as observed, which is what the method needs no correction for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from metawright.files.known import known
from metawright.measures import risks
from metawright.measures.arrays import Bools, Floats
from metawright.measures.estimable import floats
from metawright.measures.record import Measure
from metawright.measures.registry import measure_of
from metawright.measures.two_by_two import corrected_tables
from metawright.measures.weighing import MANTEL_HAENSZEL
from metawright.pooling.columns import Block, Pooled, as_columns, prepare, total
from metawright.pooling.fit import Fit, assemble, centre_of, finish, fit_models
from metawright.pooling.moments import dersimonian_laird


@dataclass(frozen=True)
class _Sums:
    """Mantel-Haenszel estimate and variance ``(R,)``, and the trials' weights ``(k, R)``."""

    estimate: np.ndarray
    variance: np.ndarray
    weights: np.ndarray


def _odds_ratio(a: Floats, b: Floats, c: Floats, d: Floats) -> _Sums:
    """Variance of Robins, Breslow and Greenland 1986."""
    N = np.where(a + b + c + d > 0, a + b + c + d, 1.0)
    R, S, P, Q = a * d / N, b * c / N, (a + d) / N, (b + c) / N
    sum_r, sum_s = total(R), total(S)
    variance = (
        total(P * R) / (2 * sum_r**2) + total(P * S + Q * R) / (2 * sum_r * sum_s) + total(Q * S) / (2 * sum_s**2)
    )
    return _Sums(np.log(sum_r / sum_s), variance, S)


def _risk_ratio(a: Floats, b: Floats, c: Floats, d: Floats) -> _Sums:
    """Variance of Greenland and Robins 1985."""
    n1, n2 = a + b, c + d
    N = np.where(n1 + n2 > 0, n1 + n2, 1.0)
    R, S = a * n2 / N, c * n1 / N
    sum_r, sum_s = total(R), total(S)
    variance = total((n1 * n2 * (a + c) - a * c * N) / N**2) / (sum_r * sum_s)
    return _Sums(np.log(sum_r / sum_s), variance, S)


def _risk_difference(a: Floats, b: Floats, c: Floats, d: Floats, sato: bool) -> _Sums:
    """Variance of Greenland and Robins 1985, or of Sato, Greenland and Robins 1989."""
    n1, n2 = a + b, c + d
    empty = n1 + n2 == 0
    n1, n2 = np.where(empty, 1.0, n1), np.where(empty, 1.0, n2)
    N = n1 + n2
    W = np.where(empty, 0.0, n1 * n2 / N)
    sum_w = total(W)
    theta = total((a * n2 - c * n1) / N) / sum_w
    if sato:
        P = np.where(empty, 0.0, (n1**2 * c - n2**2 * a + n1 * n2 * (n2 - n1) / 2) / N**2)
        Q = (a * (n2 - c) + c * (n1 - a)) / (2 * N)
        variance = (theta * total(P) + total(Q)) / sum_w**2
    else:
        variance = total((a * b * n2**3 + c * d * n1**3) / (n1 * n2 * N**2)) / sum_w**2
    return _Sums(theta, variance, W)


def _sums(
    measure: Measure,
    a: Floats,
    n1: Floats,
    c: Floats,
    n2: Floats,
    kept: Bools,
    zero_rules: tuple[str, str],
    mh_exact: bool,
) -> _Sums:
    rule, relation = known(measure.zero_rule), known(measure.risks)
    if not rule.double_zeros or mh_exact:
        cells = a, n1 - a, c, n2 - c
    else:
        tables = corrected_tables(rule, a, n1, c, n2, *zero_rules)
        cells = tables.a, tables.b, tables.c, tables.d
    a, b, c, d = (np.ascontiguousarray(np.where(kept, cell, 0.0)) for cell in cells)
    if relation is risks.DIFFERENCE:
        return _risk_difference(a, b, c, d, sato=mh_exact)
    return {risks.ODDS.key: _odds_ratio, risks.RATIO.key: _risk_ratio}[relation.key](a, b, c, d)


def _about(block: Block, estimate: np.ndarray) -> Block:
    """The block with its Q taken about another estimate."""
    with np.errstate(invalid="ignore"):
        e = np.where(np.isinf(block.v), 0.0, block.r - (estimate - block.centre))
        return replace(block, q=total(e * e / block.v))


def pool_tables(
    a: Floats,
    n1: Floats,
    c: Floats,
    n2: Floats,
    measure: str,
    tau2_method: str = "FE",
    interval: str = "z",
    level: float = 0.95,
    *,
    mh_exact: bool = False,
    zero_scope: str = "events",
    double_zero: str = "exclude",
) -> Fit:
    """Pool two-by-two tables under one model.

    Parameters
    ----------
    a, n1, c, n2 : array_like, shape (k,) or (k, ...)
        Events and patients of the experimental (1) and control (2) arm, studies on axis 0. An absent study has NaN.
    measure : str
        A measure of two-by-two tables. OR, RR, RD, PETO: inverse variance of the trial-level effects under every model
        (for PETO under FE that is Peto's estimate). MH measures: FE is Mantel-Haenszel, DL the random rule of the
        module's text, every other model pools the trial-level effects.
    tau2_method, interval, level
        As for `metawright.pooling.fit.fit`. Mantel-Haenszel has only the z interval: `Fit.interval` then reads "z".
    mh_exact : bool
        Uncorrected cells in the OR and RR sums, Sato's variance for RD.
    zero_scope, double_zero : str
        Zero rules, see `metawright.measures.two_by_two`.

    Returns
    -------
    Fit
        `k` counts the trials with an estimable effect. A Mantel-Haenszel sum of 0 gives NaN (not estimable).

    References
    ----------
    Robins, Breslow and Greenland 1986; Greenland and Robins 1985; Sato, Greenland and Robins 1989.
    """
    model = tau2_method, interval
    return pool_tables_under(
        [model], a, n1, c, n2, measure, level, mh_exact=mh_exact, zero_scope=zero_scope, double_zero=double_zero
    )[model]


def pool_tables_under(
    models: Iterable[tuple[str, str]],
    a: ArrayLike,
    n1: ArrayLike,
    c: ArrayLike,
    n2: ArrayLike,
    measure: str,
    level: float = 0.95,
    *,
    mh_exact: bool = False,
    zero_scope: str = "events",
    double_zero: str = "exclude",
) -> dict[tuple[str, str], Fit]:
    """Pool two-by-two tables under several models that share their work.

    Parameters
    ----------
    models : iterable of (tau2_method, interval)
    a, n1, c, n2, measure, level, mh_exact, zero_scope, double_zero
        As for `pool_tables`.

    Returns
    -------
    dict
        One `Fit` per model, under its pair; equal to the bit to what `pool_tables` returns for it.
    """
    models = list(dict.fromkeys(models))
    a, n1, c, n2 = floats(a, n1, c, n2)
    declared = measure_of(measure)
    y, v = declared.effect_of(a, n1, c, n2, zero_scope=zero_scope, double_zero=double_zero).for_pooling()
    summed = declared.weighing.estimators if declared.weighing is MANTEL_HAENSZEL else ()
    by_sums = [model for model in models if model[0] in summed]
    by_effects = [model for model in models if model not in by_sums]
    found = fit_models(y, v, by_effects, level) if by_effects else {}
    if by_sums:
        y, v, tail = as_columns(y, v)
        a, n1, c, n2 = (x.reshape(y.shape) for x in (a, n1, c, n2))
        with np.errstate(divide="ignore", invalid="ignore"):
            sums = _sums(declared, a, n1, c, n2, np.isfinite(v), (zero_scope, double_zero), mh_exact)
            usable = np.isfinite(sums.estimate) & np.isfinite(sums.variance)
            sums = replace(sums, estimate=np.where(usable, sums.estimate, np.nan))
            block = _about(prepare(y, v), sums.estimate)
            for method, name in by_sums:
                if method == "DL":
                    found[method, name] = _random(block, name, level, tail)
                else:
                    variance = np.where(usable, sums.variance, np.nan)
                    found[method, name] = _fixed(block, replace(sums, variance=variance), level, tail)
    return {model: found[model] for model in models}


def _fixed(block: Block, sums: _Sums, level: float, tail: tuple[int, ...]) -> Fit:
    """The Mantel-Haenszel estimate."""
    pooled = Pooled(sums.estimate - block.centre, sums.variance, block.q)
    none, done = np.full(sums.estimate.shape, np.nan), np.ones(sums.estimate.shape, dtype=bool)
    columns = finish(block, "FE", centre_of(block, none, done, pooled), "z", level)
    # Through the centre and back costs a rounding: state the sums' own estimate.
    half = columns["ci_high"] - columns["estimate"]
    columns |= {"estimate": sums.estimate, "ci_low": sums.estimate - half, "ci_high": sums.estimate + half}
    weights, shape = 100.0 * sums.weights / total(sums.weights), (block.v.shape[0], *tail)
    return assemble(columns, tail, "FE", "z", level, block.v.reshape(shape), given_weights=weights.reshape(shape))


def _random(block: Block, name: str, level: float, tail: tuple[int, ...]) -> Fit:
    """Inverse variance with tau2 from Q about the Mantel-Haenszel estimate."""
    tau2 = block.where_several(dersimonian_laird(block), np.nan)
    columns = finish(block, "DL", centre_of(block, tau2, np.isfinite(block.q)), name, level)
    return assemble(columns, tail, "DL", name, level, block.v.reshape(block.v.shape[0], *tail))
