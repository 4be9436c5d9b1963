"""One cell of the outcome x period table: everything known about it, side by side."""

from collections.abc import Mapping, Sequence

from metawright.audit.published import check_claim, claims_of, expected_trials, main_claim
from metawright.pooling.tracks import TRACK_KEYS, compare_tracks, headline
from metawright.report.lineage import rows_of


def assemble_cell(
    pool: Mapping,
    heterogeneity: Mapping | None,
    leave_one_out: Mapping | None,
    *,
    awaiting: Sequence[Mapping[str, str]],
    claims: Sequence[Mapping[str, str]],
    citations: Mapping[str, str],
    arms: Mapping[str, Mapping[str, str]],
    periods: int,
) -> dict:
    """Return one cell of the report.

    Parameters
    ----------
    pool, heterogeneity, leave_one_out : mapping
        The three JSON documents of the cell; the latter two may be None.
    awaiting, claims : sequences of mappings
        Rows of `awaiting.csv` and `claims.csv`, of all cells.
    citations : mapping
        Reference number of the published review to study key.
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
    """
    outcome, period = pool["outcome"], pool["period"]
    tracks = {track: headline(pool["models"], track) for track in TRACK_KEYS}
    waiting = [
        dict(row) | {"published": bool((row.get("claim") or "").strip())}
        for row in awaiting
        if row["outcome"].strip() == outcome and row["period"].strip() == period
    ]
    about = claims_of(claims, outcome, period, periods)
    main = main_claim(about)
    outside = (tracks["protocol"] or {}).get("excluded") or []
    pooled = [study["study"] for study in pool["studies"] if study["study"] not in outside]
    checked = []
    for claim in about:
        expected, cited = expected_trials(claim, main, citations)
        needed = [row["study"] for row in waiting if row["published"]]
        check = check_claim(claim, tracks["protocol"], pooled, needed, expected, cited, about)
        checked.append(claim | {"check": check})
    names = [claim["claim"] for claim in about]
    studies = [
        dict(study) | {"arms": [dict(arms[row]) for row in rows_of(study) if row in arms]} for study in pool["studies"]
    ]
    return dict(pool) | {
        "studies": studies,
        "tracks": tracks,
        "comparison": compare_tracks(tracks["protocol"], tracks["recommended"], pool["measure"]),
        "heterogeneity": heterogeneity,
        "leave_one_out": leave_one_out,
        "awaiting": waiting,
        "incomplete": bool(waiting),
        "claims": checked,
        "main_claim": names.index(main["claim"]) if main else None,
    }
