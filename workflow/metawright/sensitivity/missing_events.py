"""Missing participants of a binary outcome: informative missingness odds ratios, best and worst case.

The informative missingness odds ratio (IMOR) is the odds of an event among the missing over those among the observed
(White, Higgins and Wood 2008). With N randomised, n observed, ``pi = 1 - n/N`` and the observed risk p::

    p_missing = IMOR p/(1 - p + IMOR p)          p* = (1 - pi) p + pi p_missing
    var(p*)   = (dp*/dp)^2 p(1 - p)/n + (p_missing - p)^2 pi (1 - pi)/N + (pi p_missing (1 - p_missing) sd)^2

where sd is the standard deviation of ln IMOR. IMOR = 1 with sd 0 is the analysis of those observed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from metawright.extraction.documents import ArmRow
from metawright.files.known import known as there
from metawright.measures.arrays import single
from metawright.measures.registry import measure_of
from metawright.measures.two_by_two import corrected_tables
from metawright.pooling.cell import Cell
from metawright.pooling.fit import Fit, fit
from metawright.pooling.tables import pool_tables
from metawright.reading.protocol import DeclaredModel
from metawright.sensitivity.documents import ResultUnderAssumption
from metawright.sensitivity.missing import MissingFound, Missingness, ModelWithMissing, fit_model, missingness

#: Odds ratios of the grid, the same for both arms.
IMORS = (0.2, 1 / 3, 0.5, 2 / 3, 1.0, 1.5, 2.0, 3.0, 5.0)


@dataclass(frozen=True)
class Risk:
    """Risk among all randomised, its variance, and its derivative with respect to ln IMOR."""

    p: np.ndarray
    variance: np.ndarray
    slope: np.ndarray


def imor_arm(events, n, randomised, log_imor: float | np.ndarray = 0.0, sd: float = 0.0) -> Risk:
    """Risk of all randomised in an arm; arguments broadcast.

    Parameters
    ----------
    events, n : array_like
        Events among the n observed; the variance needs ``0 < events < n``.
    randomised : array_like
    log_imor, sd : array_like, float
        Mean and standard deviation of ln IMOR.

    References
    ----------
    White, Higgins and Wood 2008; variance by the delta method.
    """
    events, n, randomised = (np.asarray(x, dtype=np.float64) for x in (events, n, randomised))
    p, share = events / n, 1.0 - n / randomised
    odds = np.exp(np.asarray(log_imor, dtype=np.float64))
    missing = odds * p / (1.0 - p + odds * p)
    slope = share * missing * (1.0 - missing)
    by_p = 1.0 - share + share * odds / (1.0 - p + odds * p) ** 2
    variance = by_p**2 * p * (1.0 - p) / n + (missing - p) ** 2 * share * (1.0 - share) / randomised
    return Risk((1.0 - share) * p + share * missing, variance + slope**2 * sd**2, slope)


def imor_effect(
    measure: str,
    known: Missingness,
    log_imor_experimental: float | np.ndarray = 0.0,
    log_imor_control: float | np.ndarray = 0.0,
    *,
    sd: float = 0.0,
    rho: float = 0.0,
    zero_scope: str = "events",
) -> tuple[np.ndarray, np.ndarray]:
    """Effects of all randomised under assumptions about the missing.

    Parameters
    ----------
    measure : str
        OR, RR (on the log scale), RD, or the MH measure of one of them.
    known : Missingness
        Of k trials.
    log_imor_experimental, log_imor_control : float or array_like, shape (R,)
    sd, rho : float
        Standard deviation of ln IMOR in both arms and its correlation between them.
    zero_scope : str
        As for the measure; an empty cell is corrected by 0.5 and the proportion missing stays as it was (RD: for the
        variance alone).

    Returns
    -------
    y, v : ndarray, shape (k,) for scalars, else (k, R)
        ``v = inf`` where the trial is not estimable.

    Raises
    ------
    ValueError
        For a measure without trial-level risks, such as PETO.
    """
    known_measure = measure_of(measure)
    if known_measure.zero_rule is None:
        raise ValueError(f"informative missingness odds ratios serve measures of two risks, not {measure}")
    arms = known.experimental, known.control
    tables = corrected_tables(known_measure.zero_rule, arms[0].events, arms[0].n, arms[1].events, arms[1].n, zero_scope)
    scalar = np.ndim(log_imor_experimental) == 0 and np.ndim(log_imor_control) == 0
    cells = ((tables.a, tables.a + tables.b), (tables.c, tables.c + tables.d))
    # the correction leaves the proportion missing as it was
    e, c = (
        imor_arm(events[:, None], n[:, None], (arm.randomised * n / arm.n)[:, None], log_imor, sd)
        for (events, n), arm, log_imor in zip(cells, arms, (log_imor_experimental, log_imor_control), strict=True)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        risks = there(known_measure.risks)
        y, at_e, at_c = risks.between(e.p, c.p)
        if known_measure.zero_rule.variance_alone:
            raw = (
                imor_arm(arm.events[:, None], arm.n[:, None], arm.randomised[:, None], log_imor).p
                for arm, log_imor in zip(arms, (log_imor_experimental, log_imor_control), strict=True)
            )
            y = risks.between(*raw)[0]
        v = e.variance * at_e**2 + c.variance * at_c**2 - 2.0 * rho * sd**2 * e.slope * at_e * c.slope * at_c
    usable = tables.kept[:, None] & np.isfinite(y) & (v > 0)
    y, v = np.where(usable, y, 0.0), np.where(usable, v, np.inf)
    return (y[:, 0], v[:, 0]) if scalar else (y, v)


def extreme_counts(known: Missingness) -> dict[str, tuple[np.ndarray, ...]]:
    """Tables of all randomised under the two extreme assumptions.

    Returns
    -------
    dict
        `experimental_events`: all missing of the experimental arm had the event and none of the control arm;
        `control_events`: the reverse. Each ``(a, n1, c, n2)`` of shape ``(k,)``.
    """
    e, c = known.experimental, known.control
    missing_e, missing_c = e.randomised - e.n, c.randomised - c.n
    return {
        "experimental_events": (e.events + missing_e, e.randomised, c.events, c.randomised),
        "control_events": (e.events, e.randomised, c.events + missing_c, c.randomised),
    }


def missing_events(
    cell: Cell,
    arms: Iterable[ArmRow],
    models: Sequence[DeclaredModel],
    *,
    imors: Sequence[float] = IMORS,
    sd: float = 0.0,
) -> MissingFound:
    """Everything about missing participants of one cell of a binary outcome.

    Parameters
    ----------
    cell : Cell
    arms : iterable of mappings
        Rows of the outcome's `arms.csv`.
    models : sequence of mappings
        The models of the completed protocol.
    imors : sequence of float
        Odds ratios of the grid, above 0.
    sd : float
        Standard deviation of ln IMOR.

    Returns
    -------
    dict
        As `metawright.sensitivity.missing_data.missing_data`; per model `observed`, `grid` (`imor` of both axes,
        `estimate`, `ci_low`, `ci_high`, first axis experimental; None for PETO), `best` and `worst` for the
        experimental arm. Ratios on the natural log scale.
    """
    result: MissingFound = {
        "outcome": cell.outcome["key"],
        "period": cell.period,
        "k": cell.k,
        "status": "awaiting_data",
        "reason": "no data",
        "trials": [],
        "models": [],
    }
    if cell.k == 0:
        return result
    known = missingness(cell.trials, arms, binary=True)
    result["trials"] = list(known.trials)
    if not known.possible:
        reason = "not every trial says who is missing"
        return {**result, "status": "not_possible", "reason": reason}
    if known.complete:
        return {**result, "status": "nothing_missing", "reason": "everybody randomised was analysed"}
    ratios = np.asarray(imors, dtype=np.float64)
    if not (ratios > 0).all():
        raise ValueError("odds ratios have to be positive")
    entries = [_of_model(cell, known, model, ratios, sd) for model in models]
    return {**result, "status": "done", "reason": "", "models": entries}


def _of_model(cell: Cell, known: Missingness, model: DeclaredModel, imors: np.ndarray, sd: float) -> ModelWithMissing:
    zero_scope = cell.outcome.get("zero_scope", "events")
    mh_exact = cell.outcome.get("mh_exact", False)

    def of_tables(tables: tuple[np.ndarray, ...]) -> ResultUnderAssumption | None:
        a, n1, c, n2 = tables
        pooled = partial(pool_tables, a, n1, c, n2, cell.measure, zero_scope=zero_scope, mh_exact=mh_exact)
        return _row(fit_model(model, pooled))

    extremes = {name: of_tables(tables) for name, tables in extreme_counts(known).items()}
    wanted = cell.outcome.get("direction") != "lower_is_better"
    best, worst = ("experimental_events", "control_events") if wanted else ("control_events", "experimental_events")
    e, c = known.experimental, known.control
    grid = None
    if measure_of(cell.measure).zero_rule:
        logs = np.log(imors)
        pairs = np.repeat(logs, logs.size), np.tile(logs, logs.size)
        y, v = imor_effect(cell.measure, known, pairs[0], pairs[1], sd=sd, zero_scope=zero_scope)
        found = fit_model(model, partial(fit, y, v))
        grid = {"imor": imors}
        grid |= {name: np.reshape(getattr(found, name), (logs.size, -1)) for name in ("estimate", "ci_low", "ci_high")}
    return {
        "model": model["key"],
        "track": model.get("track"),
        "observed": of_tables((e.events, e.n, c.events, c.n)),
        "grid": grid,
        "best": extremes[best],
        "worst": extremes[worst],
    }


def _row(found: Fit | None) -> ResultUnderAssumption | None:
    """The result, or None where a rule leaves the choice open."""
    if found is None:
        return None
    return {
        "estimate": single(found.estimate),
        "ci_low": single(found.ci_low),
        "ci_high": single(found.ci_high),
        "excludes_zero": bool(found.excludes_null),
    }
