"""Sentences that set the published claim beside our own pool."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from metawright.pooling.position import OUTSIDE
from metawright.report.sentences.context import Context
from metawright.words.names import CLAIM_STATUSES, count, measure_short
from metawright.words.numbers import format_number, format_p, minus

if TYPE_CHECKING:
    from metawright.audit.documents import Claim, ClaimCheck


OPERATORS = {">=": "≥", "<=": "≤"}


def claim_effect(claim: Claim) -> str:
    """Return a claim's numbers as printed: `3.21 (95% CI 0.85 to 5.56; P = 0.008)`; "" where it has none."""
    parts = []
    if printed(claim, "ci_low") and printed(claim, "ci_high"):
        parts.append(f"95% CI {printed(claim, 'ci_low')} to {printed(claim, 'ci_high')}")
    if printed(claim, "p"):
        parts.append(claim_p(claim))
    estimate = printed(claim, "estimate")
    if not estimate:
        return "; ".join(parts)
    return f"{estimate} ({'; '.join(parts)})" if parts else estimate


def claim_p(claim: Claim) -> str:
    """Return a claim's P value as printed, such as `P ≥ 0.05`; "" where it has none."""
    if not printed(claim, "p"):
        return ""
    op = (claim.get("p_op") or "=").strip()
    return f"P {OPERATORS.get(op, op)} {printed(claim, 'p')}"


def check_words(context: Context, check: ClaimCheck) -> str:
    """Return the verdict of a claim check in a few words, such as "partly checkable (2 of 3 trials)"."""
    verdict = CLAIM_STATUSES[check["status"]]
    if check["reason"] == "incomplete":
        return f"{verdict} ({check['available']} of {check['expected']} trials)"
    if check["reason"] == "no_data":
        expected = f" of {check['expected']}" if check["expected"] else ""
        return f"{verdict} (0{expected} trials have data)"
    details = {
        "p_only": "no estimate is printed, only P",
        "words_only": "no number is printed",
        "undecided": "the rule leaves the model open",
    }
    return f"{verdict} ({details[check['reason']]})" if check["reason"] in details else verdict


def check_note(context: Context, check: ClaimCheck) -> str:
    """Return what a check found beyond its verdict: whether P and the words agree, and by how much numbers differ."""
    if check["reason"] not in ("p_only", "compared"):
        return ""
    parts = []
    if differences := check["differences"]:
        largest = max((differences["estimate"], differences["ci_low"], differences["ci_high"]), key=abs)
        parts.append(f"largest difference {format_number(largest, 3)}")
    if check["p_agrees"] is not None:
        own = format_p(context.tracks["protocol"]["p"])
        parts.append(f"our {own} {'agrees' if check['p_agrees'] else 'does not agree'}")
    if check["same_significance"] is False:
        excludes = context.cell["comparison"]["protocol"] in OUTSIDE
        parts.append(f"our interval {'excludes' if excludes else 'includes'} {context.null}")
    return "; ".join(parts)


def published(context: Context) -> str:
    """Return what the review published about this cell and what our check of it says; "" without a claim."""
    cell = context.cell
    if cell["main_claim"] is None:
        return ""
    claim = cell["claims"][cell["main_claim"]]
    check = claim["check"]
    text = f"Published (claim {claim['claim']}): {_statement(context, claim)}. "
    text += f"Claim check: {check_words(context, check)}."
    if check["reason"] in ("p_only", "compared") and check["p_agrees"] is not None:
        fits = "agrees" if check["p_agrees"] else "does not agree"
        own = format_p(context.tracks["protocol"]["p"])
        text += f" Our {own} {fits} with the printed {claim_p(claim)}."
    if check["reason"] in ("p_only", "compared") and check["same_significance"] is False:
        said = (claim.get("words") or "").strip()
        words = f", whereas the review says “{said}”" if said else ""
        includes = "excludes" if cell["comparison"]["protocol"] in OUTSIDE else "includes"
        text += f" Our interval {includes} {context.null}{words}."
    if check["not_cited"] and check["status"] != "not_checkable":
        text += f" The claim does not cite {context.names(check['not_cited'])}."
    return text


def _statement(context: Context, claim: Claim) -> str:
    numbers, words = claim_effect(claim), (claim.get("words") or "").strip()
    k = (claim.get("k") or "").strip()
    trials = ""
    if k:
        trials = f" from {count(int(k), 'trial')}"
    if printed(claim, "estimate"):
        return f"{measure_short(context.measure)} {numbers}{trials}"
    said = f"“{words}”" if words else ""
    return (", ".join(part for part in (numbers, said) if part) or "no number") + trials


def printed(claim: Claim, key: str) -> str:
    """Return a number of a claim as printed, with a true minus sign; "" where there is none."""
    text = (claim.get(key) or "").strip()
    return re.sub(r"^-", "−", minus(text)) if text else ""
