"""Tables of the audit: every finding, how many there are, and what could not be checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

from metawright.report.tables.table import TableData, cell, column, table
from metawright.words.names import dashed, join, sentence

if TYPE_CHECKING:
    from metawright.audit.documents import AuditFinding
    from metawright.report.documents import Results


#: From what cannot be to what is in order, with what the word means.
SEVERITIES = {
    "error": ("Error", "Errors", "cannot be as printed, by arithmetic or by the trials’ own reports"),
    "inconsistency": ("Inconsistency", "Inconsistencies", "two statements do not agree with each other"),
    "ambiguity": ("Ambiguity", "Ambiguities", "can be read in more than one way"),
    "omission": ("Omission", "Omissions", "something is needed to check or repeat, and not there"),
    "note": ("Note", "Notes", "to be known beside the claim; nothing is out of order"),
    "pass": ("In order", "Checked and in order", "the check ran, and what is printed agrees"),
}
#: Where a finding comes from: what the report calls it.
ORIGINS = {
    "check": "computed from what is printed",
    "rows": "computed from the extracted rows",
    "curated": "found by a reader",
}
CHECKS = {
    "V01": "P from estimate and interval",
    "V02": "estimate in the middle of its interval",
    "V03": "direction in words and in numbers",
    "V04": "significance in words, P and interval",
    "V05": "distribution that P comes from",
    "V06": "Q, I², degrees of freedom and P",
    "V07": "weights",
    "V08": "pooled result within its trials",
    "V09": "number of trials",
    "V10": "sums of arms",
    "V11": "eligible, but in no pool",
    "V12": "risk of bias in text and table",
    "V13": "figures and tables referred to",
    "V14": "tallies",
    "V15": "SD that the result implies",
    "V16": "means and SDs that can exist",
    "V17": "standard error printed as SD",
    "V18": "baseline, change and final value",
    "V19": "P from the arms",
    "V20": "claimed against recomputed",
    "V21": "several tests at once",
    "V22": "difference between two results",
    "V23": "other reviews and the trials’ own results",
    "V24": "flow of records",
    "V25": "table of trials against their reports",
    "V26": "announced and reported",
    "rule": "rule that selects the model",
}
#: Words of the specification of a finding that people read otherwise.
_KEYS = {
    "p": "P",
    "p_op": "sign of P",
    "k": "trials",
    "refs": "references",
    "ci_low": "lower limit",
    "ci_high": "upper limit",
}
#: How many parts of a list or a mapping are shown; the file of findings has all of them.
_MOST = 4


def compact(value: object, labels: Mapping[str, str], nested: bool = False) -> str:
    """Return what went into a check, or came out of it, in one line; of long lists the first parts.

    Parameters
    ----------
    value : object
        Number, text, list or mapping as the audit's document holds it.
    labels : mapping
        Names of trials by their keys.
    nested : bool
        Whether it stands inside another mapping: then a mapping is put in brackets.
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "none"
    if isinstance(value, float):
        return f"{value:.4g}".replace("-", "−")
    if isinstance(value, Mapping):
        if set(value) == {"low", "high", "value"}:
            return compact(value["value"] if value["value"] is not None else value["low"], labels)
        most = _MOST if nested else 2 * _MOST
        parts = [f"{_key(key, labels)}: {compact(one, labels, True)}" for key, one in list(value.items())[:most]]
        parts += ["…"] if len(value) > most else []
        return f"({'; '.join(parts)})" if nested else "; ".join(parts)
    if isinstance(value, list | tuple):
        shown = [compact(one, labels, True) for one in value[:_MOST]]
        more = len(value) - len(shown)
        return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
    return labels.get(str(value), str(value))


def _key(key: str, labels: Mapping[str, str]) -> str:
    return labels.get(key) or _KEYS.get(key) or key.replace("_", " ")


def computed(finding: AuditFinding, labels: Mapping[str, str]) -> str:
    """Return what was computed for a finding: `what went in → what came out`."""
    if finding["origin"] == "rows":
        typed = f"{finding['column']} {finding['value']}".strip().replace("_", " ")
        return f"{typed} → {finding['expected']}" if finding["expected"] else typed
    parts = [compact(finding[name], labels) for name in ("inputs", "computed") if finding[name]]
    return " → ".join(parts)


def location(finding: AuditFinding) -> str:
    """Return where a finding stands: the place in the publication, or row and file."""
    if finding["origin"] == "rows":
        return f"{finding['file']}, row {finding['row']}"
    return dashed(finding["location"])


def _source(finding: AuditFinding) -> str:
    if finding["origin"] == "curated":
        return f"source: {finding['rests_on']}"
    return "" if finding["rests_on"] in ("", "review") else f"rests on {finding['rests_on']}"


def counts_table(results: Results) -> TableData | None:
    """Return how many findings there are, by severity and by where they come from; None without an audit."""
    audit = results.get("audit")
    if not audit or not audit["findings"]:
        return None
    by_origin = audit["counts"]["origin"]
    columns = [
        column("Severity"),
        *(column(sentence(words), "right") for words in ORIGINS.values()),
        column("All", "right"),
    ]
    rows = []
    for severity, (_, title, _) in SEVERITIES.items():
        numbers = [by_origin.get(origin, {}).get(severity, 0) for origin in ORIGINS]
        if any(numbers):
            rows.append([title, *(str(number) for number in numbers), str(sum(numbers))])
    return table("findings-counts", "Findings by severity and origin", columns, rows)


def not_run_table(results: Results) -> TableData | None:
    """Return the checks that could not run with what they need, equal needs joined; None where all ran."""
    audit = results.get("audit")
    if not audit or not audit["not_run"]:
        return None
    groups: dict[tuple[str, str], list[str]] = {}
    for one in audit["not_run"]:
        groups.setdefault((one["code"], one["missing"]), []).append(one["about"])
    columns = [column("Check"), column("About"), column("What is missing", wide=True)]
    rows = [
        [cell(CHECKS.get(code, code), code), join(about), sentence(missing)]
        for (code, missing), about in groups.items()
    ]
    return table("not-checked", "Checks that could not run, and what they need", columns, rows)


class FindingRecord(TypedDict):
    """A finding as the page prints it: what its row of the table has, part by part."""

    id: str
    check: str
    code: str
    origin: str
    origin_label: str
    quote: str
    location: str
    computed: str
    source: str
    verdict: str


def finding_records(findings: Sequence[AuditFinding], labels: Mapping[str, str]) -> list[FindingRecord]:
    """Return findings as records for the page: what the table has, part by part.

    Returns
    -------
    list of dict
        `id`, `check`, `code`, `origin` (`check`, `rows`, `curated`), `origin_label`, `quote`, `location`, `computed`,
        `source`, `verdict`.
    """
    return [
        {
            "id": one["id"],
            "check": CHECKS.get(one["code"], ""),
            "code": one["code"],
            "origin": one["origin"],
            "origin_label": ORIGINS[one["origin"]],
            "quote": one["quote"],
            "location": location(one),
            "computed": computed(one, labels),
            "source": _source(one),
            "verdict": sentence(one["message"]),
        }
        for one in findings
    ]
