"""The lines of a forest plot from top to bottom: what each prints in which column, and what it draws."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from metawright.figures.forest.records import ROLES, Arm, Claim, ForestData, Interval, Section, Trial
from metawright.figures.forest.words import (
    ASTERISK,
    DAGGER,
    PREDICTION_UNDRAWN,
    claim_effect,
    claim_label,
    common_pooling,
    data_note,
    draws_prediction,
    forest_preset,
    heterogeneity_words,
    is_degenerate,
    is_estimated,
    is_pooled,
    model_effect,
    model_name,
    overall_words,
    pooling_name,
    shared_decimals,
    shows_prediction,
    trial_marks,
    trials_word,
    undivided,
)
from metawright.files.known import known
from metawright.measures.registry import measure_of
from metawright.pooling.documents import ModelResult, PooledRow
from metawright.pooling.model_names import NO_PREDICTION, lacks_prediction
from metawright.words.numbers import (
    format_as_recorded,
    format_ci,
    format_effect,
    format_number,
    format_percent,
    preset,
)


@dataclass(frozen=True)
class Column:
    """A column of numbers: `group` is the head that it shares with its neighbours (an arm), `head` its own."""

    key: str
    group: str
    head: str


@dataclass(frozen=True)
class Mark:
    """What a band draws in the plot.

    `shape`: `square`, `diamond` (subtotal), `second` (recommended or alternative), `hollow` (published) or `bar`
    (prediction interval). `weight` in percent, for squares.
    """

    shape: str
    interval: Interval
    weight: float | None = None


@dataclass(frozen=True)
class Band:
    """One line of the figure.

    `kind`: `section`, `trial`, `unused`, `awaiting`, `subtotal`, `events`, `note`, `candidate`, `recommended`,
    `prediction` or `published`. `label` stands in the first column (`note`: across the table), `cells` under the
    columns' keys, `effect` in the column of effects; `lights` are a trial's risks of bias by domain; `undrawn` are the
    limits of a line that prints them and draws nothing.
    """

    kind: str
    period: str
    label: str
    study: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    weight: str = ""
    effect: str = ""
    mark: Mark | None = None
    note: str = ""
    lights: tuple[str | None, ...] = ()
    undrawn: Interval | None = None


def columns(data: ForestData) -> list[Column]:
    """Return the columns between the study and the weight."""
    total, joined = forest_preset(data).total, forest_preset(data).joined
    if "arms" not in forest_preset(data).order:
        return []
    if data.layout == "continuous":
        heads = (("mean_sd", "Mean (SD)"), ("n", total))
        heads = heads if joined else (("mean", "Mean"), ("sd", "SD"), ("n", total))
    elif data.layout == "binary":
        heads = (("events_n", "Events/total"),) if joined else (("events", "Events"), ("n", total))
    else:
        known = any(arm.n is not None for s in data.sections for t in s.trials for arm in t.arms.values())
        heads = (("n", total),) if known else ()
    numbers = [Column(f"{role}.{key}", _arm_head(data, role), head) for role in ROLES for key, head in heads]
    if data.layout == "generic" and undivided(data):
        numbers = [Column("n", "", total)]
    if data.layout == "generic":
        measure = measure_of(data.measure)
        name = f"log[{measure.plain}]" if measure.is_ratio else "Estimate"
        return [Column("y", "", name), Column("se", "", "SE"), *numbers]
    return numbers


def _arm_head(data: ForestData, role: str) -> str:
    word = data.arms[role]
    return word[:1].upper() + word[1:]


def bands(data: ForestData) -> list[Band]:
    """Return the lines of the figure, from the first section's head to the last section's published result."""
    decimals = shared_decimals(data)
    lines = []
    with preset(data.preset):
        for section in data.sections:
            lines += _section_bands(data, section, decimals)
    return lines


def _section_bands(data: ForestData, section: Section, decimals: int) -> Iterable[Band]:
    if data.sectioned:
        yield Band("section", section.period, section.label)
    for trial in section.trials:
        yield _trial_band(data, section, trial, decimals)
    if note := data_note(section):
        yield Band("note", section.period, note, note="status")
    if section.model is not None:
        yield from _pool_bands(data, section, section.model, decimals)
    for claim in section.claims:
        yield _claim_band(section, claim)


def _trial_band(data: ForestData, section: Section, trial: Trial, decimals: int) -> Band:
    cells = {}
    for role, arm in trial.arms.items():
        cells |= {f"{role}.{key}": text for key, text in _arm_cells(arm).items()}
    cells["y"] = format_number(trial.effect.estimate if trial.effect else None, decimals)
    cells["n"] = format_as_recorded(trial.n, most=1)
    cells["se"] = format_number(trial.se, decimals) + (ASTERISK if trial.se_recovered else "")
    shown = {column.key: cells.get(column.key, "") for column in columns(data)}
    if trial.kind != "trial":
        words = "awaiting data" if trial.kind == "awaiting" else _unused_words(trial)
        return Band(
            trial.kind,
            section.period,
            trial.label,
            trial.study,
            shown,
            effect=words,
            note=trial.note,
            lights=trial.judgements,
        )
    effect = known(trial.effect)
    text = format_effect(effect.estimate, effect.low, effect.high, data.measure, decimals)
    return Band(
        "trial",
        section.period,
        trial.label + trial_marks(trial, data.layout),
        trial.study,
        shown,
        weight=_weight(data, trial.weight) or ("left out" if data.model in trial.left_out else ""),
        effect=text,
        mark=Mark("square", effect, trial.weight),
        lights=trial.judgements,
    )


def _weight(data: ForestData, percent: float | None) -> str:
    return format_percent(percent, 1) if forest_preset(data).percent else format_number(percent, 1)


def _unused_words(trial: Trial) -> str:
    reason = trial.note.lower()
    for words in ("Not estimable", "Not reported"):
        if words.lower() in reason:
            return words
    return "Not used"


def _arm_cells(arm: Arm) -> dict[str, str]:
    total = format_as_recorded(arm.n, most=1)
    events = format_as_recorded(arm.events)
    sd_recovered = "sd" in arm.recovered or ("mean" in arm.recovered and "combined" in arm.made)
    cells = {
        "mean": format_as_recorded(arm.mean) + (ASTERISK if "mean" in arm.recovered else ""),
        "sd": format_as_recorded(arm.sd) + (ASTERISK if sd_recovered else ""),
        "events": events,
        "n": total + (DAGGER if arm.n_assumed and total else ""),
    }
    cells["mean_sd"] = f"{cells['mean']} ({cells['sd']})" if cells["sd"] else cells["mean"]
    cells["events_n"] = f"{events}/{cells['n']}" if events and total else events
    return cells


def _pool_bands(data: ForestData, section: Section, model: ModelResult, decimals: int) -> Iterable[Band]:
    period = section.period
    own = forest_preset(data)
    whole = own.part if data.sectioned else own.whole
    events = _event_totals(section, model) if data.layout == "binary" else {}
    if is_estimated(model):
        mixed = is_pooled(model) and common_pooling(data) != pooling_name(data.measure, model)
        how = pooling_name(data.measure, model).split(", ")[1].lower() if mixed else ""
        how = how if is_pooled(model) else "one trial left"
        totals = {"experimental.n": section.n_experimental, "control.n": section.n_control}
        totals |= {"n": section.n} if any(column.key == "n" for column in columns(data)) else {}
        cells = {key: format_as_recorded(value) for key, value in totals.items()}
        if own.joined:
            both = {role: (events.get(f"{role}.events", ""), cells[f"{role}.n"]) for role in ROLES}
            cells |= {f"{role}.events_n": "/".join(pair) for role, pair in both.items() if all(pair)}
        yield Band(
            "subtotal",
            period,
            _named(whole, how),
            cells=cells,
            weight=_weight(data, 100.0),
            effect=model_effect(data, model, decimals),
            mark=Mark("diamond", _interval(model)),
        )
    if events and not own.joined and "arms" in own.order:
        yield Band("events", period, "Total events", cells=events)
    if is_pooled(model):
        yield Band("note", period, heterogeneity_words(model, data.preset))
    if is_estimated(model):
        yield Band("note", period, overall_words(model, data.preset))
    yield from _candidate_bands(data, section, model, decimals)
    if is_estimated(section.recommended):
        yield from _recommended_bands(data, section, section.recommended, decimals)


def _named(whole: str, how: str) -> str:
    """Return `Subtotal (random, 95% CI)`, `Overall (random)`, or the name alone."""
    if not how:
        return whole
    return whole.replace("(", f"({how}, ") if "(" in whole else f"{whole} ({how})"


def _event_totals(section: Section, model: ModelResult) -> dict[str, str]:
    totals = {}
    for role in ROLES:
        inside = [trial for trial in section.pooled if model["model"] not in trial.left_out and not trial.undivided]
        counts = [events for trial in inside if (events := trial.arms[role].events) is not None]
        if len(counts) == len(inside):
            others = [trial.arms[role].events or 0 for trial in section.not_estimable]
            totals[f"{role}.events"] = format_as_recorded(math.fsum(counts + others))
    return totals


def _candidate_bands(data: ForestData, section: Section, model: ModelResult, decimals: int) -> Iterable[Band]:
    """Both models of a rule whose two criteria disagree, unless one of them is the subtotal already."""
    candidates = model.get("candidates") or []
    if not candidates:
        return
    if not is_estimated(model):
        yield Band("note", section.period, "The rule’s criteria disagree and it leaves the choice open", note="status")
    for candidate in candidates:
        same = ("tau2_method", "interval", "estimate")
        if not all(candidate[name] == model[name] for name in same):
            label = f"Rule’s criteria disagree: {model_name(candidate)}"
            yield _second(data, section, "candidate", label, candidate, decimals)


def _recommended_bands(data: ForestData, section: Section, model: ModelResult, decimals: int) -> Iterable[Band]:
    part = f" ({model['k']} of {trials_word(len(section.pooled))})" if model.get("excluded") else ""
    yield _second(data, section, "recommended", f"Recommended: {model_name(model)}{part}", model, decimals)
    if shows_prediction(section):
        low, high = known(model["pi_low"]), known(model["pi_high"])
        interval, bar = Interval(known(model["estimate"]), low, high), draws_prediction(section)
        yield Band(
            "prediction",
            section.period,
            "95% prediction interval" + (" (caution: few trials)" if model["k"] < 5 else ""),
            effect=format_ci(low, high, data.measure, decimals),
            mark=Mark("bar", interval) if bar else None,
            undrawn=None if bar else interval,
        )
        if not bar:
            yield Band("note", section.period, PREDICTION_UNDRAWN)
    elif model["k"] == 2 and lacks_prediction(model):
        yield Band("note", section.period, f"95% prediction interval: {NO_PREDICTION}")


def _second(data: ForestData, section: Section, kind: str, label: str, model: PooledRow, decimals: int) -> Band:
    mark = None if is_degenerate(model) else Mark("second", _interval(model))
    return Band(kind, section.period, label, effect=model_effect(data, model, decimals), mark=mark)


def _claim_band(section: Section, claim: Claim) -> Band:
    mark = Mark("hollow", claim.effect) if claim.effect else None
    return Band("published", section.period, claim_label(claim), effect=claim_effect(claim), mark=mark)


def _interval(model: PooledRow) -> Interval:
    return Interval(known(model["estimate"]), known(model["ci_low"]), known(model["ci_high"]))
