"""Table 1: what is known about each study, the printed value beside the corrected one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metawright.reading.protocol import Characteristic
    from metawright.report.documents import CharacteristicCell, CharacteristicColumn, CharacteristicRow, Characteristics


BIBLIOGRAPHY = frozenset(
    {"study", "label", "first_author", "year", "title", "journal", "volume", "pages", "doi", "pmid", "pmcid"}
    | {"url", "registration", "reference", "bibliography_note"}
)
AS_PRINTED, SOURCE = "_as_printed", "_source"


def characteristics(
    studies: Sequence[Mapping[str, str]], wanted: Sequence[Characteristic] | None = None
) -> Characteristics:
    """Return Table 1 as columns and rows.

    Parameters
    ----------
    studies : sequence of mappings
        The rows of `studies.csv`. A column `x` may have companions `x_as_printed`, what the published review
        printed, and `x_source`, where the value comes from.
    wanted : sequence of mappings, optional
        `{"column", "label"}` in the order of the table; by default every column that is neither bibliography
        nor a companion and that has a value somewhere.

    Returns
    -------
    dict
        `columns`: `[{"key", "label"}]`; `rows`: `[{"study", "label", "reference": {...}, "cells": [...]}]`,
        each cell with `value`, `as_printed`, `source` (null where there is no such column) and `differs`:
        whether the printed text is another than the value, white space and case aside. A source that begins
        with "as printed" says that the value is the printed one, spelled out.
    """
    names = list(studies[0]) if studies else []
    chosen = [one for one in wanted or () if one["column"] in names]
    columns: list[CharacteristicColumn] = [
        {"key": one["column"], "label": one.get("label") or _title(one["column"])} for one in chosen
    ]
    if not wanted:
        shown = [name for name in names if _is_characteristic(name) and any(row[name].strip() for row in studies)]
        columns = [{"key": name, "label": _title(name)} for name in shown]
    rows: list[CharacteristicRow] = []
    for study in studies:
        reference = {key: study[key].strip() for key in sorted(BIBLIOGRAPHY) if study.get(key, "").strip()}
        cells = [_cell(study, column["key"]) for column in columns]
        label = study.get("label") or study["study"]
        rows.append({"study": study["study"], "label": label, "reference": reference, "cells": cells})
    return {"columns": columns, "rows": rows}


def _is_characteristic(name: str) -> bool:
    return name not in BIBLIOGRAPHY and not name.endswith((AS_PRINTED, SOURCE))


def _title(name: str) -> str:
    return name.replace("_", " ").strip().capitalize()


def _cell(study: Mapping[str, str], name: str) -> CharacteristicCell:
    value = (study.get(name) or "").strip()
    printed = study.get(name + AS_PRINTED)
    source = study.get(name + SOURCE)
    spelled_out = (source or "").strip().casefold().startswith("as printed")
    differs = printed is not None and not spelled_out and _plain(printed) != _plain(value)
    return {
        "value": value,
        "as_printed": None if printed is None else printed.strip(),
        "source": source.strip() if source else None,
        "differs": differs,
    }


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
