"""Sentences about the rule that chooses between a fixed-effect and a random-effects model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metawright.report.sentences.context import Context
from metawright.words.numbers import format_as_recorded, format_p, format_percent

if TYPE_CHECKING:
    from metawright.pooling.documents import ModelResult, RuleResult


KINDS = {"fixed": "fixed-effect model", "random": "random-effects model"}


def choice(context: Context, row: ModelResult) -> str:
    """Return which model the rule chose and why; "" without a rule, or for a single trial."""
    rule = row.get("rule")
    chosen = rule.get("chosen") if rule else None
    if not rule or row.get("status") != "pooled" or chosen not in ("fixed", "random", "undecided"):
        return ""
    clues = _clues(rule, row)
    if chosen == "undecided":
        return (
            f"The review’s rule is silent here: {_discordance(rule, row)}. The protocol asks for a decision, "
            "so there is no headline; both models are listed."
        )
    if rule.get("discordant"):
        return (
            f"The review’s rule is silent here: {_discordance(rule, row)}. As declared for this gap, the "
            f"{KINDS[chosen]} is used; the other is listed beside it."
        )
    return f"The review’s rule chose the {KINDS[chosen]}, because {clues}."


def other_candidate(context: Context, row: ModelResult) -> str:
    """Return the result of the model that a silent rule did not take, or of both when it took neither."""
    rule, candidates = row.get("rule"), row.get("candidates") or []
    if not rule or not rule.get("discordant") or not candidates:
        return ""
    own = (row.get("tau2_method"), row.get("interval"))
    others = [one for one in candidates if (one.get("tau2_method"), one.get("interval")) != own]
    results = [f"the {context.model(one)} gives {context.effect(one)}" for one in others]
    return f"For comparison, {'; '.join(results)}." if results else ""


def _clues(rule: RuleResult, row: ModelResult) -> str:
    p, i2 = _p_clue(rule, row), _i2_clue(rule, row)
    how = rule.get("combine", "and")
    if how == "p_only":
        return p
    return i2 if how == "i2_only" else f"{p} and {i2}"


def _p_clue(rule: RuleResult, row: ModelResult) -> str:
    relation = "not above" if _p_high(rule, row) else "above"
    return f"the Q test gave {format_p(row['q_p'])} ({relation} {_limit(rule['p_above'])})"


def _i2_clue(rule: RuleResult, row: ModelResult) -> str:
    relation = "not below" if _i2_high(rule, row) else "below"
    return f"I² was {format_percent(row['i2_q'])} ({relation} {_limit(rule['i2_below'])}%)"


def _discordance(rule: RuleResult, row: ModelResult) -> str:
    towards = {True: "random-effects", False: "fixed-effect"}
    return (
        f"{_p_clue(rule, row)}, which points to the {towards[_p_high(rule, row)]} model, while "
        f"{_i2_clue(rule, row)}, which points to the {towards[_i2_high(rule, row)]} model"
    )


def _p_high(rule: RuleResult, row: ModelResult) -> bool:
    return row["q_p"] is not None and row["q_p"] <= rule["p_above"]


def _i2_high(rule: RuleResult, row: ModelResult) -> bool:
    return row["i2_q"] is not None and row["i2_q"] >= rule["i2_below"]


def _limit(value: float) -> str:
    text = format_as_recorded(value, most=4)
    return text + "0" if text in ("0.1", "0.2") else text
