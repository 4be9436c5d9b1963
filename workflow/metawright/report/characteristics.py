"""Table 1: what is known about each study, the printed value beside the corrected one."""

from collections.abc import Mapping, Sequence

BIBLIOGRAPHY = frozenset(
    {"study", "label", "first_author", "year", "title", "journal", "volume", "pages", "doi", "pmid", "pmcid"}
    | {"url", "registration", "reference", "bibliography_note"}
)
AS_PRINTED, SOURCE = "_as_printed", "_source"


def characteristics(studies: Sequence[Mapping[str, str]], wanted: Sequence[Mapping[str, str]] | None = None) -> dict:
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
    columns = [dict(column) for column in wanted or () if column["column"] in names]
    columns = [{"key": c["column"], "label": c.get("label") or _title(c["column"])} for c in columns]
    if not wanted:
        shown = [name for name in names if _is_characteristic(name) and any(row[name].strip() for row in studies)]
        columns = [{"key": name, "label": _title(name)} for name in shown]
    rows = []
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


def _cell(study: Mapping[str, str], name: str) -> dict:
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
