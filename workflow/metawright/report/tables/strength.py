"""Tables of how firm a result is: margin, information size, missing participants, small-study effects."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from metawright.pooling.model_names import model_short
from metawright.pooling.tracks import headlines
from metawright.report.sentences.context import Context
from metawright.report.tables.table import TableData, cell, column, table
from metawright.words.names import TRACKS
from metawright.words.numbers import format_effect, format_number, format_percent, is_ratio, p_value

if TYPE_CHECKING:
    from metawright.sensitivity.documents import (
        InformationSizeBlock,
        LineTestEntry,
        MarginBlock,
        MarginModel,
        MissingDataBlock,
        MissingModel,
        MissingTrial,
        ResultUnderAssumption,
        SequentialAnalysis,
        SmallStudyBlock,
        TrimFillEntry,
    )


LINES = {
    "egger": "Egger",
    "egger_sized": "Egger, on the sizes of the arms",
    "egger_mixed": "Egger, mixed model",
    "peters": "Peters",
    "harbord": "Harbord",
}
#: Trials shown with the shift of their own effect that would change a result.
MOST = 6
BECOMES = {"includes": "includes 0", "excludes": "excludes 0", "undecided": "is not decided"}


def margin_table(context: Context, block: MarginBlock, name: str) -> TableData | None:
    """Return the distance of both tracks to the line between significant and not."""
    found = [entry for entry in headlines(block.get("models") or ()) if entry["margin"] is not None]
    if context.k < 2 or not found:
        return None
    columns = [column("")] + [column(TRACKS[entry["track"] or ""], "right") for entry in found]
    lines = {
        f"Interval excludes {context.null}": ["yes" if entry["significant"] else "no" for entry in found],
        "Margin in standard errors": [format_number(entry["margin"]) for entry in found],
        "Margin of the estimate": [_shift(context, entry["estimate_shift"]) for entry in found],
        "Interval would touch it at": [f"{format_number(entry['width_factor'])} × its width" for entry in found],
        "More information that would change it": [_information(entry) for entry in found],
    }
    rows = [[head, *values] for head, values in lines.items()]
    for study in _nearest(found):
        label = context.results["labels"].get(study, study)
        rows.append([f"{label} alone would have to move by", *[_moved(context, entry, study) for entry in found]])
    notes = [
        f"Margin: distance of the estimate from where its interval would end at {context.null}; negative: short of it. "
        f"Information: in multiples of what the pool has, from trials without an effect where the interval excludes "
        f"{context.null}, otherwise from trials with the present estimate."
    ]
    if any(entry["tipping"] for entry in found):
        some = len(rows) > len(lines)
        notes.append(
            f"Single trials: the smallest change of its own effect that changes the result, everything refitted; the "
            f"{MOST} trials with the smallest at most."
            if some
            else "No change of a single trial’s effect within reach would change the result."
        )
    return table(name, f"Distance to significance for {context.cell_label}", columns, rows, notes)


def _nearest(found: Sequence[MarginModel]) -> list[str]:
    """Return the trials whose own shift could change a result, the smallest shift first, at most `MOST`."""
    least: dict[str, float] = {}
    for entry in found:
        for one in (entry["tipping"] or {"trials": []})["trials"]:
            if one["shift"] is not None:
                least[one["study"]] = min(abs(one["shift"]), least.get(one["study"], math.inf))
    return sorted(least, key=least.__getitem__)[:MOST]


def _shift(context: Context, shift: float | None) -> str:
    if shift is not None and is_ratio(context.measure):
        return f"factor {format_number(math.exp(shift))}"
    return format_number(shift, context.decimals)


def _information(entry: MarginModel) -> str:
    times = f"{format_number(entry['information'])} times as much"
    return f"{times} without effect" if entry["significant"] else f"{times} of the same"


def _moved(context: Context, entry: MarginModel, study: str) -> str:
    trials = (entry["tipping"] or {"trials": []})["trials"]
    one = next((trial for trial in trials if trial["study"] == study), None)
    if one is None:
        return ""
    return "no shift would do" if one["shift"] is None else _shift(context, one["shift"])


def information_table(context: Context, block: InformationSizeBlock, name: str) -> TableData | None:
    """Return the participants that a conclusive analysis needs; None where that cannot be said."""
    if block["status"] != "done":
        return None
    columns = [column("Difference"), column("Participants needed", "right"), column("Allowing for diversity", "right")]
    columns += [column("Accrued", "right"), column("Share", "right")]
    looks = any(one["sequential"] for one in block["sizes"])
    columns += [column("Sequential boundary")] if looks else []
    rows = []
    for one in block["sizes"]:
        row = [format_number(one["delta"]), format_number(math.ceil(one["size"]), 0)]
        row += [format_number(math.ceil(one["adjusted"]), 0), str(block["patients"] or "")]
        row.append(format_percent(100 * one["fraction"]) if one["fraction"] is not None else "")
        rows.append(row + ([_looks(one["sequential"])] if looks else []))
    first = block["sizes"][0]
    source = {"protocol": "from the protocol", "the trials": "pooled from the trials"}[block["sd_source"]]
    notes = [
        f"Two-sided error {format_number(first['alpha'])}, power {format_percent(100 * first['power'])}, SD "
        f"{format_number(block['sd'])} ({source}), diversity {format_percent(100 * first['diversity'])}; both arms of "
        "equal size."
    ]
    return table(name, f"Required information size for {context.cell_label}", columns, rows, notes)


def _looks(one: SequentialAnalysis | None) -> str:
    if not one:
        return ""
    crossed = "crossed" if one["crossed"] else "not crossed"
    return f"{crossed}; size {'reached' if one['reached'] else 'not reached'}"


def missing_table(context: Context, block: MissingDataBlock, name: str) -> TableData | None:
    """Return what missing participants could do under both tracks; None where that is not known."""
    if block["status"] != "done" or not block["models"]:
        return None
    columns = [column("")] + [
        column(TRACKS.get(entry["track"] or "", entry["model"]), "right") for entry in block["models"]
    ]
    lines = {
        "As observed": [_pool(context, entry["observed"]) for entry in block["models"]],
        "Best case of the experimental arm": [_pool(context, entry["best"]) for entry in block["models"]],
        "Worst case of the experimental arm": [_pool(context, entry["worst"]) for entry in block["models"]],
    }
    if block["kind"] == "imdom":
        lines["Tipping point, experimental arm alone"] = [_point(entry, "experimental") for entry in block["models"]]
        lines["Tipping point, both arms apart"] = [_point(entry, "symmetric") for entry in block["models"]]
    rows = [[head, *values] for head, values in lines.items() if any(values)]
    notes = [f"Analysed of randomised: {'; '.join(_analysed(context, one) for one in block['trials'])}."]
    if block["kind"] == "imdom":
        notes.append(
            "Tipping point: how far the mean of the missing would have to differ from the observed between the arms."
        )
    return table(name, f"Missing participants for {context.cell_label}", columns, rows, notes)


def _pool(context: Context, row: ResultUnderAssumption | TrimFillEntry | None) -> str:
    if not row or row["estimate"] is None:
        return ""
    return format_effect(row["estimate"], row["ci_low"], row["ci_high"], context.measure, context.decimals)


def _point(entry: MissingModel, path: str) -> str:
    one = next(point for point in entry.get("tipping_points") or () if point["path"] == path)
    if one["difference"] is None:
        return f"none within ±{format_number(one['reach'], 0)}"
    return f"{format_number(one['difference'])}: {BECOMES[one['becomes']]}"


def _analysed(context: Context, one: MissingTrial) -> str:
    label = context.results["labels"].get(one["study"], one["study"])
    first = f"{one['n_experimental']} of {one['randomised_experimental']}"
    second = f"{one['n_control']} of {one['randomised_control']}"
    return f"{label} {first} and {second}{' (below 80%)' if one['low'] else ''}"


def small_study_table(context: Context, block: SmallStudyBlock, name: str) -> TableData | None:
    """Return the tests for small-study effects; None with fewer than ten trials."""
    if block["status"] != "done":
        return None
    columns = [column("Analysis"), column("Bias (SE)", "right"), column("P", "right"), column("Limit effect", "right")]
    rows = []
    for key, label in LINES.items():
        one = block[key]
        if one:
            bias = f"{format_number(one['bias'])} ({format_number(one['bias_se'])})" if one["bias"] is not None else ""
            remark = one["reason"] or ("the one to read" if key == next(iter(block["read"]), "") else "")
            rows.append([cell(label, remark), bias, p_value(one["p"]), _limit(context, one)])
    if begg := block["begg"]:
        rows.append(["Begg, rank correlation", f"τ = {format_number(begg['tau'])}", p_value(begg["p"]), ""])
    if pair := block["pet_peese"]:
        for key, one in (("PET", pair["pet"]), ("PEESE", pair["peese"])):
            chosen = "the one to read" if pair["chosen"] == key else ""
            rows.append([cell(key, chosen), "", "", _limit(context, one)])
    for one in block["trim_fill"] or ():
        model = model_short(one["tau2_method"], one["interval"])
        head = cell(f"Trim and fill, {one['estimator']}", f"{TRACKS[one['track'] or '']}: {model}")
        filled = f"{one['k0']} on the {one['side']}" if one["converged"] else "did not converge"
        rows.append([head, filled, p_value(one["p"]), _pool(context, one)])
    remarks = [f"{remark[0].upper()}{remark[1:]}." for remark in block["remarks"]]
    return table(name, f"Small-study effects for {context.cell_label}", columns, rows, remarks)


def _limit(context: Context, one: LineTestEntry) -> str:
    low, high = one["limit_ci_low"], one["limit_ci_high"]
    if one["limit_estimate"] is None:
        return ""
    return format_effect(one["limit_estimate"], low, high, context.measure, context.decimals)
