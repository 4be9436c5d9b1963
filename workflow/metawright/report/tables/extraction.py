"""Tables of how the extracted numbers became those that were pooled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from metawright.report.tables.table import TableData, cell, column, table
from metawright.words.names import ROUTES, dashed, sentence
from metawright.words.numbers import format_as_recorded, format_number, format_percent

if TYPE_CHECKING:
    from metawright.report.documents import Results


POLICIES = {
    "latest": "latest time point",
    "earliest": "earliest time point",
    "closest_to_target": "time point closest to the target",
    "end_of_treatment": "time point closest to the end of treatment",
    "longest_complete_n": "time point with most participants",
    "average_with_rho": "average of the time points",
    "multi_arm: combine": "arms combined",
    "multi_arm: split_control": "arms compared one by one",
    "crossover": "cross-over, paired",
    "contaminated": "control arm treated",
    "reversed_studies": "sign turned",
    "allow_mixed_smd": "final and change values share a pool",
    "final and change values": "final and change values share a pool",
    "adjusted and unadjusted values": "adjusted and unadjusted values share a pool",
}
FLAGS = {
    "conservative_bound": "conservative bound",
    "from_quantiles": "from quantiles",
    "symmetry_untested": "symmetry could not be tested",
    "skewed": "quantiles reject symmetry",
    "imputed_sd": "borrowed",
    "from_adjusted": "from an adjusted analysis, whose spread is smaller than that of people",
}
COLUMN_WORDS = {"mean": "mean", "sd": "SD", "se": "SE"}


def recovered_table(results: Results) -> TableData | None:
    """Return every value that was recovered, with its route, formula and inputs; None without any."""
    lines = results["extraction"]["recovered"]
    if not lines:
        return None
    columns = [column("Row", "right"), column("Trial"), column("Outcome and time point"), column("Value", "right")]
    columns += [column("Route", wide=True), column("From", wide=True)]
    rows = []
    for line in lines:
        name = COLUMN_WORDS.get(line["column"], line["column"])
        unused = "" if line["in_pool"] else "not in a pool"
        where = cell(_outcome(results, line), _place(results, line))
        flags = ", ".join(FLAGS.get(flag, flag) for flag in line["flags"].split(";") if flag)
        grid = f"under other correlations: {_grid(line['grid'])}" if line["grid"] else ""
        rows.append(
            [
                line["row"],
                _label(results, line["study"]),
                where,
                cell(f"{name} {format_as_recorded(line['value'])}*", unused),
                cell(
                    f"{line['route']}: {ROUTES.get(line['route'], '')}",
                    "; ".join(filter(None, (line["formula"], flags))),
                ),
                cell(_inputs(line["inputs"]), grid),
            ]
        )
    notes = ["Every recovered value carries *, here and wherever else it stands, and marks its effect as imputed."]
    return table("recovered", "Values that were recovered from what is reported instead", columns, rows, notes)


def _grid(text: str) -> str:
    pairs = (part.split("=") for part in text.split(";"))
    return ", ".join(f"{format_as_recorded(float(value))} ({rho})" for rho, value in pairs)


def _inputs(text: str) -> str:
    """Return the inputs of a value, their numbers with no more decimals than one reads."""
    return "; ".join(" ".join(map(_rounded, part.split(" "))) for part in text.split("; "))


def _rounded(word: str) -> str:
    try:
        text = format_number(float(word), 4)
        return text.rstrip("0").rstrip(".") if "." in text else text
    except ValueError:
        return word.replace("_", " ")


def choices_table(results: Results) -> TableData | None:
    """Return every choice that made one estimate out of several; None without any."""
    lines = results["extraction"]["choices"]
    if not lines:
        return None
    labels = {period["key"]: dashed(period.get("label") or period["key"]) for period in results["protocol"]["periods"]}
    columns = [column("Trial"), column("Outcome and period"), column("Choice"), column("Among", wide=True)]
    columns += [column("Taken", wide=True), column("Why", wide=True)]
    rows = []
    for line in lines:
        period = "" if line["period"] == "all" else labels.get(line["period"], line["period"])
        why = cell(
            sentence(line["reason"]), "a tie" if line["tie"] == "true" else "", "flag" if line["tie"] == "true" else ""
        )
        trial = _label(results, line["study"]) if line["study"] else "several"
        policy = POLICIES.get(line["policy"], line["policy"])
        rows.append([trial, cell(_outcome(results, line), period), policy, line["candidates"], line["chosen"], why])
    return table("choices", "Choices that make one estimate per trial", columns, rows)


def findings_table(results: Results) -> TableData | None:
    """Return what is impossible or hardly plausible among the extracted numbers; None where nothing was found."""
    lines = results["extraction"]["findings"]
    if not lines:
        return None
    columns = [column("Finding"), column("Row", "right"), column("Trial"), column("Outcome"), column("Cell", "right")]
    columns.append(column("What", wide=True))
    rows = [
        [
            cell(line["id"], line["severity"]),
            line["row"],
            _label(results, line["study"]),
            _outcome(results, line),
            cell(
                f"{line['column']} {line['value']}".strip(), f"expected {line['expected']}" if line["expected"] else ""
            ),
            sentence(line["message"]),
        ]
        for line in lines
    ]
    notes = ["Findings are shown to be looked at. No number was changed because of them."]
    return table("plausibility-findings", "Plausibility of the extracted numbers", columns, rows, notes)


def agreement_table(results: Results) -> TableData | None:
    """Return how far two extractors agree, column by column; None where one person extracted."""
    document = results["extraction"]["agreement"]
    if not document:
        return None
    columns = [column("Column"), column("Cells", "right"), column("Equal", "right"), column("Cohen’s κ", "right")]
    columns += [column("ICC", "right"), column("Mean difference [limits of agreement]", "right")]
    rows = []
    for name, one in document["columns"].items():
        kappa = one.get("kappa", one.get("kappa_reported"))
        bias = format_number(one.get("bias"), 3)
        limits = [format_number(one.get(f"limit_{end}"), 3) for end in ("low", "high")]
        rows.append(
            [
                cell(name, "whether reported" if kappa is not None and "kappa" not in one else ""),
                str(one["pairs"]),
                f"{one['equal']} ({format_percent(one['percent'], 1)})",
                format_number(kappa),
                format_number(one.get("icc"), 3),
                f"{bias} [{limits[0]}, {limits[1]}]" if all(limits) else bias,
            ]
        )
    notes = ["Over the rows that both have, before anything was decided. κ of numbers: whether one is reported at all."]
    once = list(dict.fromkeys(one["study"] for one in document.get("extracted_once") or ()))
    if once:
        notes.append(f"Extracted by one person only: {', '.join(_label(results, study) for study in once)}.")
    return table("agreement", "Agreement of the two extractors", columns, rows, notes)


def conflicts_table(results: Results) -> TableData | None:
    """Return what two extractors disagreed on and who decided; None without any."""
    lines = results["extraction"]["conflicts"]
    if not lines:
        return None
    columns = [column("Trial"), column("Outcome and time point"), column("Column"), column("First", "right")]
    columns += [column("Second", "right"), column("Decided", "right"), column("By"), column("Why", wide=True)]
    rows = [
        [
            _label(results, line["study"]),
            cell(_outcome(results, line), _place(results, line)),
            line["column"],
            cell(line["value"], f"row {line['row']}" if line["row"] else ""),
            cell(line["second_value"], f"row {line['second_row']}" if line["second_row"] else ""),
            line["adjudicated"] or ("nothing" if line["status"] == "adjudicated" else line["status"]),
            line["decided_by"],
            line["reason"],
        ]
        for line in lines
    ]
    return table("conflicts", "What the two extractors disagreed on", columns, rows)


def rules_table(results: Results) -> TableData | None:
    """Return how often each cleaning rule was applied, with its first application; None where none was."""
    groups: dict[str, list[Mapping]] = {}
    for line in results["cleaning_log"]:
        groups.setdefault(line["rule"], []).append(line)
    if not groups:
        return None
    columns = [column("Rule"), column("Times", "right"), column("Columns"), column("First: typed", wide=True)]
    columns.append(column("First: read as", wide=True))
    rows = []
    for rule, lines in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        names = ", ".join(sorted({line["column"] or "file" for line in lines}))
        first = lines[0]
        place = "" if first["row"] == "1" else f"row {first['row']}"
        rows.append(
            [rule.replace("_", " "), str(len(lines)), names, cell(first["before"], place), first["after"] or "nothing"]
        )
    return table("cleaning-rules", "Cleaning rules that were applied", columns, rows)


def _place(results: Results, line: Mapping) -> str:
    """Return time point and arm of a row, the arm in the words of the review."""
    return ", ".join(filter(None, (dashed(line["timepoint"]), results["arm_words"].get(line["arm"], line["arm"]))))


def _label(results: Results, study: str) -> str:
    return results["labels"].get(study, study)


def _outcome(results: Results, line: Mapping) -> str:
    block: Mapping | Sequence = results["protocol"]["outcomes"].get(line["outcome"]) or {}
    return block.get("label") or line["outcome"]
