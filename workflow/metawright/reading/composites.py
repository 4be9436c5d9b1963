"""Cells that hold more than one number: mean and SD, mean and confidence interval, median and quartiles."""

import re
from collections.abc import Mapping

from metawright.reading.cells import Cell, Habits, Reading, Refusal, is_percent, read_number
from metawright.reading.columns import COLUMNS
from metawright.reading.decimals import COMMA, COMMA_IN_DOUBT, DOT

_NUM = r"[+-]?(?:\d+(?:[.,]\d+)*|[.,]\d+)"
_WORD = r"s\.?d\.?|s\.?e\.?m?\.?"
_LABEL = (
    r"(?:\d{2}(?:\.\d+)?\s*%?\s*-?\s*)?(?:ci|c\.i\.|confidence interval)|iqr|interquartile range|quartiles|"
    r"q1\s*[-,]\s*q3|range|min\s*[-,]\s*max"
)
_LEAD = r"(?:(?P<lead>mean|median)\s*[:=]?\s*)?"
_SPREAD = re.compile(
    rf"{_LEAD}(?P<first>{_NUM})\s*(?:"
    rf"(?:±|\+/-|\+-)\s*(?P<a>{_NUM})\s*(?:[(\[]?\s*(?P<a_word>{_WORD})\s*[)\]]?)?|"
    rf"\(\s*(?:(?P<b_word>{_WORD})\s*[:=]?\s*)?(?:±|\+/-|\+-)?\s*(?P<b>{_NUM})\s*\)|"
    rf"\[\s*(?P<c_word>{_WORD})\s*[:=]?\s*(?P<c>{_NUM})\s*\]|"
    rf"[,;]?\s*(?P<d_word>{_WORD})\s*[:=]?\s*(?P<d>{_NUM}))",
    re.IGNORECASE | re.ASCII,
)
_PAIR = re.compile(
    rf"{_LEAD}(?P<first>{_NUM})\s*[,;]?\s*(?:(?P<outside>{_LABEL})\s*[:=,;]?\s*)?(?P<open>[(\[])?\s*"
    rf"(?:(?P<inside>{_LABEL})\s*[:=,;]?\s*)?(?P<low>{_NUM})(?:\s+to\s+|\s*;\s*|,\s+|\s+-\s+|-)(?P<high>{_NUM})"
    rf"\s*(?P<close>[)\]])?",
    re.IGNORECASE | re.ASCII,
)
_MARKS = re.compile(r"(?<=[\d)\]])\s*[*†‡§¶#]+")
_PERCENT = re.compile(r"(?<=\d)\s*%(?!\s*-?\s*(?:ci|c\.i\.|confidence))", re.IGNORECASE)

#: Rule, and the columns of three numbers, by what a pair means.
_PAIRS = {
    "ci": ("mean_and_ci_in_one_cell", ("mean", "ci_low", "ci_high")),
    "iqr": ("median_and_quartiles_in_one_cell", ("median", "q1", "q3")),
    "range": ("median_and_range_in_one_cell", ("median", "min", "max")),
}
_ALLOWED = {"value": {"ci", "iqr", "range"}, "mean": {"ci"}, "median": {"iqr", "range"}}
_SAY = "say which in the cell (95% CI, IQR or range), use columns of their own, or declare `cleaning: {pairs: ...}`"


def is_composite(raw: str) -> bool:
    """Whether a cell of `mean` or `median` seems to hold more than one number."""
    return (
        any(mark in raw for mark in ("±", "+/-", "+-", "(", "["))
        or re.search(r"(?i)\d.*(?:sd|se|ci|iqr)", raw) is not None
    )


def read_value(raw: str, column: str = "value", habits: Habits = Habits()) -> tuple[dict[str, Reading], Reading]:  # noqa: B008
    """Split a cell such as `32.8 ± 6.5`, `12.3 [95% CI 10.1 to 14.5]` or `22 (IQR 18-27)` into its numbers.

    Parameters
    ----------
    raw : str
        The cell.
    column : str
        `value`, in which `32.8 (6.5)` is mean and SD, or `mean` or `median`, in which the cell has to say so.
    habits : Habits
        How the column writes its numbers.

    Returns
    -------
    parts : dict
        Readings by the names of the columns that they belong to; empty where the cell is.
    reading : Reading
        Rules and error of the cell as a whole.
    """
    cell = Cell(raw, habits)
    try:
        cell.trim()
        if cell.is_not_reported():
            return {}, cell.reading(None)
        cell.typeset()
        if cell.is_not_reported():
            return {}, cell.reading(None)
        cell.refuse_spreadsheet()
        if not cell.text:
            return {}, cell.reading(None)
        cell.footnote()
        cell.apply("footnote_mark", _MARKS.sub("", cell.text))
        _strip_units(cell)
        texts = _spread(cell, column) or _pair(cell, column)
        if not texts:
            raise Refusal("is not mean and SD; expected a form such as '32.8 ± 6.5' or '32.8 (6.5)'")
        _check_commas(cell, list(texts.values()))
    except Refusal as why:
        return {}, cell.refused(why)
    plain = Habits(habits.decimal, lenient=habits.lenient)
    return {name: read_number(text, COLUMNS[name], plain) for name, text in texts.items()}, cell.reading(None)


def _strip_units(cell: Cell) -> None:
    unit = cell.habits.unit
    if unit[:1].isalpha() and not is_percent(unit):
        cell.apply("unit_suffix", re.sub(rf"(?i)(?<=[\d)\]])\s*{re.escape(unit)}(?!\w)", "", cell.text))
    if _PERCENT.search(cell.text):
        plain = _PERCENT.sub("", cell.text)
        if is_percent(unit):
            cell.apply("percent_sign", plain)
        else:
            what = (
                "is a percentage, and the outcome is not declared in percent; declare `unit: percent` in the protocol"
            )
            cell.guess("percent_sign_without_unit", plain, f"{what}, or type the numbers alone")


def _spread(cell: Cell, column: str) -> dict[str, str]:
    match = _SPREAD.fullmatch(cell.text)
    if not match or (match["lead"] or "").casefold() == "median":
        return {}
    word = next((match[name] for name in ("a_word", "b_word", "c_word", "d_word") if match[name]), "")
    second = next(match[name] for name in "abcd" if match[name])
    if column == "median" or (column == "mean" and not word):
        raise Refusal("holds two numbers; move it to the column `value` (mean and SD), or give each its own column")
    kind = "se" if word.casefold().replace(".", "").startswith("se") else "sd"
    rule = f"mean_and_{kind}_in_one_cell"
    cell.rules.append((rule, cell.text, f"mean {match['first']}, {kind} {second}"))
    return {"mean": match["first"], kind: second}


def _pair(cell: Cell, column: str) -> dict[str, str]:
    match = _PAIR.fullmatch(cell.text)
    label = ((match["outside"] or match["inside"]) or "").casefold() if match else ""
    if not match or not (match["open"] or label) or bool(match["open"]) != bool(match["close"]):
        return {}
    if match["open"] and match["open"] + match["close"] not in ("()", "[]"):
        return {}
    rule, kind = _meaning(cell, column, label, match)
    if kind not in _ALLOWED[column]:
        raise Refusal(f"is no {column} alone; move it to the column `value`, or give each number its own column")
    names = _PAIRS[kind][1]
    texts = dict(zip(names, (match["first"], match["low"], match["high"]), strict=True))
    _check_order(texts, cell.habits)
    level = re.match(r"\d{2}(?:\.\d+)?", label)
    if level and kind == "ci":
        texts["ci_level"] = level[0]
    cell.rules.append((rule, cell.text, ", ".join(f"{name} {text}" for name, text in texts.items())))
    return texts


def _meaning(cell: Cell, column: str, label: str, match: re.Match[str]) -> tuple[str, str]:
    """Return the rule and the kind of a pair: by its label, the protocol, or its symmetry."""
    if label:
        kind = "ci" if re.search(r"ci|c\.i|conf", label) else "range" if re.match(r"range|min", label) else "iqr"
        return _PAIRS[kind][0], kind
    if cell.habits.pairs:
        return _PAIRS[cell.habits.pairs][0], cell.habits.pairs
    texts = [match[name] for name in ("first", "low", "high")]
    if column != "median" and (match["lead"] or "").casefold() != "median" and _is_symmetric(texts, cell.habits):
        return "symmetric_pair", "ci"
    if not cell.habits.lenient:
        raise Refusal(f"holds two numbers that may be a confidence interval, quartiles or a range; {_SAY}")
    cell.guessed = True
    return "pair_guess", "iqr"


def _is_symmetric(texts: list[str], habits: Habits) -> bool:
    """Whether three printed numbers with decimals lie as a mean and its confidence interval do."""
    mark = "," if habits.decimal in (COMMA, COMMA_IN_DOUBT) else "."
    decimals = [text.partition(mark)[2] for text in texts]
    if not all(part.isdigit() for part in decimals):
        return False
    first, low, high = (float(text.replace(",", ".")) for text in texts)
    unit = 10.0 ** -min(map(len, decimals))
    return low < high and abs((low + high) / 2 - first) <= unit / 2 * (1 + 1e-9)


def _check_order(texts: Mapping[str, str], habits: Habits) -> None:
    plain = Habits(habits.decimal, lenient=True)
    first, low, high = (read_number(text, COLUMNS[name], plain).number for name, text in texts.items())
    if first is not None and low is not None and high is not None and not low <= first <= high:
        raise Refusal(f"has {first:g} outside {low:g} to {high:g}; check the three numbers")


def _check_commas(cell: Cell, texts: list[str]) -> None:
    """Refuse `22 (18,27)` where commas are decimals: the comma may stand between two numbers."""
    if cell.habits.decimal != DOT and not set(",.") & set(texts[0]) and any("," in text for text in texts[1:]):
        what = "has a comma that may separate decimals or two numbers; write '22,0 (6,5)' or '22 (18 to 27)'"
        cell.guess("decimal_comma_among_dots", cell.text, what)
