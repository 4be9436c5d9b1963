"""Refit one set of trials many times: with some of them absent, under every declared model at once.

Leave-one-out, influence, cumulative and all-subsets analyses are the same operation, a block of replicates in which
absent trials have infinite variance; they differ in which trials they leave out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from metawright.files.known import known
from metawright.measures.registry import measure_of
from metawright.measures.weighing import MANTEL_HAENSZEL
from metawright.pooling.cell import Cell
from metawright.pooling.fit import Fit, fit_models
from metawright.pooling.pool import rule_of
from metawright.pooling.rule import NOT_EVALUATED, RANDOM, UNDECIDED, Rule, choose
from metawright.pooling.tables import pool_tables_under
from metawright.reading.protocol import DeclaredModel

#: A pair (tau2_method, interval), or a rule that chooses between two.
Model = tuple[str, str] | Rule


@dataclass(frozen=True)
class Trials:
    """What a model pools.

    Attributes
    ----------
    y, v : ndarray, shape (k,)
        Effects and sampling variances, all finite.
    studies : tuple of str
        Labels; empty where nobody asks for them.
    counts : ndarray, shape (4, k), or None
        Events and patients of the experimental arm, then of the control arm. Used for Mantel-Haenszel measures.
    measure : str
    mh_exact : bool
    zero_scope : str
        As for `metawright.pooling.tables.pool_tables`.
    """

    y: np.ndarray
    v: np.ndarray
    studies: tuple[str, ...] = ()
    counts: np.ndarray | None = None
    measure: str = ""
    mh_exact: bool = False
    zero_scope: str = "events"

    def __post_init__(self):
        """Hold float arrays, whatever was given."""
        for name in ("y", "v"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.float64))
        if self.counts is not None:
            object.__setattr__(self, "counts", np.asarray(self.counts, dtype=np.float64))
        if self.y.ndim != 1 or self.y.shape != self.v.shape:
            raise ValueError(f"effects and variances need one shape (k,), got {self.y.shape} and {self.v.shape}")
        if self.counts is not None and self.counts.shape != (4, self.k):
            raise ValueError(f"counts need the shape (4, {self.k}), got {self.counts.shape}")

    @property
    def k(self) -> int:
        """Number of trials."""
        return self.y.size

    @property
    def from_tables(self) -> bool:
        """Whether the pooled effect comes from the tables, not from the trials' effects."""
        return self.counts is not None and measure_of(self.measure).weighing is MANTEL_HAENSZEL


def trials_of(cell: Cell) -> Trials:
    """Return the trials of a cell of the outcome x period table."""
    outcome = cell.outcome
    return Trials(
        cell.y,
        cell.v,
        tuple(trial["study"] for trial in cell.trials),
        cell.counts,
        cell.measure,
        bool(outcome.get("mh_exact", False)),
        outcome.get("zero_scope", "events"),
    )


def model_of(model: DeclaredModel) -> Model:
    """Return what a model of the completed protocol asks for."""
    return rule_of(model) if "rule" in model else (model["tau2_method"], model["interval"])


@dataclass(frozen=True)
class Refit:
    """The results of one model over a block of R replicates.

    Attributes
    ----------
    fit : Fit
        Arrays ``(R,)``; NaN where a rule leaves the choice open.
    tau2 : ndarray, shape (R,)
        The tau2 in the weights: 0 for a fixed-effect or Henmi-Copas centre, NaN with one trial (random effects).
    chosen : ndarray of str, shape (R,)
        What a rule chose (see `metawright.pooling.rule`); empty for a plain model.
    """

    fit: Fit
    tau2: np.ndarray
    chosen: np.ndarray

    @property
    def significant(self) -> np.ndarray:
        """Whether the interval excludes 0; an interval of width 0 never counts."""
        return np.asarray(self.fit.excludes_null)


def _working_tau2(fit: Fit) -> np.ndarray:
    if fit.tau2_method == "FE" or fit.interval == "HC":
        return np.where(np.isnan(fit.estimate), np.nan, 0.0)
    return np.asarray(fit.tau2)


def _pairs(models: Iterable[Model]) -> list[tuple[str, str]]:
    return list(dict.fromkeys(p for m in models for p in ([m.fixed, m.random] if isinstance(m, Rule) else [m])))


def _replace_singles(fit: Fit, single: Fit) -> Fit:
    """A trial alone is its own effect with the z interval, also under Mantel-Haenszel."""
    one = np.asarray(fit.k) == 1
    if not one.any():
        return fit
    names = ("estimate", "se", "ci_low", "ci_high", "statistic", "df", "variance", "q_factor", "degenerate")
    return replace(fit, **{name: np.where(one, getattr(single, name), getattr(fit, name)) for name in names})


def refit_block(
    y: np.ndarray,
    v: np.ndarray,
    models: Sequence[Model],
    level: float = 0.95,
    tables: Trials | None = None,
    counts: np.ndarray | None = None,
) -> dict[Model, Refit]:
    """Pool a block under several models, sharing what they share.

    Parameters
    ----------
    y, v : ndarray, shape (k, R)
        Absent trials have ``v = inf``.
    models : sequence of Model
    level : float
    tables : Trials, optional
        Given for Mantel-Haenszel measures: says how to pool; the numbers come from `counts`.
    counts : ndarray, shape (4, k, R), optional
        NaN where a trial is absent.

    Returns
    -------
    dict
        One `Refit` per model, in the order given.
    """
    models = list(dict.fromkeys(models))
    pairs = _pairs(models)
    if tables is None:
        fits = fit_models(y, v, pairs, level)
    else:
        single = fit_models(y, v, [("FE", "z")], level)["FE", "z"]
        a, n1, c, n2 = known(counts)
        pooled = pool_tables_under(
            pairs, a, n1, c, n2, tables.measure, level, mh_exact=tables.mh_exact, zero_scope=tables.zero_scope
        )
        fits = {pair: _replace_singles(fit, single) for pair, fit in pooled.items()}
    return {model: _refit(model, fits) for model in models}


def _refit(model: Model, fits: Mapping[tuple[str, str], Fit]) -> Refit:
    if not isinstance(model, Rule):
        fit = fits[model]
        return Refit(fit, _working_tau2(fit), np.full(np.shape(fit.k), "", dtype=object))
    result = choose(fits[model.fixed], fits[model.random], model)
    tau2 = np.where(result.chosen == RANDOM, _working_tau2(result.random), _working_tau2(result.fixed))
    tau2 = np.where(result.chosen == UNDECIDED, np.nan, tau2)
    # A trial alone is not evaluated: no tau2 is known for its neighbours either.
    tau2 = np.where((result.chosen == NOT_EVALUATED) & (np.asarray(result.fixed.k) > 0), np.nan, tau2)
    return Refit(known(result.fit), tau2, np.asarray(result.chosen))


def refit(trials: Trials, present: np.ndarray, models: Sequence[Model], level: float = 0.95) -> dict[Model, Refit]:
    """Pool the present trials of every replicate under every model.

    Parameters
    ----------
    trials : Trials
    present : ndarray of bool, shape (k, R)
    models : sequence of Model
    level : float

    Returns
    -------
    dict
        One `Refit` per model.
    """
    y = np.broadcast_to(trials.y[:, None], present.shape)
    v = np.where(present, trials.v[:, None], np.inf)
    if not trials.from_tables:
        return refit_block(y, v, models, level)
    return refit_block(y, v, models, level, trials, np.where(present, known(trials.counts)[:, :, None], np.nan))


def all_and_without_each(k: int) -> np.ndarray:
    """Presence ``(k, k + 1)``: column 0 holds every trial, column i + 1 leaves out trial i."""
    return np.concatenate([np.ones((k, 1), dtype=bool), ~np.eye(k, dtype=bool)], axis=1)


def without_each(trials: Trials, models: Sequence[Model]) -> dict[Model, Refit]:
    """Pool all trials (column 0), and without each of them (column i + 1 leaves out trial i)."""
    return refit(trials, all_and_without_each(trials.k), models)
