"""Tables of what hangs on the choice of a model, a prior, or anything else: ladder, Bayesian results, multiverse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metawright.measures.registry import measure_on_scale
from metawright.pooling.model_names import model_short
from metawright.report.sentences.context import Context
from metawright.report.tables.table import TableData, cell, column, table
from metawright.words.names import join, measure_short, null_words, sentence
from metawright.words.numbers import (
    format_ci,
    format_effect,
    format_estimate,
    format_number,
    format_percent,
    format_tau2,
    p_value,
)

if TYPE_CHECKING:
    from metawright.sensitivity.documents import BayesBlock, MethodLadderBlock, MultiverseCounts, ScaleSummaryEntry


FLAGS = {
    "one_degree_of_freedom": "one degree of freedom",
    "degenerate": "degenerate",
    "narrower_than_wald": "narrower than Wald",
    "tau2_zero": "τ² = 0",
    "trial_level": "from trial-level effects",
    "discordant": "P and I² disagree",
    "undecided": "not decided",
    "not_converged": "did not converge",
}
#: Flags that a note under the ladder explains.
EXPLAINED = ("one_degree_of_freedom", "narrower_than_wald", "discordant", "not_converged")


def ladder_table(context: Context, block: MethodLadderBlock, name: str) -> TableData | None:
    """Return every model that differs from the others, with the names of those that do not."""
    examined = context.cell["sensitivity"]
    if examined is None or block["status"] != "done":
        return None
    labels = {one["key"]: one["label"] for one in examined["bayes"]["posteriors"]}
    columns = [column("Model"), column("Effect [95% interval]", "right"), column("P", "right"), column("τ²", "right")]
    columns += [column("95% prediction interval", "right"), column("Remarks")]
    rows, flags = [], []
    for rung in block["rungs"]:
        if rung["same_as"]:
            continue
        same = [other["key"] for other in block["rungs"] if other["same_as"] == rung["key"]]
        flags += rung["flags"]
        rows.append(
            [
                cell(_rung(rung, labels), f"= {', '.join(same)}" if same else ""),
                format_effect(rung["estimate"], rung["ci_low"], rung["ci_high"], context.measure, context.decimals),
                "" if rung["family"] == "bayesian" else p_value(rung["p"]),
                format_tau2(rung["tau2"]),
                format_ci(rung["pi_low"], rung["pi_high"], context.measure, context.decimals),
                ", ".join(FLAGS[flag] for flag in rung["flags"]),
            ]
        )
    explained = [f"{sentence(block['flag_words'][flag])}." for flag in EXPLAINED if flag in flags]
    notes = [f"{block['excluding']} of {block['distinct']} different intervals exclude {context.null}.", *explained]
    agreement = block["agreement"]
    if agreement and context.k <= 5 and any(rung["interval"] == "HKSJ" for rung in block["rungs"]):
        chance = format_percent(_percent(agreement["probability"]), 1)
        notes.append(
            f"A Hartung–Knapp interval without heterogeneity excludes {context.null} only if the trials agree so well "
            f"that Q is below {format_number(agreement['q_below'], 3)} (here Q = {format_number(agreement['q'])}); "
            f"among homogeneous trials that happens in {chance} of pools."
        )
    return table(name, f"Every usual model for {context.cell_label}", columns, rows, notes)


def _rung(rung: Mapping, labels: Mapping[str, str]) -> str:
    if rung["family"] == "bayesian":
        return f"Bayes, {labels.get(rung['key'], rung['key'])}"
    if rung["family"] == "rule":
        return f"{rung['key']} (rule)"
    return model_short(rung["tau2_method"], rung["interval"])


def bayes_table(context: Context, block: BayesBlock, name: str) -> TableData | None:
    """Return the posterior under every prior; None without one."""
    done = [one for one in block["posteriors"] if one["status"] == "done"]
    if not done:
        return None
    mid = block["mid"]
    columns = [column("Prior of τ"), column("Median [95% credible interval]", "right")]
    columns.append(column(f"P(effect > {context.null})", "right"))
    if mid is not None:
        columns.append(column(f"P(effect > {context.estimate(mid)})", "right"))
        columns.append(column(f"P(effect < {context.estimate(-mid)})", "right"))
    columns += [column("τ: median, 95% limit", "right"), column("New trial", "right")]
    rows = []
    for one in done:
        effect = format_effect(one["median"], one["ci_low"], one["ci_high"], context.measure, context.decimals)
        row = [cell(one["label"], one["tau_prior"]), effect, probability(one["p_above_zero"])]
        if mid is not None:
            row += [probability(one["p_above_mid"]), probability(one["p_below_minus_mid"])]
        row.append(f"{format_number(one['tau_median'])}, {format_number(one['tau_upper'])}")
        row.append(format_ci(one["pi_low"], one["pi_high"], context.measure, context.decimals))
        rows.append(row)
    refused = [f"{one['label']}: {one['reason']}." for one in block["posteriors"] if one["status"] == "refused"]
    mean = f"Prior of the mean effect: {block['mean_prior']}. New trial: 95% predictive interval of its true effect."
    remarks = sorted({remark for one in done for remark in one["remarks"]})
    notes = [mean, *refused, *(f"{remark[0].upper()}{remark[1:]}." for remark in remarks)]
    return table(name, f"Bayesian analysis for {context.cell_label}", columns, rows, notes)


def probability(value: float | None) -> str:
    """Return a probability with two decimals, or its bound where they would say 0 or 1."""
    if value is None:
        return ""
    return "<0.01" if value < 0.01 else ">0.99" if value > 0.99 else format_number(value)


def multiverse_table(context: Context, entry: MultiverseCounts | None, name: str) -> TableData | None:
    """Return what every choice does to the estimate, all others kept; None where nothing could be chosen."""
    summary = _own(entry)
    if entry is None or summary is None:
        return None
    columns = [column("Choice"), column("Levels", wide=True), column("Compared", "right")]
    columns += [column("Mean range", "right"), column("Largest range", "right"), column("Conclusion changes", "right")]
    axes = {axis["axis"]: axis for axis in entry["axes"]}
    rows = []
    moving = [one for one in summary["axes"] if one["sets"]]
    for one in moving:
        axis = axes[one["axis"]]
        levels = ", ".join(level["label"] for level in axis["levels"])
        ranges = [format_number(one[key], context.decimals + 1) for key in ("mean_range", "largest_range")]
        changes = format_percent(_percent(one["verdict_changes"]))
        rows.append([axis["label"], levels, str(one["sets"]), *ranges, changes])
    idle = [axes[one["axis"]]["words"] for one in summary["axes"] if not one["sets"] and one["axis"] != "measure"]
    share, number = summary["excluding_zero"], summary["specifications"]
    ends = " to ".join(context.estimate(summary[key]) for key in ("low", "high"))
    log = " on the log scale" if measure_on_scale(entry["own_scale"]).is_ratio else ""
    notes = [
        f"{entry['declared']} combinations were declared; {entry['impossible']} are impossible here and "
        f"{entry['merged']} repeat the numbers of another one. Of the {number} left on this scale "
        f"{round(share * number)} exclude {context.null}; estimates run from {ends}, with the median "
        f"{context.estimate(summary['median'])}.",
        "Compared: sets of specifications that differ in this choice only; range: highest minus lowest estimate within "
        f"a set{log}; conclusion changes: share of sets in which some intervals exclude {context.null} and others do "
        "not.",
    ]
    notes += [f"Here it makes no difference to choose {join(idle, 'or')}."] if idle else []
    notes += [_other(one) for one in entry["summaries"] if one["scale"] != entry["own_scale"]]
    return table(name, f"What the choices do for {context.cell_label}", columns, rows, notes)


def _own(entry: MultiverseCounts | None) -> ScaleSummaryEntry | None:
    if entry is None:
        return None
    return next((one for one in entry.get("summaries") or () if one["scale"] == entry["own_scale"]), None)


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _other(one: ScaleSummaryEntry) -> str:
    """Summarise the specifications on another scale in a sentence."""
    measure = measure_on_scale(one["scale"]).key
    number = one["specifications"]
    low, high = (format_estimate(one[key], measure) for key in ("low", "high"))
    excluding = round(one["excluding_zero"] * number)
    found = f"{number} specifications from {low} to {high}, {excluding} exclude {null_words(measure)}"
    return f"As {measure_short(measure)}: {found}."
