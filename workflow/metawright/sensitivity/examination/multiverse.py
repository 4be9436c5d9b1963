"""The multiverse of one outcome, period by period, as a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from metawright.measures.registry import all_measures
from metawright.pooling.cell import Cell
from metawright.pooling.intervals import METHODS
from metawright.pooling.pool import rule_of
from metawright.pooling.tracks import TRACK_KEYS, headline
from metawright.reading.protocol import DeclaredModel
from metawright.sensitivity.documents import MultiverseAxis, MultiverseDocument, MultiversePeriod, ScaleSummaryEntry
from metawright.sensitivity.multiverse import Multiverse, ScaleSummary, multiverse
from metawright.sensitivity.refit import model_of, refit, trials_of
from metawright.sensitivity.specifications import ModelChoice, model_grid
from metawright.sensitivity.versions import Source, cell_of_version, scale_of, versions

#: Axes as a table heads them and as a sentence calls them; levels in words, others are printed as they are.
AXES = {
    "measure": ("Measure", "the measure"),
    "pick": ("Time point", "the time point"),
    "imputation": ("Recovered values", "what is done about missing values"),
    "participants": ("Participants", "the number of participants"),
    "variance": ("Variance", "the sampling variance"),
    "risk_of_bias": ("Risk of bias", "the trials by risk of bias"),
    "contaminated": ("Contaminated trials", "trials whose controls had the treatment"),
    "model": ("Model", "the model"),
    "tau2_method": ("Estimator of τ²", "the estimator of τ²"),
    "interval": ("Interval", "the interval"),
}
LEVELS = {
    "pick": {
        "latest": "latest",
        "earliest": "earliest",
        "longest_complete_n": "most participants",
        "closest_to_target": "closest to the target",
        "end_of_treatment": "end of treatment",
        "average_with_rho": "average",
        "declared": "as declared",
    },
    "imputation": {"declared": "as declared", "none": "none"},
    "risk_of_bias": {"all": "all trials", "without_high": "none at high risk", "best_grade": "best grade only"},
    "contaminated": {"keep": "kept", "drop": "left out"},
    "model": {"rule": "review’s rule", "FE": "fixed effect", "RE": "random effects"},
    "interval": {key: one.brief for key, one in METHODS.items()},
    "measure": {one.key: one.short for one in all_measures()},
}
#: Columns of `specifications.csv`; an axis that has one level in a period is empty there.
SPECIFICATION_COLUMNS = (
    "outcome", "period", *AXES, "scale", "used", "names", "k", "estimate", "se", "ci_low", "ci_high", "p", "i2", "tau2",
    "excludes_zero", "headline",
)  # fmt: skip


def multiverses(source: Source, models: Sequence[DeclaredModel]) -> MultiverseDocument:
    """Fit every combination of choices in every period of an outcome.

    Parameters
    ----------
    source : Source
        What the versions of the data are built from.
    models : sequence of mappings
        The models of the completed protocol: the first rule among them is the grid's, their headlines are marked.

    Returns
    -------
    dict
        `outcome` and `periods`; an entry per period with `status`, `reason`, `k`, `own_scale`, `axes`, the counts and
        summaries of `metawright.sensitivity.multiverse.Multiverse`, and its `rows`, each with `headline`: the tracks
        whose headline it equals.
    """
    grid = _grid(source, models)
    entries = [_of_period(source, period["key"], grid, models) for period in source.periods]
    return {"outcome": source.outcome["key"], "periods": entries}


def _grid(source: Source, models: Sequence[DeclaredModel]) -> list[ModelChoice]:
    rule = next((rule_of(model) for model in models if "rule" in model), None)
    settings = source.settings
    wanted = [name for name in settings["models"] if name != "rule" or rule] or ["FE", "RE"]
    return model_grid(wanted, settings["tau2_methods"], settings["intervals"], rule)


def _of_period(
    source: Source, period: str, grid: list[ModelChoice], models: Sequence[DeclaredModel]
) -> MultiversePeriod:
    cell = cell_of_version(source, period, {})
    scale = scale_of(source.outcome["measure"])
    result: MultiversePeriod = {
        "outcome": source.outcome["key"],
        "period": period,
        "status": cell.status,
        "reason": "one trial: nothing is pooled, no choice of a model applies" if cell.k else "no data",
        "k": cell.k,
        "own_scale": scale,
        "axes": [],
        "declared": 0,
        "impossible": 0,
        "merged": 0,
        "specifications": 0,
        "summaries": [],
        "dropped": [],
        "rows": [],
    }
    if cell.k < 2:
        return result
    found = multiverse(versions(source, period), grid)
    rows = found.rows()
    numbers = _headlines(source, cell, models)
    _mark([row for row in rows if row["scale"] == scale], numbers)
    return {
        **result,
        "status": "done",
        "reason": "",
        "axes": _axes(found),
        "declared": found.declared,
        "impossible": found.impossible,
        "merged": found.merged,
        "specifications": len(rows),
        "summaries": [_summary(summary) for summary in found.summaries],
        "dropped": list(found.dropped),
        "rows": [{**row, "headline": row.get("headline", "")} for row in rows],
    }


def _summary(found: ScaleSummary) -> ScaleSummaryEntry:
    return {
        "scale": found.scale,
        "specifications": found.specifications,
        "excluding_zero": found.excluding_zero,
        "positive": found.positive,
        "low": found.low,
        "median": found.median,
        "high": found.high,
        "axes": [
            {
                "axis": one.axis,
                "sets": one.sets,
                "mean_range": one.mean_range,
                "largest_range": one.largest_range,
                "verdict_changes": one.verdict_changes,
            }
            for one in found.axes
        ],
        "moves_most": found.moves_most,
    }


def _axes(found: Multiverse) -> list[MultiverseAxis]:
    return [
        {
            "axis": axis,
            "label": AXES[axis][0],
            "words": AXES[axis][1],
            "levels": [{"level": level, "label": _level(axis, level)} for level in levels],
        }
        for axis, levels in found.axes.items()
        if len(levels) > 1
    ]


def _level(axis: str, level: str) -> str:
    if level.startswith("rho="):
        return level.replace("rho=", "correlation ")
    return LEVELS.get(axis, {}).get(level, level)


def _headlines(
    source: Source, cell: Cell, models: Sequence[DeclaredModel]
) -> dict[str, tuple[DeclaredModel, dict[str, float]]]:
    """The headline of each track and its numbers, on the trials that it pools."""
    found: dict[str, tuple[DeclaredModel, dict[str, float]]] = {}
    for track in TRACK_KEYS:
        model = headline(models, track)
        if model is None:
            continue
        part = cell.only(cell.places_of(model, source.rules["contaminated"]))
        if part.k:
            fit = refit(trials_of(part), np.ones((part.k, 1), dtype=bool), [model_of(model)])[model_of(model)].fit
            numbers = {name: float(np.ravel(getattr(fit, name))[0]) for name in ("estimate", "ci_low", "ci_high")}
            found[track] = (model, numbers)
    return found


def _mark(rows: Sequence[dict[str, Any]], of_tracks: Mapping[str, tuple[DeclaredModel, dict[str, float]]]) -> None:
    """Write into one row per track that it is that track's headline."""
    for track, (model, numbers) in of_tracks.items():
        wanted = _levels(model)
        for row in rows:
            if all(level in row[axis].split("|") for axis, level in wanted.items()) and _equal(row, numbers):
                row["headline"] = "|".join(filter(None, [row.get("headline", ""), track]))
                break


def _levels(model: DeclaredModel) -> dict[str, str]:
    if "rule" in model:
        return {"model": "rule"}
    if model["tau2_method"] == "FE":
        return {"model": "FE"}
    return {"model": "RE", "tau2_method": model["tau2_method"], "interval": model["interval"]}


def _equal(row: Mapping[str, Any], numbers: Mapping[str, float]) -> bool:
    room = 1e-9 * (numbers["ci_high"] - numbers["ci_low"])
    return all(abs(row[name] - value) <= room for name, value in numbers.items())


def specification_rows(document: MultiverseDocument) -> list[dict[str, object]]:
    """Return the rows of `specifications.csv` from the document of an outcome."""
    return [
        {"outcome": entry["outcome"], "period": entry["period"], **row}
        for entry in document["periods"]
        for row in entry["rows"]
    ]
