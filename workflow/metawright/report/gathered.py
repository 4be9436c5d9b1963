"""What the audit and the appraisal left, as far as the report shows it."""

from collections.abc import Mapping, Sequence

#: Keys of `results.json` that this module fills.
KEYS = ("audit", "claims_check", "feasible", "flow", "certainty")


def gathered(
    *,
    audit: Mapping | None = None,
    claims_check: Sequence[Mapping] | None = None,
    feasible: Mapping | None = None,
    flow: Mapping | None = None,
    certainty: Mapping | None = None,
) -> dict:
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
        "audit": dict(audit) if audit else None,
        "claims_check": [_claim(entry) for entry in claims_check] if claims_check else None,
        "feasible": dict(feasible) if feasible and feasible["claims"] else None,
        "flow": dict(flow) if flow else None,
        "certainty": dict(certainty) if certainty else None,
    }


def _claim(entry: Mapping) -> dict:
    left_out = ("feasible", "fits")
    fits = entry["fits"]
    return {name: value for name, value in entry.items() if name not in left_out} | {
        "specifications_that_fit": None if fits is None else len(fits),
        "first_that_fits": fits[0]["words"] if fits else "",
    }
