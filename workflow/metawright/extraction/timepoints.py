"""Time points as people write them, in months since randomisation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from metawright.reading.characters import fold
from metawright.reading.protocol import Period

DAYS_PER_MONTH = 30.4375

_UNITS = {"h": "hour", "hr": "hour", "hour": "hour", "d": "day", "day": "day",
          "w": "week", "wk": "week", "week": "week",
          "m": "month", "mo": "month", "mth": "month", "mos": "month", "month": "month",
          "y": "year", "yr": "year", "year": "year"}  # fmt: skip
_PER_MONTH = {
    "hour": DAYS_PER_MONTH * 24,
    "day": DAYS_PER_MONTH,
    "week": DAYS_PER_MONTH / 7,
    "month": 1.0,
    "year": 1 / 12,
}
_RULES = {"hour": "hours_to_months", "day": "days_to_months", "week": "weeks_to_months", "year": "years_to_months"}
_UNIT = r"(hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mths?|mos?|m|years?|yrs?|y)"
_NUMBER_UNIT = re.compile(rf"(\d+(?:\.\d+)?)[\s-]*{_UNIT}\b")
_UNIT_NUMBER = re.compile(rf"\b{_UNIT}[\s-]*(\d+(?:\.\d+)?)(?![\d.])")
_TRIAL_DAY = re.compile(r"t\s*(\d{1,6})\b")
#: Two numbers of one unit, as in '2-3 months', or a bound, as in '> 6 months': no single time.
_SEVERAL = re.compile(
    r"\d\s*(?:[-,;:/&+*x×±~]|to|and|or|until)+\s*t?\d|[<>≤≥~≈±]|^-\s*\d|\b(?:up to|at least|at most|within)\b"
)
_FOLLOW_UP = re.compile(r"follow[\s-]?up|\bfu\b|\bf/u\b|post[\s-]?(?:treatment|intervention|training)|\bafter\b")
_END = re.compile(r"(?:at )?(?:the )?end of (?:the )?(?:treatment|intervention|training)|eot")


@dataclass(frozen=True)
class Time:
    """What a label means.

    Attributes
    ----------
    month : float or None
        Months since randomisation; None if the label names no time.
    rules : tuple of str
        The cleaning rules that it took.
    reason : str
        Why there is no month although the label was understood; empty if nothing is known against it.
    """

    month: float | None
    rules: tuple[str, ...] = ()
    reason: str = ""


def months(raw: str) -> float | None:
    """Return the month that a label means, counted from randomisation, or None if it names none."""
    return time_of(raw).month


@lru_cache(maxsize=1 << 12)
def time_of(raw: str, clock: str = "randomisation", treatment: float | None = None) -> Time:
    """Read a time point.

    A number with a unit in either order (`3 m`, `10w`, `6-m follow-up`, `week 12`), and `T180` as a trial day. Hours,
    days and weeks within 0.25 of a whole month of at least 1 snap to it (12 weeks are month 3); a label that says
    two different times, a range of times or a bound names none.

    Parameters
    ----------
    raw : str
        The label.
    clock : str
        What a follow-up counts from: `randomisation` or `end_of_treatment`. Other labels count from randomisation.
    treatment : float or None
        Months that the trial's treatment lasts, if that is known.
    """
    text = fold(raw)
    if _END.fullmatch(text):
        reason = "" if treatment is not None else _no_length("names the end of treatment")
        return Time(treatment, ("end_of_treatment",) if treatment is not None else (), reason)
    if _SEVERAL.search(text):
        return Time(None)
    found = [(float(number), _unit(unit)) for number, unit in _NUMBER_UNIT.findall(text)]
    rest = _NUMBER_UNIT.sub(" ", text)
    found += [(float(number), _unit(unit)) for unit, number in _UNIT_NUMBER.findall(rest)]
    rules = [_RULES[unit] for _, unit in found if unit in _RULES]
    trial_day = _TRIAL_DAY.match(rest)
    if trial_day and (int(trial_day[1]) >= 100 or int(trial_day[1]) % 30 == 0 < int(trial_day[1])):
        found.append((float(trial_day[1]), "day"))
        rules.append("trial_day")
    if any(number > 1e6 for number, _ in found):
        return Time(None)
    month = {_snapped(number, unit) for number, unit in found}
    if len(month) != 1:
        return Time(None)
    if not _FOLLOW_UP.search(text):
        return Time(month.pop(), tuple(dict.fromkeys(rules)))
    rules.append("follow_up")
    if clock == "randomisation":
        return Time(month.pop(), tuple(dict.fromkeys(rules)))
    if treatment is None:
        return Time(None, (), _no_length("counts from the end of treatment (`clock` in the protocol)"))
    return Time(month.pop() + treatment, tuple(dict.fromkeys(rules)))


def period_of(raw: str, month: float | None, periods: Sequence[Period]) -> str | None:
    """Return the key of the period that a time point belongs to, or None.

    Labels listed under a period's `timepoints` win over the month.
    """
    listed = listed_in(raw, periods)
    if listed is not None or month is None:
        return listed
    for period in periods:
        end = period["to"]
        inside = end is None or month < end or (month == end and period["closed"] == "both")
        if month >= period["from"] and inside:
            return period["key"]
    return None


def listed_in(raw: str, periods: Sequence[Period]) -> str | None:
    """Return the key of the period whose `timepoints` name the label, or None."""
    label = fold(raw)
    for period in periods:
        if label in {fold(name) for name in period.get("timepoints", [])}:
            return period["key"]
    return None


def _unit(word: str) -> str:
    return _UNITS[word.rstrip("s")] if word.rstrip("s") in _UNITS else _UNITS[word]


def _snapped(number: float, unit: str) -> float:
    month = number / _PER_MONTH[unit]
    nearest = round(month)
    snaps = unit in ("hour", "day", "week") and nearest >= 1 and abs(month - nearest) <= 0.25
    return float(nearest) if snaps else month


def _no_length(what: str) -> str:
    return f"{what}, and studies.csv has no treatment_months for this trial"
