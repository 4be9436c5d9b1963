"""Sentences that say which trials a result rests on, and which are missing."""

from collections.abc import Iterable

from metawright.report.people import people_of, people_words
from metawright.report.sentences.context import Context
from metawright.words.names import count, sentence

# Longer lists stand in the table of trials; a sentence names this many at most.
MOST_NAMES = 6


def available(context: Context) -> str:
    """Return what a cell rests on: trials, participants, and the trials that await data."""
    cell = context.cell
    if cell["status"] == "awaiting_data":
        return _nothing(context)
    names = [study["study"] for study in cell["studies"]]
    few = len(names) <= MOST_NAMES
    people = participants(context)
    expected = expected_trials(context)
    if expected is None or expected <= context.k:
        text = sentence(count(context.k, "trial")) + (f" with {people}" if people else "")
        text += f" {'has' if context.k == 1 else 'have'} data for {context.cell_label}"
        text += f": {context.names(names)}." if few else "."
        return text + _eligible(context)
    missing = [row["study"] for row in cell["awaiting"] if row["published"]]
    missing = missing or [row["study"] for row in cell["awaiting"]]
    text = f"Incomplete: {context.k} of {expected} trials{f' ({context.names(names)})' if few else ''} "
    text += f"{'has' if context.k == 1 else 'have'} data for {context.cell_label}{', with ' + people if people else ''}"
    text += f"; {_await(context, missing)}. " if missing else ". "
    which = "this one trial" if context.k == 1 else f"these {count(context.k, 'trial')}"
    text += f"The numbers below describe {which} only; this is not the review’s result."
    return text + _eligible(context)


def participants(context: Context) -> str:
    """Return "125 participants (62 exercise, 63 usual care)", or "" where numbers were not given."""
    return people_words(people_of(context.cell["studies"]), context.arms)


def expected_trials(context: Context) -> int | None:
    """Return how many trials the pool should hold: as published, else those with data and those awaited."""
    cell = context.cell
    if cell["main_claim"] is not None:
        published = cell["claims"][cell["main_claim"]]["check"]["expected"]
        if published is not None:
            return published
    return context.k + len({row["study"] for row in cell["awaiting"]}) if cell["awaiting"] else None


def _nothing(context: Context) -> str:
    cell = context.cell
    needed = [row["study"] for row in cell["awaiting"] if row["published"]]
    every = [row["study"] for row in cell["awaiting"]]
    text = f"No trial has usable data for {context.cell_label}"
    if not every:
        return f"{text}."
    return f"{text}; {_await(context, needed or every)}." + (_eligible(context) if needed else "")


def _await(context: Context, studies: Iterable[str]) -> str:
    """Return "A and B are awaiting data"."""
    once = dict.fromkeys(studies)
    return f"{context.names(once)} {'is' if len(once) == 1 else 'are'} awaiting data"


def _eligible(context: Context) -> str:
    """Name the trials that measured the outcome in this period but stand in no published pool."""
    cell = context.cell
    published = {row["study"] for row in cell["awaiting"] if row["published"]}
    pooled = {study["study"] for study in cell["studies"]}
    others = [row["study"] for row in cell["awaiting"] if not row["published"]]
    others = [study for study in dict.fromkeys(others) if study not in published | pooled]
    if not others or not (published or pooled):
        return ""
    verb, whose = ("is", "its") if len(others) == 1 else ("are", "their")
    text = f" {context.names(others)} {verb} eligible too, though in no published pool; "
    return text + f"{whose} data are awaited."
