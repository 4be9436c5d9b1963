"""Compare two periods of one outcome when trials count in both.

A trial measured at 3 and at 6 months enters both pools, so the pools are correlated and the usual subgroup test,
which takes them for independent, gives a wrong answer. Here the trials' estimates are compared inside the trials; the
within-trial correlation is not reported, so that a grid of it is run and shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypedDict

import numpy as np

from metawright.heterogeneity.cluster_robust import LEAST_TRIALS, robust_contrast
from metawright.heterogeneity.matrices import inner, times
from metawright.heterogeneity.stacked import Stack, fit_stack, stack, stacked_reml
from metawright.heterogeneity.subgroups import difference_test
from metawright.measures.arrays import single
from metawright.pooling.fit import fit
from metawright.pooling.quantiles import normal, normal_p, student_p
from metawright.pooling.tau2 import estimate_tau2

#: Within-trial correlations that are run, and correlations of a trial's true effects.
RHO = (0.0, 0.3, 0.5, 0.7, 0.9)
PHI = (0.0, 0.5, 1.0)
#: From this many trials on tau2 is estimated in the joint model.
TRIALS_FOR_REML = 5
#: Robust results with fewer degrees of freedom carry a warning.
FEW_DF = 4.0


@dataclass(frozen=True)
class PeriodDifference:
    """Later minus earlier period under one working model; NaN = not available.

    Attributes
    ----------
    model : str
        ``FE`` (tau2 = 0) or ``RE``.
    rho, phi, tau2 : float
        The working model; phi is NaN under FE.
    tau2_source : str
        ``none`` (FE), ``REML``, or ``larger REML of the two periods``.
    converged : bool
    earlier, later, difference : float
        Means of the periods and their difference.
    se, ci_low, ci_high, statistic, p : float
        Model-based, normal.
    robust_se, robust_df, robust_ci_low, robust_ci_high, robust_p : float
        CR2 with Satterthwaite degrees of freedom.
    robust_note : str
        Why there is no robust result, or that its degrees of freedom are few; else empty.
    """

    model: str
    rho: float
    phi: float
    tau2: float
    tau2_source: str
    converged: bool
    earlier: float
    later: float
    difference: float
    se: float
    ci_low: float
    ci_high: float
    statistic: float
    p: float
    robust_se: float
    robust_df: float
    robust_ci_low: float
    robust_ci_high: float
    robust_p: float
    robust_note: str


def period_difference(
    data: Stack, rho: float, model: str = "FE", phi: float = 0.0, level: float = 0.95
) -> PeriodDifference:
    """Difference of two periods under one working model.

    Parameters
    ----------
    data : Stack
        Two periods.
    rho : float
        Correlation of a trial's two estimates through sampling.
    model : {"FE", "RE"}
        RE takes tau2 by REML in the joint model from five trials on; with fewer the larger of the two periods' own
        REML estimates.
    phi : float
        RE: correlation of a trial's two true effects.
    level : float

    References
    ----------
    Pustejovsky and Tipton 2018 and 2022.
    """
    return period_differences(data, [(model, rho, phi)], level)[0]


def period_differences(
    data: Stack, models: Sequence[tuple[str, float, float]], level: float = 0.95
) -> list[PeriodDifference]:
    """Difference of two periods under several working models, which share their work.

    Parameters
    ----------
    data : Stack
        Two periods.
    models : sequence of (model, rho, phi)
        As for `period_difference`.
    level : float
    """
    if len(data.periods) != 2:
        raise ValueError(f"a difference needs two periods, got {len(data.periods)}")
    rho = np.array([one for _, one, _ in models])
    phi = np.array([one if model == "RE" else 0.0 for model, _, one in models])
    tau2, sources, converged = _tau2(data, [model for model, _, _ in models], rho, phi)
    found = fit_stack(data, rho, tau2, phi)
    contrast = np.array([-1.0, 1.0])
    robust = robust_contrast(found, contrast)
    difference = inner(contrast, found.beta)
    se = np.sqrt(inner(contrast, times(found.covariance, contrast)))
    statistic = difference / se
    half, robust_half = normal(level) * se, robust.critical(level) * robust.se
    with np.errstate(divide="ignore", invalid="ignore"):
        robust_p = np.where(robust.se > 0, student_p(difference / robust.se, robust.df), np.nan)
    columns = {
        "tau2": tau2,
        "converged": converged,
        "earlier": found.beta[:, 0],
        "later": found.beta[:, 1],
        "difference": difference,
        "se": se,
        "ci_low": difference - half,
        "ci_high": difference + half,
        "statistic": statistic,
        "p": normal_p(statistic),
        "robust_se": robust.se,
        "robust_df": robust.df,
        "robust_ci_low": difference - robust_half,
        "robust_ci_high": difference + robust_half,
        "robust_p": robust_p,
    }
    listed = {name: np.asarray(values).tolist() for name, values in columns.items()}
    listed["model"], listed["rho"], _ = zip(*models, strict=True)
    listed["phi"] = [one if model == "RE" else np.nan for model, _, one in models]
    listed["tau2_source"] = sources
    listed["robust_note"] = [_robust_note(data, df) for df in listed["robust_df"]]
    return [PeriodDifference(**{name: values[i] for name, values in listed.items()}) for i in range(len(models))]


def _tau2(
    data: Stack, models: Sequence[str], rho: np.ndarray, phi: np.ndarray
) -> tuple[np.ndarray, list[str], np.ndarray]:
    """tau2 of each working model, where it comes from, and convergence."""
    tau2, sources, converged = np.zeros(rho.size), ["none"] * rho.size, np.ones(rho.size, dtype=bool)
    for model in models:
        if model not in ("FE", "RE"):
            raise ValueError(f"model is FE or RE, not {model!r}")
    random = np.flatnonzero([model == "RE" for model in models])
    if random.size and len(data.trials) >= TRIALS_FOR_REML:
        tau2[random], converged[random] = stacked_reml(data, rho[random], phi[random])
        for place in random:
            sources[place] = "REML"
        random = random[~np.isfinite(tau2[random])]
    if random.size:
        own = [estimate_tau2(*data.within(period)[1:], "REML") for period in data.periods]
        # a period of one trial has no tau2 of its own
        tau2[random] = max((one.value for one in own if np.isfinite(one.value)), default=0.0)
        converged[random] = all(one.converged for one in own)
        for place in random:
            sources[place] = "larger REML of the two periods"
    return tau2, sources, converged


def _robust_note(data: Stack, df: float) -> str:
    if len(data.trials) < LEAST_TRIALS:
        return f"fewer than {LEAST_TRIALS} trials: no cluster-robust result"
    if np.isnan(df):
        return "no residual is free: no cluster-robust result"
    return f"fewer than {FEW_DF:g} degrees of freedom: read with the model-based result" if df < FEW_DF else ""


@dataclass(frozen=True)
class NaiveDifference:
    """The subgroup test, which takes the periods for independent; shown only to show its error."""

    model: str
    difference: float
    se: float
    ci_low: float
    ci_high: float
    q: float
    p: float


def naive_difference(data: Stack, tau2_method: str = "FE") -> NaiveDifference:
    """Subgroup test between two periods, each pooled by itself with a z interval."""
    pools = [fit(*data.within(period)[1:], tau2_method, "z") for period in data.periods]
    test = difference_test([one.estimate for one in pools], [one.se for one in pools])
    earlier, later = (single(one.estimate) for one in pools)
    difference, se = later - earlier, float(np.hypot(pools[0].se, pools[1].se))
    half = normal(0.95) * se
    return NaiveDifference(f"{tau2_method}-z", difference, se, difference - half, difference + half, test.q, test.p)


class UsedEffect(TypedDict):
    """A used effect of one outcome."""

    study: str
    period: str
    y: float
    v: float


class ComparedPair(TypedDict):
    """Two periods compared, in memory; its file holds a `metawright.heterogeneity.documents.PeriodPair`.

    `status` is `compared` or `awaiting_data`; `shared`, `only_earlier` and `only_later` name trials; `differences`
    are those under FE first, then under RE, and `naive` those of FE and REML.
    """

    earlier: str
    later: str
    status: str
    shared: list[str]
    only_earlier: list[str]
    only_later: list[str]
    differences: list[PeriodDifference]
    naive: list[NaiveDifference]
    remarks: list[str]


def compare_periods(
    rows: Iterable[UsedEffect], periods: Sequence[str], rho: Sequence[float] = RHO, phi: Sequence[float] = PHI
) -> list[ComparedPair]:
    """Compare every pair of periods of one outcome.

    Parameters
    ----------
    rows : iterable of UsedEffect
    periods : sequence of str
        The protocol's periods, in order.
    rho, phi : sequence of float
        Grids. Where no trial counts in both periods the correlation is without effect and only 0 is run.

    Returns
    -------
    list of ComparedPair
        In order. Only the rows of the two periods enter a comparison.
    """
    rows = list(rows)
    return [_pair(rows, earlier, later, rho, phi) for earlier, later in combinations(periods, 2)]


def _pair(rows: list[UsedEffect], earlier: str, later: str, rho: Sequence[float], phi: Sequence[float]) -> ComparedPair:
    own = [[row for row in rows if row["period"] == period] for period in (earlier, later)]
    names = [[row["study"] for row in part] for part in own]
    result: ComparedPair = {
        "earlier": earlier,
        "later": later,
        "status": "compared" if all(own) else "awaiting_data",
        "shared": [name for name in names[0] if name in names[1]],
        "only_earlier": [name for name in names[0] if name not in names[1]],
        "only_later": [name for name in names[1] if name not in names[0]],
        "differences": [],
        "naive": [],
        "remarks": [],
    }
    if not all(own):
        return result
    used = own[0] + own[1]
    trials, times_of = [row["study"] for row in used], [row["period"] for row in used]
    data = stack(trials, times_of, [row["y"] for row in used], [row["v"] for row in used], [earlier, later])
    several = data.y.size > 2
    rho, phi = (rho, phi) if result["shared"] else ((0.0,), (0.0,))
    fixed = [("FE", r, 0.0) for r in rho]
    random = [("RE", r, f) for r in rho for f in phi] if several else []
    result["differences"] = period_differences(data, fixed + random)
    result["naive"] = [naive_difference(data, method) for method in (("FE", "REML") if several else ("FE",))]
    result["remarks"] = _remarks(result)
    return result


def _remarks(result: ComparedPair) -> list[str]:
    found = []
    lonely = len(result["only_earlier"]) + len(result["only_later"])
    if not result["shared"]:
        found.append("no trial counts in both periods: the difference is one between different trials")
    elif lonely:
        found.append(
            f"{lonely} of {lonely + len(result['shared'])} trials enter only one of the two periods: "
            "part of the difference is a change of composition"
        )
    for model in ("FE", "RE"):
        verdicts = {one.p < 0.05 for one in result["differences"] if one.model == model}
        if result["shared"] and len(verdicts) > 1:
            found.append(
                f"under {model} it depends on correlations that no trial reports whether the interval excludes 0"
            )
    return found


@dataclass(frozen=True)
class PooledDifference:
    """Difference of two published pools over a grid of their correlation.

    Attributes
    ----------
    difference : float
        Later minus earlier.
    rho, se, ci_low, ci_high, p : ndarray, shape (G,)
    rho_needed : float
        Correlation from which on the interval excludes 0: below -1 it always does, above 1 it never does.
    depends : bool
        Within the grid the answer changes with the correlation: no verdict can be given.
    """

    difference: float
    rho: np.ndarray
    se: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    p: np.ndarray
    rho_needed: float
    depends: bool


def pooled_difference(
    earlier: float, se_earlier: float, later: float, se_later: float, rho: Sequence[float] = RHO, level: float = 0.95
) -> PooledDifference:
    """Bound the difference of two periods when only their published pools exist.

    ``Var = se1^2 + se2^2 - 2 rho se1 se2`` with rho the unknown correlation of the pools.

    Parameters
    ----------
    earlier, se_earlier, later, se_later : float
        Pooled estimates (ratios as logarithms) and standard errors.
    rho : sequence of float
        Grid of correlations, each between -1 and 1.
    level : float

    Raises
    ------
    ValueError
        A standard error that is not positive, or a correlation out of bounds.
    """
    grid = np.asarray(rho, dtype=np.float64)
    if not (se_earlier > 0 and se_later > 0):
        raise ValueError("standard errors have to be positive")
    if not (np.abs(grid) < 1).all():
        raise ValueError("a correlation lies between -1 and 1")
    difference, z = later - earlier, normal(level)
    se = np.sqrt(se_earlier**2 + se_later**2 - 2.0 * grid * se_earlier * se_later)
    p = normal_p(difference / se)
    needed = (se_earlier**2 + se_later**2 - (difference / z) ** 2) / (2.0 * se_earlier * se_later)
    significant = np.abs(difference) > z * se
    depends = bool(significant.any() and not significant.all())
    return PooledDifference(difference, grid, se, difference - z * se, difference + z * se, p, needed, depends)
