"""A forest plot for those who do not see it: its numbers in words, and as a table."""

from metawright.figures.forest.bands import bands
from metawright.figures.forest.records import ForestData, Section, Trial
from metawright.figures.forest.words import (
    claim_effect,
    draws_prediction,
    effect_name,
    is_estimated,
    is_pooled,
    model_effect,
    model_name,
    pooling_name,
    shared_decimals,
    shows_prediction,
    trials_word,
)
from metawright.files.known import known
from metawright.files.tables import Row
from metawright.pooling.model_names import NO_PREDICTION, lacks_prediction
from metawright.words.numbers import format_ci, format_effect, format_p, format_percent, preset

FOREST_COLUMNS = (
    "outcome",
    "period",
    "line",
    "study",
    "label",
    "experimental_mean",
    "experimental_sd",
    "experimental_events",
    "experimental_n",
    "control_mean",
    "control_sd",
    "control_events",
    "control_n",
    "weight",
    "estimate",
    "ci_low",
    "ci_high",
    "shown",
    "note",
    "recovered",
    "made",
    "left_out_of",
)


def forest_alt_text(data: ForestData) -> str:
    """Return what the figure shows in sentences, period by period, written from its numbers."""
    better = "higher" if data.direction == "higher_is_better" else "lower"
    words = [
        f"Forest plot of {data.label}: {effect_name(data).lower()}, {data.arms['experimental']} compared with "
        f"{data.arms['control']}; {better} is better."
    ]
    decimals = shared_decimals(data)
    with preset(data.preset):
        words += [_section_words(data, section, decimals) for section in data.sections]
    return " ".join(words)


def _section_words(data: ForestData, section: Section, decimals: int) -> str:
    parts = []
    if section.status == "awaiting_data":
        parts.append("no data")
    elif section.status == "single_study":
        trial = section.pooled[0]
        effect = known(trial.effect)
        text = format_effect(effect.estimate, effect.low, effect.high, data.measure, decimals)
        parts.append(f"one trial, not pooled, {trial.label} {text}")
    else:
        parts.append(_pool_words(data, section, decimals))
        effects = [(trial.label, known(trial.effect)) for trial in section.pooled]
        low = min(effects, key=lambda item: item[1].estimate)
        high = max(effects, key=lambda item: item[1].estimate)
        texts = [format_effect(e.estimate, None, None, data.measure, decimals) for _, e in (low, high)]
        parts.append(f"single trials from {texts[0]} ({low[0]}) to {texts[1]} ({high[0]})")
        row = section.recommended
        if is_estimated(row):
            part = f", {row['k']} of {trials_word(len(section.pooled))}" if row.get("excluded") else ""
            parts.append(f"recommended ({model_name(row)}{part}) {model_effect(data, row, decimals)}")
            if shows_prediction(section):
                interval = format_ci(row["pi_low"], row["pi_high"], data.measure, decimals)
                aside = "" if draws_prediction(section) else " (τ² estimated as 0)"
                parts.append(f"95% prediction interval {interval}{aside}")
            elif row["k"] == 2 and lacks_prediction(row):
                parts.append(f"95% prediction interval {NO_PREDICTION}")
    imputed = [trial.label for trial in section.pooled if trial.imputed]
    if imputed:
        parts.append(f"with recovered values: {', '.join(imputed)}")
    left_out = [trial.label for trial in section.pooled if trial.left_out]
    if left_out:
        parts.append(f"control arm treated, left out of some models: {', '.join(left_out)}")
    if section.awaiting:
        names = ", ".join(trial.label for trial in section.awaiting)
        parts.append(f"{trials_word(len(section.awaiting))} awaiting data ({names})")
    parts += [f"published: {claim_effect(claim)}" for claim in section.claims]
    text = "; ".join(parts)
    return f"{section.label}: {text}." if data.sectioned else f"{text[0].upper()}{text[1:]}."


def _pool_words(data: ForestData, section: Section, decimals: int) -> str:
    row = section.model
    if not is_estimated(row):
        return f"{trials_word(len(section.pooled))}, the rule leaves the choice of the model open"
    how = pooling_name(data.measure, row).lower().replace("iv, ", "").replace("m-h, ", "Mantel-Haenszel ")
    part = f"{row['k']} of " if row.get("excluded") else ""
    if not is_pooled(row):
        return f"{part}{trials_word(len(section.pooled))}, nothing to pool, {model_effect(data, row, decimals)}"
    count = len(section.pooled) if part else row["k"]
    text = f"{part}{trials_word(count)} pooled ({how} effects) {model_effect(data, row, decimals)}"
    return f"{text}, {format_p(row['p'])}, I² = {format_percent(row['i2'])}"


def forest_table(data: ForestData) -> list[Row]:
    """Return the figure as a table with the columns `FOREST_COLUMNS`.

    One row per line of the figure that shows a result or a trial. `estimate` and its limits are at full precision
    on the scale of the files (logarithms for ratios; limits of a prediction interval in `ci_low` and `ci_high`),
    `shown` is the text in the figure, `line` the kind of line, `note` why a trial has no effect, `recovered` which
    numbers were not reported (with their route), `made` what was done with an arm's rows, `left_out_of` the headline
    models that pool without the trial.
    """
    trials = {(s.period, t.study): t for s in data.sections for t in s.trials}
    rows: list[Row] = []
    for band in bands(data):
        if band.kind in ("section", "note", "events"):
            continue
        trial = trials.get((band.period, band.study))
        row: dict[str, object] = {"outcome": data.outcome, "period": band.period, "line": band.kind}
        row |= {
            "study": band.study,
            "label": trial.label if trial else band.label,
            "shown": band.effect,
            "note": band.note,
        }
        for role, arm in (trial.arms if trial else {}).items():
            row |= {f"{role}_{key}": getattr(arm, key) for key in ("mean", "sd", "events", "n")}
        row |= _origin(trial) if trial else {}
        if trial is None:
            cells = {key.replace(".", "_"): text for key, text in band.cells.items()}
            row |= {name: text for name, text in cells.items() if name in FOREST_COLUMNS}
        interval = band.mark.interval if band.mark is not None else band.undrawn
        if interval is not None:
            row |= {"estimate": interval.estimate, "ci_low": interval.low, "ci_high": interval.high}
            row |= {"weight": band.mark.weight if band.mark is not None else None}
        rows.append(row)
    return rows


def _origin(trial: Trial) -> dict[str, str]:
    recovered = [f"{role} {name} {route}" for role, arm in trial.arms.items() for name, route in arm.recovered.items()]
    made = [f"{role} {word}" for role, arm in trial.arms.items() for word in arm.made]
    routes = recovered or [" ".join(trial.routes)]
    return {"recovered": ";".join(routes), "made": ";".join(made), "left_out_of": ";".join(trial.left_out)}
