"""The verdict of one cell: does the conclusion survive every reasonable choice, and what would change it?

It gathers what other analyses found and weighs nothing: it says which of the examined choices change the conclusion and
how far the result is from changing, in neutral words. "Conclusion" is whether the interval excludes the null value (0,
for ratios 1), and on which side the estimate lies.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NotRequired

from metawright.files.known import known
from metawright.measures.registry import measure_of
from metawright.pooling.documents import Pool, PooledRow
from metawright.pooling.position import position
from metawright.sensitivity.documents import (
    LeaveOneOut,
    MissingDataBlock,
    NeededToChange,
    PosteriorEntry,
    ScaleSummaryEntry,
    TippingPointEntry,
    TippingPointShort,
    TrackVerdict,
    Verdict,
    VerdictMultiverse,
    VerdictPosterior,
    VerdictTracks,
)

if TYPE_CHECKING:
    from metawright.sensitivity.missing import MissingFound, TippingPoint

#: What a conclusion can depend on, in order, and its words.
DEPENDENCES = {
    "track": "whether the review’s protocol or the recommended model is followed",
    "choices": "the choices of the analysis",
    "trials": "single trials",
}
#: What is said of leave-one-out where a pool has two trials.
TWO = "Of two trials each is shown alone; that is no evidence for or against the result of both."
_NAMES = {"protocol": "the review’s protocol", "recommended": "the recommended model"}
_CLEAR = ("above", "below", "includes")


class OwnScale(ScaleSummaryEntry):
    """The specifications on the scale of an outcome's own measure; `moves_words` is the axis in words."""

    moves_words: NotRequired[str]


def verdict(
    cell: Pool,
    *,
    protocol: PooledRow | None = None,
    recommended: PooledRow | None = None,
    multiverse: OwnScale | None = None,
    leave_one_out: LeaveOneOut | None = None,
    posteriors: Sequence[PosteriorEntry] = (),
    missing: MissingDataBlock | MissingFound | None = None,
    labels: Mapping[str, str] | None = None,
) -> Verdict:
    """Gather the verdict of one outcome in one period.

    Parameters
    ----------
    cell : mapping
        `outcome`, `period`, `status` (``pooled``, ``single_study``, ``awaiting_data``), `k`, and `measure`.
    protocol, recommended : mapping, optional
        Headline rows of both tracks: an entry under `models` of the pool, or a row of `pooled.csv` with numbers.
    multiverse : mapping, optional
        Summary of the specifications on the outcome's own scale: `specifications`, `excluding_zero` (share), `low`,
        `high`, `moves_most`, and `moves_words`: its axis in words (default: its name).
    leave_one_out : mapping, optional
        What `metawright.sensitivity.leave_one_out.leave_one_out` returns.
    posteriors : sequence of mappings, optional
        Entries of `metawright.pooling.bayes.bayes`.
    missing : mapping, optional
        What `metawright.sensitivity.missing_data.missing_data` returns.
    labels : mapping, optional
        What sentences call a trial, by study key.

    Returns
    -------
    dict
        `outcome`, `period`, `status`, `k`; `verdict`: ``stable``, ``depends``, ``open`` (no clear headline result),
        ``not_examined`` (nothing to compare it with), or the status of a cell that is not pooled; `depends_on`: keys
        of `DEPENDENCES`; `tracks`: per track `where`, `estimate`, `ci_low`, `ci_high`, `changed_without` (trials; None
        where that was not examined, as for two trials), and `needed` (see `needed_to_change`), None without a row;
        `same_conclusion`; `multiverse`, `bayesian` (`key`, `p_above_zero`, `p_above_mid`), `missing_status`; `words`:
        sentences.
    """
    null = f"{measure_of(cell['measure']).scale.null:g}"
    result: Verdict = {
        "outcome": cell["outcome"],
        "period": cell["period"],
        "status": cell["status"],
        "k": cell["k"],
        "verdict": cell["status"],
        "depends_on": [],
        "tracks": {"protocol": None, "recommended": None},
        "same_conclusion": None,
        "multiverse": None,
        "bayesian": [],
        "missing_status": None,
        "words": ["No trial has usable data: there is no result to test."],
    }
    if cell["status"] == "awaiting_data":
        return result
    if cell["status"] == "single_study":
        row = protocol or recommended
        words = ["There is one trial: its result is shown, no choice of a model applies."]
        return {
            **result,
            "tracks": {
                "protocol": _track(protocol, None, None) if protocol else None,
                "recommended": _track(recommended, None, None) if recommended else None,
            },
            "bayesian": _bayesian(posteriors),
            "words": [*words, *([f"Its interval {_clause(position(row), null)}."] if row else [])],
        }
    tracks: VerdictTracks = {
        "protocol": None if protocol is None else _track(protocol, leave_one_out, missing),
        "recommended": None if recommended is None else _track(recommended, leave_one_out, missing),
    }
    headlines = [track for track in (tracks["protocol"], tracks["recommended"]) if track]
    same = _same(protocol, recommended)
    shares = _specifications(multiverse)
    depends: list[str] = []
    if same is False:
        depends.append("track")
    clear = [track for track in headlines if track["where"] in _CLEAR]
    if shares and (shares["mixed"] or any(_against(track, shares) for track in clear)):
        depends.append("choices")
    if any(track["changed_without"] for track in headlines):
        depends.append("trials")
    examined = same is not None or shares is not None or any(track["changed_without"] is not None for track in clear)
    word = "open" if not clear else "depends" if depends else "stable" if examined else "not_examined"
    return {
        **result,
        "verdict": word,
        "depends_on": depends,
        "tracks": tracks,
        "same_conclusion": same,
        "multiverse": shares,
        "bayesian": _bayesian(posteriors),
        "missing_status": missing["status"] if missing else None,
        "words": _words(word, depends, tracks, same, shares, missing, labels or {}, null, cell["k"]),
    }


def needed_to_change(
    row: PooledRow, changed_without: Sequence[str] | None, missing: MissingDataBlock | MissingFound | None
) -> NeededToChange | None:
    """Say what would change the conclusion of one row.

    Returns
    -------
    dict or None
        `margin`: ``|estimate|/se`` minus the interval's quantile, in standard errors, positive where the interval
        excludes 0; `shift`: the same in the unit of the effect, by how much the estimate lies beyond the line or short
        of it; `trials`: whose omission is enough (None if it was not examined); `tipping_points` of the model for
        missing participants (`path`, `difference`, `becomes`), only those that were found. None without a clear
        result.
    """
    if position(row) not in _CLEAR:
        return None
    estimate, low, high = (float(known(value)) for value in (row["estimate"], row["ci_low"], row["ci_high"]))
    se = _number(row.get("se"))
    half = (high - low) / 2.0
    shift = abs(estimate) - half
    found: list[TippingPointShort] = []
    for entry in (missing.get("models") or []) if missing else []:
        if entry["model"] == row.get("model"):
            found = [_short(one) for one in entry.get("tipping_points") or []]
    return {
        "margin": shift / se if se else None,
        "shift": shift,
        "trials": None if changed_without is None else list(changed_without),
        "tipping_points": [one for one in found if one["becomes"]],
    }


def _track(
    row: PooledRow, leave_one_out: LeaveOneOut | None, missing: MissingDataBlock | MissingFound | None
) -> TrackVerdict:
    changed = _changed_without(row, leave_one_out)
    return {
        "model": row.get("model"),
        "where": position(row),
        "estimate": _number(row.get("estimate")),
        "ci_low": _number(row.get("ci_low")),
        "ci_high": _number(row.get("ci_high")),
        "changed_without": changed,
        "needed": needed_to_change(row, changed, missing),
    }


def _changed_without(row: PooledRow, leave_one_out: LeaveOneOut | None) -> list[str] | None:
    """Trials without which the conclusion changes; None where that was not examined.

    Without one of two trials there is a single trial, whose interval is of another kind: that is no evidence.
    """
    for entry in (leave_one_out.get("models") or []) if leave_one_out else []:
        if (
            entry["model"] == row.get("model")
            and _number(row.get("estimate")) is not None
            and len(entry["omitted"]) > 2
        ):
            return [
                one["study"] for one in entry["omitted"] if one.get("significance_changes") or one.get("sign_changes")
            ]
    return None


def _same(protocol: PooledRow | None, recommended: PooledRow | None) -> bool | None:
    """Whether both tracks conclude the same; None where one has no clear result."""
    places = position(protocol), position(recommended)
    if protocol is None or recommended is None or any(place not in _CLEAR for place in places):
        return None
    significance = (places[0] == "includes") == (places[1] == "includes")
    return significance and not float(known(protocol["estimate"])) * float(known(recommended["estimate"])) < 0


def _specifications(multiverse: OwnScale | None) -> VerdictMultiverse | None:
    if not multiverse or not multiverse["specifications"]:
        return None
    share = multiverse["excluding_zero"]
    both_sides = share == 1.0 and multiverse["low"] < 0.0 < multiverse["high"]
    return {
        "specifications": multiverse["specifications"],
        "excluding_zero": share,
        "low": multiverse["low"],
        "high": multiverse["high"],
        "moves_most": multiverse["moves_most"],
        "moves_words": multiverse.get("moves_words"),
        "mixed": 0.0 < share < 1.0 or both_sides,
    }


def _against(track: TrackVerdict, shares: VerdictMultiverse) -> bool:
    """Whether a headline says what no specification, or the opposite of what every specification, says."""
    return shares["excluding_zero"] == (1.0 if track["where"] == "includes" else 0.0)


def _bayesian(posteriors: Sequence[PosteriorEntry]) -> list[VerdictPosterior]:
    return [
        {"key": one["key"], "p_above_zero": one["p_above_zero"], "p_above_mid": _number(one.get("p_above_mid"))}
        for one in posteriors
        if one["status"] == "done"
    ]


def _words(word, depends, tracks: VerdictTracks, same, shares, missing, labels, null, k) -> list[str]:
    sentences = [_of_tracks(tracks, same, null)]
    if shares:
        sentences.append(_of_specifications(shares, null))
    changed = {
        name: [labels.get(study, study) for study in track["changed_without"]]
        for name, track in (("protocol", tracks["protocol"]), ("recommended", tracks["recommended"]))
        if track and track["changed_without"] is not None and track["where"] in _CLEAR
    }
    sentences += _of_trials(changed) if k > 2 else [TWO]
    if missing and missing["status"] == "not_possible":
        sentences.append(f"What missing participants could change is not known: {missing['reason']}.")
    ends = {
        "open": "Without a clear headline result there is no conclusion to test.",
        "not_examined": "Nothing was examined that could change the conclusion.",
        "stable": "None of the examined choices changes the conclusion.",
        "depends": f"The conclusion depends on {_join([DEPENDENCES[key] for key in depends])}.",
    }
    return [*sentences, ends[word]]


def _of_tracks(tracks: VerdictTracks, same: bool | None, null: str) -> str:
    both_tracks = (("protocol", tracks["protocol"]), ("recommended", tracks["recommended"]))
    present = {name: track["where"] for name, track in both_tracks if track}
    if not present:
        return "No headline model is declared."
    if same and len(set(present.values())) == 1:
        both = f"The intervals of {_NAMES['protocol']} and of {_NAMES['recommended']} both"
        return f"{both} {_clause(present['protocol'], null, plural=True)}."
    clauses = [f"the interval of {_NAMES[name]} {_clause(place, null)}" for name, place in present.items()]
    text = _join(clauses)
    return f"{text[0].upper()}{text[1:]}."


def _clause(place: str, null: str, plural: bool = False) -> str:
    verb = "" if plural else "s"
    clauses = {
        "above": f"exclude{verb} {null}",
        "below": f"exclude{verb} {null}",
        "includes": f"include{verb} {null}",
        "degenerate": "has no width and says nothing about precision",
        "undecided": "is missing because the rule leaves the choice of a model open",
        "none": "is missing",
    }
    return clauses[place]


def _of_specifications(shares: VerdictMultiverse, null: str) -> str:
    number = shares["specifications"]
    if number == 1:
        return "The declared choices lead to one specification."
    counts = round(shares["excluding_zero"] * number)
    words = {0: f"none excludes {null}", 1: f"one excludes {null}", number: f"all exclude {null}"}
    text = f"Of {number} specifications {words.get(counts, f'{counts} exclude {null}')}"
    moves = shares["moves_words"] or shares["moves_most"]
    return f"{text}; the estimate moves most with the choice of {moves}." if moves else f"{text}."


def _of_trials(changed: Mapping[str, Sequence[str]]) -> list[str]:
    """Say without which trials the conclusion of each track changes, in one sentence where it is the same."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, trials in changed.items():
        groups.setdefault(tuple(trials), []).append(_NAMES[name])
    sentences = []
    for trials, names in groups.items():
        what = f"the conclusion of {_join(names)}"
        if trials:
            sentences.append(f"Leaving out {_join(trials, 'or')} changes {what}.")
        else:
            sentences.append(f"Leaving out any one trial does not change {what}.")
    return sentences


def _join(words: Sequence[str], last: str = "and") -> str:
    return "".join(words) if len(words) < 2 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _number(value: float | str | None) -> float | None:
    """A number, or None for what is empty or does not apply."""
    if value is None or value == "":
        return None
    return None if math.isnan(float(value)) else float(value)


def _short(one: TippingPointEntry | TippingPoint) -> TippingPointShort:
    if isinstance(one, dict):
        return {"path": one["path"], "difference": one["difference"], "becomes": one["becomes"]}
    return {"path": one.path, "difference": one.difference, "becomes": one.becomes}
