"""Published claims beside our own pools: does the number come out again?

A claim's numbers are strings, so that the printed precision is known. A claim is checked against the
headline of the protocol track, the model that the review says it used.
"""

import re
from collections.abc import Mapping, Sequence

from metawright.audit.documents import ClaimBesidePool, ClaimCheck
from metawright.files.known import known
from metawright.files.tables import TextRow
from metawright.pooling.documents import ModelResult, Pool
from metawright.pooling.position import OUTSIDE, excludes, position
from metawright.pooling.tracks import headline
from metawright.words.numbers import MINUS, back_transform, null_value

#: When a claim counts as reproduced, for every place that says so.
REPRODUCED = "estimate and both limits round to what is printed"
# Half a unit itself must pass, whatever its binary representation: a share of the number.
_SLACK = 1e-9


def printed_number(text: str | None) -> float | None:
    """Return the number in a printed cell, which may carry a true minus sign; None where it is empty."""
    text = (text or "").strip().replace(MINUS, "-")
    return float(text) if text else None


def decimals(text: str | None) -> int:
    """Return the number of printed decimals: "0.05" has 2."""
    return len((text or "").strip().partition(".")[2])


def rounding(text: str, finer: Sequence[str] = ()) -> float:
    """Return how far from a printed number the number may lie that it stands for: half a unit of its last digit.

    Parameters
    ----------
    text : str
        The number as printed.
    finer : sequence of str
        The same number where it is printed elsewhere. If one has more decimals and rounds to *text*, the review may
        have rounded twice (2.445, printed as 2.45, cited as 2.5): half a unit of that one is added.
    """
    value, half = printed_number(text), _half(text)
    twice = [
        _half(other)
        for other in finer
        if decimals(other) > decimals(text) and within(known(printed_number(other)), known(value), half)
    ]
    return half + max(twice, default=0.0)


def _half(text: str) -> float:
    return 0.5 * 10.0 ** -decimals(text)


def within(value: float, printed: float, room: float) -> bool:
    """Whether a value lies within *room* of a printed number."""
    return abs(value - printed) <= room + _SLACK * max(abs(value), abs(printed))


def agrees(
    values: Mapping[str, float | None], claim: Mapping[str, str], beside: Sequence[Mapping[str, str]] = ()
) -> bool:
    """Whether estimate and limits, on the printed scale, are those of a claim, each at its own precision.

    Parameters
    ----------
    values : mapping
        `estimate`, `ci_low` and `ci_high`.
    claim : mapping
        A row of `claims.csv` that prints the three.
    beside : sequence of mappings
        The other claims about the same cell.
    """
    return all(
        within(known(value), known(printed_number(claim[name])), rounding(claim[name], _printed_beside(name, beside)))
        for name, value in values.items()
    )


def _printed_beside(name: str, claims: Sequence[Mapping[str, str]]) -> list[str]:
    return [claim[name] for claim in claims if (claim.get(name) or "").strip()]


def split(cell: str | None) -> list[str]:
    """Return the parts of a cell that holds several words joined by `;`."""
    return [part.strip() for part in (cell or "").split(";") if part.strip()]


def claims_of(claims: Sequence[Mapping[str, str]], outcome: str, period: str, periods: int) -> list[dict[str, str]]:
    """Return the claims about one cell; a claim without a period belongs to the only period there is."""
    found = []
    for claim in claims:
        about = split(claim.get("period"))
        if claim["outcome"].strip() == outcome and (period in about or (not about and periods == 1)):
            found.append(dict(claim))
    return found


def main_claim(claims: Sequence[TextRow]) -> dict[str, str] | None:
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
    if p is None or printed is None or limit is None:
        return None
    op = {"≥": ">=", "≤": "<="}.get(op or "", op or "=")
    tests = {"<": p < limit, ">": p > limit, "<=": p <= limit, ">=": p >= limit}
    return tests.get(op, within(p, limit, _half(printed)))


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
    row: ModelResult | None,
    pooled: Sequence[str],
    awaiting: Sequence[str],
    expected: int | None,
    cited: Sequence[str],
    beside: Sequence[TextRow] = (),
) -> ClaimCheck:
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
    beside : sequence of mappings
        All claims about the cell: one may print a number more finely.

    Returns
    -------
    dict
        `status`: `reproduced` (estimate and both limits within half a unit of their last printed digits, see
        `rounding`, and the same significance; a limit printed as the null value leaves that open),
        `not_reproduced`, `partly_checkable` (some of its trials, or nothing but a P value) or `not_checkable`;
        `available` and `expected` trials; `not_cited`: trials in our pool that it does not cite; `awaiting`;
        `differences` on the printed scale (ours minus published), `same_significance`, `p_agrees`, and `reason`, a
        word for the case.
    """
    inside = [study for study in pooled if study in cited] if cited else list(pooled)
    available = len(inside) if expected is None else min(len(inside), expected)
    where = position(row)
    result: ClaimBesidePool = {
        "claim": claim["claim"],
        "available": available,
        "expected": expected,
        "awaiting": list(awaiting),
        "not_cited": [study for study in pooled if cited and study not in cited],
        "differences": None,
        "same_significance": None,
        "p_agrees": None,
    }
    if row is None or where in ("none", "undecided") or not available:
        return {**result, "status": "not_checkable", "reason": "undecided" if where == "undecided" else "no_data"}
    own = where in OUTSIDE
    low, high = printed_number(claim.get("ci_low")), printed_number(claim.get("ci_high"))
    estimate = printed_number(claim.get("estimate"))
    null = null_value(row["measure"])
    if low is None or high is None or null in (low, high):
        theirs = words_say_significant(claim.get("words"))
    else:
        theirs = bool(excludes(low, high, null))
    if where != "degenerate" and theirs is not None:
        result["same_significance"] = own == theirs
    result["p_agrees"] = p_agrees(row.get("p"), claim.get("p_op"), claim.get("p"))
    values = None
    if estimate is not None and low is not None and high is not None:
        names = ("estimate", "ci_low", "ci_high")
        values = {name: known(back_transform(row[name], row["measure"])) for name in names}
        result["differences"] = {
            "estimate": values["estimate"] - estimate,
            "ci_low": values["ci_low"] - low,
            "ci_high": values["ci_high"] - high,
        }
    if awaiting or (expected is not None and available < expected):
        return {**result, "status": "partly_checkable", "reason": "incomplete"}
    if values is None:
        if result["p_agrees"] is None:
            return {**result, "status": "not_checkable", "reason": "words_only"}
        return {**result, "status": "partly_checkable", "reason": "p_only"}
    same = result["same_significance"] is True or (where != "degenerate" and theirs is None)
    same = same and agrees(values, claim, beside)
    return {**result, "status": "reproduced" if same else "not_reproduced", "reason": "compared"}


def check_in_cell(
    claim: Mapping[str, str],
    pool: Pool,
    about: Sequence[Mapping[str, str]],
    awaiting: Sequence[Mapping[str, str]],
    refs: Mapping[str, str],
) -> ClaimCheck:
    """Hold one published claim against the pool of a cell that it is about.

    Parameters
    ----------
    claim : mapping
        A row of `claims.csv`.
    pool : mapping
        The document of the cell.
    about : sequence of mappings
        All claims about the cell.
    awaiting : sequence of mappings
        Rows of `awaiting.csv`, of all cells.
    refs : mapping
        Trial by its reference number in the published review.

    Returns
    -------
    dict
        See `check_claim`. A trial that the protocol's headline leaves out is not in our pool.
    """
    cell, row = (pool["outcome"], pool["period"]), headline(pool["models"], "protocol")
    expected, cited = expected_trials(claim, _with_trials(main_claim(about) or claim, about), refs)
    needed = [
        item["study"].strip()
        for item in awaiting
        if (item["outcome"].strip(), item["period"].strip()) == cell and (item.get("claim") or "").strip()
    ]
    outside = (row or {}).get("excluded") or []
    pooled = [study["study"] for study in pool["studies"] if study["study"] not in outside]
    return check_claim(claim, row, pooled, needed, expected, cited, about)


def _with_trials(main: Mapping, about: Sequence[Mapping]) -> Mapping:
    """Return the main claim, with number and references of another about the cell where it has none itself."""
    source = main if (main.get("refs_expanded") or "").strip() else None
    source = source or next((claim for claim in about if (claim.get("refs_expanded") or "").strip()), main)
    return {**main, "k": main.get("k") or source.get("k"), "refs_expanded": source.get("refs_expanded")}
