"""Sentences that say whether a result stands without values that nobody reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metawright.report.sentences.context import Context
from metawright.words.names import count, join

if TYPE_CHECKING:
    from metawright.pooling.documents import ResultAgain, WithoutImputed


WHAT = {
    "estimated": "whose numbers rest on estimated, bounded or borrowed values",
    "recovered": "whose numbers were recovered in any way",
}
WHERE = {"protocol": "under the review’s protocol", "recommended": "in the recommended model"}


def without_imputed(context: Context) -> list[str]:
    """Return one sentence per repeat of the pool without trials with recovered numbers; none where there are none."""
    return [text for text in (_repeat(context, one) for one in context.cell.get("without_imputed") or ()) if text]


def _repeat(context: Context, repeat: WithoutImputed) -> str:
    """Return "Without A and B, whose ... (routes S5 and S7), ...: what both tracks then give."""
    routes = f"route{'s' if len(repeat['routes']) > 1 else ''} {join(repeat['routes'])}"
    text = f"Without {context.names(repeat['studies'])}, {WHAT[repeat['without']]} ({routes}), "
    headlines = headline_results(context, repeat)
    if not any(row["estimate"] is not None for row in headlines.values()):
        return f"{text}no trial is left."
    found = {track: row for track, row in headlines.items() if row["estimate"] is not None}
    parts = [f"{context.effect(row)} {WHERE[track]} ({count(row['k'], 'trial')})" for track, row in found.items()]
    changes = [
        f"the {word} changes {WHERE[track]}"
        for track, row in found.items()
        for word, turns in (("significance", row["significance_changes"]), ("sign", row["sign_changes"]))
        if turns
    ]
    if any(row["k"] == 1 for row in found.values()):
        changes.append("a single trial’s interval is not compared with that of a pool")
    return f"{text}{context.measure_words} is {join(parts)}{'; ' + join(changes) if changes else ''}."


def headline_results(context: Context, repeat: WithoutImputed) -> dict[str, ResultAgain]:
    """Return the results of a repeat for the headline of each track."""
    keys = {track: row["model"] for track, row in context.tracks.items()}
    by_model = {row["model"]: row for row in repeat["models"]}
    return {track: by_model[key] for track, key in keys.items() if key in by_model}
