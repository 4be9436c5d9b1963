"""Participants in words: each person once, and what is not known said."""

import pytest

from metawright.report.people import people_of, people_words

ARMS = {"experimental": "exercise", "control": "usual care"}


def trial(n, experimental=None, control=None):
    return {"n": n, "n_experimental": experimental, "n_control": control}


@pytest.mark.parametrize(
    ("trials", "words"),
    [
        ([trial(60, 30, 30), trial(65, 32, 33)], "125 participants (62 exercise, 63 usual care)"),
        ([trial(20, 20, 20)], "20 participants (20 in both arms)"),
        (
            [trial(60, 29, 31), trial(20, 20, 20), trial(625)],
            "705 participants (29 exercise, 31 usual care, 20 in both arms, 625 not stated by arm)",
        ),
        (
            [trial(60, 30, 30), trial(None)],
            "at least 60 participants (30 exercise, 30 usual care, one trial states none)",
        ),
        ([trial(None), trial(None)], ""),
        ([trial(15.5, 8, 7.5), trial(15.5, 8, 7.5)], "31 participants (16 exercise, 15 usual care)"),
        ([], ""),
    ],
)
def test_participants_in_words(trials, words):
    assert people_words(people_of(trials), ARMS) == words


def test_the_parts_add_up_to_the_total():
    people = people_of([trial(60, 29, 31), trial(20, 20, 20), trial(625), trial(None), trial(30, 20, 18)])
    assert people.total == people.experimental + people.control + people.both + people.undivided
    assert (people.both, people.silent) == (20 + 8, 1)
