"""The participants of some trials in numbers and in words, each person counted once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from metawright.words.names import count


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


def people_of(trials: Iterable[Mapping]) -> People:
    """Return the participants of trials with `n`, `n_experimental` and `n_control` (None where not known)."""
    total = experimental = control = both = undivided = 0.0
    silent, several = 0, 0
    for trial in trials:
        n, arms = trial["n"], (trial["n_experimental"], trial["n_control"])
        if n is None:
            silent += 1
            continue
        several += 1
        total += n
        if None in arms:
            undivided += n
        else:
            shared = arms[0] + arms[1] - n
            both += shared
            experimental += arms[0] - shared
            control += arms[1] - shared
    return People(
        round(total) if several else None, *(round(n) for n in (experimental, control, both, undivided)), silent
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
