"""The verdicts of a review and the P values of its families, from what every cell left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from metawright.pooling.documents import Pool
from metawright.pooling.tracks import TRACK_KEYS, headline
from metawright.reading.protocol import MultiplicitySettings
from metawright.sensitivity.documents import (
    AdjustedTest,
    ExaminedCell,
    LeaveOneOut,
    MultiverseCounts,
    MultiverseDocument,
    TestFamily,
    Verdict,
    VerdictsDocument,
)
from metawright.sensitivity.multiplicity import adjust
from metawright.sensitivity.verdict import OwnScale, verdict

_OF_TRACK = ("model", "where", "estimate", "ci_low", "ci_high")
_OF_SHARES = ("specifications", "excluding_zero", "low", "high", "moves_most")
#: Columns of `verdicts.csv`.
VERDICT_COLUMNS = (
    "outcome",
    "period",
    "status",
    "k",
    "verdict",
    "depends_on",
    *(f"{track}_{name}" for track in TRACK_KEYS for name in (*_OF_TRACK, "shift", "changed_without")),
    *_OF_SHARES,
    "words",
)


def gather_verdicts(
    pools: Sequence[Pool],
    leave_one_out: Iterable[LeaveOneOut],
    examined: Iterable[ExaminedCell],
    multiverses: Iterable[MultiverseDocument],
    settings: MultiplicitySettings,
    labels: Mapping[str, str] | None = None,
) -> VerdictsDocument:
    """Gather the verdict of every cell, and adjust the P values of every declared family.

    Parameters
    ----------
    pools, leave_one_out, examined : iterables of mappings
        The documents of all cells; pools in the order of the table.
    multiverses : iterable of mappings
        The documents of all outcomes.
    settings : mapping
        The protocol's block `sensitivity.multiplicity`.
    labels : mapping, optional
        What sentences call a trial, by study key.

    Returns
    -------
    dict
        `verdicts`: what `metawright.sensitivity.verdict.verdict` returns, cell by cell; `multiplicity`: per track and
        family `track`, `model`, `family` (empty for the whole review), `size`, `count` and `tests` (`outcome`,
        `period`, `p`, `holm`, `benjamini_hochberg`).
    """
    left_out = {(one["outcome"], one["period"]): one for one in leave_one_out}
    found = {(one["outcome"], one["period"]): one for one in examined}
    periods = [entry for document in multiverses for entry in document["periods"]]
    shares = {(entry["outcome"], entry["period"]): _own_scale(entry) for entry in periods}
    verdicts: list[Verdict] = []
    for pool in pools:
        key = pool["outcome"], pool["period"]
        document = found.get(key)
        verdicts.append(
            verdict(
                pool,
                protocol=headline(pool["models"], "protocol"),
                recommended=headline(pool["models"], "recommended"),
                multiverse=shares.get(key),
                leave_one_out=left_out.get(key),
                posteriors=document["bayes"]["posteriors"] if document and "bayes" in document else (),
                missing=document.get("missing_data") if document else None,
                labels=labels,
            )
        )
    return {"verdicts": verdicts, "multiplicity": multiplicity(pools, settings)}


def multiplicity(pools: Sequence[Pool], settings: MultiplicitySettings) -> list[TestFamily]:
    """Adjust the P values of the headline of each track within every family.

    Parameters
    ----------
    pools : sequence of mappings
        Pools of all cells.
    settings : mapping
        `family`: ``review``, ``outcome`` or ``period``; `count`: ``declared`` (a cell without a test counts) or
        ``tested``.
    """
    families: dict[str, list[Pool]] = {}
    for pool in pools:
        families.setdefault(_family(pool, settings["family"]), []).append(pool)
    entries: list[TestFamily] = []
    for track in TRACK_KEYS:
        for family, members in families.items():
            rows = [headline(pool["models"], track) for pool in members]
            if not any(rows):
                continue
            p = [float("nan") if row is None or (value := row.get("p")) is None else value for row in rows]
            found = adjust(p, len(members) if settings["count"] == "declared" else None)
            columns = zip(found.p.tolist(), found.holm.tolist(), found.benjamini_hochberg.tolist(), strict=True)
            tests: list[AdjustedTest] = [
                {"outcome": pool["outcome"], "period": pool["period"], "p": a, "holm": b, "benjamini_hochberg": c}
                for pool, (a, b, c) in zip(members, columns, strict=True)
            ]
            model = next(row["model"] for row in rows if row)
            entries.append(
                {
                    "track": track,
                    "model": model,
                    "family": family,
                    "size": found.size,
                    "count": settings["count"],
                    "tests": tests,
                }
            )
    return entries


def _family(pool: Pool, family: str) -> str:
    """The family of a cell's test; empty for the whole review."""
    return {"outcome": pool["outcome"], "period": pool["period"], "review": ""}[family]


def verdict_rows(verdicts: Iterable[Verdict]) -> list[dict[str, object]]:
    """Return the rows of `verdicts.csv`."""
    return [_row(one) for one in verdicts]


def _row(one: Verdict) -> dict[str, object]:
    row: dict[str, object] = {name: one[name] for name in ("outcome", "period", "status", "k", "verdict")}
    row["depends_on"] = ";".join(one["depends_on"])
    for track in TRACK_KEYS:
        found: Mapping[str, Any] = one["tracks"][track] or {}
        row.update({f"{track}_{name}": found.get(name) for name in _OF_TRACK})
        row[f"{track}_shift"] = (found.get("needed") or {}).get("shift")
        row[f"{track}_changed_without"] = ";".join(found.get("changed_without") or ())
    shares: Mapping[str, Any] = one["multiverse"] or {}
    return row | {name: shares.get(name) for name in _OF_SHARES} | {"words": " ".join(one["words"])}


def _own_scale(entry: MultiverseCounts) -> OwnScale | None:
    """Summary of the specifications on the scale of the outcome's own measure, its axis in words."""
    found = next((one for one in entry["summaries"] if one["scale"] == entry["own_scale"]), None)
    words = {axis["axis"]: axis["words"] for axis in entry["axes"]}
    return {**found, "moves_words": words.get(found["moves_most"], "")} if found else None
