"""Blocks that stand beside the declared models: the method ladder and the Bayesian analysis."""

from __future__ import annotations

import math
from collections.abc import Mapping

from metawright.heterogeneity.method_ladder import FLAGS, method_ladder
from metawright.measures.registry import measure_of
from metawright.pooling.bayes import bayes
from metawright.pooling.priors import MeanPrior
from metawright.sensitivity.examination.case import Case, done

#: Units of effects to which priors of standardised effects apply as they are.
STANDARDISED = ("sd", "correlation", "ratio")


def bayes_block(case: Case) -> dict:
    """Posterior of the cell under every declared prior that has its measure."""
    cell, mid, mean = case.all_trials.cell, case.mid, _mean_prior(case)
    head = {"mid": mid, "mean_prior": (MeanPrior(**mean) if mean else MeanPrior()).words}
    if cell.k == 0:
        return {"status": "awaiting_data", "reason": "no data", **head, "posteriors": []}
    wanted = [one for one in case.settings["priors"]["tau"] if not one["measures"] or cell.measure in one["measures"]]
    entries, possible = {}, []
    for one in wanted:
        prior, reason = _prior(one, case)
        if reason:
            entries[one["key"]] = {"key": one["key"], "status": "refused", "reason": reason}
        else:
            possible.append(prior)
    pool = {"outcome": cell.outcome["key"], "period": cell.period, "status": cell.status, "k": cell.k}
    found = bayes({**pool, "studies": list(cell.trials)}, possible, mean, mid)["posteriors"]
    entries |= {one["key"]: one for one in found}
    labels = {one["key"]: one.get("label") or one["key"] for one in wanted}
    return done(**head, posteriors=[{**entries[key], "label": label} for key, label in labels.items()])


def _mean_prior(case: Case) -> dict | None:
    block = case.settings["priors"].get("mean")
    return {"mean": float(block["mean"]), "sd": float(block["sd"])} if block else None


def _prior(one: Mapping, case: Case) -> tuple[dict, str]:
    """Return a prior in the unit of the effects, or the reason for which it cannot be had."""
    prior = {name: value for name, value in one.items() if name in ("key", "family", "loc", "scale", "df")}
    if one["unit"] == "outcome" or one["family"] == "flat" or measure_of(case.cell.measure).unit in STANDARDISED:
        return prior, ""
    sd = reference_sd(case)
    return {**prior, "sd": sd}, "" if sd else "needs the standard deviation of the outcome (sensitivity.reference_sd)"


def reference_sd(case: Case) -> float | None:
    """The SD that turns a standardised difference into the outcome's unit: declared, or found in the trials."""
    declared = case.settings["reference_sd"].get(case.cell.outcome["key"])
    if declared is not None:
        return float(declared)
    if measure_of(case.cell.measure).unit == "risk":
        return _binary_sd(case)
    return case.spread


def _binary_sd(case: Case) -> float | None:
    counts = case.all_trials.cell.counts
    if counts is None or counts.size == 0:
        return None
    risk = float(counts[[0, 2]].sum() / counts[[1, 3]].sum())
    return math.sqrt(risk * (1.0 - risk)) or None


def ladder_block(case: Case, posteriors: list[Mapping]) -> dict:
    """Every usual model of the cell side by side, with the posteriors among them."""
    cell = case.all_trials.cell
    made = {one["key"]: one for one in posteriors if one["status"] == "done"}
    found = method_ladder(cell, case.models, made)
    status = {"pooled": "done"}.get(cell.status, cell.status)
    reason = "" if cell.k > 1 else "; ".join(found["remarks"])
    content = {name: value for name, value in found.items() if name not in ("outcome", "period", "status", "k")}
    return {"status": status, "reason": reason, **content, "flag_words": dict(FLAGS)}
