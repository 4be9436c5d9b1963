"""Sentences about heterogeneity, prediction and the influence of single trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from metawright.pooling.model_names import NO_PREDICTION, lacks_prediction
from metawright.pooling.position import OUTSIDE, position
from metawright.report.sentences.context import Context
from metawright.words.names import count, join
from metawright.words.numbers import current_style, format_number, format_p, format_percent, format_tau2

if TYPE_CHECKING:
    from metawright.pooling.documents import ModelResult
    from metawright.sensitivity.documents import OmittedTrial


def heterogeneity(context: Context) -> str:
    """Return Q, I² and τ² in one sentence; "" for fewer than two trials."""
    spread = context.cell.get("heterogeneity") or {}
    if context.k < 2 or spread.get("q") is None:
        return ""
    i2 = f"I² = {format_percent(spread.get('i2_q'))}"
    if spread.get("i2_q_low") is not None:
        low, high = format_percent(spread.get("i2_q_low")), format_percent(spread.get("i2_q_high"))
        i2 += f" ({current_style().lead} {low} to {high})"
    q = f"Q = {format_number(spread.get('q'))} (df {context.k - 1}, {format_p(spread.get('q_p'))})"
    text = f"Heterogeneity: {q}; {i2}"
    tau2 = _tau2(context, spread.get("tau2") or [])
    if tau2:
        text += f"; {tau2}"
    text += "." + (" Two trials say little about heterogeneity." if context.k == 2 else "")
    if any(row.get("excluded") for row in context.tracks.values()):
        text += f" This describes all {count(context.k, 'trial')}, those that a track leaves out too."
    return text


def _tau2(context: Context, estimates: Sequence[Mapping]) -> str:
    """Return τ² by the estimator of the recommended headline, else by the first one listed."""
    wanted = (context.cell["tracks"].get("recommended") or {}).get("tau2_method")
    row = next((one for one in estimates if one["method"] == wanted), estimates[0] if estimates else None)
    if row is None or row.get("tau2") is None:
        return ""
    text = f"τ² = {format_tau2(row['tau2'])} ({row['method']}"
    if row.get("low") is not None and row.get("high") is not None:
        text += f"; {current_style().lead} {format_tau2(row['low'])} to {format_tau2(row['high'])}"
    return text + ")"


def prediction(context: Context) -> str:
    """Return the prediction interval of the recommended headline with the caution that its k asks for."""
    row = context.tracks.get("recommended")
    k = context.k_of(row)
    if row is not None and k == 2 and lacks_prediction(row):
        return f"A prediction interval is {NO_PREDICTION}."
    if row is None or k < 2 or row.get("pi_low") is None:
        return ""
    if k == 2:
        return "A prediction interval from two trials is not useful."
    limits = f"{context.estimate(row['pi_low'])} and {context.estimate(row['pi_high'])}"
    text = f"The effect of a new trial is expected to lie between {limits} (95% prediction interval)"
    if row.get("tau2") == 0:
        text += f"; it equals {_of_the_mean(context, row)}: τ² was estimated as 0, which few trials cannot show"
    if k <= 4:
        return f"{text}. With so few trials it is to be read with caution."
    return f"{text}. With 5 to 20 trials such intervals are known to be too narrow." if k <= 20 else f"{text}."


def _of_the_mean(context: Context, row: ModelResult) -> str:
    """Return which interval of the mean a prediction interval without heterogeneity is."""
    if _same(row["pi_low"], row["ci_low"]) and _same(row["pi_high"], row["ci_high"]):
        return "the confidence interval"
    kind = context.results["protocol"].get("prediction_interval", "V")
    return "the t interval of the mean" if kind == "V" else "an interval of the mean alone"


def leave_one_out(context: Context) -> list[str]:
    """Return, per track, what happens when one trial is left out; tracks of one finding share a sentence."""
    document = context.cell.get("leave_one_out") or {}
    if context.k < 2:
        return []
    if context.k == 2:
        return _pair(context, document)
    found = {}
    for track, name in (("protocol", "Under the review’s protocol"), ("recommended", "In the recommended model")):
        full = context.tracks.get(track)
        models = [one for one in document.get("models") or [] if full and one["model"] == full["model"]]
        if full and models and models[0].get("omitted"):
            found[name] = _omissions(context, full, models[0]["omitted"])
    if len(found) == 2 and len(set(found.values())) == 1:
        return [f"In both tracks, {next(iter(found.values()))}."]
    return [f"{name}, {text}." for name, text in found.items()]


def _pair(context: Context, document: Mapping) -> list[str]:
    """Of two trials each leaves the other, whatever the model."""
    models = document.get("models") or []
    omitted = next((one["omitted"] for one in models if one.get("omitted")), [])
    studies = [study["study"] for study in context.cell["studies"]]
    parts = []
    for one in omitted:
        if one.get("estimate") is not None:
            left = [study for study in studies if study != one["study"]]
            parts.append(f"without {context.names([one['study']])}, {context.names(left)} gives {context.effect(one)}")
    return [f"Leave-one-out: {'; '.join(parts)}."] if parts else []


def _omissions(context: Context, full: ModelResult, omitted: Sequence[OmittedTrial]) -> str:
    significance = [one["study"] for one in omitted if one.get("significance_changes")]
    sign = [one["study"] for one in omitted if one.get("sign_changes")]
    chosen = [one["study"] for one in omitted if one.get("model_choice_changes")]
    if not (significance or sign or chosen):
        values = sorted(at for one in omitted if (at := one.get("estimate")) is not None)
        span = f" (estimates {context.estimate(values[0])} to {context.estimate(values[-1])})" if values else ""
        return f"leaving out any one trial changes neither the sign nor the significance{span}"
    parts = []
    if significance:
        then = "includes" if position(full) in OUTSIDE else "excludes"
        parts.append(f"the interval {then} {context.null} when {_any_of(context, significance)} is left out")
    if sign:
        parts.append(f"the estimate changes its sign when {_any_of(context, sign)} is left out")
    if chosen:
        parts.append(f"the rule chooses the other model when {_any_of(context, chosen)} is left out")
    return "; ".join(parts)


def _any_of(context: Context, studies: Sequence[str]) -> str:
    return join((context.results["labels"].get(study, study) for study in studies), last="or")


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= 1e-6 * max(1.0, abs(other))
