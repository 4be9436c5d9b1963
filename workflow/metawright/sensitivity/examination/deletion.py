"""Blocks about single trials: influence, Baujat coordinates, order of entry, all subsets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from metawright.sensitivity.baujat import baujat
from metawright.sensitivity.cumulative import MINIMUM, cumulative, precision_order, year_order
from metawright.sensitivity.documents import (
    BaujatBlock,
    BaujatModel,
    BaujatTrial,
    CumulativeBlock,
    CumulativeModel,
    CumulativeOrder,
    CumulativeStep,
    InfluenceBlock,
    InfluenceLimits,
    InfluenceModel,
    InfluenceTrial,
)
from metawright.sensitivity.examination.case import Block, Case, absent, done, impossible
from metawright.sensitivity.gosh import Gosh, gosh
from metawright.sensitivity.influence import Influence, influence
from metawright.sensitivity.refit import Refit, model_of

_STEP = ("k", "estimate", "se", "ci_low", "ci_high", "p", "i2", "tau2")
#: Median of the chi-square distribution with one degree of freedom.
COOK_LIMIT = 0.4549364231195724
#: Up to this many subsets each is kept as a point for the figure, above it a histogram.
MOST_POINTS = 2_000


def influence_block(case: Case) -> InfluenceBlock:
    """Deletion diagnostics of every trial under every model."""
    block = absent(case, "one trial: there is nothing to leave out")
    if block:
        return {**block, "models": []}
    entries: dict[str, InfluenceModel] = {}
    for part, refits in case.without_each:
        found = influence(part.trials, part.requested, refits)
        for model in part.models:
            one = found[model_of(model)]
            trials = [_influence_of(one, place, study) for place, study in enumerate(part.studies)]
            entries[model["key"]] = {**case.head(model), "limits": _limits(part.trials.k), "trials": trials}
    return {**done(), "models": case.in_order(entries)}


def _influence_of(found: Influence, place: int, study: str) -> InfluenceTrial:
    return {
        "study": study,
        "rstudent": float(found.rstudent[place]),
        "dffits": float(found.dffits[place]),
        "cook_d": float(found.cook_d[place]),
        "cov_r": float(found.cov_r[place]),
        "tau2_del": float(found.tau2_del[place]),
        "q_del": float(found.q_del[place]),
        "hat": float(found.hat[place]),
        "weight": float(found.weight[place]),
        "dfbs": float(found.dfbs[place]),
        "flagged": bool(found.flagged[place]),
    }


def _limits(k: int) -> InfluenceLimits:
    """Absolute values beyond which a trial is flagged."""
    return {"dffits": 3.0 * np.sqrt(1.0 / (k - 1)), "cook_d": COOK_LIMIT, "hat": 3.0 / k, "dfbs": 1.0}


def baujat_block(case: Case) -> BaujatBlock:
    """Contribution of every trial to heterogeneity and to the result, under every model."""
    block = absent(case, "one trial: there is nothing to compare")
    if block:
        return {**block, "models": []}
    entries: dict[str, BaujatModel] = {}
    for part, refits in case.without_each:
        found = baujat(part.trials, part.requested, refits)
        for model in part.models:
            one = found[model_of(model)]
            pairs = zip(part.studies, one.heterogeneity.tolist(), one.influence.tolist(), strict=True)
            trials: list[BaujatTrial] = [{"study": study, "heterogeneity": x, "influence": y} for study, x, y in pairs]
            entries[model["key"]] = {**case.head(model), "trials": trials}
    return {**done(), "models": case.in_order(entries)}


def cumulative_block(case: Case) -> CumulativeBlock:
    """Refits as trials accumulate, in every declared order, under every model."""
    block = absent(case, "one trial is no history")
    if block:
        return {**block, "orders": []}
    if case.cell.k < MINIMUM:
        return {**impossible(f"needs at least {MINIMUM} trials"), "orders": []}
    orders: list[CumulativeOrder] = []
    without: list[str] = []
    for name in case.settings["cumulative"]["orders"]:
        if name == "year" and all(case.year(trial["study"]) is None for trial in case.cell.trials):
            without.append("no trial has a year in studies.csv")
            continue
        orders.append({"order": name, "models": _histories(case, name)})
    if not orders:
        return {**impossible("; ".join(without) or "no order is declared"), "orders": []}
    return {"status": "done", "reason": "; ".join(without), "orders": orders}


def _histories(case: Case, name: str) -> list[CumulativeModel]:
    entries: dict[str, CumulativeModel] = {}
    for part in case.parts(fewest=MINIMUM):
        years = [case.year(study) for study in part.studies]
        order = (
            year_order([np.nan if year is None else year for year in years], part.studies)
            if name == "year"
            else precision_order(part.trials.v, part.studies)
        )
        found = cumulative(part.trials, order, part.requested)
        entered = [(part.studies[place], years[place]) for place in order]
        for model in part.models:
            steps = _steps(found[model_of(model)].steps, entered)
            entries[model["key"]] = {**case.head(model), "steps": steps}
    return case.in_order(entries)


def _steps(result: Refit, entered: Sequence[tuple[str, int | None]]) -> list[CumulativeStep]:
    """The history of a pool, given name and year of the trials as they enter."""
    size = len(result.tau2)
    columns = {name: np.broadcast_to(getattr(result.fit, name), (size,)).tolist() for name in _STEP}
    significant = result.significant.tolist()
    return [
        {
            "k": columns["k"][step],
            "estimate": columns["estimate"][step],
            "se": columns["se"][step],
            "ci_low": columns["ci_low"][step],
            "ci_high": columns["ci_high"][step],
            "p": columns["p"][step],
            "i2": columns["i2"][step],
            "tau2": columns["tau2"][step],
            "significant": significant[step],
            "study": study,
            "year": year,
        }
        for step, (study, year) in zip(range(size), entered, strict=True)
    ]


def gosh_block(case: Case) -> Block:
    """Every subset of the trials under the headline of each track."""
    block = absent(case, "one trial has no subsets")
    if block:
        return {**block, "models": []}
    entries: dict[str, Block] = {}
    for part in case.parts(case.headlines, fewest=2):
        settings = case.settings["gosh"]
        found = gosh(part.trials, part.requested, sample=settings["sample"], seed=settings["seed"])
        for model in part.models:
            entries[model["key"]] = {**case.head(model), **_of_subsets(found[model_of(model)], part.studies)}
    head = done() if entries else impossible("no track is declared")
    return {**head, "models": case.in_order(entries)}


def _of_subsets(found: Gosh, studies: list[str]) -> Block:
    summary = found.summary()
    pairs = list(zip(summary["with_trial"], summary["without_trial"], strict=True))
    counted = {name: value for name, value in summary.items() if name not in ("with_trial", "without_trial")}
    trials = [
        {"study": study, "with_trial": a, "without_trial": b} for study, (a, b) in zip(studies, pairs, strict=True)
    ]
    moved = np.abs([a - b for a, b in pairs])
    place = int(np.nanargmax(moved)) if np.isfinite(moved).any() else None
    inside = found.subsets.present()[place] if place is not None else np.zeros(len(found.subsets), dtype=bool)
    points = histogram = None
    if len(found.subsets) <= MOST_POINTS:
        points = {"estimate": found.estimate, "i2": found.i2, "size": found.sizes, "highlighted": inside}
    else:
        histogram = _histogram(found, inside)
    highlight = None if place is None else studies[place]
    return {**counted, "trials": trials, "highlight": highlight, "points": points, "histogram": histogram}


def _histogram(found: Gosh, inside: np.ndarray) -> Block:
    counts, estimates, i2 = found.histogram()
    chosen = inside & np.isfinite(found.estimate) & np.isfinite(found.i2)
    part, _, _ = np.histogram2d(found.estimate[chosen], found.i2[chosen], bins=[estimates, i2])
    counts, part = (values.astype(int) for values in (counts, part))
    return {"estimate_edges": estimates, "i2_edges": i2, "counts": counts, "highlighted": part}
