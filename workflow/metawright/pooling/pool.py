"""Pool one cell under every declared model."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from metawright.measures.registry import measure_of
from metawright.pooling.cell import Cell
from metawright.pooling.documents import POOLED_COLUMNS
from metawright.pooling.fit import Fit, fit
from metawright.pooling.prediction import prediction_interval
from metawright.pooling.q_profile import QProfile, q_profile
from metawright.pooling.quantiles import normal
from metawright.pooling.rule import FIXED, Rule, RuleFit, choose
from metawright.pooling.tables import pool_tables

_OF_FIT = ("estimate", "se", "ci_low", "ci_high", "statistic", "df", "p")
_OF_SEVERAL = ("q", "q_df", "q_p", "i2", "h2", "i2_q", "tau2")


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
        choices = {"mh_exact": outcome["mh_exact"], "zero_scope": outcome["zero_scope"]}
        counts = cell.counts if present is None else np.where(present, cell.counts[:, :, None], np.nan)
        return pool_tables(*counts, cell.measure, tau2_method, interval, **choices)
    if present is None:
        return fit(cell.y, cell.v, tau2_method, interval)
    y = np.broadcast_to(cell.y[:, None], present.shape)
    return fit(y, np.where(present, cell.v[:, None], np.inf), tau2_method, interval)


def rule_of(model: Mapping) -> Rule:
    """Return the selection rule that a model of the protocol declares."""
    block = model["rule"]
    branches = {name: (block[name]["tau2_method"], block[name]["interval"]) for name in ("fixed", "random")}
    choices = {name: block[name] for name in ("p_above", "i2_below", "combine", "on_discordance")}
    return Rule(**choices, **branches)


def apply_rule(cell: Cell, rule: Rule, present: np.ndarray | None = None) -> RuleFit:
    """Fit both branches of a rule to a cell, or to parts of its trials (see `fit_cell`), and choose."""
    return choose(fit_cell(cell, *rule.fixed, present), fit_cell(cell, *rule.random, present), rule)


def pool(
    cell: Cell,
    models: Sequence[Mapping],
    prediction: str = "V",
    contaminated: Mapping[str, str] | None = None,
) -> dict:
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
    trials = [
        {**trial, "ci_low": low, "ci_high": high}
        for trial, low, high in zip(cell.trials, cell.y - half, cell.y + half, strict=True)
    ]
    profiles: dict[tuple[int, ...], QProfile | None] = {}
    entries = []
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


def pooled_rows(pools: Iterable[Mapping]) -> list[dict]:
    """Return the rows of `pooled.csv` from the pools, in their order."""
    return [{name: entry[name] for name in POOLED_COLUMNS} for cell in pools for entry in cell["models"]]


def _among_all(entry: dict, cell: Cell, places: Sequence[int]) -> dict:
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


def _entry(cell: Cell, model: Mapping, profile: QProfile | None, prediction: str) -> dict:
    row = dict.fromkeys(POOLED_COLUMNS)
    row.update(
        outcome=cell.outcome["key"],
        period=cell.period,
        model=model["key"],
        track=model.get("track"),
        status=cell.status,
        measure=cell.measure,
        k=cell.k,
        n=cell.participants,
        n_experimental=cell.total("experimental"),
        n_control=cell.total("control"),
        selected_by_rule=False,
    )
    entry = {**row, "weights": None, "converged": None, "notes": [], "rule": None, "candidates": []}
    if "rule" in model:
        entry["rule"] = {**model["rule"], "discordant": False, "chosen": None}
    if cell.k == 0:
        return entry
    if cell.k == 1:
        # one trial: its own estimate with the z interval, whatever the model
        single = fit(cell.y, cell.v, "FE", "z")
        entry.update({name: _of(single, name) for name in _OF_FIT}, interval="z", weights=[100.0])
        return entry
    if "rule" not in model:
        _fill(entry, fit_cell(cell, model["tau2_method"], model["interval"]), model["interval"], profile, prediction)
        return entry
    result = apply_rule(cell, rule_of(model))
    entry["rule"].update(discordant=result.discordant, chosen=result.chosen)
    entry["selected_by_rule"] = True
    if result.discordant:
        for name, candidate in (("fixed", result.fixed), ("random", result.random)):
            filled = {**row, "branch": name, "notes": []}
            _fill(filled, candidate, model["rule"][name]["interval"], profile, prediction)
            entry["candidates"].append(filled)
    if result.fit is None:
        # the protocol asks for a decision: no estimate, but what the two candidates share
        entry.update({name: _of(result.fixed, name) for name in ("q", "q_df", "q_p", "i2_q")}, status="undecided")
        entry["notes"].append("P and I² disagree and the protocol leaves the choice open: no result until it is made")
        return entry
    branch = "fixed" if result.chosen == FIXED else "random"
    _fill(entry, result.fit, model["rule"][branch]["interval"], profile, prediction)
    return entry


def _fill(entry: dict, result: Fit, declared: str, profile: QProfile, prediction: str) -> None:
    """Write a fit of several trials into an entry; *declared* is the interval that the model asks for."""
    entry.update({name: _of(result, name) for name in (*_OF_FIT, *_OF_SEVERAL)})
    entry.update(tau2_method=result.tau2_method, interval=result.interval)
    entry.update(weights=result.weights, converged=result.converged)
    if result.tau2_method != "FE":
        interval = prediction_interval(result, prediction)
        entry.update(tau2_low=profile.tau2_low, tau2_high=profile.tau2_high, pi_low=interval.low, pi_high=interval.high)
    notes = entry["notes"]
    if result.interval != declared:
        notes.append(f"this model has no {declared} interval; the {result.interval} interval is given instead")
    if result.degenerate:
        notes.append("all estimates are identical: the interval has width 0 and says nothing about significance")
    if not result.converged:
        notes.append("the iteration for tau² did not converge")
    if np.isnan(result.estimate):
        notes.append("not estimable under this model")


def _of(result: Fit, name: str) -> float | int:
    """Return a number of a fit; degrees of freedom as the whole numbers that they are."""
    value = getattr(result, name)
    return int(value) if name in ("df", "q_df") and not np.isnan(value) else value
