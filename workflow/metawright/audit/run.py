"""The whole audit of what a review published, from its tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from metawright.appraisal.documents import ScreeningCounts
from metawright.audit.audit import audit_document, audit_rows
from metawright.audit.claims.checks import check_claims
from metawright.audit.claims.material import Cells, Material
from metawright.audit.compare import check_rows, compare_claims
from metawright.audit.documents import AuditDocument, AuditedClaim, AuditRow, FeasibleDocument
from metawright.audit.extraction import rows_of
from metawright.audit.reconstruct import reconstruct
from metawright.audit.tables import TABLES
from metawright.extraction.designs import designs_of
from metawright.files.tables import Row, TextRow
from metawright.pooling.documents import Pool
from metawright.reading.protocol import Protocol
from metawright.reading.sheets import Sheet


@dataclass(frozen=True)
class Audit:
    """What the audit leaves.

    Attributes
    ----------
    findings : list of dict
        Rows of `findings.csv`.
    document : dict
        The same as one document, with what could not run and counts by severity.
    check_rows : list of dict
        Rows of `claims_check.csv`.
    comparison : list of dict
        Every claim beside the recomputed pool, for a table and a figure.
    feasible : dict
        What the missing trials must show: a reconstruction, not data.
    """

    findings: list[AuditRow]
    document: AuditDocument
    check_rows: list[Row]
    comparison: list[AuditedClaim]
    feasible: FeasibleDocument


def audit_claims(
    protocol: Protocol,
    treatment: Mapping[str, float],
    extraction: Sheet,
    tables: Mapping[str, Sequence[TextRow]],
    screening: ScreeningCounts | None,
    pools: Sequence[Pool],
    of_rows: Sequence[TextRow],
) -> Audit:
    """Audit a review.

    Parameters
    ----------
    protocol : Mapping
        The completed protocol.
    treatment : Mapping
        Months that a trial's treatment lasts, by the folded key of the trial.
    extraction : Sheet
        The rows that the pools come from.
    tables : mapping
        Rows of the tables of the review folder, by name (see `TABLES`).
    screening : mapping or None
        Counts of the flow diagram.
    pools : sequence of mappings
        The documents of the pooling stage.
    of_rows : sequence of mappings
        Findings about the extracted numbers, which join the list.
    """
    table = {name: [Cells(row) for row in tables.get(name, ())] for name in TABLES}
    material = Material(
        protocol,
        claims=table["claims"],
        citations=table["citations"],
        studies=table["studies"],
        statements=table["statements"],
        trial_reports=table["trial_reports"],
        other_reviews=table["other_reviews"],
        claim_trials=table["claim_trials"],
        risk_of_bias=table["risk_of_bias"],
        awaiting=table["awaiting"],
        screening=screening,
        arms=rows_of(extraction, protocol, treatment),
        pools={(pool["outcome"], pool["period"]): pool for pool in pools},
        designs=designs_of(table["studies"]),
    )
    feasible = reconstruct(material)
    material = replace(material, feasible=feasible["claims"])
    comparison = compare_claims(material)
    findings, not_run = check_claims(material, comparison) if table["claims"] else ([], [])
    rows = audit_rows(of_rows, findings, table["curated_findings"])
    return Audit(rows, audit_document(rows, not_run), check_rows(comparison), comparison, feasible)
