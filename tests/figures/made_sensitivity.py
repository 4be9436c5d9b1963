"""What the sensitivity stage leaves of a few pools of the shipped reviews, computed by the library in a moment.

`data/cells.csv` holds their effects: two trials (ALS), nine (common cold), 11 to 25 (deep-brain stimulation) and BCG.
"""

import csv
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from metawright.figures.cell.sensitivity_data import sensitivity_data
from metawright.figures.cell.specification_data import specification_data
from metawright.figures.outcome.periods_data import periods_data
from metawright.figures.review.verdicts_data import verdicts_data
from metawright.files.documents import plain
from metawright.heterogeneity.method_ladder import FLAGS, method_ladder
from metawright.heterogeneity.periods import compare_periods
from metawright.measures.registry import measure_of
from metawright.pooling import bayes
from metawright.pooling.cell import Cell
from metawright.pooling.pool import apply_rule, fit_cell, rule_of
from metawright.sensitivity import baujat, cumulative, gosh, influence
from metawright.sensitivity.leave_one_out import leave_one_out
from metawright.sensitivity.missing_data import missing_data
from metawright.sensitivity.missing_events import missing_events
from metawright.sensitivity.multiverse import multiverse
from metawright.sensitivity.refit import model_of, trials_of
from metawright.sensitivity.small_study.assess import assess
from metawright.sensitivity.specifications import DataChoice, model_grid
from metawright.sensitivity.verdict import verdict

MODELS = (
    {"key": "as-published", "track": "protocol", "rule": {"p_above": 0.1, "i2_below": 50, "combine": "and",
     "on_discordance": "fixed", "fixed": {"tau2_method": "FE", "interval": "z"},
     "random": {"tau2_method": "DL", "interval": "z"}}},
    {"key": "REML-HKSJ", "track": "recommended", "tau2_method": "REML", "interval": "HKSJ"},
)  # fmt: skip
OUTCOMES = {
    "als": {"key": "ALSFRS-R", "label": "ALS Functional Rating Scale, revised", "measure": "MD",
            "direction": "higher_is_better", "unit": "points"},
    "cold-smd": {"key": "runny_nose", "label": "Runny nose, change from baseline", "measure": "SMD",
                 "direction": "higher_is_better"},
    "cold-or": {"key": "runny_nose_goal", "label": "Runny nose: goal reached", "measure": "OR",
                "direction": "higher_is_better"},
    "dbs": {"key": "updrs_motor", "label": "UPDRS motor score, mean change from before implantation",
            "measure": "GIV", "direction": "lower_is_better"},
    "bcg": {"key": "tuberculosis", "label": "Tuberculosis", "measure": "RR", "direction": "lower_is_better"},
}  # fmt: skip
ARMS = {
    "als": {"experimental": ["exercise"], "control": ["usual care"]},
    "cold-smd": {"experimental": ["antihistamine"], "control": ["placebo"]},
    "cold-or": {"experimental": ["antihistamine"], "control": ["placebo"]},
    "dbs": {"experimental": ["stimulation"], "control": ["before implantation"]},
    "bcg": {"experimental": ["vaccine"], "control": ["no vaccine"]},
}
PERIODS = {
    "medium": "5-8 months", "long": "9-12 months", "short": "0-4 months", "3-months": "3 months",
    "6-months": "6 months", "12-months": "12 months", "long-term": "Long-term follow-up",
}  # fmt: skip


@cache
def _rows():
    with (Path(__file__).parent / "data" / "cells.csv").open(newline="") as stream:
        return tuple(csv.DictReader(stream))


def block_of(name):
    """Return which of `OUTCOMES` the cell *name* belongs to."""
    return next(key for key in OUTCOMES if name.startswith(key))


def period_of(name):
    key = name.removeprefix(block_of(name)).strip("-") or "all"
    return {"key": key, "label": PERIODS.get(key, "")}


def rows_of(name, k=None):
    return [row for row in _rows() if row["cell"] == name][:k]


def cell_of(name, k=None):
    rows = rows_of(name, k)
    trials = tuple(
        {
            "study": row["study"],
            "row_ids": "",
            "n": None,
            "n_experimental": None,
            "n_control": None,
            "year": row["year"],
        }
        for row in rows
    )
    y, v = (np.array([float(row[key]) for row in rows]) for key in ("y", "v"))
    return Cell(OUTCOMES[block_of(name)], period_of(name)["key"], trials, y, v, None)


def _head(model, fitted):
    return {
        "model": model["key"],
        "track": model["track"],
        "tau2_method": fitted.tau2_method,
        "interval": fitted.interval,
        "excluded": [],
    }


def _fitted(cell, model):
    if "rule" in model:
        return apply_rule(cell, rule_of(model)).fit
    return fit_cell(cell, model["tau2_method"], model["interval"])


def _entries(cell, results, columns):
    """Per model its head and per trial the named columns of the analysis."""
    return [
        _head(model, _fitted(cell, model))
        | {"trials": [
            {"study": trial["study"]} | {name: getattr(result, name)[i] for name in columns}
            for i, trial in enumerate(cell.trials)
        ]}
        for model, result in zip(MODELS, results.values(), strict=True)
    ]  # fmt: skip


def _cumulative(cell, trials, models):
    orders = []
    years = [int(trial["year"]) if trial["year"] else None for trial in cell.trials]
    found = {"precision": cumulative.precision_order(trials.v, trials.studies)}
    if None not in years:
        found = {"year": cumulative.year_order(years, trials.studies)} | found
    for order, places in found.items():
        entries = []
        for model, result in zip(MODELS, cumulative.cumulative(trials, places, models).values(), strict=True):
            steps = result.steps
            names = ("k", "estimate", "se", "ci_low", "ci_high", "p", "i2", "tau2")
            entries.append(
                _head(model, _fitted(cell, model))
                | {"steps": [
                    {"study": trials.studies[place], "year": years[place], "significant": steps.significant[i]}
                    | {name: np.broadcast_to(getattr(steps.fit, name), places.shape)[i] for name in names}
                    for i, place in enumerate(places)
                ]}
            )  # fmt: skip
        orders.append({"order": order, "models": entries})
    return orders


def _gosh(cell, trials, models):
    entries = []
    for model, result in zip(MODELS, gosh.gosh(trials, models, sample=6000).values(), strict=True):
        summary = result.summary()
        means = list(zip(trials.studies, summary["with_trial"], summary["without_trial"], strict=True))
        highlight = max(means, key=lambda one: abs(one[1] - one[2]))[0]
        holds = result.subsets.present()[trials.studies.index(highlight)]
        few = len(result.subsets) <= 2000
        histogram = None
        if not few:
            counts, estimate, i2 = result.histogram()
            shown = np.isfinite(result.estimate) & np.isfinite(result.i2) & holds
            inside = np.histogram2d(result.estimate[shown], result.i2[shown], bins=[estimate, i2])[0]
            histogram = {"estimate_edges": estimate, "i2_edges": i2, "counts": counts, "highlighted": inside}
        points = {"estimate": result.estimate, "i2": result.i2, "size": result.sizes, "highlighted": holds}
        summary |= {
            "trials": [{"study": s, "with_trial": a, "without_trial": b} for s, a, b in means],
            "highlight": highlight,
            "points": points if few else None,
            "histogram": histogram,
        }
        entries.append(_head(model, _fitted(cell, model)) | summary)
    return entries


#: The block of small-study effects where nothing was assessed, as its stage leaves it.
NO_SMALL_STUDY = {
    "trim_fill": [], "bands": [], "studies": [], "read": [], "remarks": [],
    **dict.fromkeys(("egger", "begg", "egger_sized", "harbord", "peters")),
}  # fmt: skip


def _small_study(cell, trials, models):
    found = assess(trials, models)
    if found.status != "assessed":
        return NO_SMALL_STUDY | {"status": "not_assessed", "reason": found.reason}
    heads = dict(zip(models, (_head(model, _fitted(cell, model)) for model in MODELS), strict=True))
    filled = [
        heads[one.model]
        | {name: getattr(one, name) for name in ("estimator", "side", "k0", "converged", "filled_y", "filled_v")}
        | {name: np.ravel(getattr(one.fit, name))[0] for name in ("estimate", "se", "ci_low", "ci_high", "p")}
        for one in found.trim_fill
        if one.fit is not None
    ]
    return {**vars(found), "status": "done", "trim_fill": filled, "studies": list(trials.studies)}


def _bayes(cell):
    spread = float(np.median(np.sqrt(cell.v)))
    pool = {
        "outcome": "", "period": "", "status": cell.status, "k": cell.k,
        "studies": [{"y": y, "v": v} for y, v in zip(cell.y, cell.v, strict=True)],
    }  # fmt: skip
    priors = [
        {"key": "half-normal", "family": "half_normal", "scale": spread},
        {"key": "half-cauchy", "family": "half_cauchy", "scale": spread},
    ]
    found = bayes.bayes(pool, priors)
    labels = {"half-normal": "Half-normal", "half-cauchy": "Half-Cauchy"}
    for one in found["posteriors"]:
        one["label"] = labels[one["key"]]
    return {"status": "done", "reason": "", "mid": None, "mean_prior": "flat", "posteriors": found["posteriors"]}


def _missing(cell):
    """Missing participants of trials that did not say: up to a fifth in an arm, the effects in the experimental arm."""
    sd = float(np.sqrt(np.median(cell.v) * 15))
    trials, arms = [], []
    for place, trial in enumerate(cell.trials):
        ids = (2 * place + 2, 2 * place + 3)
        trials.append({**trial, "row_ids": ";".join(map(str, ids))})
        for row, arm, mean, lost in zip(ids, ("experimental", "control"), (cell.y[place], 0.0), (2, 8), strict=True):
            numbers = {"n": 30, "n_randomised": 30 + lost - place % 2, "mean": mean, "sd": sd}
            arms.append({"row": row, "arm": arm, "flags": "", "value_type": "change", **numbers})
    return missing_data(replace(cell, trials=tuple(trials)), arms, MODELS) | {"kind": "imdom"}


def binary_missing():
    """Return the missing participants of five trials with a binary outcome, as their block of a document."""
    counts = np.array([[12, 9, 20, 7, 15], [30, 28, 60, 25, 40], [6, 7, 15, 4, 9], [31, 29, 58, 26, 41]], dtype=float)
    y, v = measure_of("OR").effect_of(*counts).for_pooling()
    trials, arms = [], []
    for place in range(5):
        ids = (2 * place + 2, 2 * place + 3)
        trials.append({"study": f"Study {place + 1}", "row_ids": ";".join(map(str, ids))})
        for row, arm, (events, n) in zip(ids, ("experimental", "control"), counts[:, place].reshape(2, 2), strict=True):
            arms.append({"row": row, "arm": arm, "flags": "", "events": events, "n": n, "n_randomised": n + 5})
    cell = Cell(OUTCOMES["cold-or"], "all", tuple(trials), y, v, counts)
    return plain({**missing_events(cell, arms, MODELS), "kind": "imor", "reach": None})


@cache
def document_of(name, k=None):
    """Return `sensitivity/<outcome>.<period>.json` of a cell, and its leave-one-out file."""
    cell = cell_of(name, k)
    rows = rows_of(name, k)
    result = {
        "outcome": cell.outcome["key"], "period": cell.period, "measure": cell.measure, "status": cell.status,
        "k": cell.k,
        "moderators": {"status": "not_assessed", "reason": "", "columns": []},
        "trials": [{"study": row["study"], "y": float(row["y"]), "v": float(row["v"]), "n": None, "n_experimental": None,
                    "n_control": None, "year": int(row["year"]) if row["year"] else None} for row in rows],
    }  # fmt: skip
    nothing = {"status": cell.status, "reason": "One trial: there is nothing to leave out.", "models": []}
    if cell.k < 2:
        blocks = ("influence", "baujat", "gosh", "missing_data")
        ladder = method_ladder(cell) | {"status": cell.status, "reason": nothing["reason"]}
        result |= {"models": [], **dict.fromkeys(blocks, nothing), "method_ladder": ladder}
        result |= {"cumulative": nothing | {"orders": []}, "small_study_effects": nothing | NO_SMALL_STUDY}
        result["bayes"] = _bayes(cell) if cell.k else nothing | {"posteriors": []}
        return plain(result), plain(leave_one_out(cell, MODELS))
    trials, models = trials_of(cell), [model_of(model) for model in MODELS]
    posteriors = _bayes(cell)
    numbers = ("estimate", "se", "ci_low", "ci_high", "p", "tau2", "i2")
    done = {"status": "done", "reason": ""}
    ladder = method_ladder(cell, MODELS, {one["key"]: one for one in posteriors["posteriors"]})
    flagging = ("rstudent", "dffits", "cook_d", "cov_r", "tau2_del", "q_del", "hat", "weight", "dfbs", "flagged")
    limits = {"dffits": 3 * (1 / (cell.k - 1)) ** 0.5, "cook_d": 0.4549364, "hat": 3 / cell.k, "dfbs": 1.0}
    few = nothing | {"reason": "a cumulative analysis needs at least 3 trials", "orders": []}
    orders = done | {"orders": _cumulative(cell, trials, models)} if cell.k > 2 else few
    result |= {
        "models": [
            _head(model, fitted) | {name: getattr(fitted, name) for name in numbers}
            for model, fitted in ((model, _fitted(cell, model)) for model in MODELS)
        ],
        "influence": done
        | {"limits": limits, "models": _entries(cell, influence.influence(trials, models), flagging)},
        "baujat": done | {"models": _entries(cell, baujat.baujat(trials, models), ("heterogeneity", "influence"))},
        "cumulative": orders,
        "gosh": done | {"models": _gosh(cell, trials, models)},
        "method_ladder": ladder | done | {"flag_words": FLAGS},
        "bayes": posteriors,
        "missing_data": _missing(cell),
        "small_study_effects": _small_study(cell, trials, models),
    }  # fmt: skip
    return plain(result), plain(leave_one_out(cell, MODELS))


@cache
def specifications_of(name, k=None, versions=3):
    """Return the period's entry of `<outcome>.multiverse.json`, with *versions* ways to drop trials."""
    cell = cell_of(name, k)
    trials = trials_of(cell)
    data = []
    for place in range(versions):
        keep = np.ones(trials.k, dtype=bool)
        if place:
            keep[(place * 7) % trials.k] = False
        for inflate, word in ((1.0, "analysed"), (0.93, "randomised")):
            choices = {"risk_of_bias": f"v{place}", "n": word}
            v = np.where(keep, trials.v * inflate, np.inf)
            data.append(DataChoice(choices, type(trials)(trials.y, v, trials.studies), cell.measure))
    found = multiverse(data, model_grid())
    levels = {f"v{i}": "all trials" if not i else f"exclusion {i}" for i in range(versions)} | {"z": "Wald"}
    labels = {"risk_of_bias": "Risk of bias", "n": "Participants", "model": "Model", "tau2_method": "τ² estimator",
              "interval": "Interval"}  # fmt: skip
    axes = [
        {"axis": axis, "label": labels[axis], "levels": [{"level": x, "label": levels.get(x, x)} for x in names]}
        for axis, names in found.axes.items()
        if len(names) > 1
    ]
    summaries = [vars(one) | {"axes": [vars(effect) for effect in one.axes]} for one in found.summaries]
    heads = {model["track"]: _fitted(cell, model) for model in MODELS}
    rows = found.rows()
    for row in rows:
        same = [t for t, f in heads.items() if all(row[n] == getattr(f, n) for n in ("estimate", "ci_low", "ci_high"))]
        row["headline"] = same[0] if same else ""
    return plain({
        "outcome": cell.outcome["key"], "period": cell.period, "status": "pooled", "reason": "", "k": cell.k,
        "own_scale": cell.measure, "axes": axes, "declared": found.declared, "impossible": found.impossible,
        "merged": found.merged, "specifications": len(rows), "summaries": summaries,
        "dropped": list(found.dropped), "rows": rows,
    })  # fmt: skip


def shown_of(name, k=None, versions=3):
    """Return what the figures of a cell are drawn from."""
    block = block_of(name)
    document, without = document_of(name, k)
    entry = specifications_of(name, k, versions) if document["k"] > 1 else None
    labels = {"lunetta2016": "Lunetta 2016", "zucchi2019": "Zucchi 2019"}
    return sensitivity_data(
        OUTCOMES[block], period_of(name), document, without, labels, arms=ARMS[block], specifications=entry
    )


def curve_of(name, k=None, versions=3):
    block = block_of(name)
    return specification_data(OUTCOMES[block], period_of(name), specifications_of(name, k, versions), arms=ARMS[block])


def pools_of(block):
    """Return the pooling files of an outcome, one per period that `cells.csv` holds."""
    pools = []
    for name in dict.fromkeys(row["cell"] for row in _rows() if block_of(row["cell"]) == block):
        cell = cell_of(name)
        half = 1.959964 * np.sqrt(cell.v)
        studies = [
            {"study": trial["study"], "y": y, "v": y, "ci_low": y - h, "ci_high": y + h}
            for trial, y, h in zip(cell.trials, cell.y, half, strict=True)
        ]
        models = document_of(name)[0]["models"]
        k = {"k": cell.k}
        pools.append({"outcome": cell.outcome["key"], "period": cell.period, "status": cell.status, **k,
                      "studies": studies, "models": [{**model, **k} for model in models]})  # fmt: skip
    return plain(pools)


def periods_of(block, keys, pools=True):
    """Return what the figure of an outcome's periods is drawn from."""
    rows = [
        {"study": row["study"], "period": period_of(row["cell"])["key"], "y": float(row["y"]), "v": float(row["v"])}
        for row in _rows()
        if block_of(row["cell"]) == block
    ]
    document = {"outcome": block, "status": "done", "reason": "", "pairs": compare_periods(rows, keys)}
    blocks = [{"key": key, "label": PERIODS[key]} for key in keys]
    found = pools_of(block) if pools else ()
    return periods_data(OUTCOMES[block], blocks, plain(document), arms=ARMS[block], pools=found)


def verdicts_of(names):
    """Return the overview of the verdicts of some cells."""
    verdicts = []
    for name in names:
        document, without = document_of(name)
        rows = {row["track"]: row for row in document["models"]}
        summary = specifications_of(name)["summaries"][0] if document["k"] > 1 else None
        posteriors = document["bayes"]["posteriors"]
        verdicts.append(
            verdict(document, protocol=rows.get("protocol"), recommended=rows.get("recommended"), multiverse=summary,
                    leave_one_out=without, posteriors=posteriors)
        )  # fmt: skip
    blocks = list(dict.fromkeys(block_of(name) for name in names))
    keys = dict.fromkeys(period_of(name)["key"] for name in names)
    periods = [{"key": key, "label": PERIODS.get(key, "")} for key in keys]
    return verdicts_data(verdicts, [OUTCOMES[block] for block in blocks], periods, arms=ARMS[blocks[0]])
