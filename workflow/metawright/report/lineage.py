"""Where the rows of the extraction table went: into a pool, or into a list with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from metawright.files.tables import TextRow
    from metawright.pooling.documents import CellTrial
    from metawright.report.documents import Results, UnusedRow


class RowCounts(TypedDict):
    """How many raw rows there are, and how many of them reached a pool."""

    rows: int
    rows_used: int
    rows_not_used: int


def rows_of(effect: TextRow | CellTrial) -> list[str]:
    """Return the spreadsheet rows that an effect was made from; `row_ids` holds them as `4;5`."""
    ids = effect.get("row_ids")
    if isinstance(ids, list | tuple):
        return [str(one) for one in ids]
    return [one.strip() for one in str(ids or "").split(";") if one.strip()]


def file_of(results: Results) -> str:
    """Return the name of the file that holds the rows of a review."""
    return (results.get("extraction") or {}).get("file", "extraction.csv")


def unused_rows(arms: Sequence[Mapping[str, str]], effects: Sequence[Mapping[str, str]]) -> list[UnusedRow]:
    """Return every raw row that enters no pool, once, with the reason.

    Parameters
    ----------
    arms, effects : sequences of mappings
        The gathered `arms.csv` and `effects.csv`. A row may drop out alone (`arms`: an empty cell, say) or
        together with the other arm of its contrast (`effects`: outside the periods, not chosen, say).

    Returns
    -------
    list of dict
        `rows`, `study`, `outcome`, `timepoint`, `arm` (empty when the reason holds for the whole contrast),
        `reason`; in the order of the first row.
    """
    listed: list[UnusedRow] = []
    alone = set()
    used = {row for effect in effects if effect.get("used") == "true" for row in rows_of(effect)}
    # what could be recovered, or why not, is known only after arms.csv
    reasons = {rows_of(effect)[0]: effect["reason"] for effect in effects if effect.get("reason") and rows_of(effect)}
    for row in arms:
        if row.get("used") == "false" and row["row"] not in used:
            alone.add(row["row"])
            reason = reasons.get(row["row"]) or row.get("reason", "")
            listed.append(
                {
                    "rows": [row["row"]],
                    "study": row.get("study", ""),
                    "outcome": row.get("outcome", ""),
                    "timepoint": row.get("timepoint", ""),
                    "arm": row.get("arm", ""),
                    "reason": reason,
                }
            )
    for effect in effects:
        rows = rows_of(effect)
        if effect.get("used") == "false" and not (rows and set(rows) <= alone):
            listed.append(
                {
                    "rows": rows,
                    "arm": "",
                    "study": effect.get("study", ""),
                    "outcome": effect.get("outcome", ""),
                    "timepoint": effect.get("timepoint", ""),
                    "reason": effect.get("reason", ""),
                }
            )
    return sorted(_together(listed), key=lambda item: int(item["rows"][0]) if item["rows"] else 10**9)


def _together(listed: Sequence[UnusedRow]) -> list[UnusedRow]:
    """Join the arms of one contrast that are not used for the same reason."""
    joined: dict[tuple[str, ...], UnusedRow] = {}
    for item in listed:
        key = (item["study"], item["outcome"], item["timepoint"], item["reason"])
        known = joined.setdefault(key, {**item, "rows": []})
        known["rows"] += [row for row in item["rows"] if row not in known["rows"]]
        known["arm"] = known["arm"] if known["arm"] == item["arm"] else ""
    return list(joined.values())


def arms_by_row(arms: Sequence[Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Return the arm rows by their spreadsheet row number, as text."""
    return {row["row"]: dict(row) for row in arms}


def count_rows(arms: Sequence[Mapping[str, str]], effects: Sequence[Mapping[str, str]]) -> RowCounts:
    """Count raw rows and say how many of them reached a pool (`rows`, `rows_used`, `rows_not_used`)."""
    every = {row["row"] for row in arms}
    used = {row for effect in effects if effect.get("used") == "true" for row in rows_of(effect)} & every
    return {"rows": len(every), "rows_used": len(used), "rows_not_used": len(every) - len(used)}
