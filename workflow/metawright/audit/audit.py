"""The audit of a review: what its own numbers, its claims and its readers found, in one list."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from metawright.audit.claims.finding import ClaimFinding, NotRun
from metawright.audit.documents import AUDIT_COLUMNS, AuditDocument, AuditFinding, AuditRow
from metawright.extraction.findings import SEVERITIES
from metawright.files.documents import json_line
from metawright.files.tables import TextRow

#: Number of the audit list that each check of the extracted rows belongs to.
CODES = {
    "n_analysed": "V10",
    "mean_in_scale": "V16",
    "sd_in_scale": "V16",
    "grim": "V16",
    "grimmer": "V16",
    "se_as_sd": "V17",
    "p_value": "V19",
    "interval_centre": "V02",
    "ratio_not_logged": "V02",
    "difference_in_scale": "V16",
}

ORIGINS = ("rows", "check", "curated")


def audit_rows(
    of_rows: Iterable[TextRow], of_claims: Iterable[ClaimFinding], curated: Iterable[TextRow]
) -> list[AuditRow]:
    """Return the rows of `findings.csv`.

    Parameters
    ----------
    of_rows : iterable of mappings
        Findings about the extracted numbers (see `metawright.extraction.findings.finding_rows`).
    of_claims : iterable of ClaimFinding
        Findings about what the review printed.
    curated : iterable of mappings
        Rows of `curated_findings.csv`: what people found by reading, with its source.

    Returns
    -------
    list of dict
        By severity, worst first, then claims before rows before curated ones. `origin` says which of the three a
        finding is: a curated one was not computed, and is never shown as if it were.
    """
    rows = [_of_claim(finding) for finding in of_claims]
    rows += [_row({**finding, "code": CODES.get(finding["check"], ""), "origin": "rows"}) for finding in of_rows]
    rows += [_curated(row) for row in curated]
    order = (*SEVERITIES, "pass")
    return sorted(rows, key=lambda row: order.index(row["severity"]))


def _row(cells: TextRow) -> AuditRow:
    # The columns are the keys of the type, and whoever writes the rows refuses others.
    return cast(AuditRow, {**dict.fromkeys(AUDIT_COLUMNS, ""), **cells})


def _of_claim(finding: ClaimFinding) -> AuditRow:
    names = ("id", "severity", "code", "check", "claim", "study", "outcome", "period", "quote", "location", "rests_on")
    return _row(
        {
            **{name: getattr(finding, name) for name in names},
            "origin": "check",
            "inputs": _text(finding.inputs),
            "computed": _text(finding.computed),
            "message": finding.verdict,
        }
    )


def _curated(row: TextRow) -> AuditRow:
    names = ("id", "severity", "claim", "study", "outcome", "period", "quote", "location")
    return _row(
        {
            **{name: (row.get(name) or "").strip() for name in names},
            "check": "curated",
            "origin": "curated",
            "rests_on": row["source"].strip(),
            "message": row["finding"].strip(),
        }
    )


def _text(content: Mapping[str, object]) -> str:
    return json_line(content) if content else ""


def _content(text: str) -> dict[str, object]:
    return json.loads(text) if text else {}


def audit_document(rows: Sequence[AuditRow], not_run: Sequence[NotRun]) -> AuditDocument:
    """Return the audit as one document: findings, what could not run, and counts.

    Parameters
    ----------
    rows : sequence of mappings
        Rows of `findings.csv`.
    not_run : sequence of NotRun
        Checks that lacked something.

    Returns
    -------
    dict
        `findings` (numbers under `inputs` and `computed` as objects), `not_run`, and `counts` by severity, and by
        origin and severity.
    """
    by_origin = {
        origin: dict(Counter(row["severity"] for row in rows if row["origin"] == origin)) for origin in ORIGINS
    }
    findings: list[AuditFinding] = [
        {**row, "inputs": _content(row["inputs"]), "computed": _content(row["computed"])} for row in rows
    ]
    return {
        "findings": findings,
        "not_run": [
            {"code": item.code, "check": item.check, "about": item.about, "missing": item.missing} for item in not_run
        ],
        "counts": {
            "severity": dict(Counter(row["severity"] for row in rows)),
            "origin": by_origin,
            "not_run": len(not_run),
        },
    }
