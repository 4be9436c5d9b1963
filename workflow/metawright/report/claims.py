"""Published claims beside our own pools: does the number come out again?

A claim's numbers are strings, so that the printed precision is known. A claim is checked against the
headline of the protocol track, the model that the review says it used.
"""

import re
from collections.abc import Mapping, Sequence

from metawright.report.numbers import MINUS, back_transform, null_value
from metawright.report.tracks import position

# Two printed decimals on either side, and the rounding of the published inputs.
TOLERANCE = 0.015
# 0.015 itself must pass, whatever its binary representation.
_SLACK = 1e-9


def printed_number(text: str | None) -> float | None:
    """Return the number in a printed cell, which may carry a true minus sign; None where it is empty."""
    text = (text or "").strip().replace(MINUS, "-")
    return float(text) if text else None


def decimals(text: str | None) -> int:
    """Return the number of printed decimals: "0.05" has 2."""
    return len((text or "").strip().partition(".")[2])


def split(cell: str | None) -> list[str]:
    """Return the parts of a cell that holds several words joined by `;`."""
    return [part.strip() for part in (cell or "").split(";") if part.strip()]


def claims_of(claims: Sequence[Mapping[str, str]], outcome: str, period: str, periods: int) -> list[dict]:
    """Return the claims about one cell; a claim without a period belongs to the only period there is."""
    found = []
    for claim in claims:
        about = split(claim.get("period"))
        if claim["outcome"].strip() == outcome and (period in about or (not about and periods == 1)):
            found.append(dict(claim))
    return found


def main_claim(claims: Sequence[Mapping[str, str]]) -> dict | None:
    """Return the claim that says most about a cell: the first with an estimate, else with P."""
    for wanted in ("estimate", "p"):
        for claim in claims:
            if (claim.get(wanted) or "").strip():
                return dict(claim)
    return dict(claims[0]) if claims else None


def words_say_significant(words: str | None) -> bool | None:
    """Return whether a claim's words say "significant"; None where they do not tell."""
    text = (words or "").casefold()
    if re.search(r"\b(no|not|non|nor|without)\b|n't\b|insignifican", text):
        return False
    return True if re.search(r"significan|slow|higher|lower|greater|better|worse|reduc|improv|increas", text) else None


def p_agrees(p: float | None, op: str | None, printed: str | None) -> bool | None:
    """Return whether a P value fits what was printed, `= 0.05` (to its decimals) or `< 0.05`, say."""
    limit = printed_number(printed)
    if p is None or limit is None:
        return None
    op = {"≥": ">=", "≤": "<="}.get(op or "", op or "=")
    tests = {"<": p < limit, ">": p > limit, "<=": p <= limit, ">=": p >= limit}
    return tests.get(op, abs(p - limit) <= 0.5 * 10.0 ** -decimals(printed) + _SLACK)


def expected_trials(
    claim: Mapping[str, str], main: Mapping[str, str], refs: Mapping[str, str]
) -> tuple[int | None, list]:
    """Return how many trials a claim pooled, and which; else as the main claim says."""
    source = claim if (claim.get("k") or "").strip() or split(claim.get("refs_expanded")) else main
    cited = [refs[ref] for ref in split(source.get("refs_expanded")) if ref in refs]
    k = (source.get("k") or "").strip()
    return (int(k) if k else len(cited) or None), cited


def check_claim(
    claim: Mapping[str, str],
    row: Mapping | None,
    pooled: Sequence[str],
    awaiting: Sequence[str],
    expected: int | None,
    cited: Sequence[str],
) -> dict:
    """Hold one published claim against our own pool.

    Parameters
    ----------
    claim : mapping
        A row of `claims.csv`.
    row : mapping or None
        The headline of the protocol track in the same cell.
    pooled, awaiting : sequences of str
        The trials in our pool, and those that the claim rests on and whose numbers are not available.
    expected, cited
        From `expected_trials`.

    Returns
    -------
    dict
        `status`: `reproduced` (estimate and both limits within 0.015 and the same significance),
        `not_reproduced`, `partly_checkable` (some of its trials, or nothing but a P value) or
        `not_checkable`; `available` and `expected` trials; `not_cited`: trials in our pool that it does
        not cite; `awaiting`; `differences` on the printed scale (ours minus published), `same_significance`,
        `p_agrees`, and `reason`, a word for the case.
    """
    inside = [study for study in pooled if study in cited] if cited else list(pooled)
    available = len(inside) if expected is None else min(len(inside), expected)
    where = position(row)
    result = {
        "claim": claim["claim"],
        "available": available,
        "expected": expected,
        "awaiting": list(awaiting),
        "not_cited": [study for study in pooled if cited and study not in cited],
        "differences": None,
        "same_significance": None,
        "p_agrees": None,
    }
    if where in ("none", "undecided") or not available:
        return result | {
            "status": "not_checkable",
            "reason": "undecided" if where == "undecided" else "no_data",
        }
    own = where in ("above", "below")
    low, high = printed_number(claim.get("ci_low")), printed_number(claim.get("ci_high"))
    estimate = printed_number(claim.get("estimate"))
    null = null_value(row["measure"])
    theirs = words_say_significant(claim.get("words")) if low is None or high is None else (low > null or high < null)
    if where != "degenerate" and theirs is not None:
        result["same_significance"] = own == theirs
    result["p_agrees"] = p_agrees(row.get("p"), claim.get("p_op"), claim.get("p"))
    if None not in (estimate, low, high):
        printed = {"estimate": estimate, "ci_low": low, "ci_high": high}
        result["differences"] = {
            key: back_transform(row[key], row["measure"]) - value for key, value in printed.items()
        }
    if awaiting or (expected is not None and available < expected):
        return result | {"status": "partly_checkable", "reason": "incomplete"}
    if result["differences"] is None:
        if result["p_agrees"] is None:
            return result | {"status": "not_checkable", "reason": "words_only"}
        return result | {"status": "partly_checkable", "reason": "p_only"}
    close = all(abs(value) <= TOLERANCE + _SLACK for value in result["differences"].values())
    same = close and result["same_significance"] is True
    return result | {"status": "reproduced" if same else "not_reproduced", "reason": "compared"}
