"""The method ladder: every usual model of one small pool side by side.

With two to five trials the estimator of tau2 and the interval decide the result. Shown together, the fixed effect,
the random effects with three intervals, the review's own rule and a Bayesian analysis tell the reader how much hangs on
that choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypedDict

import numpy as np
from scipy import special

from metawright.measures.arrays import single
from metawright.measures.registry import measure_of
from metawright.measures.weighing import MANTEL_HAENSZEL
from metawright.pooling.cell import Cell
from metawright.pooling.estimators import ESTIMATORS
from metawright.pooling.fit import Fit
from metawright.pooling.intervals import METHODS
from metawright.pooling.pool import apply_rule, fit_cell, rule_of
from metawright.pooling.position import excludes
from metawright.pooling.prediction import prediction_interval
from metawright.pooling.quantiles import student
from metawright.reading.protocol import DeclaredModel, RuleModel

#: Rungs of the random effects, in order.
TAU2_METHODS = tuple(key for key, one in ESTIMATORS.items() if one.in_ladder)
INTERVALS = tuple(key for key, one in METHODS.items() if one.in_ladder)

#: Flags of a rung and what they mean.
FLAGS = {
    "one_degree_of_freedom": "one degree of freedom: very wide when two trials disagree, misleadingly narrow when "
    "they agree",
    "degenerate": "all estimates are identical: the interval has width 0 and says nothing about significance",
    "narrower_than_wald": "narrower than the Wald interval of the same model, because the trials agree better than "
    "their standard errors let expect",
    "tau2_zero": "tau² is estimated as 0: the weights are those of the fixed effect",
    "trial_level": "pools the trials' own effects, not the tables",
    "discordant": "P and I² disagree: the rule is silent",
    "undecided": "the rule leaves the choice of a model open: no result",
    "not_converged": "the computation did not converge",
}
# Two rungs whose numbers agree to this part of the interval's width are one.
SAME = 1e-9


@dataclass(frozen=True)
class Rung:
    """One model of the ladder; NaN = not applicable.

    Attributes
    ----------
    key : str
        Such as ``REML-mHKSJ``, the key of a rule model, or the key of a prior.
    family : str
        ``fixed``, ``random``, ``rule`` or ``bayesian``.
    tau2_method, interval : str
        The model; for a rule the one it chose, for a Bayesian rung empty.
    estimate, se, ci_low, ci_high, df, p : float
        For a Bayesian rung the posterior's median, sd and equal-tailed interval; p is NaN.
    tau2, i2, pi_low, pi_high : float
        Bayesian: the square of tau's median, and the predictive interval. The prediction interval is the one with
        t, k - 1 and the Wald variance, from three trials on.
    p_above_zero : float
        Bayesian only: probability of an effect above 0.
    excludes_zero : bool
        One of width 0 never counts.
    same_as : str
        Key of an earlier rung with the same interval; empty if there is none.
    flags : tuple of str
        Keys of `FLAGS`.
    """

    key: str
    family: str
    tau2_method: str
    interval: str
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    df: float
    p: float
    tau2: float
    i2: float
    pi_low: float
    pi_high: float
    p_above_zero: float
    excludes_zero: bool
    same_as: str
    flags: tuple[str, ...]


@dataclass(frozen=True)
class AgreementLimit:
    """When a Hartung-Knapp interval with tau2 = 0 excludes 0: if the trials agree well enough.

    Attributes
    ----------
    q : float
        Cochran's Q of the pool.
    q_below : float
        The interval excludes 0 only for a Q below this: ``(k - 1) (z/t)^2``, z the Wald statistic of the fixed effect,
        t the quantile with k - 1 degrees of freedom.
    probability : float
        Probability of such a Q among homogeneous trials.
    """

    q: float
    q_below: float
    probability: float


class Ladder(TypedDict):
    """A method ladder in memory; its file is a `metawright.heterogeneity.documents.MethodLadder`.

    `agreement` is None below two trials, `distinct` counts the rungs that are not the same as another, `excluding`
    those of them that exclude 0.
    """

    outcome: str
    period: str
    status: str
    k: int
    rungs: list[Rung]
    agreement: AgreementLimit | None
    distinct: int
    excluding: int
    remarks: list[str]


def agreement_limit(statistic: float, k: int, q: float = np.nan, level: float = 0.95) -> AgreementLimit:
    """Q below which a Hartung-Knapp interval about the fixed effect excludes 0.

    Parameters
    ----------
    statistic : float
        Fixed effect over its Wald standard error.
    k : int
        Trials, two or more.
    q : float, optional
        Q of the pool, kept beside the limit.
    level : float
    """
    if k < 2:
        raise ValueError(f"a Hartung-Knapp interval needs two trials, got {k}")
    below = (k - 1) * (statistic / student(k - 1, level)) ** 2
    return AgreementLimit(q, float(below), float(special.chdtr(k - 1, below)))


def method_ladder(
    cell: Cell, models: Sequence[DeclaredModel] = (), posteriors: Mapping[str, Mapping[str, Any]] | None = None
) -> Ladder:
    """Pool one cell under every rung.

    Parameters
    ----------
    cell : Cell
        The trials.
    models : sequence of DeclaredModel
        Models of the completed protocol; those with a `rule` get a rung, the others are among the rungs anyway.
    posteriors : mapping, optional
        Bayesian results by the key of their prior, as mappings with the fields of
        `metawright.pooling.bayes.Posterior`.

    Returns
    -------
    Ladder
    """
    result: Ladder = {
        "outcome": cell.outcome["key"],
        "period": cell.period,
        "status": cell.status,
        "k": cell.k,
        "rungs": [],
        "agreement": None,
        "distinct": 0,
        "excluding": 0,
        "remarks": ["no data"],
    }
    if cell.k == 0:
        return result
    fixed = fit_cell(cell, "FE", "z")
    rungs = [_frequentist("FE-z", "fixed", fixed, cell)]
    if cell.k > 1:
        rungs += [_of_rule(cell, model) for model in models if "rule" in model]
        for method in TAU2_METHODS:
            fits = {name: fit_cell(cell, method, name) for name in INTERVALS}
            rungs += [_frequentist(f"{method}-{name}", "random", fits[name], cell, fits["z"]) for name in INTERVALS]
    rungs += [_bayesian(key, posterior) for key, posterior in (posteriors or {}).items()]
    rungs = _mark_same(rungs)
    distinct = [rung for rung in rungs if not rung.same_as and "undecided" not in rung.flags]
    agreement = None
    if cell.k > 1:
        wald = single(fixed.estimate) / np.sqrt(single(fixed.variance))
        agreement = agreement_limit(wald, int(fixed.k), single(fixed.q))
    return {
        **result,
        "rungs": rungs,
        "agreement": agreement,
        "distinct": len(distinct),
        "excluding": sum(rung.excludes_zero for rung in distinct),
        "remarks": _remarks(cell.k, distinct),
    }


def _remarks(k: int, distinct: Sequence[Rung]) -> list[str]:
    found = []
    if k == 1:
        found.append("one trial: nothing is pooled, every model gives its result")
    if k == 2:
        found.append("two trials say little about heterogeneity; no prediction interval is given")
    if k in (3, 4):
        found.append(f"the prediction interval rests on {k} trials; read it with caution")
    if len({rung.excludes_zero for rung in distinct}) > 1:
        found.append("it depends on the model whether the interval excludes 0")
    return found


def _frequentist(key: str, family: str, found: Fit, cell: Cell, wald: Fit | None = None, extra=()) -> Rung:
    flags = list(extra)
    random = found.tau2_method != "FE" and cell.k > 1
    if found.degenerate:
        flags.append("degenerate")
    if cell.k == 2 and found.df == 1:
        flags.append("one_degree_of_freedom")
    narrower = wald is not None and found.ci_high - found.ci_low < (1 - SAME) * (wald.ci_high - wald.ci_low)
    if narrower and not found.degenerate:
        flags.append("narrower_than_wald")
    if random and found.tau2 == 0:
        flags.append("tau2_zero")
    weighing = measure_of(cell.measure).weighing
    if random and weighing is MANTEL_HAENSZEL and found.tau2_method not in weighing.estimators:
        flags.append("trial_level")
    if not found.converged:
        flags.append("not_converged")
    prediction = prediction_interval(found, "V")
    return Rung(
        key=key,
        family=family,
        tau2_method=found.tau2_method,
        interval=found.interval,
        **{name: getattr(found, name) for name in ("estimate", "se", "ci_low", "ci_high", "df", "p", "tau2", "i2")},
        pi_low=single(prediction.low),
        pi_high=single(prediction.high),
        p_above_zero=np.nan,
        excludes_zero=bool(found.excludes_null),
        same_as="",
        flags=tuple(flags),
    )


def _of_rule(cell: Cell, model: RuleModel) -> Rung:
    result = apply_rule(cell, rule_of(model))
    extra = ("discordant",) if result.discordant else ()
    if result.fit is not None:
        return _frequentist(model["key"], "rule", result.fit, cell, extra=extra)
    return Rung(
        key=model["key"],
        family="rule",
        tau2_method="",
        interval="",
        estimate=np.nan,
        se=np.nan,
        ci_low=np.nan,
        ci_high=np.nan,
        df=np.nan,
        p=np.nan,
        tau2=np.nan,
        i2=np.nan,
        pi_low=np.nan,
        pi_high=np.nan,
        p_above_zero=np.nan,
        excludes_zero=False,
        same_as="",
        flags=(*extra, "undecided"),
    )


def _bayesian(key: str, posterior: Mapping[str, Any]) -> Rung:
    low, high = posterior["ci_low"], posterior["ci_high"]
    return Rung(
        key=key,
        family="bayesian",
        tau2_method="",
        interval="",
        estimate=posterior["median"],
        se=posterior["sd"],
        ci_low=low,
        ci_high=high,
        df=np.nan,
        p=np.nan,
        tau2=posterior["tau_median"] ** 2,
        i2=np.nan,
        pi_low=posterior["pi_low"],
        pi_high=posterior["pi_high"],
        p_above_zero=posterior["p_above_zero"],
        excludes_zero=bool(excludes(low, high)),
        same_as="",
        flags=() if posterior["converged"] else ("not_converged",),
    )


def _mark_same(rungs: Sequence[Rung]) -> list[Rung]:
    """Name the first rung with the same numbers: with two trials DL, PM and REML coincide."""
    marked: list[Rung] = []
    for rung in rungs:
        room = SAME * abs(rung.ci_high - rung.ci_low)
        same = next(
            (
                other.key
                for other in marked
                if not other.same_as
                and other.family != "bayesian"
                and max(abs(getattr(other, name) - getattr(rung, name)) for name in ("estimate", "ci_low", "ci_high"))
                <= room
            ),
            "",
        )
        marked.append(replace(rung, same_as=same if rung.family != "bayesian" else ""))
    return marked
