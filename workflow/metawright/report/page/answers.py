"""The first screen: four short answers, and what a card says about survival and certainty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

from metawright.pooling.position import OUTSIDE, position
from metawright.report.grid import cell_id
from metawright.report.sections.awaiting import AWAITING
from metawright.report.sections.certainty import CERTAINTY
from metawright.report.sections.summary import summary
from metawright.report.sections.verdicts import VERDICTS as EXAMINED
from metawright.report.sentences.context import SIDES, Context
from metawright.report.tables.certainty import not_rated_sentence
from metawright.report.tables.verdicts import DEPENDENCES, VERDICTS
from metawright.words.names import bound, count, in_words, join, sentence

if TYPE_CHECKING:
    from metawright.report.documents import ResultRow, Results


GRADES = {"high": 4, "moderate": 3, "low": 2, "very low": 1}
ORDER = ("high", "moderate", "low", "very low")


class Answer(TypedDict):
    """An answer of the first screen."""

    key: str
    question: str
    sentences: list[str]
    link: str


class Mark(TypedDict):
    """What the card of a cell adds to its numbers (see `marks`)."""

    verdict: str
    verdict_kind: str
    certainty: str
    grade: int
    beside: str
    decided: bool
    not_rated: str
    said: bool


def answers(results: Results) -> list[Answer]:
    """Return the answers of the first screen.

    Returns
    -------
    list of dict
        `key`, `question`, `sentences` and `link` (the section that says more): what was found, whether it survives,
        how certain it is, what awaits data.
    """
    said = summary(results)
    whole = [
        ("found", "What was found?", [said[0], *_findings(results)], EXAMINED),
        ("survives", "Does it survive?", [*said[1:], *_dependence(results)], EXAMINED),
        ("certain", "How certain is it?", _certainty(results), CERTAINTY),
        ("awaits", "What awaits data?", _awaiting(results), AWAITING),
    ]
    return [
        {"key": key, "question": words, "sentences": [bound(one) for one in found], "link": more.anchor}
        for key, words, found, more in whole
    ]


def marks(results: Results) -> dict[str, Mark]:
    """Return what the card of each cell adds to its numbers: `verdict`, `verdict_kind`, and on the certainty.

    `certainty` is the word of the rating, empty where there is none; `grade` counts its symbols, `beside` holds what
    stands beside it (provisional, who spoke), `decided` whether people did; `not_rated` is the reason where a cell
    with data is not rated, and `said` whether one sentence on top says it for all of them.
    """
    document = results.get("certainty") or {"cells": ()}
    rated = {(one["outcome"], one["period"]): one for one in document["cells"]}
    found: dict[str, Mark] = {}
    for cell in results["cells"]:
        verdict = cell.get("verdict") if cell["status"] == "pooled" else None
        rating = rated.get((cell["outcome"], cell["period"])) or {}
        words = rating.get("rating") or ""
        provisional = rating.get("rating_status") == "provisional"
        beside = [f"provisional: {rating['k']} of {rating['known_trials']} trials"] if provisional else []
        found[cell_id(cell)] = {
            "verdict": _verdict(verdict),
            "verdict_kind": "good" if (verdict or {}).get("verdict") == "stable" else "flag",
            "certainty": words,
            "grade": GRADES.get(words, 0),
            "beside": ", ".join([*beside, rating["basis"]]) if words else "",
            "decided": bool(words) and rating["basis"] != "suggested",
            "not_rated": rating["reason"] if rating.get("rating_status") == "not rated" else "",
            "said": bool(document.get("not_rated")),
        }
    return found


def _verdict(verdict: Mapping | None) -> str:
    if not verdict:
        return ""
    if verdict["verdict"] == "stable":
        return "Survives"
    depends = [DEPENDENCES[one] for one in verdict.get("depends_on") or ()]
    return f"Depends on {join(depends)}" if depends else sentence(VERDICTS[verdict["verdict"]])


def _findings(results: Results) -> list[str]:
    """Say on which side the pools lie under each track."""
    pooled = [Context(results, cell) for cell in results["cells"] if cell["status"] == "pooled"]
    sentences = []
    for track, name in (("protocol", "the review’s protocol"), ("recommended", "the recommended model")):
        rows = [(context, context.cell["tracks"][track]) for context in pooled if context.cell["tracks"].get(track)]
        if not rows:
            continue
        telling = [(context, row) for context, row in rows if position(row) in OUTSIDE]
        if len(telling) == 1:
            context, row = telling[0]
            which = "the interval" if len(rows) == 1 else f"only the interval for {context.cell_label}"
            found = f"{which} excludes no effect: {context.effect(row)}, {_side(context, row)}"
        elif not telling:
            found = "the interval includes no effect" if len(rows) == 1 else "every interval includes no effect"
        else:
            sides = Counter(_side(context, row) for context, row in telling)
            words = join(f"{in_words(number)} {side}" for side, number in sides.items())
            words = f"all {next(iter(sides))}" if len(sides) == 1 else words
            part = "all" if len(telling) == len(rows) else f"{in_words(len(telling))} of"
            found = f"{part} {count(len(rows), 'interval')} exclude no effect, {words}"
        sentences.append(f"Under {name} {found}.")
    return sentences


def _side(context: Context, row: ResultRow) -> str:
    side = context.side(row["estimate"])
    return f"for {side}" if side in SIDES else f"in favour of {side}"


def _dependence(results: Results) -> list[str]:
    verdicts = [one for cell in results["cells"] if cell["status"] == "pooled" and (one := cell.get("verdict"))]
    counted = Counter(one for verdict in verdicts for one in verdict.get("depends_on") or ())
    if not counted:
        return [] if verdicts else ["Nothing was pooled, so there is no conclusion to examine."]
    if len(verdicts) == 1:
        return [f"It depends on {join(DEPENDENCES[one] for one in counted)}."]
    parts = join(f"{DEPENDENCES[one]} in {in_words(number)}" for one, number in counted.most_common())
    return [f"It depends on {parts}."]


def _certainty(results: Results) -> list[str]:
    document = results.get("certainty")
    if not document:
        return ["The certainty of the evidence was not rated."]
    if said := not_rated_sentence(results):
        return [said]
    cells = document["cells"]
    ratings = Counter(one["rating"] for one in cells if one["rating"])
    if not ratings:
        reasons = _reasons(cells)
        return [f"No certainty rating: {reasons}."] if reasons else ["Without data there is nothing to rate."]
    decided = any(one["rating"] and one["basis"] != "suggested" for one in cells)
    parts = [f"{rating} in {in_words(ratings[rating])}" for rating in ORDER if ratings[rating]]
    kind = "Certainty, partly decided by people" if decided else "Suggested certainty"
    one = next(one for one in cells if one["rating"])
    sentences = [f"{kind}: {one['rating']}." if len(cells) == 1 else f"{kind}: {join(parts)}."]
    provisional = sum(one["rating_status"] == "provisional" for one in cells)
    if provisional:
        sentences.append(f"{sentence(in_words(provisional))} {_is(provisional)} provisional: some trials lack numbers.")
    if reasons := _reasons(cells):
        sentences.append(f"Not rated: {reasons}.")
    empty = sum(one["rating_status"] == "no data" for one in cells)
    if empty:
        sentences.append(f"{sentence(count(empty, 'combination'))} {_has(empty)} no usable numbers.")
    if not decided:
        sentences.append("Suggested from the numbers after GRADE; people decide.")
    return sentences


def _reasons(cells: Sequence[Mapping]) -> str:
    """Return for which reasons how many cells are not rated."""
    reasons = Counter(one["reason"] for one in cells if one["rating_status"] == "not rated")
    return join(f"{in_words(number)} ({reason})" for reason, number in reasons.most_common())


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _awaiting(results: Results) -> list[str]:
    cells = results["cells"]
    waiting = {row["study"] for cell in cells for row in cell["awaiting"]}
    empty = [cell for cell in cells if cell["status"] == "awaiting_data"]
    part = [cell for cell in cells if cell["k"] and cell["awaiting"]]
    if not waiting:
        if not empty:
            return ["No trial is listed as awaiting data."]
        return [
            f"{sentence(count(len(empty), 'combination'))} of outcome and period {_has(len(empty))} no usable data."
        ]
    sentences = [f"{sentence(count(len(waiting), 'trial'))} {'awaits' if len(waiting) == 1 else 'await'} data."]
    if empty:
        sentences.append(f"{sentence(count(len(empty), 'combination'))} {_has(len(empty))} no usable data at all.")
    if part:
        names = [Context(results, cell).cell_label for cell in part[:4]]
        more = f" and {in_words(len(part) - 4)} more" if len(part) > 4 else ""
        sentences.append(f"Numbers are incomplete for {join(names) if not more else ', '.join(names) + more}.")
    return sentences


def _has(number: int) -> str:
    return "has" if number == 1 else "have"
