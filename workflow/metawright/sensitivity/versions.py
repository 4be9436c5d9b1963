"""Versions of the data of one outcome: what the pools would rest on under other declared choices.

Every version is built by the functions that make the effects themselves, from the same rows under changed choices:
time-point policy, recovered values, number of participants, variance, measure. Exclusions then leave out trials.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from metawright.effects.compute import trace_effects
from metawright.effects.pairs import time_of
from metawright.effects.recovery.recover import recover
from metawright.effects.rules import EffectRules
from metawright.extraction.designs import CONTAMINATED
from metawright.extraction.documents import ArmRow, Design
from metawright.files.tables import cell as text_of
from metawright.measures.registry import measure_of
from metawright.measures.weighing import MANTEL_HAENSZEL
from metawright.pooling.cell import Cell, cell_of
from metawright.pooling.documents import CellTrial
from metawright.reading.protocol import Imputation, MultiverseSettings, Outcome, Period
from metawright.reading.vocabulary import fold
from metawright.sensitivity.refit import trials_of
from metawright.sensitivity.specifications import DataChoice


def scale_of(measure: str) -> str:
    """Return the scale on which the effects of a measure can be compared."""
    return measure_of(measure).comparable


@dataclass(frozen=True)
class Source:
    """What versions are built from.

    Attributes
    ----------
    arms : sequence of mappings
        Rows of the outcome's `arms.csv` (see `metawright.extraction.arms`).
    outcome : mapping
        Its choices in the completed protocol.
    periods : sequence of mappings
    rules : mapping
        The protocol's blocks `imputation`, `multi_arm`, `crossover`, `contaminated`.
    designs : mapping
        See `metawright.extraction.designs`.
    settings : mapping
        The protocol's block `sensitivity.multiverse`.
    judged : mapping or None
        By folded study key `without_high` and `best_grade`, each true or false (see `judgements`); None where nothing
        was appraised.
    """

    arms: Sequence[ArmRow]
    outcome: Outcome
    periods: Sequence[Period]
    rules: EffectRules
    designs: Mapping[str, Design]
    settings: MultiverseSettings
    judged: Mapping[str, Mapping[str, bool]] | None = None
    made: dict[tuple[str, ...], tuple[Outcome, list[ArmRow], list[dict[str, str]]]] = field(default_factory=dict)


def judgements(appraisal: Mapping[str, Any] | None, rule: Mapping[str, str]) -> dict[str, dict[str, bool]] | None:
    """Return by folded study key whether a trial passes each filter on risk of bias.

    Parameters
    ----------
    appraisal : mapping or None
        The document of the appraisal stage.
    rule : mapping
        The protocol's rule for grades; its first grade is the best.

    Returns
    -------
    dict or None
        `without_high`: every domain is judged and none (RoB 2: not overall either) is high. `best_grade`: the first
        grade by the rule, or low overall. None without an appraisal.
    """
    if appraisal is None:
        return None
    best = next((name for name in rule if name != "otherwise"), None)
    found = {}
    for study in appraisal["studies"]:
        levels = [item["judgement"] for item in study["judgements"].values()]
        judged = bool(levels) and None not in levels
        found[fold(study["study"])] = {
            "without_high": judged and "high" not in levels and study["overall"] != "high",
            "best_grade": study["overall"] == "low" or (best is not None and study["grade"] == best),
        }
    return found


def axes_of_data(source: Source) -> dict[str, tuple[str, ...]]:
    """Return the levels of every axis that can make a difference to the rows, the declared level first.

    An axis with one level is left out: no trial has two time points in a period, nothing was recovered, and so on.
    """
    axes = {
        "measure": _measures(source),
        "pick": _picks(source),
        "imputation": _imputations(source),
        "participants": _participants(source),
        "variance": _variances(source),
        "risk_of_bias": _exclusions(source),
        "contaminated": _contaminated(source),
    }
    return {name: levels for name, levels in axes.items() if len(levels) > 1}


def _measures(source: Source) -> tuple[str, ...]:
    own = source.outcome["measure"]
    others = source.settings["measures"] or measure_of(own).companions
    return tuple(dict.fromkeys([own, *(measure for measure in others if _same_rows(own, measure))]))


def _same_rows(own: str, other: str) -> bool:
    """Whether the rows of one measure hold what another needs."""
    kind = measure_of(own).kind
    return own == other or (kind.of_arms and kind is measure_of(other).kind)


def _picks(source: Source) -> tuple[str, ...]:
    several = False
    seen: dict[tuple[str, str], set[float | str]] = {}
    for row in source.arms:
        if row["period"] and row["value_type"] != "baseline":
            times = seen.setdefault((fold(row["study"]), row["period"]), set())
            times.add(time_of(row))
            several |= len(times) > 1
    own = _own_pick(source)
    wanted = [own if level == "declared" else level for level in source.settings["picks"]]
    return tuple(dict.fromkeys([own, *wanted])) if several else (own,)


def _imputations(source: Source) -> tuple[str, ...]:
    block = source.rules["imputation"]
    open_: Imputation = {**block, "enabled": True, "rho": 0.5 if block["rho"] is None else block["rho"]}
    routes = {line["route"] for line in recover(source.arms, source.outcome, open_, source.designs)[1]}
    if not routes:
        return ("declared",)
    wanted = list(source.settings["imputation"])
    grid = [f"rho={rho:g}" for rho in block["rho_grid"]] if "rho_grid" in wanted and "S6" in routes else []
    return tuple(dict.fromkeys(["declared", *(level for level in wanted if level != "rho_grid"), *grid]))


def _participants(source: Source) -> tuple[str, ...]:
    both = any(
        row["n"] is not None and row["n_randomised"] is not None and row["n"] != row["n_randomised"]
        for row in source.arms
    )
    return tuple(dict.fromkeys(["analysed", *source.settings["participants"]])) if both else ("analysed",)


def _variances(source: Source) -> tuple[str, ...]:
    own = source.outcome["variance"]
    if not any("variance" in measure_of(measure).options for measure in _measures(source)):
        return (own,)
    wanted = [own if level == "declared" else level for level in source.settings["variances"]]
    return tuple(dict.fromkeys([own, *wanted]))


def _exclusions(source: Source) -> tuple[str, ...]:
    return tuple(dict.fromkeys(["all", *source.settings["risk_of_bias"]])) if source.judged is not None else ("all",)


def _contaminated(source: Source) -> tuple[str, ...]:
    some = any(CONTAMINATED in (row.get("flags") or "").split(";") for row in source.arms)
    return tuple(dict.fromkeys(["keep", *source.settings["contaminated"]])) if some else ("keep",)


def versions(source: Source, period: str) -> list[DataChoice]:
    """Return every version of one period.

    Parameters
    ----------
    source : Source
    period : str
        Key of the period.
    """
    axes = axes_of_data(source) or {"measure": (source.outcome["measure"],)}
    found = []
    for levels in product(*axes.values()):
        choices = dict(zip(axes, levels, strict=True))
        cell = cell_of_version(source, period, choices)
        measure = choices.get("measure", source.outcome["measure"])
        reason = _reason(source, cell, choices)
        kept = cell if reason else _kept(source, cell, choices)
        if not reason and kept.k == 1:
            reason = "one trial is left: nothing is pooled, and its interval is of another kind"
        trials = None if reason else trials_of(kept)
        found.append(DataChoice(choices, trials, scale_of(measure), reason))
    return found


def cell_of_version(source: Source, period: str, choices: Mapping[str, str]) -> Cell:
    """Return the cell of a period under other choices, before any trial is left out."""
    levels = {**_declared(source), **choices}
    # trials have the same effects under Mantel and Haenszel's measures
    levels["measure"] = measure_of(levels["measure"]).plain
    if "variance" not in measure_of(levels["measure"]).options:
        levels["variance"] = source.outcome["variance"]
    key = tuple(levels[name] for name in _declared(source))
    if key not in source.made:
        source.made[key] = _computed(source, levels)
    outcome, rows, effects = source.made[key]
    return cell_of(effects, rows, {**outcome, "measure": choices.get("measure", source.outcome["measure"])}, period)


def _declared(source: Source) -> dict[str, str]:
    """The level of every axis that the effects depend on, as the protocol has it."""
    return {
        "measure": source.outcome["measure"],
        "pick": _own_pick(source),
        "imputation": "declared",
        "participants": "analysed",
        "variance": source.outcome["variance"],
    }


def _own_pick(source: Source) -> str:
    declared = {period["pick"] for period in source.periods}
    return declared.pop() if len(declared) == 1 else "declared"


def _computed(source: Source, choices: Mapping[str, str]) -> tuple[Outcome, list[ArmRow], list[dict[str, str]]]:
    """The outcome's choices, its rows with what was recovered, and its effects, as text."""
    rows = [_counted(row, choices["participants"]) for row in source.arms]
    imputation = _imputation(source.rules["imputation"], choices["imputation"])
    # in the unit of the declared measure, whichever the effects are then computed in
    rows, _ = recover(rows, source.outcome, imputation, source.designs)
    outcome: Outcome = {**source.outcome, "measure": choices["measure"], "variance": choices["variance"]}
    pick = choices["pick"]
    periods: list[Period] = [period if pick == "declared" else {**period, "pick": pick} for period in source.periods]
    rules: EffectRules = {**source.rules, "imputation": {**source.rules["imputation"], "enabled": False}}
    traced = trace_effects(rows, outcome, periods, rules, source.designs)
    return outcome, rows, [{name: text_of(value) for name, value in row.items()} for row in traced.effects]


def _counted(row: ArmRow, participants: str) -> ArmRow:
    if participants == "analysed" or row["n_randomised"] is None:
        return {**row}
    return {**row, "n": row["n_randomised"]}


def _imputation(block: Imputation, level: str) -> Imputation:
    if level == "none":
        return {**block, "enabled": False}
    if level.startswith("rho="):
        return {**block, "enabled": True, "rho": float(level.removeprefix("rho="))}
    return {**block}


def _reason(source: Source, cell: Cell, choices: Mapping[str, str]) -> str:
    """Why a version is impossible; empty where it is not."""
    own, measure = source.outcome["measure"], cell.measure
    if measure != own and choices.get("pick", source.periods[0]["pick"]) == "average_with_rho":
        return "time points cannot be averaged under this measure" if measure_of(measure).weighing.of_tables else ""
    if scale_of(measure) == scale_of(own) and not (
        cell.counts is None and measure_of(measure).weighing is MANTEL_HAENSZEL
    ):
        return ""
    if any(row["arm"] == "contrast" for trial in cell.trials for row in _rows(source.arms, trial)):
        return "a trial gives its contrast, not its arms"
    kinds = {kind for trial in cell.trials for kind in trial["value_type"].split(";")}
    return "final and change values cannot share a pool of SMDs" if {"final", "change"} <= kinds else ""


def _rows(arms: Iterable[ArmRow], trial: CellTrial) -> list[ArmRow]:
    wanted = {int(number) for number in trial["row_ids"].split(";")}
    return [row for row in arms if row["row"] in wanted]


def _kept(source: Source, cell: Cell, choices: Mapping[str, str]) -> Cell:
    """The cell without the trials that the choices leave out."""
    exclusion = choices.get("risk_of_bias", "all")
    kept = choices.get("contaminated", "keep")
    places = cell.places_of({}, {"protocol": kept, "recommended": kept, "other": kept})
    if exclusion != "all":
        places = [place for place in places if _passes(source, cell.trials[place], exclusion)]
    return cell.only(places)


def _passes(source: Source, trial: CellTrial, exclusion: str) -> bool:
    study = _rows(source.arms, trial)[0]["study"]
    return (source.judged or {}).get(fold(study), {}).get(exclusion, False)
