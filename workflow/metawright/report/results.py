"""Everything that the report shows, in one document at full precision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from metawright.report.cells import assemble_cell
from metawright.report.characteristics import characteristics
from metawright.report.gathered import Gathered, gathered
from metawright.report.lineage import arms_by_row, count_rows, unused_rows
from metawright.report.origins import Origins, add_origins
from metawright.report.survival import by_cell, without_figure_arrays, without_rows
from metawright.words.names import arm_words
from metawright.words.study_labels import study_labels

if TYPE_CHECKING:
    from metawright.appraisal.documents import RiskOfBiasDocument, ScreeningCounts
    from metawright.audit.documents import ClaimComparison
    from metawright.files.tables import TextRow
    from metawright.heterogeneity.documents import HeterogeneityDocument, PeriodsDocument
    from metawright.pooling.documents import Pool
    from metawright.reading.protocol import Protocol
    from metawright.report.documents import ArmWordsShown, Counts, ReportCell, Results
    from metawright.sensitivity.documents import ExaminedCell, LeaveOneOut, MultiverseDocument, VerdictsDocument
    from metawright.simulation.documents import OwnConfiguration


SCHEMA_VERSION = 1
OPTIONAL_FILES = {
    "studies": "studies.csv",
    "awaiting": "awaiting.csv",
    "claims": "claims.csv",
    "citations": "citations.csv",
    "risk_of_bias": "risk_of_bias.csv",
    "screening": "screening.yaml",
}


def gather_results(
    name: str,
    protocol: Protocol,
    *,
    pools: Sequence[Pool],
    heterogeneity: Sequence[HeterogeneityDocument],
    leave_one_out: Sequence[LeaveOneOut],
    examined: Sequence[ExaminedCell] = (),
    multiverses: Sequence[MultiverseDocument] = (),
    compared: Sequence[PeriodsDocument] = (),
    verdicts: VerdictsDocument | None = None,
    arms: Sequence[Mapping[str, str]],
    effects: Sequence[Mapping[str, str]],
    cleaning_log: Sequence[Mapping[str, str]],
    software: Sequence[Mapping[str, str]],
    studies: Sequence[Mapping[str, str]] | None = None,
    awaiting: Sequence[Mapping[str, str]] | None = None,
    claims: Sequence[Mapping[str, str]] | None = None,
    citations: Sequence[Mapping[str, str]] | None = None,
    risk_of_bias: RiskOfBiasDocument | None = None,
    screening: ScreeningCounts | None = None,
    checks: Sequence[ClaimComparison] = (),
    origins: Origins | None = None,
    audited: Gathered | None = None,
    own_configuration: OwnConfiguration | None = None,
) -> Results:
    """Gather a review's results for the renderers and for programs that read `results.json`.

    Parameters
    ----------
    name : str
        The review's name, that of its folder.
    protocol : mapping
        The completed protocol.
    pools, heterogeneity, leave_one_out : sequences of mappings
        The JSON documents of all cells, in any order.
    examined : sequence of mappings
        The documents of `examine_sensitivity` of all cells.
    multiverses, compared : sequences of mappings
        The documents of `multiverse` and `compare_periods` of all outcomes.
    verdicts : mapping, optional
        The document of `gather_verdicts`.
    arms, effects, cleaning_log : sequences of mappings
        Rows of the gathered tables, as text.
    software : sequence of mappings
        `{"name", "version"}` of the programs that made the results.
    studies, awaiting, claims, citations, risk_of_bias, screening : optional
        Content of the optional files (risk of bias: the document of the appraisal stage); None where the
        review has no such file.
    checks : sequence of mappings
        What the audit says of every claim and cell: `claim`, `outcome`, `period`, `main` and `check` (see
        `metawright.audit.compare.compare_claims`).
    origins : mapping, optional
        What `metawright.report.origins.add_origins` needs to say where every number comes from.
    audited : mapping, optional
        What the audit and the appraisal left, by the names of `metawright.report.gathered.gathered`.
    own_configuration : mapping, optional
        The document of `simulate_review`; None where the protocol does not ask for it.

    Returns
    -------
    dict
        `schema_version`, `review`, `protocol`, `labels` (of studies), `arm_words`, `cells` (outcomes in the
        protocol's order, periods within them; with `sensitivity`, `multiverse` and `verdict`, null where nothing was
        examined), `periods` (comparison of periods by outcome), `multiplicity`, `studies`, `risk_of_bias`,
        `screening`, `unused_rows`, `cleaning_log`, `counts`, `software`, `missing` (optional files that the review
        does not have), `extraction` (recovered values, choices, findings, agreement of two extractors), `audit`,
        `claims_check`, `feasible`, `flow`, `certainty` (see `metawright.report.gathered.gathered`),
        `own_configuration` (what the models do with the review's own numbers of trials and participants, or null).

    Raises
    ------
    ValueError
        When a declared cell has no pool.
    """
    optional = {"studies": studies, "awaiting": awaiting, "claims": claims, "citations": citations}
    optional |= {"risk_of_bias": risk_of_bias, "screening": screening}
    every, spread = by_cell(pools), by_cell(heterogeneity)
    left_out = by_cell(leave_one_out)
    found, judged = by_cell(examined), by_cell(verdicts["verdicts"] if verdicts else ())
    choices = by_cell(entry for document in multiverses for entry in document["periods"])
    checked: dict[tuple[str, str], dict[str, ClaimComparison]] = {}
    for entry in checks:
        checked.setdefault((entry["outcome"], entry["period"]), {})[entry["claim"]] = entry
    rows = arms_by_row(arms)
    cells: list[ReportCell] = []
    for outcome in protocol["outcomes"]:
        for period in protocol["periods"]:
            key = (outcome, period["key"])
            if key not in every:
                raise ValueError(f"no pool for outcome {outcome} in period {period['key']}")
            assembled = assemble_cell(
                every[key],
                spread.get(key),
                left_out.get(key),
                awaiting=awaiting or (),
                claims=claims or (),
                checks=checked.get(key, {}),
                arms=rows,
                periods=len(protocol["periods"]),
            )
            cells.append(
                {
                    **assembled,
                    "sensitivity": without_figure_arrays(found.get(key)),
                    "multiverse": without_rows(choices.get(key)),
                    "verdict": judged.get(key),
                }
            )
    extraction = add_origins(cells, origins or {}, cleaning_log)
    mentioned = [row["study"] for row in [*arms, *(awaiting or ())]]
    mentioned += [study["study"] for cell in cells for study in cell["studies"]]
    labels = study_labels(studies or (), list(dict.fromkeys(mentioned)))
    wanted = (protocol.get("report") or {}).get("characteristics")
    return {
        "schema_version": SCHEMA_VERSION,
        "review": {
            "name": name,
            "title": protocol["title"],
            "question": protocol.get("question") or "",
            "source": protocol.get("source") or "",
            "authors": list((protocol.get("report") or {}).get("authors") or ()),
        },
        "protocol": protocol,
        "labels": labels,
        "arm_words": _arm_words(protocol),
        "counts": _counts(cells, arms, effects, studies),
        "cells": cells,
        "periods": {document["outcome"]: document for document in compared},
        "multiplicity": verdicts["multiplicity"] if verdicts else [],
        "studies": characteristics(studies, wanted) if studies is not None else None,
        "risk_of_bias": risk_of_bias,
        "screening": screening,
        "unused_rows": unused_rows(arms, effects),
        "cleaning_log": [dict(row) for row in cleaning_log],
        "software": [{"name": item["name"], "version": item["version"]} for item in software],
        "missing": [OPTIONAL_FILES[key] for key, content in optional.items() if content is None],
        "extraction": extraction,
        **gathered(**(audited or {})),
        "own_configuration": own_configuration,
    }


def _counts(
    cells: Sequence[ReportCell], arms: Sequence[TextRow], effects: Sequence[TextRow], studies: Sequence[TextRow] | None
) -> Counts:
    with_data = {study["study"] for cell in cells for study in cell["studies"]}
    waiting = {row["study"] for cell in cells for row in cell["awaiting"]}
    every = [row["study"] for row in studies] if studies is not None else sorted(with_data | waiting)
    statuses = [cell["status"] for cell in cells]
    return {
        "studies": len(every),
        "studies_with_data": len(with_data),
        "studies_awaiting": len(waiting),
        "cells": len(cells),
        "pooled": statuses.count("pooled"),
        "single_study": statuses.count("single_study"),
        "awaiting_data": statuses.count("awaiting_data"),
        "conclusion_differs": sum(cell["comparison"]["conclusion_differs"] is True for cell in cells),
        "participants_experimental": _participants(studies, "experimental"),
        "participants_control": _participants(studies, "control"),
        **count_rows(arms, effects),
    }


def _participants(studies: Sequence[TextRow] | None, arm: str) -> int | None:
    """Add up `n_experimental` or `n_control` of `studies.csv`; None unless all are whole numbers."""
    cells = [(study.get(f"n_{arm}") or "").strip() for study in studies or ()]
    return sum(map(int, cells)) if cells and all(cell.isdigit() for cell in cells) else None


def _arm_words(protocol: Protocol) -> ArmWordsShown:
    arms = protocol.get("arms")
    words = arm_words({"experimental": arms["experimental"], "control": arms["control"]} if arms else None)
    return {"experimental": words["experimental"], "control": words["control"]}
