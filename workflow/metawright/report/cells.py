"""One cell of the outcome x period table: everything known about it, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from metawright.audit.published import claims_of
from metawright.pooling.tracks import compare_tracks, headline
from metawright.report.lineage import rows_of

if TYPE_CHECKING:
    from metawright.audit.documents import ClaimComparison
    from metawright.heterogeneity.documents import HeterogeneityDocument
    from metawright.pooling.documents import Pool
    from metawright.report.documents import AssembledCell, AwaitingTrial, CheckedClaim, ReportedTrial, Tracks
    from metawright.sensitivity.documents import LeaveOneOut


def assemble_cell(
    pool: Pool,
    heterogeneity: HeterogeneityDocument | None,
    leave_one_out: LeaveOneOut | None,
    *,
    awaiting: Sequence[Mapping[str, str]],
    claims: Sequence[Mapping[str, str]],
    checks: Mapping[str, ClaimComparison],
    arms: Mapping[str, Mapping[str, str]],
    periods: int,
) -> AssembledCell:
    """Return one cell of the report.

    Parameters
    ----------
    pool, heterogeneity, leave_one_out : mapping
        The three JSON documents of the cell; the latter two may be None.
    awaiting, claims : sequences of mappings
        Rows of `awaiting.csv` and `claims.csv`, of all cells.
    checks : mapping
        What the audit says of each claim about this cell, by the claim's key (see
        `metawright.audit.compare.compare_claims`).
    arms : mapping
        Rows of `arms.csv` by spreadsheet row number.
    periods : int
        Number of periods in the protocol.

    Returns
    -------
    dict
        The pool's own keys, each study with the arm rows that it came from (`arms`); `heterogeneity`;
        `leave_one_out`; `tracks` (headline of each track, or null), `comparison`; `awaiting`, each with
        `published`: whether a published claim rests on it; `claims` with their `check`; `main_claim` (its
        place in `claims`, or null) and `incomplete`: whether trials of this cell await data.

    Raises
    ------
    KeyError
        When the audit says nothing of a claim about this cell.
    """
    outcome, period = pool["outcome"], pool["period"]
    tracks: Tracks = {
        "protocol": headline(pool["models"], "protocol"),
        "recommended": headline(pool["models"], "recommended"),
    }
    waiting = [
        cast("AwaitingTrial", {**row, "published": bool((row.get("claim") or "").strip())})
        for row in awaiting
        if row["outcome"].strip() == outcome and row["period"].strip() == period
    ]
    about = [
        cast("CheckedClaim", {**claim, "check": checks[claim["claim"]]["check"]})
        for claim in claims_of(claims, outcome, period, periods)
    ]
    main = (place for place, claim in enumerate(about) if checks[claim["claim"]]["main"])
    studies: list[ReportedTrial] = [
        {**study, "arms": [dict(arms[row]) for row in rows_of(study) if row in arms]} for study in pool["studies"]
    ]
    return {
        **pool,
        "studies": studies,
        "tracks": tracks,
        "comparison": compare_tracks(tracks["protocol"], tracks["recommended"], pool["measure"]),
        "heterogeneity": heterogeneity,
        "leave_one_out": leave_one_out,
        "awaiting": waiting,
        "incomplete": bool(waiting),
        "claims": about,
        "main_claim": next(main, None),
    }
