"""The certainty of every cell, and what it rests on: weights by judgement, pools without trials at risk."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, cast

from metawright.appraisal.absolute import absolute_words, baseline_risk
from metawright.appraisal.by_judgement import pools_by_judgement, shares, weights_of
from metawright.appraisal.certainty import certainty_of_cell, summary_rows
from metawright.appraisal.decisions import decisions_of
from metawright.appraisal.documents import (
    Certainty,
    PoolsByJudgement,
    RatedCell,
    RiskOfBiasDocument,
    ThresholdWords,
    WeightsOfPool,
)
from metawright.appraisal.rating.domain import DOMAINS
from metawright.appraisal.rating.engine import NO_DATA, NOT_RATED
from metawright.appraisal.rating.settings import settings_of
from metawright.files.tables import Row, TextRow
from metawright.pooling.documents import ModelResult, Pool
from metawright.pooling.tracks import headlines, rated
from metawright.reading.characters import fold
from metawright.reading.protocol import CertaintyThresholds, Protocol

if TYPE_CHECKING:
    from metawright.sensitivity.documents import ExaminedCell

Rows = Sequence[TextRow]

#: Columns of `summary_of_findings.csv`.
SUMMARY_COLUMNS = (
    "outcome", "period", "participants", "effect", "absolute", "certainty", "suggested", "status", "basis", "start",
    *(f"levels_{domain}" for domain in DOMAINS), *(f"suggested_{domain}" for domain in DOMAINS), "up", "target",
    "incomplete", "notes",
)  # fmt: skip


def rate_review(
    protocol: Protocol,
    pools: Sequence[Pool],
    appraisal: RiskOfBiasDocument | None,
    studies: Rows = (),
    statements: Rows = (),
    awaiting: Rows = (),
    inputs: Rows = (),
    examined: "Iterable[ExaminedCell]" = (),
    decisions: Rows = (),
    meanings: Sequence[ThresholdWords] = (),
) -> Certainty:
    """Rate every cell of a review.

    Parameters
    ----------
    protocol : mapping
        The completed protocol.
    pools : sequence of mappings
        The documents of the pooling stage.
    appraisal : mapping or None
        The document of risk of bias.
    studies, statements, awaiting : rows
        Rows of the tables of those names; they flag indirectness and incomplete pools.
    inputs : rows
        Rows of `inputs.csv`: the control arms give the risk at which ratios are turned into people.
    examined : iterable of mappings
        The documents of `examine_sensitivity`: their tests for small-study effects.
    decisions : rows
        Rows of `certainty.csv`.
    meanings : sequence of mappings
        The thresholds in words (see `metawright.appraisal.rating.settings.thresholds`), handed on.

    Returns
    -------
    dict
        `choices` and `thresholds` (what it turns on, the latter in words), `cells` (see `certainty_of_cell`),
        `not_rated`: the one reason for which no cell is rated, or None; `summary_of_findings` (rows), `weights` (by
        cell and model: share of each judgement by domain, trials with their weight) and `by_judgement` (by cell: pools
        of the trials that each filter keeps).
    """
    choices = protocol["certainty"]
    settings = settings_of(choices)
    tests = {(item["outcome"], item["period"]): item["small_study_effects"] for item in examined}
    by_cell = {(pool["outcome"], pool["period"]): pool for pool in pools}
    outside = _outside(studies, statements)
    keys = [model["key"] for model in headlines(protocol["models"])]
    models = [model for model in protocol["models"] if model["key"] in keys] or protocol["models"][:1]
    rated_model = rated(protocol["models"])
    periods = {period["key"]: period["label"] for period in protocol["periods"]}
    used, waiting, listed = _by_cell(inputs), _by_cell(_belonging(awaiting)), _by_cell(awaiting)
    risks = {key: baseline_risk(used.get(key, ()), *key, choices["baseline_risks"]) for key in by_cell}
    allocations = {row["study"]: (row.get("allocation") or "").strip() or None for row in studies}
    allocations[""] = choices.get("allocation")
    cells: list[RatedCell] = []
    weights: list[WeightsOfPool] = []
    filtered: list[PoolsByJudgement] = []
    for key, pool in by_cell.items():
        pooled, risk = {trial["study"] for trial in pool["studies"]}, risks[key]
        cells.append(
            certainty_of_cell(
                pool,
                protocol["outcomes"][key[0]],
                settings,
                decisions_of(*key, choices["overrides"], decisions),
                [words for study, words in outside.items() if study in pooled],
                [row["study"].strip() for row in (waiting if pooled else listed).get(key, ())],
                model=rated_model,
                appraisal=appraisal,
                allocations=allocations,
                start=choices.get("start"),
                arms=used.get(key, ()),
                control_risk=risk[0] if risk else None,
                small_study=tests.get(key),
            )
        )
        if appraisal and pool["studies"]:
            labels = protocol["outcomes"][key[0]]["label"], periods[key[1]]
            weights += [_weights(pool, row, appraisal, *labels) for row in pool["models"] if row["model"] in keys]
            rows = pools_by_judgement(appraisal, pool, models, protocol["appraisal"].get("grade"))
            filtered.append({"outcome": key[0], "period": key[1], "measure": pool["measure"], "pools": rows})
    return {
        # The thresholds are what the block holds beside these two.
        "choices": cast(
            CertaintyThresholds,
            {name: value for name, value in choices.items() if name not in ("overrides", "baseline_risks")},
        ),
        "thresholds": list(meanings),
        "cells": cells,
        "not_rated": _not_rated(cells),
        "summary_of_findings": summary_rows(cells, by_cell, protocol["outcomes"], periods, risks),
        "weights": [item for item in weights if item["trials"]],
        "by_judgement": filtered,
    }


def _not_rated(cells: Iterable[RatedCell]) -> str | None:
    """Return the one reason for which no cell with data is rated; None where one is, or reasons differ."""
    with_data = [cell for cell in cells if cell["rating_status"] != NO_DATA]
    reasons = {cell["reason"] for cell in with_data}
    every = all(cell["rating_status"] == NOT_RATED for cell in with_data)
    return reasons.pop() if every and len(reasons) == 1 else None


def _belonging(awaiting: Rows) -> list[TextRow]:
    """Return the trials that belong to a pool: those that a published claim rests on, where the review has claims."""
    rows = list(awaiting)
    claimed = [row for row in rows if (row.get("claim") or "").strip()]
    return claimed or rows


def _by_cell(rows: Iterable[TextRow]) -> dict[tuple[str, str], list[TextRow]]:
    """Rows of a table by outcome and period."""
    found: dict[tuple[str, str], list[TextRow]] = {}
    for row in rows:
        found.setdefault((row["outcome"].strip(), row["period"].strip()), []).append(row)
    return found


def _weights(
    pool: Pool, model: ModelResult, appraisal: RiskOfBiasDocument, outcome_label: str, period_label: str
) -> WeightsOfPool:
    weights = weights_of(pool, model)
    labels = {study["study"]: study["label"] for study in appraisal["studies"]}
    found = shares(appraisal, weights)
    return {
        "outcome_label": outcome_label,
        "period_label": period_label,
        "outcome": pool["outcome"],
        "period": pool["period"],
        "model": model["model"],
        "trials": [{"study": study, "label": labels.get(study, study), "weight": w} for study, w in weights.items()],
        "domains": [{**domain, "shares": found[domain["key"]]} for domain in appraisal["domains"]],
    }


def _outside(studies: Rows, statements: Rows) -> dict[str, str]:
    """Return the trials whose intervention lies outside the printed inclusion criteria, with a sentence."""
    criteria = next((row["value"] for row in statements if row["kind"].strip() == "inclusion"), None)
    if criteria is None:
        return {}
    included = {fold(word) for word in criteria.split(";")}
    found = {}
    for row in studies:
        kinds = [kind.strip() for kind in (row.get("intervention_class") or "").split(";") if kind.strip()]
        strange = [kind for kind in kinds if fold(kind) not in included]
        if strange:
            label = row.get("label") or row["study"]
            found[row["study"]] = f"{label}: {', '.join(strange)} is outside the inclusion criteria"
    return found


def summary_table(ratings: Certainty) -> list[Row]:
    """Return the rows of `summary_of_findings.csv`: absolute effects in words, notes joined to one cell."""
    return [
        {**row, "absolute": absolute_words(row["absolute"]), "notes": "; ".join(row["notes"])}
        for row in ratings["summary_of_findings"]
    ]
