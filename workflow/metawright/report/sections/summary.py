"""In short: answers and cards on a page, sentences and a table in an article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metawright.report.sections.section import (
    FRONT,
    OUTCOME,
    PAGE,
    PAPER,
    SCREEN,
    Block,
    Section,
    Source,
    Special,
    Text,
)
from metawright.words.names import count, in_words, sentence

if TYPE_CHECKING:
    from metawright.report.documents import Results


def _blocks(source: Source) -> list[Block]:
    return [
        Special("answers", on=SCREEN),
        Text(
            "Every outcome has a page of its own in the folder “outcomes” beside this page; the two belong together.",
            "note",
            on=frozenset({FRONT}),
        ),
        Special("cards", on=frozenset({PAGE, OUTCOME})),
        Text(" ".join(summary(source.results)), on=PAPER),
        Special("summary_table", on=PAPER),
    ]


def summary(results: Results) -> list[str]:
    """Return the first sentences of the report: how much was found, how much awaits data, what differs."""
    counts = results["counts"]
    several = counts["cells"] > 1
    trials = sentence(count(counts["studies"], "trial"))
    if len(results["protocol"]["periods"]) > 1:
        what = count(counts["cells"], "combination") + " of outcome and period"
    else:
        what = count(counts["cells"], "outcome")
    parts = [
        (counts["pooled"], "pooled"),
        (counts["single_study"], "with a single trial"),
        (counts["awaiting_data"], "without usable data"),
    ]
    states = ", ".join(f"{in_words(number)} {words}" for number, words in parts if number)
    sentences = [f"{trials}; {what}: {states}."]
    compared = sum(cell["comparison"]["conclusion_differs"] is not None for cell in results["cells"] if cell["k"] > 1)
    if compared:
        differs = counts["conclusion_differs"]
        where = f"in {in_words(differs)} of {count(compared, 'pool')}" if several else "in this pool"
        if differs:
            sentences.append(f"The conclusion differs between the review’s protocol and the recommended model {where}.")
        else:
            sentences.append("The review’s protocol and the recommended model lead to the same conclusion everywhere.")
    examined = [one for cell in results["cells"] if cell["status"] == "pooled" and (one := cell.get("verdict"))]
    if examined:
        firm = sum(verdict["verdict"] == "stable" for verdict in examined)
        where = (
            f"in {in_words(firm) if firm else 'none'} of {count(len(examined), 'pool')}" if len(examined) > 1 else ""
        )
        sentences.append(_survives(firm, len(examined), where))
    return sentences


def _survives(firm: int, pools: int, where: str) -> str:
    if pools == 1:
        return f"The conclusion {'holds' if firm else 'does not hold'} under every examined choice."
    return f"The conclusion holds under every examined choice {where}."


SUMMARY = Section(anchor="summary", title="Summary", contents="In short", blocks=_blocks, quiet=SCREEN)
