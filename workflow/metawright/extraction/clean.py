"""Clean the rows of `extraction.csv`: typed, matched to the protocol, every change logged, none lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from metawright.extraction.cells import Reading, read_mean_and_sd, read_number, read_text
from metawright.extraction.columns import COLUMNS, VALUE_TYPES
from metawright.extraction.spread import spread_problems
from metawright.extraction.timepoints import months, period_of
from metawright.extraction.vocabulary import NOT_REPORTED, arm_words, fold, outcome_words
from metawright.review.problems import Problem, did_you_mean, one_of
from metawright.review.sheets import Row, Sheet

_KEPT = (
    "n_randomised", "mean", "sd", "events", "estimate", "se", "ci_low", "ci_high", "ci_level",
    "median", "q1", "q3", "min", "max", "t_value", "f_value", "sd_baseline", "sd_final",
)  # fmt: skip


@dataclass(frozen=True)
class Cleaned:
    """The outcome of cleaning.

    Attributes
    ----------
    arms : list of dict
        One per row that holds anything, with the columns of `arms.csv`; a row that is not used says why.
    log : list of dict
        One per application of a cleaning rule, with the columns of `cleaning_log.csv`.
    problems : list of Problem
        What must be mended before anything is built.
    """

    arms: list[dict]
    log: list[dict]
    problems: list[Problem]


def rows_of_outcome(sheet: Sheet, outcomes: Mapping[str, Mapping], outcome: str) -> Sheet:
    """Return *sheet* with the rows of one outcome alone; their numbers stay."""
    words = outcome_words(outcomes)
    rows = tuple(row for row in sheet.rows if words.get(fold(row.cells.get("outcome", ""))) == outcome)
    return Sheet(sheet.file, sheet.columns, rows, sheet.problems)


def clean_extraction(sheet: Sheet, protocol: Mapping) -> Cleaned:
    """Clean every row of *sheet* under *protocol*.

    Parameters
    ----------
    sheet : Sheet
        `extraction.csv` or some of its rows.
    protocol : Mapping
        Completed protocol: its `outcomes`, `periods` and `arms` are used.

    Returns
    -------
    Cleaned
        As many `arms` as *sheet* has rows, in the same order.
    """
    cleaner = _Cleaner(sheet, protocol)
    arms = [cleaner.row(row) for row in sheet.rows]
    _mark_repeated(arms, cleaner)
    return Cleaned(arms, cleaner.log, cleaner.problems)


class _Cleaner:
    """Reads rows one by one and collects the log and the problems."""

    def __init__(self, sheet: Sheet, protocol: Mapping) -> None:
        self.file = sheet.file
        self.columns = sheet.columns
        self.outcomes = protocol["outcomes"]
        self.outcome_words = outcome_words(self.outcomes)
        self.arm_words = arm_words(protocol["arms"])
        self.periods = protocol["periods"]
        self.timed = any(period["key"] != "all" for period in self.periods)
        self.log: list[dict] = []
        self.problems: list[Problem] = []

    def problem(self, row: Row, column: str, value: str, what: str) -> None:
        self.problems.append(Problem(self.file, row.number, column, value, what))

    def note(self, row: Row, column: str, rule: str, before: str, after: str) -> None:
        file = PurePath(self.file).name
        entry = {"file": file, "row": row.number, "column": column, "rule": rule, "before": before, "after": after}
        self.log.append(entry)

    def take(self, row: Row, column: str, reading: Reading) -> Reading:
        for rule, before, after in reading.rules:
            self.note(row, column, rule, before, after)
        if reading.error:
            self.problem(row, column, reading.text, reading.error)
        return reading

    def row(self, row: Row) -> dict:
        """Return the line of `arms.csv` for one row."""
        texts = {
            name: self.take(row, name, read_text(row.cells.get(name, ""))).text
            for name, column in COLUMNS.items()
            if column.kind == "text" and name not in ("value",)
        }
        numbers = {
            name: self.take(row, name, read_number(row.cells.get(name, ""), column)).number
            for name, column in COLUMNS.items()
            if column.kind != "text" and name in self.columns
        }
        self.split_value(row, numbers)
        arm = {
            "row": row.number,
            "study": texts["study"],
            "outcome": self.match(row, "outcome", texts["outcome"], self.outcome_words, list(self.outcomes)),
            "arm": self.match(row, "arm", texts["arm"], self.arm_words, list(self.arm_words)),
            "timepoint": texts["timepoint"],
            "value_type": self.value_type(row, texts["value_type"]),
            "source": texts["source"],
            "notes": texts["notes"],
            "arm_label": texts["arm_label"],
            "p_value": texts["p_value"],
            **{name: numbers.get(name) for name in _KEPT},
        }
        if not texts["study"]:
            self.problem(row, "study", "", "empty; expected the key of the trial")
        self.count(row, arm, numbers)
        self.bounds(row, numbers)
        for column, value, what in spread_problems(arm):
            self.problem(row, column, value, what)
        self.place(arm)
        return arm

    def match(self, row: Row, column: str, text: str, words: Mapping[str, str], known: Sequence[str]) -> str:
        key = words.get(fold(text))
        if key is None:
            hint = did_you_mean(text, words) if text else ""
            what = f"expected one of the protocol's {column}s: {one_of(known)}{hint}"
            self.problem(row, column, text, f"is not declared; {what}" if text else f"empty; {what}")
            return text
        if key != text:
            self.note(row, column, "name_matched", text, key)
        return key

    def value_type(self, row: Row, text: str) -> str:
        folded = fold(text)
        if folded and folded not in VALUE_TYPES:
            hint = did_you_mean(text, VALUE_TYPES)
            self.problem(row, "value_type", text, f"is not known; expected {one_of(VALUE_TYPES)}{hint}")
        return folded

    def split_value(self, row: Row, numbers: dict[str, float | None]) -> None:
        """Read mean and SD out of the raw cell `value`."""
        raw = row.cells.get("value", "")
        mean, sd, reading = read_mean_and_sd(raw)
        self.take(row, "value", reading)
        for name, text in (("mean", mean), ("sd", sd)):
            if not text:
                continue
            if numbers.get(name) is not None:
                what = f"holds a {name}, and the column {name} holds one too; keep one of the two"
                self.problem(row, "value", reading.text, what)
            numbers[name] = self.take(row, "value", read_number(text, COLUMNS[name])).number

    def count(self, row: Row, arm: dict, numbers: dict[str, float | None]) -> None:
        """Fill in the number of participants: analysed, or randomised with a flag."""
        analysed, randomised = numbers.get("n"), numbers.get("n_randomised")
        assumed = analysed is None and randomised is not None
        total = randomised if assumed else analysed
        arm["n"] = None if total is None else int(total)
        arm["flags"] = "n_assumed_randomised" if assumed else ""
        for name in ("n_randomised", "events"):
            arm[name] = None if arm[name] is None else int(arm[name])
        if arm["events"] is not None and total is not None and arm["events"] > total:
            column = "n_randomised" if assumed else "n"
            what = f"is above the {int(total)} participants in column {column}; events are counted in participants"
            self.problem(row, "events", str(arm["events"]), what)

    def bounds(self, row: Row, numbers: dict[str, float | None]) -> None:
        low, high = numbers.get("ci_low"), numbers.get("ci_high")
        if low is not None and high is not None and low > high:
            self.problem(row, "ci_low", f"{low:g}", f"is above ci_high ({high:g}); the lower limit comes first")

    def place(self, arm: dict) -> None:
        """Find the period of the row, and the reason why it is of no use, if it has one."""
        month = months(arm["timepoint"])
        arm["timepoint_months"] = month
        arm["period"] = period_of(arm["timepoint"], month, self.periods) if self.timed else "all"
        arm["reason"] = _unusable(arm, month) or _no_numbers(arm, self.outcomes)
        arm["used"] = not arm["reason"]


def _unusable(arm: Mapping, month: float | None) -> str:
    if arm["value_type"] == "baseline" or fold(arm["timepoint"]) == "baseline":
        return "baseline value"
    if arm["period"] is not None:
        return ""
    if not arm["timepoint"]:
        return "no time point"
    if month is None:
        mend = "write it with a unit, such as '3 m', or list it under a period's `timepoints`"
        return f"time point not understood: '{arm['timepoint']}' ({mend})"
    return f"month {month:.4g} lies outside the periods"


def _no_numbers(arm: Mapping, outcomes: Mapping[str, Mapping]) -> str:
    """Return what a row lacks for the measure of its outcome."""
    measure = outcomes.get(arm["outcome"], {}).get("measure")
    if measure is None:
        return "outcome not declared"
    if arm["arm"] == "contrast":
        need = ("estimate",)
    elif measure in ("GIV", "ZCOR"):
        return f"the measure {measure} takes contrast rows (an estimate), not arms"
    elif measure in ("MD", "SMD", "ROM"):
        need = ("n", "mean", "sd")
    else:
        need = ("n", "events")
    lacking = [name for name in need if arm[name] is None]
    if arm["arm"] == "contrast" and measure == "ZCOR" and arm["n"] is None:
        lacking.append("n")
    elif (
        arm["arm"] == "contrast" and measure != "ZCOR" and arm["se"] is None and None in (arm["ci_low"], arm["ci_high"])
    ):
        lacking.append("se (or ci_low and ci_high)")
    return f"{NOT_REPORTED}{', '.join(lacking)}" if lacking else ""


def _mark_repeated(arms: list[dict], cleaner: _Cleaner) -> None:
    """Drop a row that equals an earlier one; refuse two different rows for one cell and arm.

    Several arms of one role are told apart by their `arm_label`; a row without one is not told apart.
    """
    earlier: dict[tuple, list[dict]] = {}
    for arm in arms:
        time = arm["timepoint_months"] if arm["timepoint_months"] is not None else fold(arm["timepoint"])
        baseline = arm["value_type"] == "baseline"
        others = earlier.setdefault((fold(arm["study"]), arm["outcome"], time, arm["arm"], baseline), [])
        first = next((other for other in others if _same_arm(other, arm)), None)
        if first is None:
            others.append(arm)
            continue
        row = Row(arm["row"], {})
        if _content(first) == _content(arm):
            arm["used"], arm["reason"] = False, f"equal to row {first['row']}"
            cleaner.note(row, "", "repeated_row", f"equal to row {first['row']}", "dropped")
        else:
            where = ", ".join(filter(None, (arm["outcome"], arm["timepoint"], arm["arm"])))
            mend = "keep one of them" if arm["arm"] == "contrast" else "keep one, or name two arms in arm_label"
            what = f"has two different rows for {where}: this one and row {first['row']}; {mend}"
            cleaner.problem(row, "study", arm["study"], what)


def _same_arm(one: Mapping, other: Mapping) -> bool:
    """Whether two rows of one role stand for the same arm: their labels do not tell them apart."""
    labels = fold(one["arm_label"]), fold(other["arm_label"])
    return one["arm"] == "contrast" or "" in labels or labels[0] == labels[1]


def _content(arm: Mapping) -> dict:
    return {
        name: value for name, value in arm.items() if name not in ("row", "timepoint", "arm_label", "used", "reason")
    }
