"""The panel of the essential sensitivity analyses for those who do not see it: in words, and as a table."""

from metawright.figures.cell.leave_one_out import leave_one_out_alt_text, leave_one_out_reason, leave_one_out_table
from metawright.figures.cell.method_ladder import method_ladder_alt_text, method_ladder_reason, method_ladder_table
from metawright.figures.cell.sensitivity_data import SensitivityData
from metawright.figures.cell.specification_text import specification_alt_text, specification_table
from metawright.figures.kit.conclusions import excludes
from metawright.files.tables import Row

SENSITIVITY_COLUMNS = (
    "outcome", "period", "panel", "line", "track", "model", "estimate", "ci_low", "ci_high", "p", "i2", "tau2",
    "excludes_zero", "shown",
)  # fmt: skip


def sensitivity_title(shown: SensitivityData) -> str:
    """Return the figure's title."""
    return shown.subject.title("Would it survive?")


def sensitivity_reason(shown: SensitivityData) -> str:
    """Return why there is nothing to draw: fewer than two trials; empty otherwise."""
    status = shown.document["status"]
    if status == "awaiting_data":
        return "no trial has usable data: there is no result to test"
    if status == "single_study":
        return "one trial: nothing is pooled, and no choice of a model applies"
    if method_ladder_reason(shown) and leave_one_out_reason(shown):
        return method_ladder_reason(shown)
    return ""


def sensitivity_alt_text(shown: SensitivityData) -> str:
    """Return what the panels show in sentences."""
    lead = f"{sensitivity_title(shown)}."
    if reason := sensitivity_reason(shown):
        return f"{lead} Not drawn: {reason}."
    words = [f"A: {method_ladder_alt_text(shown)}", f"B: {leave_one_out_alt_text(shown)}"]
    if shown.specifications is not None and not shown.specifications.reason:
        words.append(f"C: {specification_alt_text(shown.specifications)}")
    return " ".join([lead, *words])


def sensitivity_table(shown: SensitivityData) -> list[Row]:
    """Return the lines of the panels as a table with the columns `SENSITIVITY_COLUMNS`; `line` names each."""
    if sensitivity_reason(shown):
        return []
    rows: list[Row] = [
        {**row, "panel": "models", "line": row["model"], "track": "", "shown": row["shown"]}
        for row in method_ladder_table(shown)
    ]
    for row in leave_one_out_table(shown):
        line = f"without {row['omitted']}" if row["omitted"] else "all trials"
        out = excludes({"ci_low": row["ci_low"], "ci_high": row["ci_high"]})
        rows.append({**row, "panel": "without_each_trial", "line": line, "excludes_zero": out})
    if shown.specifications is not None:
        own = shown.specifications.entry["own_scale"]
        axes = [axis["axis"] for axis in shown.specifications.axes]
        for row in specification_table(shown.specifications):
            if row["scale"] == own:
                line = "; ".join(f"{axis}={row[axis]}" for axis in axes)
                track, model = row.get("headline") or "", row.get("used") or ""
                rows.append({**row, "panel": "specifications", "line": line, "track": track, "model": model})
    return [{name: row.get(name) for name in SENSITIVITY_COLUMNS} for row in rows]
