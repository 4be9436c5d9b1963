"""What a third person decided where two extractors differ, put in place before anything is cleaned."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

from metawright.extraction.clean import Cleaned, clean_extraction
from metawright.extraction.documents import ArmRow, ExtractionRules, LogRow
from metawright.extraction.timepoints import months
from metawright.reading.columns import COLUMNS
from metawright.reading.sheets import Row, Sheet
from metawright.reading.vocabulary import arm_words, fold, outcome_words

#: The word that stands for a whole row in the column `column` of `adjudication.csv`, and its two values.
ROW, KEEP, EXCLUDE = "row", "keep", "exclude"


#: What names a row: study, outcome, time (months, or the label where it names none) and arm, as names are matched.
RowKey = tuple[str, str, float | str, str]


@dataclass(frozen=True)
class Decisions:
    """The lines of `adjudication.csv`, by study, outcome, time, arm, name of the arm and column."""

    lines: Mapping[tuple[object, ...], dict[str, str]]

    def of(self, base: RowKey, label: str, several: Collection[RowKey]) -> dict[str, dict[str, str]]:
        """Return what was decided about one row, by column.

        Parameters
        ----------
        base : tuple
            See `row_key`.
        label : str
            Folded `arm_label` of the row.
        several : collection of tuple
            The keys that stand for several arms of one role: there a line has to name the arm.
        """
        found = {}
        for (*key, named, column), decision in self.lines.items():
            if tuple(key) == base and (named == label or (not named and base not in several)):
                found[column] = decision
        return found


def read_decisions(decisions: Sheet | None, protocol: ExtractionRules) -> Decisions:
    """Return what `adjudication.csv` decides."""
    rows = () if decisions is None else decisions.rows
    return Decisions(
        {
            (*row_key(row.cells, protocol), label_of(row.cells), fold(row.cells.get("column", ""))): {
                name: row.cells.get(name, "") for name in ("value", "decided_by", "reason")
            }
            for row in rows
        }
    )


def label_of(cells: Mapping[str, str]) -> str:
    """Return the trial's own name of an arm, folded."""
    return fold(cells.get("arm_label", ""))


def several_arms(sheets: Iterable[Sheet], protocol: ExtractionRules) -> set[RowKey]:
    """Return the keys under which one of *sheets* has several arms of one role, told apart by `arm_label`."""
    several: set[RowKey] = set()
    for sheet in sheets:
        labels: dict[RowKey, set[str]] = {}
        for row in sheet.rows:
            labels.setdefault(row_key(row.cells, protocol), set()).add(label_of(row.cells))
        several |= {key for key, found in labels.items() if len(found) > 1}
    return several


def adjudicate(
    sheet: Sheet, decisions: Sheet | None, protocol: ExtractionRules, treatment: Mapping[str, float] | None = None
) -> tuple[Sheet, list[LogRow]]:
    """Put the adjudicated values into the cells of *sheet*, before it is cleaned.

    Returns
    -------
    sheet : Sheet
        The same rows under the same numbers.
    log : list of dict
        One entry per cell changed, with the columns of `cleaning_log.csv` and the rule `adjudicated`.
    """
    decided = read_decisions(decisions, protocol)
    if not decided.lines:
        return sheet, []
    several = several_arms([sheet], protocol)
    arms = {arm["row"]: arm for arm in clean_extraction(sheet, protocol, treatment).arms}
    rows: list[Row] = []
    log: list[LogRow] = []
    columns = list(sheet.columns)
    for row in sheet.rows:
        cells = dict(row.cells)
        for column, decision in decided.of(row_key(row.cells, protocol), label_of(row.cells), several).items():
            if column == ROW or column not in COLUMNS:
                continue
            after = decision["value"].strip()
            before = cells.get(column, "")
            if column in ("mean", "sd") and cells.get("value", "").strip():
                before = cells["value"]
                # mean and SD stood in one cell: the other half of it stays as it was read
                cells.update({name: number_text(arms[row.number][name]) for name in ("mean", "sd")}, value="")
            if column not in columns:
                columns.append(column)
            if before != after:
                cells[column] = after
                log.append(_change(sheet, row, column, before, after))
        rows.append(Row(row.number, cells))
    for place in ("mean", "sd"):
        if place not in columns and any(place in row.cells for row in rows):
            columns.append(place)
    complete = tuple(Row(row.number, {name: row.cells.get(name, "") for name in columns}) for row in rows)
    return replace(sheet, columns=tuple(columns), rows=complete), log


def exclude_rows(cleaned: Cleaned, sheet: Sheet, decisions: Sheet | None, protocol: ExtractionRules) -> Cleaned:
    """Mark the rows that the adjudication excludes as not used, with who said so and why."""
    decided = read_decisions(decisions, protocol)
    if not any(key[-1] == ROW and fold(item["value"]) == EXCLUDE for key, item in decided.lines.items()):
        return cleaned
    several = several_arms([sheet], protocol)
    raw = {row.number: row for row in sheet.rows}
    arms: list[ArmRow] = []
    log = list(cleaned.log)
    for arm in cleaned.arms:
        cells = raw[arm["row"]].cells
        decision = decided.of(row_key(cells, protocol), label_of(cells), several).get(ROW)
        if decision and fold(decision["value"]) == EXCLUDE:
            why = ": ".join(filter(None, (decision["decided_by"].strip(), decision["reason"].strip())))
            reason = f"excluded by adjudication ({why})" if why else "excluded"
            arms.append({**arm, "used": False, "reason": reason})
            log.append(_change(sheet, raw[arm["row"]], ROW, KEEP, EXCLUDE))
        else:
            arms.append(arm)
    return replace(cleaned, arms=arms, log=log)


def clean_adjudicated(
    sheet: Sheet, decisions: Sheet | None, protocol: ExtractionRules, treatment: Mapping[str, float] | None = None
) -> Cleaned:
    """Adjudicate, then clean: what `clean_extraction` does to a review that one person extracted."""
    if decisions is None:
        return clean_extraction(sheet, protocol, treatment)
    ready, log = adjudicate(sheet, decisions, protocol, treatment)
    cleaned = clean_extraction(ready, protocol, treatment)
    return exclude_rows(replace(cleaned, log=[*log, *cleaned.log]), ready, decisions, protocol)


def _change(sheet: Sheet, row: Row, column: str, before: str, after: str) -> LogRow:
    file = PurePath(sheet.file).name
    return {
        "file": file, "row": row.number, "column": column, "rule": "adjudicated", "before": before, "after": after,
    }  # fmt: skip


def number_text(value: object) -> str:
    """Return a cleaned value as a person would type it: `34`, not `34.0`; empty for nothing."""
    if value is None:
        return ""
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def row_key(cells: Mapping[str, str], protocol: ExtractionRules) -> RowKey:
    """Study, outcome, time and arm of a row, as names are matched; a baseline row has a time of its own."""
    outcome = outcome_words(protocol["outcomes"]).get(fold(cells.get("outcome", "")), cells.get("outcome", ""))
    arm = arm_words(protocol["arms"]).get(fold(cells.get("arm", "")), cells.get("arm", ""))
    label = cells.get("timepoint", "")
    month = months(label)
    time = fold(label) if month is None else month
    return fold(cells.get("study", "")), outcome, "baseline" if fold(label) == "baseline" else time, arm
