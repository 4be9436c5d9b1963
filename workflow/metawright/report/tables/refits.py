"""Tables of refits: influence of single trials, order of entry, all subsets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from metawright.pooling.model_names import model_short
from metawright.pooling.tracks import headlines
from metawright.report.sentences.context import Context
from metawright.report.tables.table import TableData, cell, column, table
from metawright.words.names import TRACKS, sentence
from metawright.words.numbers import format_effect, format_number, format_percent, format_tau2, p_value

if TYPE_CHECKING:
    from metawright.sensitivity.documents import CumulativeBlock, CumulativeStep, GoshBlock, InfluenceBlock, ModelHead


ENTRY = {"year": "by year", "precision": "from the most to the least precise"}


def influence_tables(context: Context, block: InfluenceBlock, name: str) -> list[TableData]:
    """Return the deletion diagnostics of each track; none below three trials."""
    if context.k < 3:
        return []
    made = []
    for entry in headlines(block.get("models") or ()):
        columns = [column("Trial")]
        heads = ("Stud. residual", "DFFITS", "Cook’s D", "Cov. ratio", "τ² without", "Q without", "Weight", "DFBETAS")
        columns += [column(head, "right") for head in heads]
        rows = []
        for one in entry["trials"]:
            numbers = [format_number(one[key]) for key in ("rstudent", "dffits", "cook_d", "cov_r")]
            numbers += [format_tau2(one["tau2_del"]), format_number(one["q_del"])]
            numbers += [format_percent(one["weight"], 1), format_number(one["dfbs"])]
            label = context.results["labels"].get(one["study"], one["study"])
            rows.append([cell(label, "influential" if one["flagged"] else ""), *numbers])
        limits = entry["limits"]
        notes = [
            "Influential: |DFFITS| above "
            f"{format_number(limits['dffits'])}, Cook’s D above {format_number(limits['cook_d'])}, weight above "
            f"{format_percent(100 * limits['hat'])}, or |DFBETAS| above 1."
        ]
        caption = f"Influence of single trials for {context.cell_label}: {_model(entry)}"
        made.append(table(f"{name}.{entry['track']}", caption, columns, rows, notes))
    return made


def _model(entry: ModelHead) -> str:
    model = model_short(entry["tau2_method"], entry["interval"])
    track = TRACKS[entry["track"] or ""].lower()
    return f"{track} ({model})" if model else track


def cumulative_tables(context: Context, block: CumulativeBlock, name: str) -> list[TableData]:
    """Return the pool after each trial under both tracks, for every order of entry."""
    made = []
    for order in block["orders"]:
        found = [entry for entry in headlines(order.get("models") or ()) if entry["steps"]]
        if not found:
            continue
        columns = [column("Up to")]
        for entry in found:
            columns += [column(f"{TRACKS[entry['track'] or '']}: effect [95% CI]", "right"), column("P", "right")]
        longest = max(found, key=lambda entry: len(entry["steps"]))["steps"]
        steps = [{step["study"]: step for step in entry["steps"]} for entry in found]
        rows = []
        for step in longest:
            year = f" ({step['year']})" if order["order"] == "year" and step["year"] else ""
            label = context.results["labels"].get(step["study"], step["study"])
            row = [label if str(step["year"]) in label else label + year]
            for own in steps:
                one = own.get(step["study"])
                row += [_effect(context, one), p_value(one["p"]) if one else ""]
            rows.append(row)
        caption = f"Cumulative analysis for {context.cell_label}, {ENTRY[order['order']]}"
        notes = ["The intervals are those of single analyses; they make no allowance for repeated looks."]
        notes += [f"{sentence(block['reason'])}."] if block["reason"] else []
        made.append(table(f"{name}.{order['order']}", caption, columns, rows, notes))
    return made


def _effect(context: Context, one: CumulativeStep | None) -> str:
    if one is None or one["estimate"] is None:
        return ""
    return format_effect(one["estimate"], one["ci_low"], one["ci_high"], context.measure, context.decimals)


def gosh_table(context: Context, block: GoshBlock, name: str) -> TableData | None:
    """Return what all subsets of the trials give under each track; None below three trials."""
    found = [entry for entry in headlines(block.get("models") or ()) if entry["estimate"]]
    if context.k < 3 or not found:
        return None
    columns = [column("")] + [column(TRACKS[entry["track"] or ""], "right") for entry in found]
    lines: dict[str, list[str]] = {}
    for entry in found:
        quantiles = dict(zip(entry["at"], entry["estimate"] or (), strict=True))
        i2: Sequence[float | None] = entry["i2"] or [None] * len(entry["at"])
        spread = dict(zip(entry["at"], i2, strict=True))
        moved = next((one for one in entry["trials"] if one["study"] == entry["highlight"]), None)
        values = {
            "Subsets": f"{entry['subsets']}, {'all' if entry['complete'] else 'a random sample'}",
            "Estimate: median": context.estimate(quantiles[0.5]),
            "Estimate: 95% of subsets": _span(context, quantiles, 0.025, 0.975),
            "Estimate: lowest to highest": _span(context, quantiles, 0.0, 1.0),
            f"Above {context.null}": _percent(entry["share_positive"]),
            f"Interval excludes {context.null}": _percent(entry["share_excluding_zero"]),
            "I²: median, highest": f"{format_percent(spread[0.5])}, {format_percent(spread[1.0])}",
            "Trial that moves it most": _moved(context, moved),
        }
        for head, value in values.items():
            lines.setdefault(head, []).append(value)
    rows = [[head, *values] for head, values in lines.items()]
    return table(name, f"All subsets of the trials for {context.cell_label}", columns, rows)


def _percent(share: float | None) -> str:
    return "" if share is None else format_percent(100 * share)


def _span(context: Context, quantiles: Mapping[float, float], low: float, high: float) -> str:
    return f"{context.estimate(quantiles[low])} to {context.estimate(quantiles[high])}"


def _moved(context: Context, one: Mapping | None) -> str:
    if one is None:
        return ""
    label = context.results["labels"].get(one["study"], one["study"])
    inside, outside = context.estimate(one["with_trial"]), context.estimate(one["without_trial"])
    return f"{label}: {inside} with, {outside} without"
