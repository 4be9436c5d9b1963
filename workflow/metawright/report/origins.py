"""Where each number of a pool comes from: file, row, cell as typed, cleaning, recovery, choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, cast

from metawright.report.lineage import rows_of

if TYPE_CHECKING:
    from metawright.extraction.documents import ExtractionAgreement
    from metawright.files.tables import TextRow
    from metawright.report.documents import AppliedRule, AssembledCell, ExtractionResults, RecoveredValue


#: What a file may hold of a trial's numbers; the order in which a trace lists them.
TYPED = (
    "n", "n_randomised", "value", "mean", "sd", "se", "ci_low", "ci_high", "ci_level", "median", "q1", "q3", "min",
    "max", "sd_baseline", "sd_final", "t_value", "f_value", "p_value", "events", "estimate",
    "effect_scale",
)  # fmt: skip
_NUMBERS = ("n", "mean", "sd", "events", "estimate", "se", "ci_low", "ci_high", "ci_level")


class Origins(TypedDict, total=False):
    """What says where every number comes from: rows of tables as text, cells as typed by row, the two extractors."""

    recovered: Sequence[TextRow]
    choices: Sequence[TextRow]
    inputs: Sequence[TextRow]
    findings: Sequence[TextRow]
    conflicts: Sequence[TextRow]
    agreement: ExtractionAgreement | None
    file: str
    typed: Mapping[str, Mapping[str, str]]


def add_origins(cells: Iterable[AssembledCell], given: Origins, cleaning_log: Sequence[TextRow]) -> ExtractionResults:
    """Give every trial of every cell its origins, and return those of the whole review.

    Parameters
    ----------
    cells : iterable of dict
        Cells as `metawright.report.cells.assemble_cell` returns them. Their studies get `inputs` (what went into the
        effect, arm by arm: lines of `inputs.csv` with numbers as numbers) and `trace` (per raw row: `row`, `arm`,
        `timepoint`, `source`, `typed` cells as they stand in the file, `rules` applied to them, values `recovered`).
        Those of a cell's lines of `choices.csv` that name the trial stand in its `choices`.
    given : mapping
        `recovered`, `choices`, `inputs`, `findings`, `conflicts`: rows of the tables of those names, as text;
        `agreement`: the document of the two extractors, or None; `file`: name of the file of the rows; `typed`: its
        cells by row number. Any of them may be absent.
    cleaning_log : sequence of mappings
        Rows of `cleaning_log.csv`.

    Returns
    -------
    dict
        `file`, `recovered` (with `period` and `in_pool`), `choices`, `findings`, `conflicts`, `agreement`.
    """
    recovered: list[Any] = [{**line, "value": float(line["value"])} for line in given.get("recovered", ())]
    inputs: dict[tuple, list[Any]] = {}
    for line in given.get("inputs", ()):
        numbers = {name: float(line[name]) if line[name] else None for name in _NUMBERS}
        inputs.setdefault((line["outcome"], line["period"], line["study"]), []).append({**line, **numbers})
    rules = _by_row(cleaning_log)
    values = _by_row(recovered)
    typed = given.get("typed") or {}
    place: dict[str, str] = {}
    for cell in cells:
        for study in cell["studies"]:
            study["inputs"] = inputs.get((cell["outcome"], cell["period"], study["study"]), [])
            study["trace"] = [
                {
                    "row": arm.get("row", ""),
                    "arm": arm.get("arm", ""),
                    "arm_label": arm.get("arm_label", ""),
                    "timepoint": arm.get("timepoint", ""),
                    "source": arm.get("source", ""),
                    "typed": _typed(typed.get(arm["row"], {})),
                    "rules": [
                        cast("AppliedRule", {key: line[key] for key in _RULE}) for line in rules.get(arm["row"], ())
                    ],
                    "recovered": [
                        cast("RecoveredValue", {key: line[key] for key in _VALUE})
                        for line in values.get(arm["row"], ())
                    ],
                }
                for arm in study["arms"]
            ]
            names = {study["study"], *(arm["study"] for arm in study["arms"])}
            study["choices"] = [
                dict(line)
                for line in given.get("choices", ())
                if (line["outcome"], line["period"]) == (cell["outcome"], cell["period"]) and line["study"] in names
            ]
            place |= dict.fromkeys(rows_of(study), cell["period"])
    for line in recovered:
        line |= {"period": place.get(line["row"], ""), "in_pool": line["row"] in place}
    return {
        "file": given.get("file", "extraction.csv"),
        "recovered": recovered,
        "choices": [dict(row) for row in given.get("choices", ())],
        "findings": [dict(row) for row in given.get("findings", ())],
        "conflicts": [dict(row) for row in given.get("conflicts", ())],
        "agreement": given.get("agreement"),
    }


_RULE = ("column", "rule", "before", "after")
_VALUE = ("column", "route", "formula", "inputs", "value", "flags", "grid")


def _by_row(lines: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for line in lines:
        found.setdefault(line["row"], []).append(line)
    return found


def _typed(cells: Mapping[str, str]) -> dict[str, str]:
    return {name: cells[name] for name in TYPED if cells.get(name, "").strip()}
