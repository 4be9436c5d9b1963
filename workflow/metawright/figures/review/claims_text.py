"""The figure of published claims for those who do not see it: in words, and as a table."""

from metawright.audit.documents import ClaimComparison
from metawright.figures.kit.overview import OutcomeRows, Overview
from metawright.files.tables import Row
from metawright.words.names import CLAIM_STATUSES, sentence
from metawright.words.numbers import back_transform, format_p

CLAIMS_COLUMNS = (
    "outcome", "period", "claim", "status", "trials_available", "trials_expected", "measure", "published_estimate",
    "published_ci_low", "published_ci_high", "published_p", "recomputed_estimate", "recomputed_ci_low",
    "recomputed_ci_high", "recomputed_p",
)  # fmt: skip
SIGNS = {"reproduced": "●", "partly_checkable": "◐", "not_reproduced": "×", "not_checkable": "–"}


def claims_title() -> str:
    """Return the figure's title."""
    return "Published claims beside the recomputed pools"


def status_words(entry: ClaimComparison) -> str:
    """Return `partly checkable (2 of 3)`: the status, with trials that have data of those that the claim pooled."""
    check = entry["check"]
    words = CLAIM_STATUSES[check["status"]]
    if check["status"] == "partly_checkable" and check["reason"] == "p_only":
        return f"{words} (P alone)"
    incomplete = check["expected"] and check["available"] < check["expected"]
    return f"{words} ({check['available']} of {check['expected']})" if incomplete else words


def published_words(entry: ClaimComparison, one: OutcomeRows[ClaimComparison]) -> str:
    """Return the published numbers as printed; P where that is all."""
    published = entry["published"]
    if entry["pooled_published"]:
        return "{estimate} [{ci_low}, {ci_high}]".format(**published).replace("-", "−")
    if published["estimate"]:
        return published["estimate"].replace("-", "−")
    sign = {">=": "≥", "<=": "≤"}.get(published["p_op"], published["p_op"] or "=")
    return f"P {sign} {published['p']}" if published["p"] else "in words alone"


def recomputed_words(entry: ClaimComparison, one: OutcomeRows[ClaimComparison]) -> str:
    """Return the recomputed result; `no data` where no trial has numbers."""
    row = entry["pooled_recomputed"]
    if not row or row["estimate"] is None:
        return "no data"
    return one.subject.text(row, one.subject.decimals([row]))


def claims_alt_text(shown: Overview[ClaimComparison]) -> str:
    """Return every claim with its recomputed result in a sentence."""
    words = [f"{claims_title()}."]
    if shown.reason:
        return f"{words[0]} Not drawn: {shown.reason}."
    for one in shown.outcomes:
        for period, entry in one.rows:
            own = recomputed_words(entry, one)
            pool = entry["pooled_recomputed"]
            p = format_p(pool["p"] if pool else None)
            words.append(
                f"{one.subject.label}, {period}, claim {entry['claim']}: published {published_words(entry, one)}, "
                f"recomputed {own}{f', {p}' if p else ''}: {status_words(entry)}."
            )
    return " ".join(sentence(text) for text in words)


def claims_table_rows(shown: Overview[ClaimComparison]) -> list[Row]:
    """Return every claim as a row with the columns `CLAIMS_COLUMNS`, numbers on the scale that people read."""
    rows: list[Row] = []
    for one in shown.outcomes:
        for _, entry in one.rows:
            check, published, own = entry["check"], entry["published"], entry["pooled_recomputed"]
            numbers = {name: own[name] if own else None for name in ("estimate", "ci_low", "ci_high")}
            rows.append(
                {"outcome": entry["outcome"], "period": entry["period"], "claim": entry["claim"]}
                | {"status": check["status"], "trials_available": check["available"]}
                | {"trials_expected": check["expected"], "measure": entry["measure"]}
                | {f"published_{name}": published[name] for name in ("estimate", "ci_low", "ci_high")}
                | {"published_p": f"{published['p_op']} {published['p']}".strip()}
                | {f"recomputed_{name}": back_transform(value, entry["measure"]) for name, value in numbers.items()}
                | {"recomputed_p": own["p"] if own else None}
            )
    return rows
