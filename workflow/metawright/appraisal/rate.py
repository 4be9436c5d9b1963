"""The certainty of every cell, and what it rests on: weights by judgement, pools without trials at risk."""

from collections.abc import Iterable, Mapping, Sequence

from metawright.appraisal.absolute import absolute_words, baseline_risk
from metawright.appraisal.by_judgement import pools_by_judgement, shares, weights_of
from metawright.appraisal.certainty import certainty_of_cell, summary_rows
from metawright.review.characters import fold
from metawright.review.protocol import headline

Rows = Sequence[Mapping[str, str]]

#: Columns of `summary_of_findings.csv`.
SUMMARY_COLUMNS = (
    "outcome", "period", "participants", "effect", "absolute", "certainty", "suggested", "incomplete", "notes",
)  # fmt: skip


def rate_review(
    protocol: Mapping,
    pools: Sequence[Mapping],
    heterogeneity: Sequence[Mapping],
    appraisal: Mapping | None,
    studies: Rows = (),
    statements: Rows = (),
    awaiting: Rows = (),
    inputs: Rows = (),
    examined: Iterable[Mapping] = (),
) -> dict:
    """Rate every cell of a review.

    Parameters
    ----------
    protocol : mapping
        The completed protocol.
    pools, heterogeneity : sequences of mappings
        The documents of these stages.
    appraisal : mapping or None
        The document of risk of bias.
    studies, statements, awaiting : rows
        Rows of the tables of those names; they flag indirectness and incomplete pools.
    inputs : rows
        Rows of `inputs.csv`: the control arms give the risk at which ratios are turned into people.
    examined : iterable of mappings
        The documents of `examine_sensitivity`: their tests for small-study effects.

    Returns
    -------
    dict
        `choices` (thresholds), `cells` (see `certainty_of_cell`), `summary_of_findings` (rows), `weights` (by cell and
        model: share of each judgement by domain, trials with their weight) and `by_judgement` (by cell: pools of the
        trials that each filter keeps).
    """
    choices = protocol["certainty"]
    spread = {(item["outcome"], item["period"]): item for item in heterogeneity}
    tests = {(item["outcome"], item["period"]): item["small_study_effects"] for item in examined}
    by_cell = {(pool["outcome"], pool["period"]): pool for pool in pools}
    outside = _outside(studies, statements)
    keys = [headline(protocol["models"], track) for track in ("protocol", "recommended")]
    models = [model for model in protocol["models"] if model["key"] in keys] or protocol["models"][:1]
    periods = {period["key"]: period["label"] for period in protocol["periods"]}
    used, waiting = _by_cell(inputs), _by_cell(row for row in awaiting if (row.get("claim") or "").strip())
    risks = {key: baseline_risk(used.get(key, ()), *key, choices["baseline_risks"]) for key in by_cell}
    cells, weights, filtered = [], [], []
    for key, pool in by_cell.items():
        pooled = {trial["study"] for trial in pool["studies"]}
        flags = [words for study, words in outside.items() if study in pooled]
        unused = [row["study"].strip() for row in waiting.get(key, ())]
        cells.append(
            certainty_of_cell(
                pool,
                protocol["outcomes"][key[0]],
                choices,
                appraisal,
                spread.get(key),
                flags,
                unused,
                tests.get(key),
            )
        )
        if appraisal and pool["studies"]:
            labels = {"outcome_label": protocol["outcomes"][key[0]]["label"], "period_label": periods[key[1]]}
            weights += [labels | _weights(pool, row, appraisal) for row in pool["models"] if row["model"] in keys]
            rows = pools_by_judgement(appraisal, pool, models, protocol["appraisal"].get("grade"))
            filtered.append({"outcome": key[0], "period": key[1], "measure": pool["measure"], "pools": rows})
    return {
        "choices": {name: value for name, value in choices.items() if name not in ("overrides", "baseline_risks")},
        "cells": cells,
        "summary_of_findings": summary_rows(cells, by_cell, protocol["outcomes"], periods, risks),
        "weights": [item for item in weights if item["trials"]],
        "by_judgement": filtered,
    }


def _by_cell(rows: Iterable[Mapping[str, str]]) -> dict[tuple[str, str], list[Mapping[str, str]]]:
    """Rows of a table by outcome and period."""
    found: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for row in rows:
        found.setdefault((row["outcome"].strip(), row["period"].strip()), []).append(row)
    return found


def _weights(pool: Mapping, model: Mapping, appraisal: Mapping) -> dict:
    weights = weights_of(pool, model)
    labels = {study["study"]: study["label"] for study in appraisal["studies"]}
    found = shares(appraisal, weights)
    return {
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


def summary_table(ratings: Mapping) -> list[dict]:
    """Return the rows of `summary_of_findings.csv`: absolute effects in words, notes joined to one cell."""
    return [
        {**row, "absolute": absolute_words(row["absolute"]), "notes": "; ".join(row["notes"])}
        for row in ratings["summary_of_findings"]
    ]
