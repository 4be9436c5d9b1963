"""Blocks that stand beside the declared models: the method ladder and the Bayesian analysis."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from metawright.heterogeneity.method_ladder import FLAGS, method_ladder
from metawright.measures.registry import measure_of
from metawright.pooling.bayes import bayes
from metawright.pooling.documents import PoolOfTrials, ScaledPrior
from metawright.pooling.priors import MeanPrior
from metawright.reading.protocol import MeanPrior as NormalMean
from metawright.reading.protocol import TauPrior
from metawright.sensitivity.examination.case import Block, Case, done, without_data

#: Units of effects to which priors of standardised effects apply as they are.
STANDARDISED = ("sd", "correlation", "ratio")


def bayes_block(case: Case) -> Block:
    """Posterior of the cell under every declared prior that has its measure."""
    cell, mid, mean = case.all_trials.cell, case.mid, _mean_prior(case)
    head = {"mid": mid, "mean_prior": (MeanPrior(mean["mean"], mean["sd"]) if mean else MeanPrior()).words}
    if cell.k == 0:
        return {**without_data(), **head, "posteriors": []}
    wanted = [one for one in case.settings["priors"]["tau"] if not one["measures"] or cell.measure in one["measures"]]
    entries: dict[str, Block] = {}
    possible: list[ScaledPrior] = []
    for one in wanted:
        prior, reason = _prior(one, case)
        if reason:
            entries[one["key"]] = {"key": one["key"], "status": "refused", "reason": reason}
        else:
            possible.append(prior)
    pool: PoolOfTrials = {
        "outcome": cell.outcome["key"],
        "period": cell.period,
        "status": cell.status,
        "k": cell.k,
        "studies": list(cell.trials),
    }
    entries |= {str(one["key"]): one for one in bayes(pool, possible, mean, mid)["posteriors"]}
    labels = {one["key"]: one.get("label") or one["key"] for one in wanted}
    posteriors = [{**entries[key], "label": label} for key, label in labels.items()]
    return {**done(), **head, "posteriors": posteriors}


def _mean_prior(case: Case) -> NormalMean | None:
    block = case.settings["priors"].get("mean")
    return {"mean": float(block["mean"]), "sd": float(block["sd"])} if block else None


def _prior(one: TauPrior, case: Case) -> tuple[ScaledPrior, str]:
    """Return a prior in the unit of the effects, or the reason for which it cannot be had."""
    prior: ScaledPrior = {"key": one["key"], "family": one["family"]}
    if "scale" in one:
        prior["scale"] = one["scale"]
    if "loc" in one:
        prior["loc"] = one["loc"]
    if "df" in one:
        prior["df"] = one["df"]
    if one["unit"] == "outcome" or one["family"] == "flat" or measure_of(case.cell.measure).unit in STANDARDISED:
        return prior, ""
    sd = reference_sd(case)
    if not sd:
        return prior, "needs the standard deviation of the outcome (sensitivity.reference_sd)"
    return {**prior, "sd": sd}, ""


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


def ladder_block(case: Case, posteriors: Sequence[Mapping[str, Any]]) -> Block:
    """Every usual model of the cell side by side, with the posteriors among them."""
    cell = case.all_trials.cell
    made = {one["key"]: one for one in posteriors if one["status"] == "done"}
    found = method_ladder(cell, case.models, made)
    status = {"pooled": "done"}.get(cell.status, cell.status)
    reason = "" if cell.k > 1 else "; ".join(found["remarks"])
    content = {name: value for name, value in found.items() if name not in ("outcome", "period", "status", "k")}
    return {"status": status, "reason": reason, **content, "flag_words": dict(FLAGS)}
