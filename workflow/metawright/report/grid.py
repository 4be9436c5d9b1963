"""The summary of a review: one card per outcome and period."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from metawright.audit.published import printed_number
from metawright.measures.registry import measure_of
from metawright.report.sentences.availability import expected_trials
from metawright.report.sentences.context import Context, single_trial_row
from metawright.report.sentences.published import check_words
from metawright.report.tables.effects import claim_effect, claim_p, effect_text, reading
from metawright.report.tables.review import period_label
from metawright.words.names import CLAIM_STATUSES, STATUSES, count, measure_name, sentence
from metawright.words.numbers import format_p

if TYPE_CHECKING:
    from metawright.pooling.documents import ModelResult
    from metawright.reading.protocol import Outcome
    from metawright.report.documents import ReportCell, Results


CARD_NAMES = {"protocol": "Protocol", "recommended": "Recommended"}


class CardLine(TypedDict):
    """A result on a card; `limits`: estimate and interval on the scale of the files."""

    key: str
    label: str
    effect: str
    p: str
    reading: str
    part: str
    limits: tuple[float, float, float] | None


class PublishedLine(TypedDict):
    """The published result on a card, and what its check says."""

    claim: str
    effect: str
    p: str
    words: str
    check: str
    status: str
    status_label: str
    limits: tuple[float, float, float] | None


class Card(TypedDict):
    """What one card says."""

    id: str
    status: str
    status_label: str
    trials: str
    incomplete: bool
    recovered: int
    awaited: int
    lines: list[CardLine]
    differs: bool
    published: PublishedLine | None


class CardsOfOutcome(TypedDict):
    """The cards of one outcome, one per period."""

    key: str
    label: str
    short: str
    cards: list[Card]


class Grid(TypedDict):
    """The cards as a table of outcomes by periods, and the labels of the periods."""

    periods: list[str]
    outcomes: list[CardsOfOutcome]


def cell_id(cell: ReportCell) -> str:
    """Return the anchor of a cell: `ALSFRS-R.long`."""
    return f"{cell['outcome']}.{cell['period']}"


def grid(results: Results) -> Grid:
    """Return the cards as a table of outcomes by periods.

    Returns
    -------
    dict
        `periods`: labels; `outcomes`: `[{"key", "label", "short", "cards"}]`, one card per period. `limits` of a
        line are estimate and interval on the scale of the files, those of a published ratio as logarithms.
    """
    protocol = results["protocol"]
    rows = []
    for key, outcome in protocol["outcomes"].items():
        own: Results = {**results, "cells": [cell for cell in results["cells"] if cell["outcome"] == key]}
        cards = [card(Context(own, cell)) for cell in own["cells"]]
        rows.append({"key": key, "label": outcome.get("label") or key, "short": outcome_note(outcome), "cards": cards})
    whole = [period["key"] for period in protocol["periods"]] == ["all"]
    labels = [] if whole else [period_label(period) for period in protocol["periods"]]
    return {"periods": labels, "outcomes": rows}


def outcome_note(outcome: Outcome) -> str:
    """Return measure, unit and direction: "Mean difference, points; higher values are better"."""
    direction = "higher" if outcome.get("direction", "higher_is_better") == "higher_is_better" else "lower"
    unit = f", {outcome.get('unit')}" if outcome.get("unit") else ""
    return f"{sentence(measure_name(outcome['measure']))}{unit}; {direction} values are better"


def card(context: Context) -> Card:
    """Return what one card says: status, both tracks, the published result, and what to beware of."""
    cell = context.cell
    expected = expected_trials(context)
    trials = f"{context.k} trial{'' if context.k == 1 else 's'}"
    incomplete = bool(cell["k"]) and expected is not None and expected > context.k
    lines = []
    if cell["status"] == "single_study":
        lines += [_line(context, "trial", "The one trial", row) for row in [single_trial_row(context)] if row]
    elif cell["status"] == "pooled":
        lines += [_line(context, key, CARD_NAMES[key], row) for key, row in context.tracks.items()]
    return {
        "id": cell_id(cell),
        "status": cell["status"],
        "status_label": STATUSES[cell["status"]],
        "trials": f"{context.k} of {expected} trials" if incomplete else trials if context.k else "",
        "incomplete": incomplete,
        "recovered": sum(bool(study.get("imputed")) for study in cell["studies"]),
        "awaited": len({row["study"] for row in cell["awaiting"]}),
        "lines": lines,
        "differs": cell["comparison"]["conclusion_differs"] is True,
        "published": _published(context),
    }


def _line(context: Context, key: str, label: str, row: ModelResult) -> CardLine:
    estimate, low, high = row.get("estimate"), row.get("ci_low"), row.get("ci_high")
    part = f"{context.k_of(row)} of {count(context.k, 'trial')}" if row.get("excluded") else ""
    return {
        "key": key,
        "label": label,
        "effect": effect_text(context, row),
        "p": format_p(row.get("p")),
        "reading": "; ".join(filter(None, (reading(context, row), part))),
        "part": part,
        "limits": None if estimate is None or low is None or high is None else (estimate, low, high),
    }


def _published(context: Context) -> PublishedLine | None:
    cell = context.cell
    if cell["main_claim"] is None:
        return None
    claim = cell["claims"][cell["main_claim"]]
    numbers = [printed_number(claim.get(key)) for key in ("estimate", "ci_low", "ci_high")]
    scale = measure_of(context.measure).scale
    estimate, low, high = (scale.stored(at) if at is not None and scale.has(at) else None for at in numbers)
    p = claim_p(claim)
    return {
        "claim": claim["claim"],
        "effect": claim_effect(claim),
        "p": f"P {p if p[:1] in '<>≥≤' else '= ' + p}" if p else "",
        "words": (claim.get("words") or "").strip(),
        "check": check_words(context, claim["check"]),
        "status": claim["check"]["status"],
        "status_label": CLAIM_STATUSES[claim["check"]["status"]],
        "limits": None if estimate is None or low is None or high is None else (estimate, low, high),
    }
