"""Clean the rows of `extraction.csv`: typed, matched to the protocol, every change logged, none lost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from pathlib import PurePath

from metawright.extraction.contrasts import ON_SCALE, SCALES, beyond_bounds, may_be_ratio, ratios_as_printed
from metawright.extraction.documents import ArmRow, ExtractionRules, LogRow, PrintedRow
from metawright.extraction.spread import spread_problems
from metawright.extraction.timepoints import Time, listed_in, period_of, time_of
from metawright.files.tables import TextRow
from metawright.measures.registry import measure_of
from metawright.reading.cells import Cell, Habits, Reading, Refusal, read_number, read_text
from metawright.reading.cleaning_rules import CLEANING_RULES
from metawright.reading.columns import COLUMNS, KEYS, VALUE_TYPES
from metawright.reading.composites import is_composite, read_value
from metawright.reading.decimals import decide_decimals
from metawright.reading.problems import Problem, did_you_mean, one_of
from metawright.reading.protocol import Outcome
from metawright.reading.sheets import Row, Sheet
from metawright.reading.vocabulary import NOT_REPORTED, arm_words, fold, is_sum, outcome_words


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
    printed : list of dict
        The numbers of each row as text, by column and with the decimals that they were given.
    """

    arms: list[ArmRow]
    log: list[LogRow]
    problems: list[Problem]
    printed: list[dict[str, str]]


def rows_of_outcome(sheet: Sheet, outcomes: Mapping[str, Outcome], outcome: str) -> Sheet:
    """Return *sheet* with the rows of one outcome alone; their numbers stay, and what was decided over all rows."""
    return rows_by_outcome(sheet, outcomes)[outcome]


def rows_by_outcome(sheet: Sheet, outcomes: Mapping[str, Outcome]) -> dict[str, Sheet]:
    """Return *sheet* with the rows of one outcome alone, as `rows_of_outcome` does, for every outcome at once."""
    words, decimals = outcome_words(outcomes), decimals_of(sheet)
    rows: dict[str, list] = {outcome: [] for outcome in outcomes}
    for row in sheet.rows:
        outcome = words.get(fold(row.cells.get("outcome", "")))
        if outcome is not None:
            rows[outcome].append(row)
    return {outcome: replace(sheet, rows=tuple(own), decimals=decimals) for outcome, own in rows.items()}


def decimals_of(sheet: Sheet) -> Mapping[str, str]:
    """Return the decimal mark of each column: as decided before, or over the rows of *sheet*."""
    return decide_decimals(sheet) if sheet.decimals is None else sheet.decimals


def clean_extraction(sheet: Sheet, protocol: ExtractionRules, treatment: Mapping[str, float] | None = None) -> Cleaned:
    """Clean every row of *sheet* under *protocol*.

    Parameters
    ----------
    sheet : Sheet
        `extraction.csv`, or some of its rows as `rows_of_outcome` gives them.
    protocol : Mapping
        Completed protocol: its `outcomes`, `periods`, `arms`, `clock` and `cleaning` are used.
    treatment : Mapping, optional
        Months that a trial's treatment lasts, by the folded key of the trial.

    Returns
    -------
    Cleaned
        As many `arms` as *sheet* has rows, in the same order.
    """
    cleaner = _Cleaner(sheet, protocol, treatment or {})
    for rule, before, after in sheet.notes:
        cleaner.note(Row(1, {}), "", rule, before, after)
    arms = [cleaner.row(row) for row in sheet.rows]
    _mark_repeated(arms, cleaner)
    _check_scales(arms, cleaner)
    return Cleaned(arms, cleaner.log, cleaner.problems, cleaner.printed)


def gather_log(log: Iterable[TextRow]) -> list[TextRow]:
    """Return the logs of all outcomes as one: what was decided about the file (row 1) stands there once."""
    seen: set[tuple[str, ...]] = set()
    gathered = []
    for line in log:
        content = tuple(line.values())
        if str(line["row"]) != "1" or content not in seen:
            gathered.append(line)
        seen.add(content)
    return gathered


class _Cleaner:
    """Reads rows one by one and collects the log and the problems."""

    def __init__(self, sheet: Sheet, protocol: ExtractionRules, treatment: Mapping[str, float]) -> None:
        self.file = sheet.file
        self.columns = sheet.columns
        self.decimals = decimals_of(sheet)
        self.outcomes = protocol["outcomes"]
        self.outcome_words = outcome_words(self.outcomes)
        self.arm_words = arm_words(protocol["arms"])
        self.periods = protocol["periods"]
        self.timed = any(period["key"] != "all" for period in self.periods)
        self.clock = protocol.get("clock", "randomisation")
        self.treatment = treatment
        choices = protocol.get("cleaning", {})
        self.lenient = choices.get("mode", "strict") == "lenient"
        self.pairs = choices.get("pairs", "")
        self.log: list[LogRow] = []
        self.problems: list[Problem] = []
        self.printed: list[dict[str, str]] = []
        self.read: list[dict[str, float | None]] = []
        self.guessed = False

    def problem(self, row: Row, column: str, value: str, what: str) -> None:
        self.problems.append(Problem(self.file, row.number, column, value, what))

    def note(self, row: Row, column: str, rule: str, before: str, after: str) -> None:
        file, rule = PurePath(self.file).name, CLEANING_RULES[rule].id
        entry: LogRow = {
            "file": file,
            "row": row.number,
            "column": column,
            "rule": rule,
            "before": before,
            "after": after,
        }
        self.log.append(entry)

    def take(self, row: Row, column: str, reading: Reading) -> Reading:
        for rule, before, after in reading.rules:
            self.note(row, column, rule, before, after)
        if reading.error:
            self.problem(row, column, reading.text, reading.error)
        self.guessed |= reading.guessed
        return reading

    def habits(self, column: str, outcome: str) -> Habits:
        """Return how numbers are written in a column and how far to guess."""
        unit = self.outcomes.get(outcome, {}).get("unit") or ""
        return Habits(self.decimals.get(column, "."), unit, self.pairs, self.lenient)

    def row(self, row: Row) -> ArmRow:
        """Return the line of `arms.csv` for one row."""
        self.guessed = False
        texts = {
            name: self.take(row, name, read_text(row.cells.get(name, ""), key=name in KEYS)).text
            for name, column in COLUMNS.items()
            if column.kind == "text" and name != "value"
        }
        outcome = self.match(row, "outcome", texts["outcome"], self.outcome_words, list(self.outcomes))
        readings = self.numbers(row, outcome)
        numbers = {name: reading.number for name, reading in readings.items()}
        self.read.append(numbers)
        self.printed.append({name: reading.text for name, reading in readings.items() if reading.number is not None})
        arm: ArmRow = {
            "row": row.number,
            "study": texts["study"],
            "outcome": outcome,
            "arm": self.match(row, "arm", texts["arm"], self.arm_words, list(self.arm_words)),
            "timepoint": self.timepoint(row, texts["timepoint"]),
            "value_type": self.one_of_words(row, "value_type", texts["value_type"], VALUE_TYPES),
            "source": texts["source"],
            "notes": texts["notes"],
            "arm_label": texts["arm_label"],
            "p_value": texts["p_value"],
            "timepoint_months": None,
            "period": "",
            "n": None,
            "used": False,
            "reason": "",
            "flags": "",
            "n_randomised": numbers.get("n_randomised"),
            "mean": numbers.get("mean"),
            "sd": numbers.get("sd"),
            "events": numbers.get("events"),
            "estimate": numbers.get("estimate"),
            "se": numbers.get("se"),
            "ci_low": numbers.get("ci_low"),
            "ci_high": numbers.get("ci_high"),
            "ci_level": numbers.get("ci_level"),
            "median": numbers.get("median"),
            "q1": numbers.get("q1"),
            "q3": numbers.get("q3"),
            "min": numbers.get("min"),
            "max": numbers.get("max"),
            "t_value": numbers.get("t_value"),
            "f_value": numbers.get("f_value"),
            "sd_baseline": numbers.get("sd_baseline"),
            "sd_final": numbers.get("sd_final"),
            "effect_scale": self.one_of_words(row, "effect_scale", texts["effect_scale"], SCALES),
        }
        if not texts["study"]:
            self.problem(row, "study", "", "empty; expected the key of the trial")
        if is_sum(texts["study"]):
            what = "is what a table calls its sums or pooled result, which would be pooled as a trial; remove the row"
            mend = "if a trial is called so, give it another key and put its name into `label` of studies.csv"
            self.problem(row, "study", texts["study"], f"{what}; {mend}")
        self.count(row, arm, numbers)
        self.bounds(row, numbers)
        if arm["arm"] == "contrast" or arm["effect_scale"]:
            self.contrast(row, arm, numbers)
        for column, value, what in spread_problems(arm):
            self.problem(row, column, value, what)
        self.assign_period(row, arm)
        if self.guessed:
            arm["flags"] = ";".join(filter(None, (arm["flags"], "read_leniently")))
        return arm

    def numbers(self, row: Row, outcome: str) -> dict[str, Reading]:
        """Return the numbers of a row by column, those that share a cell with others too."""
        readings: dict[str, Reading] = {}
        shared: dict[str, str] = {}
        for name, column in COLUMNS.items():
            raw = row.cells.get(name, "")
            if name == "value" or (name in ("mean", "median") and raw and is_composite(raw)):
                if raw:
                    shared[name] = raw
            elif column.kind != "text" and name in self.columns:
                readings[name] = self.take(row, name, read_number(raw, column, self.habits(name, outcome)))
        for name, raw in shared.items():
            parts, reading = read_value(raw, name, self.habits(name, outcome))
            self.take(row, name, reading)
            for part, found in parts.items():
                if readings.get(part) and readings[part].number is not None:
                    what = f"holds a {part}, and the column {part} holds one too; keep one of the two"
                    self.problem(row, name, reading.text, what)
                readings[part] = self.take(row, name, found)
        return readings

    def timepoint(self, row: Row, text: str) -> str:
        """Refuse a date, unless the protocol lists it as a label."""
        cell = Cell(text, Habits(lenient=self.lenient))
        if text and listed_in(text, self.periods) is None:
            try:
                cell.refuse_spreadsheet()
            except Refusal as why:
                self.take(row, "timepoint", cell.refused(why))
                return text
        return self.take(row, "timepoint", cell.reading(None)).text

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

    def one_of_words(self, row: Row, column: str, text: str, words: Sequence[str]) -> str:
        folded = fold(text)
        if folded and folded not in words:
            hint = did_you_mean(text, words)
            self.problem(row, column, text, f"is not known; expected {one_of(words)}{hint}")
        return folded

    def count(self, row: Row, arm: ArmRow, numbers: dict[str, float | None]) -> None:
        """Fill in the number of participants: analysed, or randomised with a flag."""
        analysed, randomised = numbers.get("n"), numbers.get("n_randomised")
        assumed = analysed is None and randomised is not None
        total = randomised if assumed else analysed
        arm["n"] = None if total is None else int(total)
        arm["flags"] = "n_assumed_randomised" if assumed else ""
        for name in ("n_randomised", "events"):
            number = arm[name]
            arm[name] = None if number is None else int(number)
        if arm["events"] is not None and total is not None and arm["events"] > total:
            column = "n_randomised" if assumed else "n"
            what = f"is above the {int(total)} participants in column {column}; events are counted in participants"
            self.problem(row, "events", str(arm["events"]), what)

    def bounds(self, row: Row, numbers: dict[str, float | None]) -> None:
        low, high = numbers.get("ci_low"), numbers.get("ci_high")
        if low is not None and high is not None and low > high:
            self.problem(row, "ci_low", f"{low:g}", f"is above ci_high ({high:g}); the lower limit comes first")

    def contrast(self, row: Row, arm: ArmRow, numbers: dict[str, float | None]) -> None:
        """Take logarithms where a row says that it holds ratios; refuse what no estimate of its measure can be."""
        scale, measure = arm["effect_scale"], self.outcomes.get(arm["outcome"], {}).get("measure")
        typed = self.printed[-1]
        beyond = beyond_bounds(arm["estimate"], measure)
        if beyond and arm["arm"] == "contrast":
            self.problem(row, "estimate", typed["estimate"], beyond)
        if scale not in SCALES:
            return
        if arm["arm"] in ("experimental", "control"):
            self.problem(row, "effect_scale", scale, "is for contrast rows; leave it empty in the row of an arm")
        elif measure and not may_be_ratio(measure):
            what = f"is for ratios, and {arm['outcome']} has the measure {measure}; leave it empty"
            self.problem(row, "effect_scale", scale, what)
        elif scale == "ratio":
            for name in ON_SCALE:
                self.take_logarithm(row, arm, numbers, name, typed.get(name, ""))

    def take_logarithm(self, row: Row, arm: ArmRow, numbers: dict, name: str, typed: str) -> None:
        number = numbers.get(name)
        if number is None:
            return
        if number <= 0:
            what = "is not above 0, and the row says `effect_scale: ratio`; "
            mend = "write `log` there if it is a logarithm, else more decimals or the `se` of the logarithm"
            self.problem(row, name, typed, what + mend)
            return
        arm[name] = numbers[name] = log(number)
        self.note(row, name, "ratio_as_logarithm", typed, repr(arm[name]))

    def assign_period(self, row: Row, arm: ArmRow) -> None:
        """Find the period of the row, and the reason why it is of no use, if it has one."""
        label = arm["timepoint"]
        time = time_of(label, self.clock, self.treatment.get(fold(arm["study"])))
        if listed_in(label, self.periods) is None:
            for rule in time.rules:
                self.note(row, "timepoint", rule, label, f"month {time.month:.4g}")
        arm["timepoint_months"] = time.month
        arm["period"] = period_of(label, time.month, self.periods) if self.timed else "all"
        arm["reason"] = _unusable(arm, time) or _no_numbers(arm, self.outcomes)
        arm["used"] = not arm["reason"]


def _check_scales(arms: Sequence[ArmRow], cleaner: _Cleaner) -> None:
    """Refuse ratios that were typed as printed where logarithms belong."""
    if not any(arm["arm"] == "contrast" for arm in arms):
        return
    rows: list[PrintedRow] = [{**arm, "printed": printed} for arm, printed in zip(arms, cleaner.printed, strict=True)]
    for number, typed, what in ratios_as_printed(rows, cleaner.outcomes):
        cleaner.problem(Row(number, {}), "estimate", typed, what)


def _unusable(arm: ArmRow, time: Time) -> str:
    if arm["value_type"] == "baseline" or fold(arm["timepoint"]) == "baseline":
        return "baseline value"
    if arm["period"] is not None:
        return ""
    if not arm["timepoint"]:
        return "no time point"
    if time.reason:
        return f"time point '{arm['timepoint']}' {time.reason}"
    if time.month is None:
        mend = "write it with a unit, such as '3 m', or list it under a period's `timepoints`"
        return f"time point not understood: '{arm['timepoint']}' ({mend})"
    return f"month {time.month:.4g} lies outside the periods"


def _no_numbers(arm: ArmRow, outcomes: Mapping[str, Outcome]) -> str:
    """Return what a row lacks for the measure of its outcome."""
    key = outcomes.get(arm["outcome"], {}).get("measure")
    if key is None:
        return "outcome not declared"
    measure, is_contrast = measure_of(key), arm["arm"] == "contrast"
    if not is_contrast and not measure.kind.of_arms:
        return f"the measure {key} takes contrast rows (an estimate), not arms"
    need = measure.contrast.columns if is_contrast else measure.kind.columns
    numbers: Mapping[str, object] = {**arm}
    lacking = [name for name in need if numbers[name] is None]
    if is_contrast and measure.contrast.or_interval and arm["se"] is None and None in (arm["ci_low"], arm["ci_high"]):
        lacking.append("se (or ci_low and ci_high)")
    return f"{NOT_REPORTED}{', '.join(lacking)}" if lacking else ""


def _mark_repeated(arms: list[ArmRow], cleaner: _Cleaner) -> None:
    """Drop a row that equals an earlier one; refuse two different rows for one cell and arm.

    Several arms of one role are told apart by their `arm_label`; a row without one is not told apart.
    """
    earlier: dict[tuple[object, ...], list[ArmRow]] = {}
    contents = {arm["row"]: _content(arm, numbers) for arm, numbers in zip(arms, cleaner.read, strict=True)}
    for arm in arms:
        time = arm["timepoint_months"] if arm["timepoint_months"] is not None else fold(arm["timepoint"])
        baseline = arm["value_type"] == "baseline"
        others = earlier.setdefault((fold(arm["study"]), arm["outcome"], time, arm["arm"], baseline), [])
        first = next((other for other in others if _same_arm(other, arm)), None)
        if first is None:
            others.append(arm)
            continue
        row = Row(arm["row"], {})
        if contents[first["row"]] == contents[arm["row"]]:
            arm["used"], arm["reason"] = False, f"equal to row {first['row']}"
            cleaner.note(row, "", "repeated_row", f"equal to row {first['row']}", "dropped")
        else:
            where = ", ".join(filter(None, (arm["outcome"], arm["timepoint"], arm["arm"])))
            mend = "keep one of them" if arm["arm"] == "contrast" else "keep one, or name two arms in arm_label"
            what = f"has two different rows for {where}: this one and row {first['row']}; {mend}"
            cleaner.problem(row, "study", arm["study"], what)


def _same_arm(one: ArmRow, other: ArmRow) -> bool:
    """Whether two rows of one role stand for the same arm: their labels do not tell them apart."""
    labels = fold(one["arm_label"]), fold(other["arm_label"])
    return one["arm"] == "contrast" or "" in labels or labels[0] == labels[1]


def _content(arm: ArmRow, numbers: Mapping[str, float | None]) -> dict:
    """Return what makes two rows equal: every cell, as read, and not where or how it was written."""
    left_out = ("row", "timepoint", "arm_label", "used", "reason", "flags")
    given = {name: number for name, number in numbers.items() if number is not None}
    return {**{name: value for name, value in arm.items() if name not in left_out}, **given, "n": numbers.get("n")}
