"""Pool one cell under every declared model."""

from collections.abc import Iterable, Sequence
from typing import cast

import numpy as np

from metawright.files.known import known
from metawright.measures.arrays import Number, single
from metawright.measures.registry import measure_of
from metawright.pooling.cell import Cell
from metawright.pooling.documents import POOLED_COLUMNS, Candidate, FittedRow, ModelResult, Pool, PooledRow, PooledTrial
from metawright.pooling.fit import Fit, fit
from metawright.pooling.prediction import prediction_interval
from metawright.pooling.q_profile import QProfile, q_profile
from metawright.pooling.quantiles import normal
from metawright.pooling.rule import FIXED, Rule, RuleFit, choose
from metawright.pooling.tables import pool_tables
from metawright.reading.protocol import Contaminated, DeclaredModel, RuleModel


def fit_cell(cell: Cell, tau2_method: str, interval: str, present: np.ndarray | None = None) -> Fit:
    """Fit one model to a cell; Mantel-Haenszel and Peto outcomes by their tables, all others by their effects.

    Parameters
    ----------
    cell : Cell
    tau2_method, interval : str
    present : ndarray of bool, shape (k, R), optional
        Which trials each of R replicates pools: a block of fits, to the bit those of the trials present alone.
    """
    if cell.counts is not None and measure_of(cell.measure).weighing.of_tables:
        outcome = cell.outcome
        a, n1, c, n2 = cell.counts if present is None else np.where(present, cell.counts[:, :, None], np.nan)
        zero_scope, mh_exact = outcome["zero_scope"], outcome["mh_exact"]
        return pool_tables(a, n1, c, n2, cell.measure, tau2_method, interval, mh_exact=mh_exact, zero_scope=zero_scope)
    if present is None:
        return fit(cell.y, cell.v, tau2_method, interval)
    y = np.broadcast_to(cell.y[:, None], present.shape)
    return fit(y, np.where(present, cell.v[:, None], np.inf), tau2_method, interval)


def rule_of(model: RuleModel) -> Rule:
    """Return the selection rule that a model of the protocol declares."""
    block = model["rule"]
    fixed, random = ((branch["tau2_method"], branch["interval"]) for branch in (block["fixed"], block["random"]))
    return Rule(block["p_above"], block["i2_below"], block["combine"], block["on_discordance"], fixed, random)


def apply_rule(cell: Cell, rule: Rule, present: np.ndarray | None = None) -> RuleFit:
    """Fit both branches of a rule to a cell, or to parts of its trials (see `fit_cell`), and choose."""
    return choose(fit_cell(cell, *rule.fixed, present), fit_cell(cell, *rule.random, present), rule)


def pool(
    cell: Cell,
    models: Sequence[DeclaredModel],
    prediction: str = "V",
    contaminated: Contaminated | None = None,
) -> Pool:
    """Pool a cell under every model.

    Parameters
    ----------
    cell : Cell
        The trials.
    models : sequence of mappings
        The models of the completed protocol.
    prediction : str
        Name of the prediction interval (`prediction_interval` of the protocol).
    contaminated : mapping, optional
        The protocol's block of that name: which tracks leave out trials whose control arm had the treatment.

    Returns
    -------
    dict
        Status, counts (`n`: participants, each person once, None unless every trial states them; `n_experimental`,
        `n_control`: those of the arms, over the trials that state them), the trials with their 95% z intervals, and
        under `models` one entry per model: the columns of `pooled.csv`, the weights in percent, whether the iteration
        converged, remarks in words, and for a rule what it chose and, if it was discordant, both candidates. A model
        that leaves out trials says so in `excluded` (their names): its k, status and numbers of participants are its
        own, and its weights have a null in their places. The cell's own k and status count every trial.
    """
    half = normal(0.95) * np.sqrt(cell.v)
    trials: list[PooledTrial] = [
        {**trial, "ci_low": low, "ci_high": high}
        for trial, low, high in zip(cell.trials, cell.y - half, cell.y + half, strict=True)
    ]
    profiles: dict[tuple[int, ...], QProfile | None] = {}
    entries: list[ModelResult] = []
    for model in models:
        places = tuple(cell.places_of(model, contaminated))
        part = cell.only(places)
        if places not in profiles:
            profiles[places] = q_profile(part.y, part.v) if part.k > 1 else None
        entries.append(_among_all(_entry(part, model, profiles[places], prediction), cell, places))
    return {
        "outcome": cell.outcome["key"],
        "period": cell.period,
        "measure": cell.measure,
        "status": cell.status,
        "k": cell.k,
        "n": cell.participants,
        "n_experimental": cell.total("experimental"),
        "n_control": cell.total("control"),
        "studies": trials,
        "models": entries,
    }


def pooled_rows(pools: Iterable[Pool]) -> list[PooledRow]:
    """Return the rows of `pooled.csv` from the pools, in their order."""
    return [_row_of(entry) for cell in pools for entry in cell["models"]]


def _row_of(entry: ModelResult) -> PooledRow:
    """Return the columns of `pooled.csv` alone."""
    row = {name: value for name, value in entry.items() if name in POOLED_COLUMNS}
    return cast(PooledRow, row)  # an entry is such a row and more


def _among_all(entry: ModelResult, cell: Cell, places: Sequence[int]) -> ModelResult:
    """Say which trials of the cell a model leaves out, and put its weights in the order of all of them."""
    entry["excluded"] = [trial["study"] for place, trial in enumerate(cell.trials) if place not in places]
    if not entry["excluded"]:
        return entry
    if entry["weights"] is not None:
        of = dict(zip(places, entry["weights"], strict=True))
        entry["weights"] = [of.get(place) for place in range(cell.k)]
    names = ", ".join(entry["excluded"])
    entry["notes"].append(f"left out, because the control arm has had the experimental treatment: {names}")
    return entry


def _entry(cell: Cell, model: DeclaredModel, profile: QProfile | None, prediction: str) -> ModelResult:
    row: PooledRow = {
        "outcome": cell.outcome["key"],
        "period": cell.period,
        "model": model["key"],
        "track": model.get("track"),
        "status": cell.status,
        "measure": cell.measure,
        "k": cell.k,
        "n": cell.participants,
        "n_experimental": cell.total("experimental"),
        "n_control": cell.total("control"),
        "tau2_method": None,
        "interval": None,
        "selected_by_rule": False,
        "estimate": None,
        "se": None,
        "ci_low": None,
        "ci_high": None,
        "statistic": None,
        "df": None,
        "p": None,
        "q": None,
        "q_df": None,
        "q_p": None,
        "i2": None,
        "h2": None,
        "i2_q": None,
        "tau2": None,
        "tau2_low": None,
        "tau2_high": None,
        "pi_low": None,
        "pi_high": None,
    }
    entry: ModelResult = {
        **row,
        "weights": None,
        "converged": None,
        "notes": [],
        "rule": {**model["rule"], "discordant": False, "chosen": None} if "rule" in model else None,
        "candidates": [],
        "excluded": [],
    }
    if cell.k == 0:
        return entry
    if cell.k == 1:
        # one trial: its own estimate with the z interval, whatever the model
        alone = fit(cell.y, cell.v, "FE", "z")
        _fill_result(entry, alone)
        entry["interval"], entry["weights"] = "z", [100.0]
        return entry
    if "rule" not in model:
        _fill(entry, fit_cell(cell, model["tau2_method"], model["interval"]), model["interval"], profile, prediction)
        return entry
    result = apply_rule(cell, rule_of(model))
    entry["rule"] = {**model["rule"], "discordant": bool(result.discordant), "chosen": str(result.chosen)}
    entry["selected_by_rule"] = True
    if result.discordant:
        block = model["rule"]
        branches = (("fixed", result.fixed, block["fixed"]), ("random", result.random, block["random"]))
        for name, candidate, declared in branches:
            filled: Candidate = {**row, "branch": name, "notes": [], "weights": None, "converged": None}
            _fill(filled, candidate, declared["interval"], profile, prediction)
            entry["candidates"].append(filled)
    if result.fit is None:
        # the protocol asks for a decision: no estimate, but what the two candidates share
        entry["q"], entry["q_df"] = single(result.fixed.q), _whole(result.fixed.q_df)
        entry["q_p"], entry["i2_q"] = single(result.fixed.q_p), single(result.fixed.i2_q)
        entry["status"] = "undecided"
        entry["notes"].append("P and I² disagree and the protocol leaves the choice open: no result until it is made")
        return entry
    branch = "fixed" if result.chosen == FIXED else "random"
    _fill(entry, result.fit, model["rule"][branch]["interval"], profile, prediction)
    return entry


def _fill(entry: FittedRow, result: Fit, declared: str, profile: QProfile | None, prediction: str) -> None:
    """Write a fit of several trials into an entry; *declared* is the interval that the model asks for."""
    _fill_result(entry, result)
    entry["q"], entry["q_df"], entry["q_p"] = single(result.q), _whole(result.q_df), single(result.q_p)
    entry["i2"], entry["h2"], entry["i2_q"] = single(result.i2), single(result.h2), single(result.i2_q)
    entry["tau2"] = single(result.tau2)
    entry["tau2_method"], entry["interval"] = result.tau2_method, result.interval
    entry["weights"], entry["converged"] = result.weights.tolist(), bool(result.converged)
    if result.tau2_method != "FE":
        limits, interval = known(profile), prediction_interval(result, prediction)
        entry["tau2_low"], entry["tau2_high"] = single(limits.tau2_low), single(limits.tau2_high)
        entry["pi_low"], entry["pi_high"] = single(interval.low), single(interval.high)
    notes = entry["notes"]
    if result.interval != declared:
        notes.append(f"this model has no {declared} interval; the {result.interval} interval is given instead")
    if result.degenerate:
        notes.append("all estimates are identical: the interval has width 0 and says nothing about significance")
    if not result.converged:
        notes.append("the iteration for tau² did not converge")
    if np.isnan(result.estimate):
        notes.append("not estimable under this model")


def _fill_result(entry: FittedRow, result: Fit) -> None:
    """Write estimate, interval and P of a fit into an entry."""
    entry["estimate"], entry["se"] = single(result.estimate), single(result.se)
    entry["ci_low"], entry["ci_high"] = single(result.ci_low), single(result.ci_high)
    entry["statistic"], entry["df"], entry["p"] = single(result.statistic), _whole(result.df), single(result.p)


def _whole(df: Number) -> float:
    """Return degrees of freedom as the whole number that they are; NaN stays."""
    value = single(df)
    return value if np.isnan(value) else int(value)
