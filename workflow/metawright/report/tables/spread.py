"""Tables of one cell: heterogeneity and leave-one-out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metawright.pooling.estimators import estimator_of
from metawright.pooling.position import position
from metawright.report.sentences.context import Context
from metawright.report.tables.table import Cell, TableData, cell, column, table
from metawright.words.names import TRACKS
from metawright.words.numbers import (
    format_as_recorded,
    format_effect,
    format_number,
    format_p,
    format_percent,
    format_tau2,
    p_value,
)

if TYPE_CHECKING:
    from metawright.report.documents import ResultRow
    from metawright.sensitivity.documents import OmittedTrial


def heterogeneity_table(context: Context, name: str) -> TableData | None:
    """Return τ², I² and H² by estimator with their Q-profile intervals; None below two trials."""
    spread = context.cell.get("heterogeneity") or {}
    if context.k < 2 or not spread.get("tau2"):
        return None
    columns = [column("Estimator"), column("τ² [95% CI]", "right"), column("SE of τ²", "right")]
    columns += [column("I² [95% CI]", "right"), column("H² [95% CI]", "right")]
    rows = []
    for one in spread["tau2"]:
        i2 = _with_limits(
            format_percent(one.get("i2"), 1), *(format_percent(one.get(k), 1) for k in ("i2_low", "i2_high"))
        )
        h2 = _with_limits(format_number(one.get("h2")), *(format_number(one.get(k)) for k in ("h2_low", "h2_high")))
        tau2 = _with_limits(format_tau2(one.get("tau2")), format_tau2(one.get("low")), format_tau2(one.get("high")))
        words = estimator_of(one["method"]).name
        head = cell(one["method"], words if words != one["method"] else "")
        rows.append([head, tau2, format_tau2(one.get("se")), i2, h2])
    df, p = format_as_recorded(spread.get("q_df")), format_p(spread.get("q_p"))
    q = f"Q = {format_number(spread.get('q'))}, df = {df}, {p}"
    i2 = f"I² from Q = {format_percent(spread.get('i2_q'), 1)}"
    if spread.get("i2_q_low") is not None:
        low, high = format_percent(spread.get("i2_q_low"), 1), format_percent(spread.get("i2_q_high"), 1)
        i2 += f" (test-based 95% CI {low} to {high})"
    notes = [f"{q}; {i2}; H² from Q = {format_number(spread.get('h2_q'))}."]
    if profile := spread.get("q_profile_note"):
        notes.append(f"Q-profile interval: {profile}.")
    return table(name, f"Heterogeneity of {context.cell_label}", columns, rows, notes)


def _with_limits(value: str, low: str, high: str) -> str:
    return f"{value} [{low}, {high}]" if value and low and high else value


def leave_one_out_table(context: Context, name: str) -> TableData | None:
    """Return the headline of each track without each trial in turn; None below three trials."""
    document = context.cell.get("leave_one_out") or {}
    by_model = {one["model"]: one["omitted"] for one in document.get("models") or []}
    tracks = {key: row for key, row in context.tracks.items() if by_model.get(row["model"])}
    if context.k < 3 or not tracks:
        return None
    columns = [column("Left out")]
    for key in tracks:
        columns += [column(f"{TRACKS[key]}: effect [95% CI]", "right"), column("P", "right"), column("I²", "right")]
    columns.append(column("What changes"))
    order = [study["study"] for study in context.cell["studies"]]
    found = {key: {one["study"]: one for one in by_model[row["model"]]} for key, row in tracks.items()}
    rows: list[list[Cell | str]] = [["None", *[text for row in tracks.values() for text in _numbers(context, row)], ""]]
    for study in order:
        without = {key: found[key][study] for key in tracks if study in found[key]}
        numbers = [text for key in tracks for text in _numbers(context, without.get(key))]
        label = context.results["labels"].get(study, study)
        rows.append([label, *numbers, _changes(without, kind="flag")])
    return table(name, f"Leave-one-out for {context.cell_label}", columns, rows)


def _numbers(context: Context, row: ResultRow | None) -> list[str]:
    if row is None or row.get("estimate") is None:
        return ["", "", ""]
    if position(row) == "degenerate":
        return [f"{context.estimate(row['estimate'])} [degenerate]", "", format_percent(row.get("i2"))]
    effect = format_effect(row["estimate"], row["ci_low"], row["ci_high"], context.measure, context.decimals)
    return [effect, p_value(row.get("p")), format_percent(row.get("i2"))]


def _changes(without: Mapping[str, OmittedTrial], kind: str) -> Cell:
    words = {"significance_changes": "significance", "sign_changes": "sign", "model_choice_changes": "model chosen"}
    parts = []
    for track, one in without.items():
        changed = [word for key, word in words.items() if one.get(key)]
        if changed:
            parts.append(f"{', '.join(changed)} ({TRACKS[track].lower()})")
    return cell("; ".join(parts), kind=kind if parts else "")
