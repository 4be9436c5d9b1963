"""Tables of declared properties of the trials: subgroups and moderators."""

from collections.abc import Mapping

from metawright.pooling.model_names import model_short
from metawright.report.sentences.context import Context
from metawright.report.tables.table import cell, column, table
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


def subgroups_table(context: Context, block: Mapping, name: str) -> dict | None:
    """Return the pools by group and the test for their difference; None where nothing could be divided."""
    columns = [column("Group"), column("Trials", "right"), column("Own τ²: effect [95% CI]", "right")]
    columns += [column("Common τ²: effect [95% CI]", "right"), column("τ²", "right")]
    rows, notes = [], []
    for one in block["columns"]:
        if one["status"] != "done":
            notes.append(f"{one['label']}: {one['reason']}.")
            continue
        pairs = zip(one["separate"]["groups"], one["common"]["groups"], strict=True)
        for own, common in pairs:
            row = [cell(own["level"], one["label"]), str(own["k"]), _effect(context, own), _effect(context, common)]
            rows.append([*row, format_tau2(own["tau2"])])
        wald, f_test = _test(one["separate"]["difference"]), _test(one["common"]["difference"])
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


def _effect(context: Context, one: Mapping) -> str:
    return format_effect(one["estimate"], one["ci_low"], one["ci_high"], context.measure, context.decimals)


def _test(test: Mapping) -> str:
    if test["p"] is None:
        return "not possible"
    name = f"Q = {format_number(test['q'])}, df = {test['df']}"
    if test["df_residual"] is not None:
        name = f"F({test['df']}, {format_number(test['df_residual'], 0)}) = {format_number(test['q'])}"
    return f"{name}, {format_p(test['p'])}"


def _unknown(context: Context, one: Mapping) -> str:
    return f" Not known for {context.names(one['unknown'])}." if one["unknown"] else ""


def moderators_table(context: Context, block: Mapping, name: str) -> dict | None:
    """Return the slope of every moderator with both P values; None where none could be fitted."""
    columns = [column("Moderator"), column("Trials", "right"), column("Slope per unit [95% CI]", "right")]
    columns += [column("P", "right"), column("Permutation P", "right"), column("τ² left", "right")]
    columns.append(column("τ² explained", "right"))
    rows, notes = [], []
    for one in block["columns"]:
        if one["status"] != "done":
            notes.append(f"{one['label']}: {one['reason']}.")
            continue
        slope = format_number(one["estimate"][1], 4)
        limits = format_ci(one["ci_low"][1], one["ci_high"][1], PLAIN, 4)
        permuted = one["permutation"]
        kind = "all" if permuted["exact"] else "sample"
        row = [one["label"], str(one["k"]), f"{slope} {limits}", p_value(one["p"][1])]
        row.append(cell(p_value(permuted["p"]), f"{permuted['count']}, {kind}"))
        rows.append([*row, format_tau2(one["tau2"]), format_percent(one["r2"])])
        notes += [f"{one['label']}: {warning}." for warning in one["warnings"]]
        notes += [f"{one['label']}:{_unknown(context, one)}"] if one["unknown"] else []
    if not rows:
        return None
    log = " of the logarithm" if is_ratio(context.measure) else ""
    notes.insert(0, f"Change{log} of the effect per unit of the moderator, by REML with Hartung–Knapp intervals.")
    notes.append("Trials were not randomised to these properties: a slope may have other causes.")
    return table(name, f"Meta-regression for {context.cell_label}", columns, rows, notes)
