"""The sections that come from the audit and the appraisal, the same for the page and for LaTeX."""

from collections.abc import Mapping

from metawright.report.tables.certainty import (
    by_judgement_table,
    certainty_table,
    not_rated_sentence,
    summary_of_findings_table,
)
from metawright.report.tables.feasible import LABEL, overview_table, remainder_tables, statement
from metawright.report.tables.findings import (
    SEVERITIES,
    counts_table,
    finding_records,
    not_run_table,
)
from metawright.report.tables.flow import checklist_table, flow_sentence, flow_table
from metawright.report.tables.raters import raters_table, undecided_table
from metawright.words.names import bound, count, in_words, join, sentence


def audited(results: Mapping) -> dict:
    """Return what the report shows of the audit and the appraisal.

    Parameters
    ----------
    results : mapping
        The document of `gather_results`.

    Returns
    -------
    dict
        `audit`: `summary` in a sentence, `counts`, `groups` (per severity: `severity`, `title`, `meaning`, `findings`
        as records), `not_run`; None without findings. `feasible`: `label`, `statements`, `overview`, `tables`, or None.
        `judged`: tables `raters`, `undecided`, `by_judgement`. `flow`: `sentence`, `table`, `checklist`. `certainty`:
        `sentence` (why nothing is rated, else empty), `summary`, `domains`.
    """
    return {
        "audit": _audit(results),
        "feasible": _feasible(results),
        "judged": {
            "raters": raters_table(results),
            "undecided": undecided_table(results),
            "by_judgement": by_judgement_table(results),
        },
        "flow": {
            "sentence": flow_sentence(results),
            "table": flow_table(results),
            "checklist": checklist_table(results),
        },
        "certainty": {
            "sentence": not_rated_sentence(results),
            "summary": summary_of_findings_table(results),
            "domains": certainty_table(results),
        },
    }


def _audit(results: Mapping) -> dict | None:
    audit = results.get("audit")
    if not audit or not (audit["findings"] or audit["not_run"]):
        return None
    groups = []
    for severity, (word, title, meaning) in SEVERITIES.items():
        found = [one for one in audit["findings"] if one["severity"] == severity]
        if found:
            records = finding_records(found, results["labels"])
            group = {"severity": severity, "word": word, "title": title, "meaning": meaning}
            groups.append(group | {"findings": records})
    return {
        "summary": audit_summary(audit),
        "counts": counts_table(results),
        "groups": groups,
        "not_run": not_run_table(results),
    }


def audit_summary(audit: Mapping) -> str:
    """Return how much was found, how much is in order, and how much could not be checked."""
    numbers = audit["counts"]["severity"]
    parts = [
        count(numbers[severity], word.lower(), title.lower())
        for severity, (word, title, _) in SEVERITIES.items()
        if severity != "pass" and numbers.get(severity)
    ]
    found = f"{sentence(join(parts))}." if parts else "Nothing was found that does not follow from what is printed."
    passed = numbers.get("pass", 0)
    agreed = f" {sentence(in_words(passed))} checks ran and agree with what is printed." if passed else ""
    left = audit["counts"]["not_run"]
    lacking = f" {sentence(count(left, 'check'))} could not run, for want of numbers." if left else ""
    return found + agreed + lacking


def _feasible(results: Mapping) -> dict | None:
    feasible = results.get("feasible")
    if not feasible:
        return None
    order = {"impossible": 0, "impossible_by_remainder": 1, "certain": 2, "open": 3}
    claims = sorted(
        feasible["claims"], key=lambda one: order.get((one["sets"][0]["hksj"] or {"verdict": ""})["verdict"], 4)
    )
    return {
        "label": LABEL,
        "statements": [bound(statement(results, claim)) for claim in claims],
        "overview": overview_table(results),
        "tables": remainder_tables(results),
    }
