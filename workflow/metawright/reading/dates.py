"""Dates where none belong: what spreadsheets make out of `2-3` or `1.5`."""

import re

_MONTH = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|m(?:\u00e4|ae)rz|mrz|apr(?:il)?|may|mai|june?|juni?|july?|juli?|"
    r"aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\.?"
)
_DATE = re.compile(
    rf"\d{{1,4}}[-./ ]+{_MONTH}(?:[-./ ,]+\d{{2,4}})?|{_MONTH}[-./ ]+\d{{1,4}}(?:[-./ ,]+\d{{2,4}})?|"
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[ t].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?: .*)?",
    re.IGNORECASE,
)


def is_date(text: str) -> bool:
    """Whether *text*, without surrounding space, is a date or a day and a month."""
    return len(text) > 4 and _DATE.fullmatch(text) is not None
