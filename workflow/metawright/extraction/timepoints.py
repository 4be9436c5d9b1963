"""Time points as people write them, in months since randomisation."""

import re
from collections.abc import Mapping, Sequence

DAYS_PER_MONTH = 30.4375

_UNITS = {"d": "day", "day": "day", "w": "week", "wk": "week", "week": "week", "m": "month", "mo": "month",
          "mth": "month", "mos": "month", "month": "month", "y": "year", "yr": "year", "year": "year"}  # fmt: skip
_PER_MONTH = {"day": DAYS_PER_MONTH, "week": DAYS_PER_MONTH / 7, "month": 1.0, "year": 1 / 12}
_NUMBER_UNIT = re.compile(r"(\d+(?:\.\d+)?)[\s-]*(days?|d|weeks?|wks?|w|months?|mths?|mos?|m|years?|yrs?|y)\b")
_UNIT_NUMBER = re.compile(r"\b(days?|d|weeks?|wks?|w|months?|mths?|mos?|m|years?|yrs?|y)[\s-]*(\d+(?:\.\d+)?)(?![\d.])")
_TRIAL_DAY = re.compile(r"t\s*(\d+)")


def months(raw: str) -> float | None:
    """Return the month that a label means, or None if it names none.

    Reads a number with a unit in either order (`3 m`, `10w`, `6-m follow-up`, `week 12`), and `T180` as a trial
    day. Days and weeks within 0.25 of a whole month of at least 1 snap to it (12 weeks are month 3); a label that
    says two different times names none.

    Parameters
    ----------
    raw : str
        The label.
    """
    text = " ".join(raw.casefold().split())
    found = [_snapped(float(number), unit) for number, unit in _NUMBER_UNIT.findall(text)]
    rest = _NUMBER_UNIT.sub(" ", text)
    found += [_snapped(float(number), unit) for unit, number in _UNIT_NUMBER.findall(rest)]
    trial_day = _TRIAL_DAY.match(rest)
    if trial_day:
        found.append(_snapped(float(trial_day[1]), "day"))
    return found[0] if found and len(set(found)) == 1 else None


def period_of(raw: str, month: float | None, periods: Sequence[Mapping]) -> str | None:
    """Return the key of the period that a time point belongs to, or None.

    Labels listed under a period's `timepoints` win over the month.
    """
    label = " ".join(raw.casefold().split())
    for period in periods:
        if label in {" ".join(name.casefold().split()) for name in period.get("timepoints", [])}:
            return period["key"]
    if month is None:
        return None
    for period in periods:
        end = period["to"]
        inside = end is None or month < end or (month == end and period["closed"] == "both")
        if month >= period["from"] and inside:
            return period["key"]
    return None


def _snapped(number: float, unit: str) -> float:
    name = _UNITS[unit.rstrip("s")] if unit.rstrip("s") in _UNITS else _UNITS[unit]
    month = number / _PER_MONTH[name]
    nearest = round(month)
    return float(nearest) if name in ("day", "week") and nearest >= 1 and abs(month - nearest) <= 0.25 else month
