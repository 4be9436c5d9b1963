"""The numbers behind the controls of the page: every declared model of every cell, with each trial left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from metawright.pooling.model_names import model_short
from metawright.report.grid import cell_id
from metawright.report.lineage import file_of, rows_of
from metawright.report.page.axis import axis_of, ticks_of
from metawright.report.sentences.context import Context
from metawright.report.tables.effects import effect_text, reading
from metawright.report.tables.origins import choice_words, rule_words, value_words
from metawright.words.names import TRACKS, measure_short
from metawright.words.numbers import format_effect, format_number, format_p, format_percent, format_tau2, null_value

if TYPE_CHECKING:
    from metawright.pooling.documents import ModelResult
    from metawright.report.documents import ReportedTrial, ResultRow, Results


class PageData(TypedDict):
    """What the page's script reads (see `page_data`)."""

    review: str
    file: str
    models: list[str]
    cells: dict[str, dict[str, Any]]
    sources: list[list[str]]


def page_data(results: Results) -> PageData:
    """Return what the page's script needs, as plain values; every number also as the text that is printed.

    Parameters
    ----------
    results : mapping
        The document of `gather_results`.

    Returns
    -------
    dict
        `review` (name), `file` of the rows, `models` (declared, in order), `cells` by anchor: words, `axis` and `ticks`
        on the scale of the files, `studies` (effect, lineage), `models` (result, weights, results without each trial),
        `awaiting`; `sources`: what the cells of the table of characteristics rest on.
    """
    declared = [model["key"] for model in results["protocol"].get("models") or ()]
    return {
        "review": results["review"]["name"],
        "file": file_of(results),
        "models": declared,
        "cells": {cell_id(cell): _cell(Context(results, cell)) for cell in results["cells"]},
        "sources": _sources(results.get("studies")),
    }


def _cell(context: Context) -> dict[str, Any]:
    cell = context.cell
    shown = {
        "place": context.cell_label,
        "status": cell["status"],
        "measure": measure_short(context.measure),
        "null": format_number(null_value(context.measure), 0),
        "file": f"{cell['outcome']}.{cell['period']}.json",
        "awaiting": list(
            dict.fromkeys(context.results["labels"].get(r["study"], r["study"]) for r in cell["awaiting"])
        ),
    }
    if not cell["studies"]:
        return shown | {"studies": [], "models": []}
    axis = axis_of(cell)
    without = {one["model"]: one["omitted"] for one in (cell.get("leave_one_out") or {}).get("models") or ()}
    return shown | {
        "axis": list(axis),
        "ticks": [[place, label] for place, label in ticks_of(axis, context.measure)],
        "studies": [_study(context, study) for study in cell["studies"]],
        "models": [_model(context, row, without.get(row["model"], ())) for row in cell["models"]],
    }


def _study(context: Context, study: ReportedTrial) -> dict:
    """Return one trial: its effect, and line by line where its numbers stand and what was done with them."""
    estimate, low, high = study["y"], study["ci_low"], study["ci_high"]
    return {
        "key": study["study"],
        "label": context.results["labels"].get(study["study"], study["study"]),
        "at": [estimate, low, high],
        "effect": format_effect(estimate, low, high, context.measure, context.decimals)
        + ("*" if study.get("imputed") else ""),
        "rows": rows_of(study),
        "from": _lineage(context, study),
    }


def _lineage(context: Context, study: ReportedTrial) -> list[str]:
    file, lines = file_of(context.results), []
    for row in study.get("trace") or ():
        about = ", ".join(filter(None, (row["arm"], row["arm_label"], row["timepoint"])))
        typed = "; ".join(f"{name} “{text.strip()}”" for name, text in row["typed"].items())
        lines.append(f"{file}, row {row['row']} ({about}): {typed or 'no cell kept'}")
        read = [rule_words(line) for line in row["rules"] if line["rule"] != "name_matched"]
        lines += [f"Read by {text}" for text in read]
        lines += [f"Recovered {value_words(line)}" for line in row["recovered"]]
        lines += [f"Source: {row['source']}"] if row["source"] else []
    lines += [f"Chosen: {choice_words(line)}" for line in study.get("choices") or ()]
    if not lines:
        lines.append(f"{file}, rows {', '.join(rows_of(study))}")
    return list(dict.fromkeys(lines))


def _model(context: Context, row: ModelResult, omitted) -> dict:
    weights = row.get("weights")
    short = model_short(row.get("tau2_method"), row.get("interval"))
    return _result(context, row) | {
        "key": row["model"],
        "words": short,
        "track": row.get("track") or "",
        "track_words": TRACKS.get(row.get("track") or "", ""),
        "weights": [None if w is None else round(w, 4) for w in weights] if weights else None,
        "weight_words": ["left out" if w is None else format_percent(w, 1) for w in weights or ()],
        "without": {one["study"]: _result(context, one) | {"turns": _turns(one)} for one in omitted},
    }


def _result(context: Context, row: ResultRow) -> dict:
    at = [row.get("estimate"), row.get("ci_low"), row.get("ci_high")]
    return {
        "at": None if None in at else at,
        "effect": effect_text(context, row) or "no result",
        "p": format_p(row.get("p")),
        "i2": format_percent(row.get("i2")),
        "tau2": format_tau2(row.get("tau2")),
        "reading": reading(context, row),
    }


def _turns(one: Mapping) -> str:
    words = {"significance_changes": "significance", "sign_changes": "sign", "model_choice_changes": "model chosen"}
    return ", ".join(word for key, word in words.items() if one.get(key))


def _sources(studies: Mapping | None) -> list[list[str]]:
    return [[one["source"] or "" for one in row["cells"]] for row in (studies or {"rows": []})["rows"]]
