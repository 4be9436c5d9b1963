"""The two tracks of a cell side by side, and whether what they say differs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from metawright.files.known import known
from metawright.pooling.documents import ModelResult, TrackComparison
from metawright.pooling.position import OUTSIDE, position
from metawright.words.names import null_meaning, null_words

#: A model of the protocol, or a row of its results: it has a `track`, or none.
Tracked = TypeVar("Tracked", bound=Mapping[str, object])

#: The tracks, in the order in which they are shown.
TRACK_KEYS = ("protocol", "recommended")


def headline(models: Iterable[Tracked], track: str) -> Tracked | None:
    """Return the headline of a track: the first model that is declared for it.

    Parameters
    ----------
    models : iterable of mappings
        Models of the protocol, or rows of results of them in the same order; each has a `track` or none.
    track : str
        One of `TRACK_KEYS`.

    Returns
    -------
    dict or None
        None where the protocol declares no model for the track.
    """
    return next((row for row in models if row.get("track") == track), None)


def headlines(models: Iterable[Tracked]) -> list[Tracked]:
    """Return the headlines of the tracks that have one, the review's protocol first."""
    rows = list(models)
    return [found for track in TRACK_KEYS if (found := headline(rows, track)) is not None]


def rated(models: Sequence[Tracked]) -> Tracked | None:
    """Return the one result whose certainty is rated: the recommended headline, else the protocol's, else the first."""
    of_tracks = headlines(models)
    return of_tracks[-1] if of_tracks else models[0] if models else None


def compare_tracks(protocol: ModelResult | None, recommended: ModelResult | None, measure: str) -> TrackComparison:
    """Compare the headlines of both tracks.

    Returns
    -------
    dict
        `conclusion_differs` (true when one interval excludes the null value and the other does not, or when
        the estimates have opposite signs; null when there is nothing to compare), `significance_differs`,
        `sign_differs`, `protocol` and `recommended` (where each interval lies, see `position`), `words`.
    """
    where = {"protocol": position(protocol), "recommended": position(recommended)}

    def nothing(words: str) -> TrackComparison:
        return {
            "conclusion_differs": None,
            "significance_differs": None,
            "sign_differs": None,
            "protocol": where["protocol"],
            "recommended": where["recommended"],
            "words": words,
        }

    no_effect = f"{null_words(measure)} ({null_meaning(measure)})"
    if protocol is None or recommended is None:
        return nothing("The protocol declares one track only, so there is nothing to compare.")
    if "none" in where.values():
        return nothing("Without data there is no conclusion to compare.")
    if "undecided" in where.values():
        return nothing("The rule leaves the choice of the model open, so the tracks cannot be compared.")
    if "degenerate" in where.values():
        words = "An interval has no width because the trials agree exactly; the tracks cannot be compared."
        return nothing(words)
    excludes = {track: where[track] in OUTSIDE for track in TRACK_KEYS}
    significance = excludes["protocol"] != excludes["recommended"]
    sign = known(protocol["estimate"]) * known(recommended["estimate"]) < 0
    parts: list[str] = []
    if significance:
        one, other = ("protocol", "recommended") if excludes["protocol"] else ("recommended", "protocol")
        names = {"protocol": "interval of the review’s protocol", "recommended": "recommended interval"}
        parts.append(f"the {names[one]} excludes {no_effect}, the {names[other]} includes it")
    if sign:
        parts.append(f"the estimates lie on opposite sides of {no_effect}")
    if parts:
        words = f"The conclusion differs between the tracks: {'; '.join(parts)}."
    elif protocol.get("status") == recommended.get("status") == "single_study":
        words = "Both tracks show the result of the one trial."
    else:
        verb = "exclude" if excludes["protocol"] else "include"
        words = f"The conclusion is the same in both tracks: both intervals {verb} {no_effect}."
    return {
        "conclusion_differs": significance or sign,
        "significance_differs": significance,
        "sign_differs": sign,
        "protocol": where["protocol"],
        "recommended": where["recommended"],
        "words": words,
    }
