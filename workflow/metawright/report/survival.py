"""What `results.json` keeps of the sensitivity analyses: all but the arrays that only figures need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from metawright.sensitivity.documents import ExaminedCell, MultiverseCounts, MultiversePeriod


#: A document of a cell.
Document = TypeVar("Document", bound=Mapping[str, Any])


def by_cell(documents: Iterable[Document]) -> dict[tuple[str, str], Document]:
    """Return documents of cells by outcome and period."""
    return {(one["outcome"], one["period"]): one for one in documents}


def without_figure_arrays(examined: ExaminedCell | None) -> ExaminedCell | None:
    """Return the document of a cell without the arrays that only figures need; None without one."""
    if examined is None:
        return None
    return {
        **examined,
        "gosh": _without_all(examined["gosh"], "models", ("points", "histogram")),
        "bayes": _without_all(examined["bayes"], "posteriors", ("shrinkage", "tau_curve")),
        "missing_data": _without_all(examined["missing_data"], "models", ("grid",)),
        "moderators": _without_all(examined["moderators"], "columns", ("line", "trials")),
    }


def without_rows(multiverse: MultiversePeriod | None) -> MultiverseCounts | None:
    """Return a period's multiverse without its rows, which stand in a file of their own; None without one."""
    if multiverse is None:
        return None
    return cast("MultiverseCounts", {name: one for name, one in multiverse.items() if name not in ("rows", "dropped")})


def _without_all(block: Mapping[str, Any], name: str, unwanted: tuple[str, ...]) -> Any:
    entries = [{key: value for key, value in entry.items() if key not in unwanted} for entry in block[name]]
    return {**block, name: entries}
