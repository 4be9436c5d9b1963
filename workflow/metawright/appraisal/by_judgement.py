"""Pools by risk of bias: the share of each judgement in a pool's weight, and the pool without trials at risk."""

from collections.abc import Mapping, Sequence

from metawright.appraisal.instruments import INSTRUMENTS
from metawright.pooling.fit import Fit, fit
from metawright.pooling.pool import rule_of
from metawright.pooling.rule import fit_rule

_NUMBERS = ("estimate", "se", "ci_low", "ci_high", "p")


def weights_of(pool: Mapping, model: Mapping | None) -> dict[str, float]:
    """Return the weight in percent of each trial of a pool under a model; empty where there is none."""
    if model is None or not model.get("weights"):
        return {}
    pairs = zip(pool["studies"], model["weights"], strict=True)
    return {trial["study"]: weight for trial, weight in pairs if weight is not None}


def shares(appraisal: Mapping, weights: Mapping[str, float]) -> dict[str, dict[str, float]]:
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


def filters(appraisal: Mapping, rule: Mapping[str, str] | None = None) -> dict[str, list[str]]:
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
    appraisal: Mapping, pool: Mapping, models: Sequence[Mapping], rule: Mapping[str, str] | None = None
) -> list[dict]:
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
    rows = []
    for name, kept in filters(appraisal, rule).items():
        trials = [trial for trial in pool["studies"] if trial["study"] in kept]
        left_out = [trial["study"] for trial in pool["studies"] if trial["study"] not in kept]
        for model in models:
            row = {"filter": name, "model": model["key"], "k": len(trials), "left_out": left_out}
            rows.append(row | _numbers(trials, model))
    return rows


def fit_again(trials: Sequence[Mapping], model: Mapping) -> Fit | None:
    """Pool some trials of a cell under a model of the protocol, by their effects; None where a rule leaves it open."""
    y, v = ([trial[name] for trial in trials] for name in ("y", "v"))
    if len(trials) == 1:
        return fit(y, v, "FE", "z")
    if "rule" in model:
        return fit_rule(y, v, rule_of(model)).fit
    return fit(y, v, model["tau2_method"], model["interval"])


def _numbers(trials: Sequence[Mapping], model: Mapping) -> dict[str, float | None]:
    result = fit_again(trials, model) if trials else None
    return dict.fromkeys(_NUMBERS) if result is None else {name: getattr(result, name) for name in _NUMBERS}
