"""Reading one cell: text in, number out, with the cleaning rules that were applied on the way."""

import re
from dataclasses import dataclass

from metawright.extraction.columns import Column

#: Words that say "there is no number here".
NOT_REPORTED = {"nr", "n.r.", "na", "n.a.", "n/a", "n/r", "not reported", "not available", "-", "–", "—", "."}

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WHOLE_WITH_DECIMALS = re.compile(r"[+-]?\d+\.0+", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+", re.ASCII)
_VALUE = re.compile(
    r"(?P<mean>[+-]?(?:\d+\.?\d*|\.\d+))\s*(?:(?:±|\+/-|\+-)\s*(?P<sd>(?:\d+\.?\d*|\.\d+))|"
    r"\(\s*(?:SD\s*:?\s*)?(?P<sd_in_brackets>(?:\d+\.?\d*|\.\d+))\s*\))",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True)
class Reading:
    """What a cell was read as.

    Attributes
    ----------
    number : float or None
        The number; None where the cell is empty or says that nothing was reported.
    text : str
        The cell after cleaning; a number in its shortest form.
    rules : tuple of (rule, before, after)
        The cleaning rules applied, in order.
    error : str
        What is wrong and what was expected; empty if nothing is.
    """

    number: float | None
    text: str
    rules: tuple[tuple[str, str, str], ...] = ()
    error: str = ""


def read_text(raw: str) -> Reading:
    """Read a cell of words: without surrounding space."""
    text = raw.strip()
    rules = (("surrounding_space", raw, text),) if text != raw else ()
    return Reading(None, text, rules)


def read_number(raw: str, column: Column) -> Reading:
    """Read a cell of *column* as a number.

    Empty and "not reported" are None. In whole-number columns `34.0` is 34 and a comma before exactly three
    digits separates thousands. Anything else that is not a plain number is an error, and so is a number out of
    the column's bounds.
    """
    stripped = read_text(raw)
    text, rules = stripped.text, list(stripped.rules)
    if not text:
        return Reading(None, "", tuple(rules))
    if text.casefold() in NOT_REPORTED:
        return Reading(None, "", (*rules, ("not_reported", text, "")))
    whole = column.kind == "whole"
    if whole and _THOUSANDS.fullmatch(text):
        plain = text.replace(",", "")
        rules.append(("thousands_comma", text, plain))
        text = plain
    if not _NUMBER.fullmatch(text):
        expected = "a whole number" if whole else "a number such as 6.5"
        return Reading(None, text, tuple(rules), f"is not a number; expected {expected}, or an empty cell")
    number = float(text)
    if abs(number) == float("inf"):
        return Reading(None, text, tuple(rules), "is too large to be a number of a trial")
    if whole and number != int(number):
        return Reading(None, text, tuple(rules), f"is not a whole number; {column.rule}")
    error = _out_of_bounds(number, column)
    if error:
        return Reading(None, text, tuple(rules), error)
    if whole:
        if _WHOLE_WITH_DECIMALS.fullmatch(text):
            rules.append(("whole_number_with_decimals", text, str(int(number))))
        text = str(int(number))
    return Reading(number, text, tuple(rules))


def read_mean_and_sd(raw: str) -> tuple[str, str, Reading]:
    """Split a cell such as `32.8 ± 6.5` or `32.8 (6.5)` into the texts of mean and SD.

    Returns
    -------
    mean, sd : str
        Empty where the cell is.
    reading : Reading
        Its rules and error; the texts are still to be read as numbers.
    """
    stripped = read_text(raw)
    if not stripped.text:
        return "", "", stripped
    if stripped.text.casefold() in NOT_REPORTED:
        return "", "", Reading(None, "", (*stripped.rules, ("not_reported", stripped.text, "")))
    match = _VALUE.fullmatch(stripped.text)
    if not match:
        error = "is not mean and SD; expected a form such as '32.8 ± 6.5' or '32.8 (6.5)'"
        return "", "", Reading(None, stripped.text, stripped.rules, error)
    mean, sd = match["mean"], match["sd"] or match["sd_in_brackets"]
    rule = ("mean_and_sd_in_one_cell", stripped.text, f"mean {mean}, sd {sd}")
    return mean, sd, Reading(None, stripped.text, (*stripped.rules, rule))


def _out_of_bounds(number: float, column: Column) -> str:
    low, high = column.minimum, column.maximum
    if low is not None and (number < low or (column.open_minimum and number == low)):
        state = "is negative" if number < 0 else "is too small"
        return f"{state}; {column.rule}"
    if high is not None and number > high:
        return f"is too large; {column.rule}"
    return ""
