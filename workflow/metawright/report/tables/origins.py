"""Tables of one cell: where each trial's numbers stand in the file, and the pool without recovered ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metawright.report.sentences.context import Context
from metawright.report.sentences.without import headline_results
from metawright.report.tables.effects import effect_text
from metawright.report.tables.extraction import COLUMN_WORDS, POLICIES
from metawright.report.tables.table import Cell, TableData, cell, column, table
from metawright.words.names import TRACKS, sentence
from metawright.words.numbers import format_as_recorded, format_percent, p_value

if TYPE_CHECKING:
    from metawright.files.tables import TextRow
    from metawright.report.documents import AppliedRule, RecoveredValue, ResultRow


WITHOUT = {"estimated": "Without estimated values", "recovered": "Without any recovered value"}


def trace_table(context: Context, name: str) -> TableData | None:
    """Return one line per raw row of the pool: as typed, read by which rules, what was recovered, what was chosen."""
    file = context.results["extraction"]["file"]
    columns = [column("Trial"), column("Row", "right"), column("As typed"), column("Read by", wide=True)]
    columns += [column("Recovered"), column("Chosen")]
    rows = []
    for study in context.cell["studies"]:
        chosen = "; ".join(choice_words(line) for line in study.get("choices") or ())
        for place, row in enumerate(study.get("trace") or ()):
            arm = ", ".join(filter(None, (row["arm"], row["arm_label"], row["timepoint"])))
            typed = "; ".join(f"{key} {text.strip()}" for key, text in row["typed"].items())
            label = context.results["labels"].get(study["study"], study["study"])
            rows.append(
                [
                    cell(label, arm),
                    row["row"],
                    cell(typed, row["source"]),
                    "; ".join(rule_words(line) for line in row["rules"] if line["rule"] != "name_matched"),
                    "; ".join(map(value_words, row["recovered"])),
                    chosen if place == 0 else "",
                ]
            )
    if not any(row["typed"] for study in context.cell["studies"] for row in study.get("trace") or ()):
        return None
    notes = [
        f"Rows and cells of {file}, where the header is row 1. A dash: read as typed, nothing recovered, no choice."
    ]
    return table(name, f"Where the numbers of {context.cell_label} stand", columns, rows, notes)


def rule_words(line: AppliedRule) -> str:
    """Return which column a cleaning rule read, and how."""
    words = line["rule"].replace("_", " ")
    if line["rule"] == "adjudicated":
        return f"{line['column']}: adjudicated, {line['before'] or 'nothing'} → {line['after'] or 'nothing'}"
    return f"{line['column']}: {words}" if line["column"] else words


def value_words(line: RecoveredValue) -> str:
    """Return a recovered value with its route and formula."""
    name = COLUMN_WORDS.get(line["column"], line["column"])
    return f"{name} {format_as_recorded(line['value'])}* ({line['route']}: {line['formula']})"


def choice_words(line: TextRow) -> str:
    """Return which of several time points or arms was chosen, and by which policy."""
    among = f" of {line['candidates']}" if ";" in line["candidates"] else ""
    tie = ", a tie" if line["tie"] == "true" else ""
    return sentence(f"{POLICIES.get(line['policy'], line['policy'])}: {line['chosen']}{among}{tie}")


def without_imputed_table(context: Context, name: str) -> TableData | None:
    """Return the headline of each track with and without trials that rest on recovered values; None without such."""
    repeats = context.cell.get("without_imputed") or []
    tracks = context.tracks
    if not repeats or not tracks:
        return None
    columns = [column("Pool")]
    for key in tracks:
        columns += [column(f"{TRACKS[key]}: effect [95% CI]", "right"), column("P", "right"), column("I²", "right")]
        columns += [column("Trials", "right")]
    columns.append(column("What changes"))
    whole = [text for row in tracks.values() for text in _numbers(context, row, context.k_of(row))]
    rows: list[list[Cell | str]] = [["All trials", *whole, ""]]
    for repeat in repeats:
        results = headline_results(context, repeat)
        numbers = [text for row in results.values() for text in _numbers(context, row, row["k"])]
        left_out = f"{context.names(repeat['studies'])} ({', '.join(repeat['routes'])})"
        changed = [
            f"{word} ({TRACKS[track].lower()})"
            for track, row in results.items()
            for word, turns in (("significance", row["significance_changes"]), ("sign", row["sign_changes"]))
            if turns
        ]
        rows.append([cell(WITHOUT[repeat["without"]], left_out), *numbers])
        rows[-1].append(cell("; ".join(changed), kind="flag" if changed else ""))
    notes = [
        "Estimated: bounds of P, declared correlations, quantiles, borrowed SDs (routes S5 to S8). The routes before"
    ]
    notes[0] += " them only compute what the report implies."
    return table(name, f"{context.cell_label} without recovered values", columns, rows, notes)


def _numbers(context: Context, row: ResultRow, k: int) -> list[str]:
    return [effect_text(context, row), p_value(row.get("p")), format_percent(row.get("i2")), str(k)]
