"""What the audit and the appraisal left, as far as the report shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypedDict, cast

if TYPE_CHECKING:
    from metawright.appraisal.documents import Certainty, FlowDocument
    from metawright.audit.documents import AuditDocument, AuditedClaim, FeasibleDocument
    from metawright.report.documents import AuditResults, ReportedClaim


#: Keys of `results.json` that this module fills.
KEYS = ("audit", "claims_check", "feasible", "flow", "certainty")


def gathered(
    *,
    audit: AuditDocument | None = None,
    claims_check: Sequence[AuditedClaim] | None = None,
    feasible: FeasibleDocument | None = None,
    flow: FlowDocument | None = None,
    certainty: Certainty | None = None,
) -> AuditResults:
    """Return the part of `results.json` that comes from the audit and the appraisal.

    Parameters
    ----------
    audit : mapping, optional
        The document of the audit: findings, checks that could not run, counts.
    claims_check : sequence of mappings, optional
        Every claim beside the recomputed pool (see `metawright.audit.compare.compare_claims`).
    feasible : mapping, optional
        What missing trials must show: a reconstruction, kept apart from all data.
    flow : mapping, optional
        Counts of the flow of records with their arithmetic, and the checklist.
    certainty : mapping, optional
        Suggested ratings, Summary-of-Findings rows, pools by judgement.

    Returns
    -------
    dict
        The keys `KEYS`; None where there is nothing. Of the specifications that fit a claim only the first is kept,
        with their number.
    """
    return {
        "audit": audit or None,
        "claims_check": [_claim(entry) for entry in claims_check] if claims_check else None,
        "feasible": feasible if feasible and feasible["claims"] else None,
        "flow": flow or None,
        "certainty": certainty or None,
    }


class Gathered(TypedDict, total=False):
    """What `gathered` takes, by name."""

    audit: AuditDocument | None
    claims_check: Sequence[AuditedClaim] | None
    feasible: FeasibleDocument | None
    flow: FlowDocument | None
    certainty: Certainty | None


def _claim(entry: AuditedClaim) -> ReportedClaim:
    left_out = ("feasible", "fits")
    fits = entry["fits"]
    made = {name: value for name, value in entry.items() if name not in left_out} | {
        "specifications_that_fit": None if fits is None else len(fits),
        "first_that_fits": fits[0]["words"] if fits else "",
    }
    return cast("ReportedClaim", made)
