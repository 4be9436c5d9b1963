"""Tables of declared properties of the trials: subgroups and moderators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from metawright.pooling.model_names import model_short
from metawright.report.sentences.context import Context
from metawright.report.tables.table import Cell, TableData, cell, column, table
from metawright.words.names import sentence
from metawright.words.numbers import (
    PLAIN,
    format_ci,
    format_effect,
    format_number,
    format_p,
    format_percent,
    format_tau2,
    is_ratio,
    p_value,
)

if TYPE_CHECKING:
    from metawright.sensitivity.documents import (
        CommonGroup,
        DifferenceTestEntry,
        ModeratorColumn,
        ModeratorsBlock,
        SeparateGroup,
        SubgroupColumn,
        SubgroupsBlock,
    )


def subgroups_table(context: Context, block: SubgroupsBlock, name: str) -> TableData | None:
    """Return the pools by group and the test for their difference; None where nothing could be divided."""
    columns = [column("Group"), column("Trials", "right"), column("Own τ²: effect [95% CI]", "right")]
    columns += [column("Common τ²: effect [95% CI]", "right"), column("τ²", "right")]
    rows, notes = [], []
    for one in block["columns"]:
        separate, together = one["separate"], one["common"]
        if one["status"] != "done" or separate is None or together is None:
            notes.append(f"{one['label']}: {one['reason']}.")
            continue
        pairs = zip(separate["groups"], together["groups"], strict=True)
        for own, common in pairs:
            row = [cell(own["level"], one["label"]), str(own["k"]), _effect(context, own), _effect(context, common)]
            rows.append([*row, format_tau2(own["tau2"])])
        wald, f_test = _test(separate["difference"]), _test(together["difference"])
        notes.append(
            f"{one['label']}: test for a difference between the groups, each with its own τ² and its Wald standard "
            f"error: {wald}; with one common τ² and the Hartung–Knapp factor: {f_test}.{_unknown(context, one)}"
        )
        notes += [f"{sentence(warning)}." for warning in one["warnings"]]
    if not rows:
        return None
    used = next(one["interval"] for one in block["columns"] if one["status"] == "done")
    caption = f"Subgroups for {context.cell_label} ({model_short('REML', used)})"
    return table(name, caption, columns, rows, list(dict.fromkeys(notes)))


def _effect(context: Context, one: SeparateGroup | CommonGroup) -> str:
    return format_effect(one["estimate"], one["ci_low"], one["ci_high"], context.measure, context.decimals)


def _test(test: DifferenceTestEntry) -> str:
    if test["p"] is None:
        return "not possible"
    name = f"Q = {format_number(test['q'])}, df = {test['df']}"
    if test["df_residual"] is not None:
        name = f"F({test['df']}, {format_number(test['df_residual'], 0)}) = {format_number(test['q'])}"
    return f"{name}, {format_p(test['p'])}"


def _unknown(context: Context, one: SubgroupColumn | ModeratorColumn) -> str:
    return f" Not known for {context.names(one['unknown'])}." if one["unknown"] else ""


def _slope(one: Mapping[str, Any]) -> list[Cell | str]:
    """Return the row of a moderator that was fitted."""
    slope = format_number(one["estimate"][1], 4)
    limits = format_ci(one["ci_low"][1], one["ci_high"][1], PLAIN, 4)
    permuted = one["permutation"]
    kind = "all" if permuted["exact"] else "sample"
    row: list[Cell | str] = [one["label"], str(one["k"]), f"{slope} {limits}", p_value(one["p"][1])]
    row.append(cell(p_value(permuted["p"]), f"{permuted['count']}, {kind}"))
    return [*row, format_tau2(one["tau2"]), format_percent(one["r2"])]


def moderators_table(context: Context, block: ModeratorsBlock, name: str) -> TableData | None:
    """Return the slope of every moderator with both P values; None where none could be fitted."""
    columns = [column("Moderator"), column("Trials", "right"), column("Slope per unit [95% CI]", "right")]
    columns += [column("P", "right"), column("Permutation P", "right"), column("τ² left", "right")]
    columns.append(column("τ² explained", "right"))
    rows, notes = [], []
    for one in block["columns"]:
        if one["status"] != "done":
            notes.append(f"{one['label']}: {one['reason']}.")
            continue
        rows.append(_slope(one))
        notes += [f"{one['label']}: {warning}." for warning in one.get("warnings") or ()]
        notes += [f"{one['label']}:{_unknown(context, one)}"] if one["unknown"] else []
    if not rows:
        return None
    log = " of the logarithm" if is_ratio(context.measure) else ""
    notes.insert(0, f"Change{log} of the effect per unit of the moderator, by REML with Hartung–Knapp intervals.")
    notes.append("Trials were not randomised to these properties: a slope may have other causes.")
    return table(name, f"Meta-regression for {context.cell_label}", columns, rows, notes)
