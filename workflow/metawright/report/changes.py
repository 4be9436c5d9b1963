"""What moved since an earlier `results.json`: rows, effects, pools, verdicts and ratings, and by how much."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from metawright.pooling.position import position

if TYPE_CHECKING:
    from metawright.report.documents import Changes, Results


#: Where an interval lies, in words.
PLACES = {
    "above": "above no effect",
    "below": "below no effect",
    "includes": "compatible with no effect",
    "degenerate": "an interval without width",
    "undecided": "not decided by the rule",
    "none": "no result",
}
#: What is compared of a raw row; what was derived from it moves with it.
CELLS = (
    "n", "n_randomised", "mean", "sd", "events", "estimate", "se", "ci_low", "ci_high", "ci_level", "median", "q1",
    "q3", "min", "max", "p_value", "t_value", "f_value", "sd_baseline", "sd_final", "value_type",
)  # fmt: skip
NUMBERS = ("estimate", "ci_low", "ci_high", "p", "i2", "tau2")
_EFFECT = ("y", "ci_low", "ci_high")
_SAME = 1e-9


def what_changed(before: Mapping[str, Any], after: Results) -> Changes:
    """Compare two documents of `gather_results`.

    Parameters
    ----------
    before, after : mapping
        The earlier results and those of now. Only what both hold is compared, so that documents of different versions
        can be.

    Returns
    -------
    dict
        `rows` (of pools: `study`, `outcome`, `timepoint`, `arm`, `what`, `cells` with `before` and `after`), `effects`
        (`outcome`, `period`, `study`, `what`, `before`, `after`), `pools` (the same with `model`, `track`, `turned`:
        where the interval lay and lies, or None), `verdicts`, `ratings` (`before`, `after` as words), `same`: how many
        of each are as they were. `what` is `added`, `gone` or `changed`.

    Raises
    ------
    ValueError
        When *before* is not such a document.
    """
    if not isinstance(before, Mapping) or not isinstance(before.get("cells"), list):
        raise ValueError("is not a results.json of Metawright: it has no list `cells`")
    pairs = {
        "rows": (_rows(before), _rows(after), ("study", "outcome", "timepoint", "arm"), _changed_row),
        "effects": (_effects(before), _effects(after), ("outcome", "period", "study"), _moved(_EFFECT)),
        "pools": (_pools(before), _pools(after), ("outcome", "period", "model"), _moved((*NUMBERS, "status", "k"))),
        "verdicts": (_verdicts(before), _verdicts(after), ("outcome", "period"), _moved(("words",))),
        "ratings": (_ratings(before), _ratings(after), ("outcome", "period"), _moved(("words",))),
    }
    found: dict[str, list[Any]] = {}
    same: dict[str, int] = {}
    for name, (old, new, keys, differs) in pairs.items():
        found[name], same[name] = _compared(old, new, keys, differs)
    for one in found["pools"]:
        places = [position(one[when]) for when in ("before", "after")]
        one["turned"] = places if places[0] != places[1] else None
    return {
        "rows": found["rows"],
        "effects": found["effects"],
        "pools": found["pools"],
        "verdicts": found["verdicts"],
        "ratings": found["ratings"],
        "same": same,
    }


def _compared(old: Mapping, new: Mapping, names: tuple[str, ...], differs: Callable) -> tuple[list[dict], int]:
    changes, same = [], 0
    order = [*new, *(key for key in old if key not in new)]
    for key in order:
        about = dict(zip(names, key, strict=False))
        if key not in old or key not in new:
            changes.append({**about, "what": "added" if key in new else "gone"} | _ends(old.get(key), new.get(key)))
        elif differs(old[key], new[key]):
            changes.append({**about, "what": "changed"} | _ends(old[key], new[key]))
        else:
            same += 1
    return changes, same


def _ends(before: Mapping | None, after: Mapping | None) -> dict:
    """Return both ends of a change; of a row only the cells that are others now."""
    if "cells" not in (before or after or {}):
        return {"before": before, "after": after}
    old, new = ((one or {"cells": {}})["cells"] for one in (before, after))
    names = [name for name in CELLS if old.get(name, "") != new.get(name, "")]
    return {"cells": [{"column": n, "before": old.get(n, ""), "after": new.get(n, "")} for n in names]}


def _moved(names: Iterable[str]) -> Callable[[Mapping, Mapping], bool]:
    def differs(before: Mapping, after: Mapping) -> bool:
        return any(not _alike(before[name], after[name]) for name in names if name in before and name in after)

    return differs


def _alike(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, int | float):
        return abs(one - other) <= _SAME * max(1.0, abs(one), abs(other))
    return one == other


def _changed_row(before: Mapping, after: Mapping) -> bool:
    return before["cells"] != after["cells"]


def _rows(results: Mapping[str, Any]) -> dict[tuple, dict]:
    """Return the raw rows of all pools by trial, outcome, time point and arm; row numbers shift when one is put in."""
    found: dict[tuple, dict] = {}
    for cell in results["cells"]:
        for study in cell.get("studies") or ():
            for arm in study.get("arms") or ():
                key = tuple(arm.get(name, "") for name in ("study", "outcome", "timepoint", "arm"))
                place = sum(1 for known in found if known[:4] == key)
                cells = {name: arm[name] for name in CELLS if arm.get(name)}
                found[(*key, place)] = {"cells": cells}
    return found


def _effects(results: Mapping[str, Any]) -> dict[Hashable, dict]:
    return {
        (cell["outcome"], cell["period"], study["study"]): {name: study.get(name) for name in _EFFECT}
        for cell in results["cells"]
        for study in cell.get("studies") or ()
    }


def _pools(results: Mapping[str, Any]) -> dict[Hashable, dict]:
    names = (*NUMBERS, "status", "k", "track", "measure")
    return {
        (cell["outcome"], cell["period"], row["model"]): {name: row.get(name) for name in names}
        for cell in results["cells"]
        for row in cell.get("models") or ()
    }


def _verdicts(results: Mapping[str, Any]) -> dict[Hashable, dict]:
    found = {}
    for cell in results["cells"]:
        verdict = cell.get("verdict")
        if verdict:
            words = {"verdict": verdict["verdict"], "depends_on": list(verdict.get("depends_on") or ())}
            found[cell["outcome"], cell["period"]] = words | {"words": [words["verdict"], *words["depends_on"]]}
    return found


def _ratings(results: Mapping[str, Any]) -> dict[Hashable, dict]:
    cells = (results.get("certainty") or {"cells": ()})["cells"]
    return {
        (one["outcome"], one["period"]): {"words": one.get("words") or one["rating"] or "not rated"} for one in cells
    }
