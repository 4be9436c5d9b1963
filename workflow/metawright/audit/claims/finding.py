"""What a check of the published claims found, and what it would have needed to run."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypedDict

#: What a finding rests on: the review alone, the trials' own reports, or other reviews of the same question.
RESTS_ON = ("review", "trial reports", "other reviews")


@dataclass(frozen=True)
class ClaimFinding:
    """One finding about what the review printed.

    Attributes
    ----------
    code : str
        Number of the check, `V01` to `V26`, or `rule` for the rule that selects the model.
    check : str
        The check in a word.
    severity : str
        `error` (impossible, or against arithmetic), `inconsistency` (two statements disagree), `ambiguity`,
        `omission`, `note` or `pass`.
    about : str
        What was checked, in a word that stays the same between runs: `C01`, `zucchi2019.n_control`.
    verdict : str
        The finding in a sentence.
    claim, study, outcome, period : str
        Where it belongs, as far as it belongs to one; several claims joined by `;`.
    quote, location : str
        What the review says, and where.
    inputs, computed : mapping
        What went in, as printed, and what came out.
    rests_on : str
        One of `RESTS_ON`.
    """

    code: str
    check: str
    severity: str
    about: str
    verdict: str
    claim: str = ""
    study: str = ""
    outcome: str = ""
    period: str = ""
    quote: str = ""
    location: str = ""
    inputs: Mapping[str, object] = field(default_factory=dict)
    computed: Mapping[str, object] = field(default_factory=dict)
    rests_on: str = "review"

    @property
    def id(self) -> str:
        """The finding's name: the same for the same finding in every run."""
        return re.sub(r"[^\w.+-]+", "_", f"{self.code}.{self.check}.{self.about}").strip("_")


@dataclass(frozen=True)
class NotRun:
    """A check that could not run.

    Attributes
    ----------
    code, check : str
        As in `ClaimFinding`.
    about : str
        What it would have been about.
    missing : str
        What it needs, and where that would stand.
    """

    code: str
    check: str
    about: str
    missing: str


class Place(TypedDict, total=False):
    """Where a finding belongs and what the paper says there: fields of `ClaimFinding`."""

    quote: str
    location: str
    claim: str
    outcome: str
    period: str


class ClaimPlace(Place):
    """The same, with what was checked."""

    about: str


def about_claim(claim: Mapping[str, str]) -> ClaimPlace:
    """Return the fields of a finding that say which claim it is about."""
    return {
        "about": claim["claim"],
        "claim": claim["claim"],
        "outcome": claim["outcome"],
        "period": claim.get("period", ""),
        "quote": claim.get("quote", ""),
        "location": claim.get("section", ""),
    }


def about_statement(statement: Mapping[str, str]) -> Place:
    """Return the fields of a finding that say which statement of the paper it is about."""
    return {
        "quote": statement.get("quote", ""),
        "location": statement.get("location", ""),
        "claim": statement.get("claim", ""),
        "outcome": statement.get("outcome", ""),
        "period": statement.get("period", ""),
    }


def listed(items: Iterable[object]) -> str:
    """Return the items as `a, b and c`."""
    words = [str(item) for item in items]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
