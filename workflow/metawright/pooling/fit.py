"""Pool the effects of a meta-analysis: the one function behind every pooled number.

`fit` pools under one model, `fit_models` under several that share their work; both take one review, shape ``(k,)``,
or a block of replicates, shape ``(k, R)``, and give the same bits either way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from metawright.measures.arrays import Floats, Number
from metawright.pooling.columns import Block, Pooled, as_columns, block_slices, pool_at, prepare, total
from metawright.pooling.estimators import estimator_of
from metawright.pooling.henmi_copas import henmi_copas
from metawright.pooling.intervals import interval, interval_method
from metawright.pooling.moments import dersimonian_laird
from metawright.pooling.position import excludes
from metawright.pooling.quantiles import normal_p, student_p
from metawright.pooling.tau2 import tau2_of_block


@dataclass(frozen=True)
class Fit:
    """A pooled effect. Plain floats for one review, arrays over the replicate axes for a block; NaN = not applicable.

    Attributes
    ----------
    tau2_method, interval : str
        The model. With one study the interval is z, whatever its name here.
    level : float
        Confidence level.
    k : int or ndarray
        Studies present.
    estimate, se, ci_low, ci_high : float or ndarray
        `se` is the one that the interval uses (HKSJ: ``sqrt(q_factor V)``).
    statistic, df : float or ndarray
        ``estimate/se`` and its degrees of freedom; `df` NaN: normal. `statistic` is NaN where `degenerate`.
    variance : float or ndarray
        ``1/sum w``, the Wald variance, whatever the interval.
    q, q_df : float or ndarray
        Cochran's Q (fixed-effect weights) and k - 1; NaN for one study.
    i2, h2 : float or ndarray
        From tau2 and the typical variance ``s2 = df/C``: ``100 tau2/(tau2 + s2)`` and ``(tau2 + s2)/s2``.
        FE: from Q, and ``h2 = Q/df`` even below 1.
    i2_q : float or ndarray
        ``max(0, 100 (Q - df)/Q)``, 0 where Q = 0.
    tau2 : float or ndarray
        NaN for FE and for one study.
    q_factor : float or ndarray
        ``sum w (y - mu)^2/(k - 1)`` with the model's weights.
    converged : bool or ndarray of bool
        The iteration for tau2 met its criterion.
    degenerate : bool or ndarray of bool
        All effects identical, so that the interval has width 0: it must never count as significant.
    p, q_p : float or ndarray
        Two-sided P of `statistic`, and P of Q; computed when asked for. P is NaN where `degenerate`.
    weights : ndarray, shape (k,) or (k, ...)
        Percent, in the order of the studies; 0 for absent ones. Computed when asked for.
    """

    tau2_method: str
    interval: str
    level: float
    k: int | np.ndarray
    estimate: Number
    se: Number
    ci_low: Number
    ci_high: Number
    statistic: Number
    df: Number
    variance: Number
    q: Number
    q_df: Number
    i2: Number
    h2: Number
    i2_q: Number
    tau2: Number
    q_factor: Number
    converged: bool | np.ndarray
    degenerate: bool | np.ndarray
    v: np.ndarray = field(repr=False, compare=False)
    given_p: Number | None = field(default=None, repr=False, compare=False)
    given_weights: np.ndarray | None = field(default=None, repr=False, compare=False)

    @cached_property
    def p(self) -> Number:
        """Two-sided P value, from the distribution of the interval."""
        if self.given_p is not None:
            return self.given_p
        with np.errstate(invalid="ignore"):
            normal = normal_p(self.statistic)
            p = np.where(np.isnan(self.df), normal, student_p(self.statistic, self.df))
        return _plain(p)

    @cached_property
    def q_p(self) -> Number:
        """Probability of a larger Q among homogeneous studies."""
        return _plain(special.chdtrc(self.q_df, self.q))

    @cached_property
    def excludes_null(self) -> bool | np.ndarray:
        """Whether the interval excludes 0; one of width 0 never counts, and none where there is no result."""
        return excludes(np.asarray(self.ci_low), np.asarray(self.ci_high)) & np.logical_not(self.degenerate)

    @cached_property
    def weights(self) -> np.ndarray:
        """Weight of each study in percent."""
        if self.given_weights is not None:
            return self.given_weights
        fixed = self.tau2_method == "FE" or self.interval == "HC"
        tau2 = 0.0 if fixed else np.where(np.isnan(self.tau2), 0.0, self.tau2)
        with np.errstate(invalid="ignore", divide="ignore"):
            w = np.ascontiguousarray(1.0 / (self.v + tau2))
            return (100.0 * w.reshape(len(w), -1) / total(w.reshape(len(w), -1))).reshape(w.shape)


#: Fields of `Fit` filled per replicate, in order.
_COLUMNS = (
    *("k", "estimate", "se", "ci_low", "ci_high", "statistic", "df", "variance"),
    *("q", "q_df", "i2", "h2", "i2_q", "tau2", "q_factor", "converged", "degenerate"),
)
_BOOLEAN = ("converged", "degenerate")


def _plain(x: ArrayLike) -> Number:
    x = np.asarray(x)
    return x.item() if x.ndim == 0 else x


def heterogeneity_of_block(block: Block, tau2_method: str, tau2: np.ndarray):
    """``i2, h2, i2_q`` of the model, each ``(R,)``; see `Fit`."""
    i2_q = np.where(block.q > 0, np.maximum(0.0, 100.0 * (block.q - block.df) / block.q), 0.0)
    if tau2_method == "FE":
        return i2_q, block.q / block.df, i2_q
    typical = block.df / block.trace
    return 100.0 * tau2 / (tau2 + typical), (tau2 + typical) / typical, i2_q


@dataclass(frozen=True)
class Centre:
    """What the intervals of one tau2 method share, for one block: each ``(R,)``; see `Fit`.

    `tau2` is NaN for single studies and for FE.
    """

    tau2: np.ndarray
    converged: np.ndarray
    estimate: np.ndarray
    variance: np.ndarray
    q_factor: np.ndarray


def centre_of(block: Block, tau2: np.ndarray, converged: np.ndarray, pooled: Pooled | None = None) -> Centre:
    """Pool at tau2, or take what was pooled otherwise."""
    pooled = pooled or pool_at(block, block.where_several(tau2, 0.0))
    variance = pooled.variance if block.all_several else np.where(block.k > 0, pooled.variance, np.nan)
    q_factor = block.where_several(pooled.q / block.df, np.nan)
    return Centre(tau2, converged, block.centre + pooled.offset, variance, q_factor)


def centres_of_block(block: Block, models: Iterable[tuple[str, str]]) -> dict[str, Centre]:
    """One `Centre` for each tau2 method among the models."""
    centres: dict[str, Centre] = {}
    for method in dict.fromkeys(method for method, _ in models):
        tau2, converged = tau2_of_block(block, method)
        if method == "FE":
            pooled = Pooled(block.offset, 1.0 / block.e1, block.q)
            centres[method] = centre_of(block, np.full(tau2.shape, np.nan), converged, pooled)
        else:
            centres[method] = centre_of(block, tau2, converged)
    return centres


def bounds_of_block(block: Block, centre: Centre, name: str, level: float) -> dict[str, np.ndarray]:
    """Estimate and interval of one model for one block: what a sweep needs of the columns of `Fit`."""
    if name == "HC":
        return _bounds_of_henmi_copas(block, level)
    dl_variance = None
    if interval_method(name).against_dl:
        dl_variance = pool_at(block, block.where_several(dersimonian_laird(block), 0.0)).variance
    bounds = interval(name, centre.variance, centre.q_factor, block.df, level, dl_variance)
    half = bounds.critical * bounds.se
    return {
        "estimate": centre.estimate,
        "se": bounds.se,
        "ci_low": centre.estimate - half,
        "ci_high": centre.estimate + half,
        "df": bounds.df,
        "variance": centre.variance,
        "tau2": centre.tau2,
        "q_factor": centre.q_factor,
        "converged": centre.converged,
        "degenerate": block.several & (bounds.se == 0),
    }


def finish(block: Block, tau2_method: str, centre: Centre, name: str, level: float) -> dict[str, np.ndarray]:
    """All columns of `Fit` of one model for one block."""
    columns = bounds_of_block(block, centre, name, level)
    tau2_method = "DL" if name == "HC" else tau2_method
    i2, h2, i2_q = heterogeneity_of_block(block, tau2_method, columns["tau2"])
    return {
        "k": block.k,
        "statistic": np.where(columns["degenerate"], np.nan, columns["estimate"] / columns["se"]),
        "q": block.where_several(block.q, np.nan),
        "q_df": block.where_several(block.df, np.nan),
        "i2": block.where_several(i2, np.nan),
        "h2": block.where_several(h2, np.nan),
        "i2_q": block.where_several(i2_q, np.nan),
        **columns,
    }


def _bounds_of_henmi_copas(block: Block, level: float) -> dict[str, np.ndarray]:
    """Fixed-effect centre, DL's tau2; with one study the z interval."""
    several = block.several
    pooled = Pooled(block.offset, 1.0 / block.e1, block.q)
    tau2 = np.where(several, dersimonian_laird(block), np.nan)
    columns = bounds_of_block(block, centre_of(block, tau2, np.ones(tau2.shape, dtype=bool), pooled), "z", level)
    se, critical, p_of = henmi_copas(block, level)
    estimate = columns["estimate"]
    half = critical * se
    columns["se"] = np.where(several, se, columns["se"])
    columns["ci_low"] = np.where(several, estimate - half, columns["ci_low"])
    columns["ci_high"] = np.where(several, estimate + half, columns["ci_high"])
    statistic = estimate / columns["se"]
    columns["given_p"] = np.where(several, p_of(statistic), normal_p(statistic))
    columns["converged"] = np.where(several, np.isfinite(critical), True)
    return columns


def assemble(
    columns: dict[str, np.ndarray],
    tail: tuple[int, ...],
    tau2_method: str,
    name: str,
    level: float,
    v: Floats,
    given_weights: Floats | None = None,
) -> Fit:
    """Make a `Fit` of columns of length R: scalars for ``tail == ()``, else arrays of that shape."""

    def shaped(key: str, x: Floats) -> Any:
        of_kind = x.astype(np.int64) if key == "k" else x
        return of_kind[0].item() if tail == () else of_kind.reshape(tail)

    values = {key: shaped(key, columns[key]) for key in _COLUMNS}
    given_p = shaped("p", columns["given_p"]) if "given_p" in columns else None
    return Fit(tau2_method, name, level, **values, v=v, given_p=given_p, given_weights=given_weights)


def check_models(models: Iterable[tuple[str, str]], level: float) -> None:
    """Raise `ValueError` for a model or a level that does not exist."""
    for method, name in models:
        estimator_of(method)
        interval_method(name)
    if not 0.0 < level < 1.0:
        raise ValueError(f"a confidence level lies between 0 and 1, got {level}")


def fit_models(
    y: ArrayLike, v: ArrayLike, models: Iterable[tuple[str, str]], level: float = 0.95
) -> dict[tuple[str, str], Fit]:
    """Pool under several models that share their work.

    Parameters
    ----------
    y, v : array_like, shape (k,) or (k, ...)
        As for `fit`.
    models : iterable of (tau2_method, interval)
    level : float

    Returns
    -------
    dict
        One `Fit` per model, under its pair, in the order given; equal to the bit to what `fit` returns for it.
    """
    models = list(dict.fromkeys(models))
    check_models(models, level)
    y, v, tail = as_columns(y, v)
    out: dict[tuple[str, str], dict[str, np.ndarray]] = {model: {} for model in models}
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for part in block_slices(*y.shape):
            block = prepare(y[:, part], v[:, part])
            centres = centres_of_block(block, models)
            for model in models:
                method, name = model
                columns = finish(block, method, centres[method], name, level)
                for key, values in columns.items():
                    if key not in out[model]:
                        out[model][key] = np.empty(y.shape[1], dtype=np.bool_ if key in _BOOLEAN else np.float64)
                    out[model][key][part] = values
    shape_v = v.reshape(v.shape[0], *tail)
    return {m: assemble(out[m], tail, m[0], m[1], level, shape_v) for m in models}


def fit(y: ArrayLike, v: ArrayLike, tau2_method: str = "REML", interval: str = "HKSJ", level: float = 0.95) -> Fit:
    """Pool effects by inverse variance, ``w = 1/(v + tau2)``, ``mu = sum wy/sum w``, ``V = 1/sum w``.

    Parameters
    ----------
    y, v : array_like, shape (k,) or (k, ...)
        Effects and sampling variances (variances positive), studies on axis 0, replicates on the axes after it.
        An absent study has ``v = inf`` and changes nothing, to the last bit.
    tau2_method : str
        FE, DL, DL2, PM, REML, ML, SJ, HE, HS or EB; see `metawright.pooling.tau2`.
    interval : str
        z, t, HKSJ, mHKSJ, IQWiG6, hybrid or HC; see `metawright.pooling.intervals`. HC is centred at the
        fixed-effect estimate with DL's tau2, whatever the method.
    level : float
        Confidence level.

    Returns
    -------
    Fit
        ``k = 1`` gives the study with its z interval, ``k = 0`` NaN throughout.

    Raises
    ------
    ValueError
        Unknown method or interval, shapes that differ, a variance that is not positive, an effect that is not
        finite.

    References
    ----------
    Veroniki 2016 and 2019 (overviews); Viechtbauer 2010 (metafor).
    """
    return fit_models(y, v, [(tau2_method, interval)], level)[tau2_method, interval]
