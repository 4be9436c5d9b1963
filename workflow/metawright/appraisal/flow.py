"""The flow of records of a review as one document: counts, arithmetic, checklist."""

from collections.abc import Collection, Sequence

from metawright.appraisal.checklist import checklist
from metawright.appraisal.documents import FlowDocument, ScreeningCounts
from metawright.appraisal.screening import check_flow
from metawright.files.tables import TextRow
from metawright.pooling.documents import Pool


def screening_flow(
    screening: ScreeningCounts | None,
    studies: Sequence[TextRow],
    awaiting: Sequence[TextRow],
    pools: Sequence[Pool],
    files: Collection[str],
) -> FlowDocument:
    """Return counts, checks and checklist.

    Parameters
    ----------
    screening : mapping or None
        Counts by the field names of the PRISMA2020 R package; None where the review has none.
    studies, awaiting : rows
        Rows of `studies.csv` and `awaiting.csv`.
    pools : sequence of mappings
        The documents of the pooling stage.
    files : collection of str
        Optional files that the review folder has.

    Returns
    -------
    dict
        `counts` (None without), `checks` (see `metawright.appraisal.screening.check_flow`), `closes`: whether every
        identity is closed (None where one is open), `checklist`.
    """
    pooled = {trial["study"] for pool in pools for trial in pool["studies"]}
    pooled |= {row["study"].strip() for row in awaiting if (row.get("claim") or "").strip()}
    checks = [] if screening is None else check_flow(screening, len(studies) or None, len(pooled) or None)
    states = {check["status"] for check in checks}
    closes = False if "wrong" in states else None if "open" in states or not checks else True
    return {
        "counts": None if screening is None else {**screening},
        "checks": checks,
        "closes": closes,
        "checklist": checklist(files),
    }
