"""Two extractors of one review: where they differ, how far they agree, and what a third person decided.

Rows of `extraction.csv` and `second_extraction.csv` belong together by study, outcome, time point and arm; several arms
of one role also by `arm_label`. Every other column that holds data is compared after cleaning, so that `34.0` and `34`,
or `NR` and an empty cell, are no conflict.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np

from metawright.extraction.adjudication import (
    EXCLUDE,
    KEEP,
    ROW,
    RowKey,
    label_of,
    number_text,
    read_decisions,
    row_key,
    several_arms,
)
from metawright.extraction.agreement import (
    cohen_kappa,
    intraclass_correlation,
    limits_of_agreement,
    percent_agreement,
)
from metawright.extraction.clean import clean_extraction
from metawright.extraction.documents import ArmRow, ExtractionRules
from metawright.files.known import known
from metawright.reading.columns import COLUMNS
from metawright.reading.problems import Problem, did_you_mean, one_of
from metawright.reading.sheets import Row, Sheet
from metawright.reading.vocabulary import fold

#: Columns that say which cell a row is about, and free text: not compared.
KEYS = ("study", "outcome", "timepoint", "arm")
_NOT_COMPARED = (*KEYS, "value", "source", "notes")

#: Columns of words, compared by Cohen's kappa.
CATEGORIES = ("value_type",)

#: Columns of `conflicts.csv`.
CONFLICT_COLUMNS = (
    "study", "outcome", "timepoint", "arm", "column", "file", "row", "value", "second_file", "second_row",
    "second_value", "status", "adjudicated", "decided_by", "reason", "arm_label",
)  # fmt: skip


@dataclass(frozen=True)
class Reconciled:
    """Two extractions held against each other.

    Attributes
    ----------
    conflicts : list of dict
        The columns of `conflicts.csv`; `status` is `open` or `adjudicated`.
    agreement : dict
        The content of `agreement.json`.
    problems : list of Problem
        One per open conflict, and per line of the adjudication that decides nothing.
    """

    conflicts: list[dict]
    agreement: dict
    problems: list[Problem]


@dataclass(frozen=True)
class _Entry:
    """A row of one extractor: the raw row and its cleaned line."""

    row: Row
    arm: ArmRow


#: What names a row where a role has several arms: its key, and the name of the arm.
_Key = tuple[str, str, float | str, str, str]
_Entries = Mapping[_Key, _Entry]


def reconcile(
    first: Sheet,
    second: Sheet,
    decisions: Sheet | None,
    protocol: ExtractionRules,
    treatment: Mapping[str, float] | None = None,
) -> Reconciled:
    """Compare two extractions.

    A trial's outcome that only the first file has was extracted once: it is counted, not refused. One that only the
    second file has, and a row without its counterpart where both files have the trial's outcome, is a conflict.

    Parameters
    ----------
    first, second : Sheet
        `extraction.csv` and `second_extraction.csv`.
    decisions : Sheet or None
        `adjudication.csv`, if there is one.
    protocol : Mapping
        Completed protocol: as for cleaning.
    treatment : Mapping or None
        Months that each trial's treatment lasts.
    """
    decided = read_decisions(decisions, protocol)
    several = several_arms((first, second), protocol)
    here, there = (_entries(sheet, protocol, treatment, several) for sheet in (first, second))
    conflicts = [
        conflict
        for key in dict.fromkeys([*here, *there])
        for conflict in _compare(key, here, there, PurePath(first.file).name, PurePath(second.file).name)
    ]
    for conflict in conflicts:
        *base, label = conflict.pop("key")
        decision = decided.of(tuple(base), label or fold(conflict["arm_label"]), several).get(conflict["column"])
        conflict["arm_label"] = conflict["arm_label"] if label else ""
        word = decision["value"].strip() if decision else ""
        settled = decision is not None and (conflict["column"] != ROW or not (conflict["row"] == "" and word == KEEP))
        conflict["status"] = "adjudicated" if settled else "open"
        conflict["adjudicated"] = word
        conflict["decided_by"] = decision["decided_by"] if decision else ""
        conflict["reason"] = decision["reason"] if decision else ""
    problems = [_refusal(conflict, first, second) for conflict in conflicts if conflict["status"] == "open"]
    if decisions is not None:
        problems += _idle(decisions, here, there, protocol, several)
    return Reconciled(conflicts, _agreement(here, there, conflicts), problems)


def _entries(
    sheet: Sheet, protocol: ExtractionRules, treatment: Mapping[str, float] | None, several: set[RowKey]
) -> dict[_Key, _Entry]:
    """Return the rows by key and, where a role has several arms, name of the arm.

    Of two rows with one key the first: cleaning refuses or drops the other.
    """
    arms = {arm["row"]: arm for arm in clean_extraction(sheet, protocol, treatment).arms}
    entries: dict[_Key, _Entry] = {}
    for row in sheet.rows:
        base = row_key(row.cells, protocol)
        label = label_of(row.cells) if base in several else ""
        entries.setdefault((*base, label), _Entry(row, arms[row.number]))
    return entries


def _value(entry: _Entry, column: str) -> object:
    """Return what a cell says: number, folded word, or None where nothing is reported."""
    if column == "n" and "n_assumed_randomised" in entry.arm["flags"]:
        return None
    if column in entry.arm:
        return entry.arm[column] if entry.arm[column] != "" else None
    text = fold(entry.row.cells.get(column, ""))
    try:
        return float(text)
    except ValueError:
        return text or None


def _compare(key: _Key, here: _Entries, there: _Entries, file: str, second_file: str) -> list[dict]:
    one, two = here.get(key), there.get(key)
    found = known(one or two)
    base = {
        "key": key,
        "study": found.arm["study"],
        "outcome": found.arm["outcome"],
        "timepoint": found.arm["timepoint"],
        "arm": found.arm["arm"],
        "arm_label": found.arm["arm_label"],
        "file": file,
        "row": one.row.number if one else "",
        "second_file": second_file,
        "second_row": two.row.number if two else "",
    }
    if one and two:
        return [
            {
                **base,
                "column": name,
                "value": number_text(_value(one, name)),
                "second_value": number_text(_value(two, name)),
            }
            for name in COLUMNS
            if name not in _NOT_COMPARED and _value(one, name) != _value(two, name)
        ]
    if one and key[:2] not in {other[:2] for other in there}:
        return []  # this trial's outcome was extracted once
    words = ("present", "absent") if one else ("absent", "present")
    return [{**base, "column": ROW, "value": words[0], "second_value": words[1]}]


def _refusal(conflict: Mapping, first: Sheet, second: Sheet) -> Problem:
    """Say where two extractors differ and how to settle it."""
    line = _csv_line(conflict[name] for name in (*KEYS, "column"))
    why = "WHY"
    if conflict["arm_label"]:
        why += f",{_csv_line([conflict['arm_label']])} (the last column is arm_label)"
    if conflict["column"] != ROW:
        other = f"'{conflict['second_value']}'" if conflict["second_value"] else "nothing"
        here = "stands" if conflict["value"] else "nothing stands"
        what = (
            f"{here} here, and {other} in row {conflict['second_row']} of {second.file}; the two extractors disagree, "
            f"decide in adjudication.csv: {line},VALUE,WHO,{why}"
        )
        return Problem(first.file, conflict["row"], conflict["column"], conflict["value"], what)
    if conflict["second_row"] == "":
        what = (
            f"has no counterpart in {second.file}, which has other rows of this trial and outcome; add it there, or "
            f"decide in adjudication.csv: {line},{KEEP} or {EXCLUDE},WHO,{why}"
        )
        return Problem(first.file, conflict["row"], "", conflict["study"], what)
    what = (
        f"has no counterpart in {first.file}; add it there, or decide in adjudication.csv that it does not count: "
        f"{line},{EXCLUDE},WHO,{why}"
    )
    return Problem(second.file, conflict["second_row"], "", conflict["study"], what)


def _csv_line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(list(cells))
    return buffer.getvalue()


def _idle(
    decisions: Sheet, here: _Entries, there: _Entries, protocol: ExtractionRules, several: set[RowKey]
) -> list[Problem]:
    """Name the lines of the adjudication that decide nothing, and those given twice."""
    problems, seen = [], {}
    labels = {
        base: sorted(
            {entry.arm["arm_label"] for table in (here, there) for key, entry in table.items() if key[:-1] == base}
        )
        for base in several
    }
    for row in decisions.rows:
        column = fold(row.cells.get("column", ""))
        base, label = row_key(row.cells, protocol), label_of(row.cells)
        key = (*base, label if base in several else "")
        word = fold(row.cells.get("value", ""))
        if column != ROW and (column not in COLUMNS or column in KEYS):
            hint = did_you_mean(column, [name for name in COLUMNS if name not in KEYS])
            what = f"is not a column that can be decided here{hint or '; expected a column of extraction.csv, or row'}"
            problems.append(Problem(decisions.file, row.number, "column", row.cells.get("column", ""), what))
        elif column == ROW and word not in (KEEP, EXCLUDE):
            what = f"is not a decision on a row; expected '{KEEP}' or '{EXCLUDE}'"
            problems.append(Problem(decisions.file, row.number, "value", row.cells.get("value", ""), what))
        elif base in several and not label and key not in here and key not in there:
            names = one_of(labels[base])
            what = f"stands for several arms here; name one in the column arm_label: {names}"
            problems.append(Problem(decisions.file, row.number, "arm", row.cells.get("arm", ""), what))
        elif key not in here and (column != ROW or key not in there):
            what = "matches no row of extraction.csv; check study, outcome, timepoint and arm"
            problems.append(Problem(decisions.file, row.number, "study", row.cells.get("study", ""), what))
        key = (*base, label)
        if (*key, column) in seen:
            what = f"is decided in row {seen[(*key, column)]} already; keep one of the two"
            problems.append(Problem(decisions.file, row.number, "column", row.cells.get("column", ""), what))
        seen.setdefault((*key, column), row.number)
    return problems


def _agreement(here: _Entries, there: _Entries, conflicts: Sequence[Mapping]) -> dict:
    """Return the agreement per column, over the rows that both extractors have."""
    both = [key for key in here if key in there]
    columns = {}
    for name in COLUMNS:
        if name in _NOT_COMPARED:
            continue
        one, two = ([_value(table[key], name) for key in both] for table in (here, there))
        if not any(value is not None for value in (*one, *two)):
            continue
        entry: dict[str, object] = {
            "pairs": len(both),
            "equal": sum(a == b for a, b in zip(one, two, strict=True)),
            "percent": percent_agreement(one, two),
        }
        if name in CATEGORIES:
            entry["kappa"] = cohen_kappa(one, two)
        pairs = [(a, b) for a, b in zip(one, two, strict=True) if _number(a) and _number(b)]
        if pairs and name not in CATEGORIES:
            # whether a number was found at all is a category, too
            entry["kappa_reported"] = cohen_kappa([a is not None for a in one], [b is not None for b in two])
            entry |= _numbers(np.array(pairs, dtype=float))
        columns[name] = entry
    twice = {key[:2] for key in there}
    once = {key[:2]: here[key].arm["study"] for key in here if key[:2] not in twice}
    return {
        "rows": {"first": len(here), "second": len(there), "both": len(both)},
        "extracted_once": [{"study": study, "outcome": outcome} for (_, outcome), study in once.items()],
        "conflicts": len(conflicts),
        "open": sum(conflict["status"] == "open" for conflict in conflicts),
        "columns": columns,
    }


def _numbers(pairs: np.ndarray) -> dict[str, object]:
    limits = limits_of_agreement(pairs[:, 0], pairs[:, 1])
    return {
        "numbers": len(pairs),
        "icc": intraclass_correlation(pairs),
        "bias": limits.bias,
        "sd_of_differences": limits.sd,
        "limit_low": limits.low,
        "limit_high": limits.high,
    }


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
