"""Pools by risk of bias: the share of each judgement in a pool's weight, and the pool without trials at risk."""

from collections.abc import Mapping, Sequence

import numpy as np

from metawright.appraisal.documents import FilteredPool, RiskOfBiasDocument
from metawright.appraisal.instruments import INSTRUMENTS
from metawright.measures.arrays import Number, single
from metawright.pooling.documents import CellTrial, ModelResult, Pool
from metawright.pooling.fit import Fit, fit
from metawright.pooling.pool import rule_of
from metawright.pooling.rule import fit_rule
from metawright.reading.protocol import DeclaredModel


def weights_of(pool: Pool, model: ModelResult | None) -> dict[str, float]:
    """Return the weight in percent of each trial of a pool under a model; empty where there is none."""
    weights = model["weights"] if model else None
    if not weights:
        return {}
    pairs = zip(pool["studies"], weights, strict=True)
    return {trial["study"]: weight for trial, weight in pairs if weight is not None}


def shares(appraisal: RiskOfBiasDocument, weights: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Return by domain the percentage of a pool's weight that each judgement has; what is missing is `not judged`."""
    levels = INSTRUMENTS[appraisal["instrument"]].words
    by_study = {study["study"]: study["judgements"] for study in appraisal["studies"]}
    found = {}
    for domain in appraisal["domains"]:
        share = dict.fromkeys((*levels, "not judged"), 0.0)
        for study, weight in weights.items():
            level = by_study.get(study, {}).get(domain["key"], {}).get("judgement")
            share[level or "not judged"] += weight
        found[domain["key"]] = share
    return found


def filters(appraisal: RiskOfBiasDocument, rule: Mapping[str, str] | None = None) -> dict[str, list[str]]:
    """Return which trials each filter keeps: no domain at high risk, best grade or overall low, allocation concealed.

    A filter that the judgements do not allow is left out. A trial that was not judged passes none. The best grade is
    the first of the review's *rule*; of grades that are only printed, the first in the alphabet.
    """
    tool = INSTRUMENTS[appraisal["instrument"]]
    studies = appraisal["studies"]
    levels = {s["study"]: [item["judgement"] for item in s["judgements"].values()] for s in studies}
    judged = {study: found for study, found in levels.items() if any(found)}
    kept = {"without any domain at high risk": [s for s, found in judged.items() if not set(found) & set(tool.grave)]}
    grades = {s["study"]: s["grade"] or s["grade_printed"] for s in studies}
    ranked = [name for name in rule or {} if name != "otherwise"]
    best = next(iter(ranked), None) or min(filter(None, grades.values()), default=None)
    if best:
        kept[f"grade {best} only"] = [study for study, grade in grades.items() if grade == best]
    if tool.overall:
        kept["overall low only"] = [s["study"] for s in studies if s["overall"] == "low"]
    if any("allocation_concealment" in s["judgements"] for s in studies):
        kept["allocation concealment low"] = [
            s["study"] for s in studies if s["judgements"].get("allocation_concealment", {}).get("judgement") == "low"
        ]
    return kept


def pools_by_judgement(
    appraisal: RiskOfBiasDocument,
    pool: Pool,
    models: Sequence[DeclaredModel],
    rule: Mapping[str, str] | None = None,
) -> list[FilteredPool]:
    """Pool one cell again with the trials that each filter keeps.

    Parameters
    ----------
    appraisal : mapping
        The document of the risk-of-bias stage.
    pool : mapping
        The cell's document.
    models : sequence of mappings
        The models of the protocol to pool under: the headlines of its tracks.
    rule : mapping, optional
        The protocol's rule for grades.

    Returns
    -------
    list of dict
        `filter`, `model`, `k`, trials left out in `left_out`, and estimate, se, limits and P (None without trials).
        Pools from tables (Mantel-Haenszel, Peto) are approximated by the trials' effects.
    """
    rows: list[FilteredPool] = []
    for name, kept in filters(appraisal, rule).items():
        trials = [trial for trial in pool["studies"] if trial["study"] in kept]
        left_out = [trial["study"] for trial in pool["studies"] if trial["study"] not in kept]
        for model in models:
            found = fit_again(trials, model) if trials else None
            rows.append(
                {
                    "filter": name,
                    "model": model["key"],
                    "k": len(trials),
                    "left_out": left_out,
                    "estimate": _number(found and found.estimate),
                    "se": _number(found and found.se),
                    "ci_low": _number(found and found.ci_low),
                    "ci_high": _number(found and found.ci_high),
                    "p": _number(found and found.p),
                }
            )
    return rows


def fit_again(trials: Sequence[CellTrial], model: DeclaredModel) -> Fit | None:
    """Pool some trials of a cell under a model of the protocol, by their effects; None where a rule leaves it open."""
    y, v = np.array([trial["y"] for trial in trials]), np.array([trial["v"] for trial in trials])
    if len(trials) == 1:
        return fit(y, v, "FE", "z")
    if "rule" in model:
        return fit_rule(y, v, rule_of(model)).fit
    return fit(y, v, model["tau2_method"], model["interval"])


def _number(value: Number | None) -> float | None:
    return None if value is None else single(value)
