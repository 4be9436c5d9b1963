"""The participants of some trials in numbers and in words, each person counted once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metawright.words.names import count

if TYPE_CHECKING:
    from metawright.pooling.documents import CellTrial


@dataclass(frozen=True)
class People:
    """Participants of some trials.

    Attributes
    ----------
    total : int or None
        Each person once, over the trials that state them; None where none does.
    experimental, control : int
        In this arm alone.
    both : int
        In both arms: of cross-over trials.
    undivided : int
        Of trials that state their participants, not those of the arms.
    silent : int
        Trials that state none.
    """

    total: int | None
    experimental: int
    control: int
    both: int
    undivided: int
    silent: int


def people_of(trials: Iterable[CellTrial]) -> People:
    """Return the participants of trials with `n`, `n_experimental` and `n_control` (None where not known)."""
    total = experimental = control = both = undivided = 0.0
    silent, several = 0, 0
    for trial in trials:
        n, first, second = trial["n"], trial["n_experimental"], trial["n_control"]
        if n is None:
            silent += 1
            continue
        several += 1
        total += n
        if first is None or second is None:
            undivided += n
        else:
            shared = first + second - n
            both += shared
            experimental += first - shared
            control += second - shared
    return People(
        round(total) if several else None, round(experimental), round(control), round(both), round(undivided), silent
    )


def people_words(people: People, arms: Mapping[str, str]) -> str:
    """Return "125 participants (62 exercise, 63 usual care)", "at least ..." where some trials state none, or ""."""
    if people.total is None:
        return ""
    parts = [
        f"{people.experimental} {arms['experimental']}" if people.experimental else "",
        f"{people.control} {arms['control']}" if people.control else "",
        f"{people.both} in both arms" if people.both else "",
        f"{people.undivided} not stated by arm" if people.undivided else "",
        f"{count(people.silent, 'trial')} {'states' if people.silent == 1 else 'state'} none" if people.silent else "",
    ]
    lead = "at least " if people.silent else ""
    split = ", ".join(filter(None, parts))
    return f"{lead}{people.total} participants ({split})"
