"""A review as another program left it, on its way into a review folder; and what had no place there."""

import html
import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

#: Columns of an imported `extraction.csv`, in order; a column that nothing fills is left out.
EXTRACTION = (
    "study", "outcome", "arm", "n", "mean", "sd", "events", "estimate", "se", "ci_low", "ci_high", "ci_level",
    "value_type", "subgroup", "source", "notes",
)  # fmt: skip

#: Columns of `stored_results.csv`: what the other program had computed, ratios as natural logarithms.
STORED = (
    "outcome", "model", "k", "estimate", "ci_low", "ci_high", "tau2", "q", "q_df", "i2", "statistic", "pi_low",
    "pi_high",
)  # fmt: skip


class CannotRead(Exception):  # noqa: N818 - a plain statement to the person who brought the file
    """The file is not what it seems, or not something that can be imported; the text says why."""


@dataclass
class Draft:
    """What was read.

    Attributes
    ----------
    title : str
        Of the review.
    source : str
        Where the numbers come from, for the protocol.
    outcomes : dict
        Blocks of the protocol by key: `label`, `measure`, `direction`, perhaps `unit`.
    rows, studies, risk_of_bias : list of dict
        Rows of `extraction.csv`, `studies.csv` and `risk_of_bias.csv`.
    arms : dict
        What the file calls the two arms: `experimental`, `control`.
    models : list of (tau2_method, interval)
        Models that the source pooled under, the most frequent first.
    instrument : str
        `RoB1` or `RoB2`.
    domains : dict
        Label of each risk-of-bias domain.
    stored : list of dict
        The source's own pooled results, with the columns `STORED`.
    notes : list of str
        What could not be carried over or was decided on the way: one sentence each.
    left_out : list of dict
        Rows that had no place, with `file`, `row`, `content` and `reason`.
    """

    title: str = ""
    source: str = ""
    outcomes: dict[str, dict] = field(default_factory=dict)
    rows: list[dict] = field(default_factory=list)
    studies: list[dict] = field(default_factory=list)
    risk_of_bias: list[dict] = field(default_factory=list)
    arms: dict[str, list[str]] = field(default_factory=dict)
    models: list[tuple[str, str]] = field(default_factory=list)
    instrument: str = "RoB1"
    domains: dict[str, str] = field(default_factory=dict)
    stored: list[dict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: list[dict] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Add a sentence, once."""
        if text not in self.notes:
            self.notes.append(text)

    def leave_out(self, file: str, row: int | str, content: str, reason: str) -> None:
        """List a row that has no place in the folder."""
        self.left_out.append({"file": file, "row": row, "content": content, "reason": reason})


def slug(text: str, used: Iterable[str] = ()) -> str:
    """Return a key made of letters, digits, `-` and `_`, unlike any of *used*."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    base = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "outcome"
    taken, key, number = {word.casefold() for word in used}, base, 2
    while key.casefold() in taken:
        key, number = f"{base}-{number}", number + 1
    return key


def unused_name(name: str, used: Iterable[str]) -> str:
    """Return *name*, or *name* with a number in brackets, unlike any of *used* (without case)."""
    taken, candidate, number = {word.casefold() for word in used}, name, 2
    while candidate.casefold() in taken:
        candidate, number = f"{name} ({number})", number + 1
    return candidate


def plain_text(markup: str) -> str:
    """Return the words of a piece of HTML or XML text, on one line."""
    return " ".join(html.unescape(re.sub(r"</?[A-Za-z!][^>]*>", " ", markup)).split())


def number(text: object) -> float | None:
    """Return the finite number in a cell, or None."""
    if not str(text).isascii() or "_" in str(text):
        return None  # float() reads digits of any script, and 1_000
    try:
        value = float(str(text).strip())
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def real(text: object) -> str:
    """Return a cell as it stands if it holds a finite number (`5.0` as 5), else an empty cell."""
    value = number(text)
    if value is None:
        return ""
    stripped = str(text).strip()
    return stripped.removesuffix(".0") if re.fullmatch(r"-?\d+\.0", stripped) else stripped


def positive(text: object) -> str:
    """Return a number above 0, else an empty cell."""
    value = number(text)
    return real(text) if value is not None and value > 0 else ""


def not_negative(text: object) -> str:
    """Return a number of 0 or more, else an empty cell."""
    value = number(text)
    return real(text) if value is not None and value >= 0 else ""


def year(text: str) -> str:
    """Return a year in four digits, else an empty cell."""
    return text.strip() if re.fullmatch(r"[0-9]{4}", text.strip()) else ""


def whole_number(text: object, least: int = 0) -> str:
    """Return a whole number of at least *least*, else an empty cell."""
    value = number(text)
    return str(int(value)) if value is not None and value == int(value) and value >= least else ""
