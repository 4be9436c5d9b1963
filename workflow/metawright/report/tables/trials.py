"""The table of a cell's trials: their arms as they entered, recovered numbers marked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from metawright.report.lineage import file_of, rows_of
from metawright.report.sentences.context import Context
from metawright.report.tables.table import DASH, TableData, cell, column, table
from metawright.words.names import ROUTES, measure_short, sentence
from metawright.words.numbers import format_as_recorded, format_effect, format_percent

if TYPE_CHECKING:
    from metawright.report.documents import RecoveredValue, ReportedTrial


def trials_table(context: Context, name: str) -> TableData:
    """Return the trials of a pool: arms as they entered, effect, weight under each track, spreadsheet rows.

    Recovered numbers carry `*`, numbers randomised `†`; what was done with a trial's rows stands under its name.
    """
    arms, tracks = context.arms, context.tracks
    weighted = {key: weights for key, row in tracks.items() if context.k > 1 and (weights := row.get("weights"))}
    summary = _arm_kind(context)
    columns = [column("Trial"), column("Time point")]
    columns += (
        [column(f"{sentence(arms[role])}, {summary}", "right") for role in ("experimental", "control")]
        if summary
        else []
    )
    columns += [column(f"{measure_short(context.measure)} [95% CI]", "right")]
    columns += [column(f"Weight, {key}", "right") for key in weighted]
    columns += [column("Rows", "right")]
    rows, flagged = [], False
    for index, study in enumerate(context.cell["studies"]):
        assumed = any("n_assumed_randomised" in (arm.get("flags") or "") for arm in study["arms"])
        flagged |= assumed
        label = context.results["labels"].get(study["study"], study["study"])
        row = [cell(label, "; ".join(remarks(context, study))), study.get("timepoint") or DASH]
        if summary:
            row += [arm_text(study, role, summary) for role in ("experimental", "control")]
        effect = format_effect(study["y"], study["ci_low"], study["ci_high"], context.measure, context.decimals)
        row.append(effect + ("*" if study.get("imputed") else ""))
        row += [
            "left out" if weights[index] is None else format_percent(weights[index], 1) for weights in weighted.values()
        ]
        rows.append([*row, ", ".join(rows_of(study)) + (" (imputed)" if study.get("imputed") else "")])
    notes = [f"Rows: those of {file_of(context.results)}, where the header is row 1."]
    if any(None in weights for weights in weighted.values()):
        notes.append("Left out: the control arm of the trial has had the experimental treatment.")
    routes = sorted({line["route"] for study in context.cell["studies"] for line in recovered_values(study)})
    if any(study.get("imputed") for study in context.cell["studies"]):
        words = "; ".join(f"{route}, {ROUTES[route]}" for route in routes)
        notes.append(f"* Imputed: not reported, but recovered or made of recovered numbers{words and f' ({words})'}.")
    if flagged:
        notes.append("† Number randomised, because the number analysed was not reported.")
    return table(name, f"Trials with data for {context.cell_label}", columns, rows, notes)


def recovered_values(study: ReportedTrial) -> list[RecoveredValue]:
    """Return the values of a trial that were recovered."""
    return [line for row in study.get("trace") or () for line in row["recovered"]]


def remarks(context: Context, study: ReportedTrial) -> list[str]:
    """Return what was done with a trial's rows, and why a track leaves it out."""
    words = {word: None for line in study.get("inputs") or () for word in line["made"].split(";") if word}
    said = {"combined": "arms combined", "paired": "cross-over, paired", "averaged": "average over time points"}
    shared = {
        word: f"{word} of the {line['arm']} arm"
        for line in study.get("inputs") or ()
        for word in words
        if word.startswith("share") and word in line["made"]
    }
    found = [(said | shared).get(word, word) for word in words]
    if any(study["study"] in (row.get("excluded") or ()) for row in context.tracks.values()):
        found.append("control arm treated")
    return found


def _arm_kind(context: Context) -> str:
    studies = context.cell["studies"]
    arms = [arm for study in studies for arm in study["arms"] if arm.get("arm") != "contrast"]
    entered = [line for study in studies for line in study.get("inputs") or () if line["arm"] != "contrast"]
    if any(arm.get("events") for arm in arms):
        return "events / n"
    means = any(arm.get("mean") for arm in arms) or any(line["mean"] is not None for line in entered)
    return "mean (SD), n" if means else ""


def arm_text(study: ReportedTrial, role: str, kind: str) -> str:
    """Return `32.8 (6.5), 30`: an arm as it entered the effect, recovered numbers and assumed ones marked."""
    rows = [one for one in study["arms"] if one.get("arm") == role]
    lines = [line for line in study.get("inputs") or () if line["arm"] == role] or [_as_line(row) for row in rows[:1]]
    if not lines:
        return DASH
    assumed = "†" if any("n_assumed_randomised" in (row.get("flags") or "") for row in rows) else ""
    n = _recorded(study.get(f"n_{role}") if len(lines) > 1 else lines[0]["n"], 1) + assumed
    if len(lines) > 1:
        return f"several time points, {n}"
    line = lines[0]
    if kind == "events / n":
        return f"{_recorded(line['events'], 1)} / {n}"
    columns = {part.split(" ")[0] for part in (line.get("recovered") or "").split(";") if part}
    if "mean" in columns and "combined" in line["made"]:
        columns.add("sd")
    mean, sd = (
        _recorded(line[key], _digits(key, line, columns)) + ("*" if key in columns else "") for key in ("mean", "sd")
    )
    return f"{mean} ({sd}), {n}"


def _digits(key: str, line: Mapping, columns: set[str]) -> int:
    """Return how many decimals are printed at most: two of a computed number, three of a reported one."""
    return 2 if key in columns or line.get("made") else 3


def _as_line(row: Mapping[str, str]) -> dict:
    """Return a raw row in the form of a line of `inputs.csv`, for results that have none."""
    numbers = {
        key: float(text) if (text := (row.get(key) or "").strip()) else None for key in ("n", "mean", "sd", "events")
    }
    return numbers | {"made": "", "recovered": ""}


def _recorded(value: float | None, most: int) -> str:
    return DASH if value is None else format_as_recorded(value, most)
