"""The words of the report: what a measure, an estimator, an interval or an arm is called on paper."""

import re
from collections.abc import Iterable, Mapping, Sequence

from metawright.measures.registry import measure_of

STATUSES = {"pooled": "Pooled", "single_study": "Single trial", "awaiting_data": "Awaiting data"}
CLAIM_STATUSES = {
    "reproduced": "reproduced",
    "not_reproduced": "not reproduced",
    "partly_checkable": "partly checkable",
    "not_checkable": "not checkable",
}
ROUTES = {
    "S1": "SD from the standard error of the mean",
    "S2": "SD from the confidence interval of the mean",
    "S3": "SD from the spread of the difference between the arms",
    "S4": "SD or SE from t, F or P of the comparison",
    "S5": "SD or SE from a bound of P, a conservative value",
    "S6": "SD of the change from baseline with a declared correlation",
    "S7": "mean or SD from median and quartiles or range",
    "S8": "SD borrowed from other trials",
}
TRACKS = {"protocol": "Review’s protocol", "recommended": "Recommended"}
SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def measure_name(measure: str) -> str:
    """Return the measure in words, such as "mean difference"."""
    return measure_of(measure).name


def measure_short(measure: str) -> str:
    """Return the measure as a column head prints it, such as "MD"."""
    return measure_of(measure).short


def null_words(measure: str) -> str:
    """Return the null value as a sentence names it: "0", or "1" for ratios."""
    return f"{measure_of(measure).scale.null:g}"


def null_meaning(measure: str) -> str:
    """Return what the null value means: "no difference", "no effect", "no correlation"."""
    return measure_of(measure).null_meaning


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a count with its noun, in words below ten: "two trials", "12 trials"."""
    return f"{in_words(number)} {noun if number == 1 else plural or noun + 's'}"


def in_words(number: int) -> str:
    """Return a whole number as a sentence has it: in words below ten."""
    return SMALL_NUMBERS[number] if 0 <= number < len(SMALL_NUMBERS) else str(number)


def join(words: Iterable[str], last: str = "and") -> str:
    """Return words as a list in a sentence: "a", "a and b", "a, b and c"."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def sentence(text: str) -> str:
    """Return *text* with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def arm_words(arms: Mapping[str, Sequence[str] | str] | None) -> dict[str, str]:
    """Return the word for each arm: the first declared alias that says more than the role or one letter."""
    words = {}
    for role in ("experimental", "control"):
        aliases = (arms or {}).get(role) or []
        aliases = [aliases] if isinstance(aliases, str) else aliases
        telling = [alias for alias in aliases if len(alias) > 1 and alias.casefold() != role]
        words[role] = telling[0] if telling else role
    return words


def favoured_arm(estimate: float, direction: str) -> str:
    """Return the role that an estimate (experimental minus control, or a log ratio) favours, or ""."""
    if estimate == 0:
        return ""
    better_if_positive = direction != "lower_is_better"
    return "experimental" if (estimate > 0) == better_if_positive else "control"


def favouring(role: str, arms: Mapping[str, str]) -> str:
    """Return the favoured arm in a sentence: its own word, or "the experimental arm"."""
    word = arms.get(role, role)
    return f"the {role} arm" if word == role else word


def bound(text: str) -> str:
    """Return *text* with spaces that no line break takes: `P = 0.03`, `95% CI`, `I² = 47%` stay together."""
    text = re.sub(r"\b(P|Q|k) ([=<>≥≤]) (?=[\d.])", "\\1\u00a0\\2\u00a0", text)
    text = re.sub(r"([Iτ]²) = (?=[\d.])", "\\1\u00a0=\u00a0", text)
    return re.sub(r"95% CI(,?) ", "95%\u00a0CI\\1\u00a0", text)


def dashed(text: str) -> str:
    """Return *text* with an en dash between numbers, as ranges are printed: "9–12 months"."""
    return re.sub(r"(?<=\d)-(?=\d)", "–", text)
