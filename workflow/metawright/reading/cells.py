"""Reading one cell: text in, number out, with the cleaning rules that were applied on the way."""

import re
from dataclasses import dataclass

from metawright.reading.characters import DASHES, FULL_WIDTH, INVISIBLE, UNUSUAL_SPACES, fold
from metawright.reading.columns import Column
from metawright.reading.dates import is_date
from metawright.reading.decimals import BOTH, COMMA, COMMA_IN_DOUBT, DOT

#: Words that say "there is no number here".
NOT_REPORTED = {
    "nr", "n.r.", "na", "n.a.", "n/a", "n/r", "nd", "n.d.", "not reported", "not available", "not stated", "not given",
    "missing", "unknown", "?", "-", "--", ".",
}  # fmt: skip

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WHOLE_WITH_DECIMALS = re.compile(r"[+-]?\d+\.0+", re.ASCII)
_FOOTNOTE = re.compile(r"(.*?[\d.)\]\w-])\s*([*†‡§¶#⁎∗]+|[⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱ]+)")
_LETTER = re.compile(r"([+-]?\d[\d.,]*)\s?([a-h])", re.ASCII)
_PEOPLE = re.compile(r"(\d[\d.,' ]*?)\s*(?:participants|patients|subjects|people|persons|pts\.?)", re.IGNORECASE)
_SPREADSHEET_ERROR = re.compile(r"#(?:N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!|#+)", re.IGNORECASE)
_GROUP = r"[1-9]\d{0,2}"
_COMMAS = re.compile(rf"[+-]?{_GROUP}(?:,\d{{3}})+", re.ASCII)
_COMMAS_SURE = re.compile(rf"[+-]?{_GROUP}(?:(?:,\d{{3}}){{2,}}(?:\.\d*)?|(?:,\d{{3}})+\.\d*)", re.ASCII)
_ONE_COMMA = re.compile(rf"[+-]?{_GROUP},\d{{3}}", re.ASCII)
_ONE_DOT = re.compile(rf"[+-]?{_GROUP}\.\d{{3}}", re.ASCII)
_DOTS_AND_COMMA = re.compile(rf"[+-]?{_GROUP}(?:\.\d{{3}})+,\d+", re.ASCII)
_SPACES = re.compile(rf"[+-]?{_GROUP}(?:[ '’]\d{{3}})+", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True)
class Habits:
    """How numbers are written in a column, and how far a reader may guess.

    Attributes
    ----------
    decimal : str
        The column's decimal mark: `.`, `,`, `.?`, `,?` or `both` (see `metawright.reading.decimals`).
    unit : str
        The outcome's unit, which may stand after a number.
    pairs : str
        What two numbers behind a first one mean where the cell does not say: `ci`, `iqr`, `range`; or nothing.
    lenient : bool
        Read what is ambiguous, and mark it, instead of refusing it.
    """

    decimal: str = "."
    unit: str = ""
    pairs: str = ""
    lenient: bool = False


@dataclass(frozen=True)
class Reading:
    """What a cell was read as.

    Attributes
    ----------
    number : float or None
        The number; None where the cell is empty or says that nothing was reported.
    text : str
        The cell after cleaning, with the decimals that it had; as typed, if it is refused.
    rules : tuple of (rule, before, after)
        The cleaning rules applied, in order.
    error : str
        What is wrong and what was expected; empty if nothing is.
    guessed : bool
        Whether an ambiguous cell was read (lenient mode alone does).
    """

    number: float | None
    text: str
    rules: tuple[tuple[str, str, str], ...] = ()
    error: str = ""
    guessed: bool = False


#: What most cells of an extraction are.
EMPTY = Reading(None, "")


class Refusal(Exception):  # noqa: N818 - it is the cell that is at fault
    """Why a cell cannot be read, in the words that the person gets."""


class Cell:
    """A cell on its way from what was typed to what it means."""

    def __init__(self, raw: str, habits: Habits) -> None:
        self.raw, self.text, self.habits = raw, raw, habits
        self.rules: list[tuple[str, str, str]] = []
        self.guessed = False

    def apply(self, rule: str, after: str) -> None:
        """Take *after* as the content, if it differs, and remember the rule."""
        if after != self.text:
            self.rules.append((rule, self.text, after))
            self.text = after

    def guess(self, rule: str, after: str, why: str) -> None:
        """Do so in lenient mode; else refuse the cell because *why*."""
        if not self.habits.lenient:
            raise Refusal(why)
        self.guessed = True
        self.apply(rule, after)

    def trim(self) -> None:
        """Remove space around the content, characters that nobody sees, and spaces that are not plain."""
        self.apply("surrounding_space", self.text.strip())
        if not self.text.isascii():
            self.apply("invisible_character", self.text.translate(INVISIBLE).strip())
        if " " in self.text or not self.text.isascii():
            self.apply("unusual_space", re.sub(r"\s+", " ", self.text.translate(UNUSUAL_SPACES)).strip())

    def typeset(self) -> None:
        """Put plain digits, signs and points for their typographic kin."""
        if not self.text.isascii():
            self.apply("full_width_character", self.text.translate(FULL_WIDTH))
            self.apply("unicode_minus", self.text.translate(DASHES))
            self.apply("middle_dot", re.sub(r"(?<=\d)[·∙⋅](?=\d)", ".", self.text))

    def is_not_reported(self) -> bool:
        """Whether the content says that there is no number; it is then empty."""
        if fold(self.text) in NOT_REPORTED:
            self.apply("not_reported", "")
        return not self.text

    def refuse_spreadsheet(self) -> None:
        """Refuse what a spreadsheet put in the place of what was typed."""
        if is_date(self.text):
            what = "is a date, which spreadsheets make out of cells such as '2-3'; type what the source says again, "
            self.guess("date_of_spreadsheet", "", what + "into a cell that is formatted as text")
        if _SPREADSHEET_ERROR.fullmatch(self.text):
            raise Refusal("is an error of the spreadsheet; mend the formula, or type the number")

    def footnote(self) -> None:
        """Remove footnote marks at the end."""
        match = _FOOTNOTE.fullmatch(self.text)
        if match and not (match[1].lstrip("+-") == "10" and match[2][0] in "⁰¹²³⁴⁵⁶⁷⁸⁹"):  # 10² may be a power
            self.apply("footnote_mark", match[1].rstrip())

    def reading(self, number: float | None) -> Reading:
        """Return the cell as it was read."""
        return Reading(number, self.text, tuple(self.rules), "", self.guessed)

    def refused(self, why: Refusal) -> Reading:
        """Return the cell as it was refused, with what was typed."""
        return Reading(None, self.raw.strip(), tuple(self.rules), str(why), self.guessed)


def read_text(raw: str, key: bool = False) -> Reading:
    """Read a cell of words: without surrounding space; a *key* also with plain spaces."""
    if not raw:
        return EMPTY
    if not key or (raw.isascii() and raw == " ".join(raw.split())):
        text = raw.strip()
        return Reading(None, text, (("surrounding_space", raw, text),) if text != raw else ())
    cell = Cell(raw, Habits())
    cell.trim()
    return cell.reading(None)


def read_number(raw: str, column: Column, habits: Habits = Habits()) -> Reading:
    """Read a cell of *column* as a number, by the rules of `metawright.reading.cleaning_rules`.

    Empty and "not reported" are None. What is no number, or may be two, is an error, and so is a number out of the
    column's bounds.
    """
    if not raw:
        return EMPTY
    cell = Cell(raw, habits)
    try:
        number = None if raw.isspace() else _number(cell, column)
        if not cell.text.strip():
            cell.apply("surrounding_space", "")
    except Refusal as why:
        return cell.refused(why)
    return cell.reading(number)


def strip_unit(cell: Cell, column: Column) -> None:
    """Remove the unit after a number: the outcome's own, or a percent sign where that is its unit."""
    unit = cell.habits.unit
    if column.kind == "whole":
        match = _PEOPLE.fullmatch(cell.text)
        if match:
            cell.apply("people_counted", match[1])
        if cell.text.endswith("%"):
            raise Refusal(f"is a percentage; {column.rule}")
        return
    match = re.fullmatch(rf"(?i)(.*\d)\s*{re.escape(unit)}", cell.text) if unit[:1].isalpha() else None
    if match:
        cell.apply("unit_suffix", match[1])
    if cell.text.endswith("%"):
        plain = cell.text[:-1].rstrip()
        if column.name == "ci_level" or is_percent(unit):
            cell.apply("percent_sign", plain)
        else:
            what = (
                "is a percentage, and the outcome is not declared in percent; declare `unit: percent` in the protocol"
            )
            cell.guess("percent_sign_without_unit", plain, f"{what}, or type the number alone")


def is_percent(unit: str) -> bool:
    """Whether a unit is percent of something."""
    return "%" in unit or "percent" in unit.casefold() or "per cent" in unit.casefold()


def _number(cell: Cell, column: Column) -> float | None:
    if not _NUMBER.fullmatch(cell.text):
        cell.trim()
        if cell.is_not_reported():
            return None
        cell.typeset()
        if cell.is_not_reported():
            return None
        cell.refuse_spreadsheet()
        cell.footnote()
        if cell.is_not_reported():
            return None
        cell.apply("repeated_column_name", re.sub(rf"(?i)^{column.name}\s*[=:]?\s*(?=[+.\d-])", "", cell.text))
        strip_unit(cell, column)
        match = _LETTER.fullmatch(cell.text)
        if match and _is_plain(match[1]):
            what = f"ends in the letter '{match[2]}'; remove it if it is a footnote mark, else mend the number"
            cell.guess("trailing_letter", match[1], f"is not a number: it {what}")
    separators(cell, column)
    return _bounded(cell, column)


def _is_plain(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None or _DECIMAL_COMMA.fullmatch(text) is not None


def separators(cell: Cell, column: Column) -> None:
    """Turn thousands separators and decimal commas into a plain number, or refuse what has two readings."""
    text, whole, decimal = cell.text, column.kind == "whole", cell.habits.decimal
    if _COMMAS_SURE.fullmatch(text):
        cell.apply("thousands_comma", text.replace(",", ""))
    elif _DOTS_AND_COMMA.fullmatch(text):
        cell.apply("thousands_dot", text.replace(".", ""))
        cell.apply("decimal_comma", cell.text.replace(",", "."))
    elif _SPACES.fullmatch(text):
        plain = re.sub(r"[ '’]", "", text)
        if whole:
            cell.apply("thousands_space", plain)
        else:
            cell.guess("thousands_guess", plain, "may be one number or two; type one number without spaces")
    elif _ONE_COMMA.fullmatch(text) and (decimal != COMMA or whole):
        plain = text.replace(",", "")
        if whole and decimal == DOT:
            cell.apply("thousands_comma", plain)
        else:
            cell.guess("thousands_guess", plain, f"may be {plain} or {text.replace(',', '.')}; {_PLAINLY}")
    elif _ONE_DOT.fullmatch(text) and (whole or decimal != DOT):
        plain = text.replace(".", "")
        cell.guess("thousands_guess", plain, f"may be {plain} or {text}; {_PLAINLY}")
    elif _COMMAS.fullmatch(text) and whole:
        cell.apply("thousands_comma", text.replace(",", ""))
    elif _DECIMAL_COMMA.fullmatch(text) and decimal in (COMMA, COMMA_IN_DOUBT):
        cell.apply("decimal_comma", text.replace(",", "."))
    elif _DECIMAL_COMMA.fullmatch(text) and decimal == BOTH:
        what = "has a decimal comma, and other cells of this column have a decimal point; write them all one way"
        cell.guess("decimal_comma_among_dots", text.replace(",", "."), what)


_PLAINLY = "write it without a thousands separator, and with a decimal point"


def _bounded(cell: Cell, column: Column) -> float:
    text, whole = cell.text, column.kind == "whole"
    if not _NUMBER.fullmatch(text):
        expected = "a whole number" if whole else "a number such as 6.5"
        raise Refusal(f"is not a number; expected {expected}, or an empty cell")
    number = float(text)
    if abs(number) > 1e100:
        raise Refusal("is too large to be a number of a trial")
    if whole and number != int(number):
        raise Refusal(f"is not a whole number; {column.rule}")
    _check_bounds(number, column)
    if whole:
        if _WHOLE_WITH_DECIMALS.fullmatch(text):
            cell.apply("whole_number_with_decimals", str(int(number)))
        cell.text = str(int(number))
    return number


def _check_bounds(number: float, column: Column) -> None:
    low, high = column.minimum, column.maximum
    if low is not None and (number < low or (column.open_minimum and number == low)):
        raise Refusal(f"{'is negative' if number < 0 else 'is too small'}; {column.rule}")
    if high is not None and number > high:
        raise Refusal(f"is too large; {column.rule}")


def says_nothing(text: str) -> bool:
    """Return whether a cell is empty or says that the thing was not reported: NR, nd, `?`, a dash."""
    return fold(text) in {"", *NOT_REPORTED}
