"""Certainty of the evidence after GRADE: what the numbers suggest, never a decision.

Each suggestion carries the number that triggered it, and a person can put another one in its place, with a reason.
The thresholds are defaults of this workflow, not rules of GRADE.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from metawright.appraisal.absolute import absolute_effect
from metawright.appraisal.by_judgement import weight_at_risk, weights_of
from metawright.extraction.designs import CONTAMINATED
from metawright.report.numbers import format_effect, is_ratio
from metawright.sensitivity.small_study.assess import not_assessed_because

DOMAINS = ("risk_of_bias", "inconsistency", "indirectness", "imprecision", "publication_bias")
#: The tests for small-study effects as a suggestion names them.
TESTS = {
    "egger": "Egger's test",
    "egger_sized": "Egger's test on the sizes of the arms",
    "harbord": "Harbord's test",
    "peters": "Peters' test",
}
RATINGS = ("very low", "low", "moderate", "high")


def certainty_of_cell(
    pool: Mapping,
    outcome: Mapping,
    choices: Mapping,
    appraisal: Mapping | None = None,
    heterogeneity: Mapping | None = None,
    flags: Sequence[str] = (),
    awaiting: Sequence[str] = (),
    small_study: Mapping | None = None,
) -> dict:
    """Suggest a rating for one cell.

    Parameters
    ----------
    pool : mapping
        The cell's document of the pooling stage.
    outcome : mapping
        Its block of the completed protocol.
    choices : mapping
        The protocol's block `certainty`.
    appraisal, heterogeneity : mapping, optional
        The documents of risk of bias and of heterogeneity.
    flags : sequence of str
        Remarks on indirectness, in sentences.
    awaiting : sequence of str
        Trials known to belong here whose numbers are not available.
    small_study : mapping, optional
        The block `small_study_effects` of the cell's examination: the tests on the trials that the rated model pools,
        and which of them fits the measure.

    Returns
    -------
    dict
        Outcome, period, `model` that is rated, `k`, `n`, `domains`: per domain `suggested` levels down (None: cannot be
        assessed), `levels` that count, `triggers` and `remarks` in words, `numbers`, and `override` (levels and reason,
        or None); `suggested` and `rating` (None without data), `incomplete`.
    """
    model = _rated(pool["models"], choices["track"])
    base = {
        "outcome": pool["outcome"],
        "period": pool["period"],
        "status": pool["status"],
        "measure": pool["measure"],
        "model": model["model"] if model else None,
        "k": pool["k"],
        "n": _participants(pool),
        "awaiting": list(awaiting),
        "incomplete": bool(awaiting),
    }
    if model is None or model.get("estimate") is None:
        why = "no data" if pool["status"] == "awaiting_data" else "no result"
        return base | {"domains": {}, "start": choices["start"], "suggested": None, "rating": None, "remarks": [why]}
    mid = (outcome.get("minimal_important_difference") or {}).get("value")
    if mid is not None and is_ratio(pool["measure"]):
        mid = float(np.log(mid))
    found = {
        "risk_of_bias": _risk_of_bias(pool, model, appraisal, choices),
        "inconsistency": _inconsistency(pool, model, heterogeneity, mid, choices),
        "indirectness": _indirectness(pool, flags),
        "imprecision": _imprecision(model, base["n"], mid, choices),
        "publication_bias": _publication_bias(model, choices, small_study),
    }
    for domain, entry in found.items():
        override = _override(choices["overrides"], pool["outcome"], pool["period"], domain)
        entry["override"] = override
        entry["levels"] = override["levels"] if override else entry["suggested"] or 0
    start = RATINGS.index(choices["start"])
    suggested = max(0, start - sum(entry["suggested"] or 0 for entry in found.values()))
    rating = max(0, start - sum(entry["levels"] for entry in found.values()))
    remarks = [f"without {len(awaiting)} trial{'' if len(awaiting) == 1 else 's'} awaiting data"] if awaiting else []
    return base | {
        "domains": found,
        "start": choices["start"],
        "suggested": RATINGS[suggested],
        "rating": RATINGS[rating],
        "remarks": remarks,
    }


def _rated(models: Sequence[Mapping], track: str) -> Mapping | None:
    order = [track, *(name for name in ("protocol", "recommended") if name != track)]
    return next((row for name in order for row in models if row.get("track") == name), models[0] if models else None)


def _participants(pool: Mapping) -> int | None:
    sizes = [pool["n_experimental"], pool["n_control"]]
    return None if None in sizes else sum(sizes)


def _entry(suggested: int | None, triggers: Sequence[str] = (), remarks: Sequence[str] = (), **numbers) -> dict:
    return {"suggested": suggested, "triggers": list(triggers), "remarks": list(remarks), "numbers": numbers}


def _risk_of_bias(pool: Mapping, model: Mapping, appraisal: Mapping | None, choices: Mapping) -> dict:
    weights = weights_of(pool, model)
    if not appraisal or not weights:
        return _entry(None, remarks=["no judgements" if not appraisal else "no weights"])
    at_risk = weight_at_risk(appraisal, weights)
    triggers = []
    if at_risk["two_grave"] > choices["two_domains_weight"]:
        words = f"{at_risk['two_grave']:.0f}% of weight from trials with two or more domains at high risk"
        return _entry(2, [words], **at_risk)
    if at_risk["any_grave"] > choices["risk_of_bias_weight"]:
        triggers.append(f"{at_risk['any_grave']:.0f}% of weight from trials with a domain at high risk")
    if at_risk["selection"] > choices["selection_weight"]:
        triggers.append(f"{at_risk['selection']:.0f}% of weight from trials without a selection domain at low risk")
    remarks = [f"{at_risk['not_judged']:.0f}% of weight not judged"] if at_risk["not_judged"] > 0 else []
    return _entry(1 if triggers else 0, triggers, remarks, **at_risk)


def _inconsistency(
    pool: Mapping, model: Mapping, heterogeneity: Mapping | None, mid: float | None, choices: Mapping
) -> dict:
    if pool["k"] < 2 or model.get("i2") is None:
        return _entry(None, remarks=["one trial"])
    low, high = model.get("pi_low"), model.get("pi_high")
    tau = model["tau2"] ** 0.5 if model.get("tau2") is not None else _tau(heterogeneity)
    numbers = {"i2": model["i2"], "pi_low": low, "pi_high": high, "tau": tau}
    triggers, remarks = [], []
    if low is None or high is None:
        remarks.append("no prediction interval")
    elif model["i2"] >= choices["i2_from"]:
        lines = [0.0] if mid is None else [0.0, mid, -mid]
        crossed = [line for line in lines if low < line < high]
        if crossed:
            what = "no effect" if 0.0 in crossed else "the minimal important difference"
            triggers.append(f"I² = {model['i2']:.0f}% and the prediction interval crosses {what}")
    if mid is None:
        remarks.append("no minimal important difference: tau is not held against one")
    elif tau is not None and tau > abs(mid):
        triggers.append(f"tau = {tau:.2f} is above the minimal important difference {abs(mid):.2f}")
    if pool["k"] == 2:
        remarks.append("two trials say little about heterogeneity")
    return _entry(1 if triggers else 0, triggers, remarks, **numbers)


def _tau(heterogeneity: Mapping | None) -> float | None:
    methods = {item["method"]: item["tau2"] for item in (heterogeneity or {}).get("tau2", [])}
    tau2 = methods.get("REML", next(iter(methods.values()), None))
    return None if tau2 is None else tau2**0.5


def _indirectness(pool: Mapping, flags: Sequence[str]) -> dict:
    found = list(flags)
    found += [
        f"{trial['study']}: the control arm has had the experimental treatment"
        for trial in pool["studies"]
        if CONTAMINATED in (trial.get("flags") or "").split(";")
    ]
    return _entry(0, remarks=[*found, "never suggested automatically: a judgement of people"], flags=found)


def _imprecision(model: Mapping, n: int | None, mid: float | None, choices: Mapping) -> dict:
    low, high = model["ci_low"], model["ci_high"]
    triggers, remarks = [], []
    if mid is None:
        remarks.append("no minimal important difference: the interval is not held against one")
    elif low <= 0 <= high and (low <= mid <= high or low <= -mid <= high):
        triggers.append("the interval includes no effect and the minimal important difference")
    size = choices["information_size"]
    if n is None:
        remarks.append("the number of participants is not known")
    elif n < size:
        triggers.append(f"{n} participants, fewer than {size:g}")
    return _entry(len(triggers), triggers, remarks, ci_low=low, ci_high=high, n=n, information_size=size)


def _publication_bias(model: Mapping, choices: Mapping, small_study: Mapping | None) -> dict:
    """Suggest by the one test that fits the measure; Egger's decides about no odds or risk ratio."""
    if few := not_assessed_because(model["k"]):
        return _entry(None, remarks=[few.removeprefix("not assessed: ")])
    if not small_study or small_study["status"] != "done":
        return _entry(None, remarks=["small-study effects were not examined"])
    if not small_study["read"]:
        return _entry(None, remarks=["no test for small-study effects fits this measure and these data"])
    name = small_study["read"][0]
    p = small_study[name]["p"]
    triggers = [f"{TESTS[name]}: P = {p:.3f}"] if p is not None and p < choices["egger_below"] else []
    return _entry(len(triggers), triggers, [], test=name, p=p)


def _override(overrides: Sequence[Mapping], outcome: str, period: str, domain: str) -> dict | None:
    for item in overrides:
        if item["outcome"] == outcome and item["domain"] == domain and item.get("period") in (None, period):
            return {"levels": item["levels"], "reason": item["reason"]}
    return None


def summary_rows(
    cells: Sequence[Mapping],
    pools: Mapping,
    outcomes: Mapping,
    periods: Mapping[str, str],
    risks: Mapping[tuple[str, str], tuple[float, str] | None],
) -> list[dict]:
    """Return the rows of a Summary-of-Findings table.

    Parameters
    ----------
    cells : sequence of mappings
        From `certainty_of_cell`.
    pools : mapping
        The cells' documents of the pooling stage, by (outcome, period).
    outcomes : mapping
        The protocol's outcomes.
    periods : mapping
        Label of each period by its key.
    risks : mapping
        Risk without the experimental treatment and its source by cell (see `metawright.appraisal.absolute`).

    Returns
    -------
    list of dict
        `outcome`, `period` (labels), `participants` (trials) in words, `effect` with its interval, `absolute` (what a
        ratio means for 1,000 people, see `metawright.appraisal.absolute.absolute_effect`), `certainty`
        as it counts, `suggested` as the numbers suggest it, `incomplete`, `notes` in words.
    """
    rows = []
    for cell in cells:
        pool = pools[cell["outcome"], cell["period"]]
        model = next((row for row in pool["models"] if row["model"] == cell["model"]), None)
        notes = list(cell["remarks"])
        for domain, entry in cell["domains"].items():
            name = domain.replace("_", " ")
            if entry["override"]:
                notes.append(f"{name}: {entry['levels']} down, decided: {entry['override']['reason']}")
            elif entry["suggested"]:
                notes.append(f"{name}: {entry['suggested']} down suggested: {'; '.join(entry['triggers'])}")
            elif entry["suggested"] is None:
                notes.append(f"{name} not assessed: {'; '.join(entry['remarks'])}")
        trials = f"{cell['k']} trial{'' if cell['k'] == 1 else 's'}"
        rows.append(
            {
                "outcome": outcomes[cell["outcome"]]["label"],
                "period": periods[cell["period"]],
                "participants": f"{cell['n']} ({trials})" if cell["n"] is not None else trials,
                "effect": _effect(model, cell["measure"]),
                "absolute": absolute_effect(model, cell["measure"], risks.get((cell["outcome"], cell["period"]))),
                "certainty": cell["rating"] or "not rated",
                "suggested": cell["suggested"] or "not rated",
                "incomplete": cell["incomplete"],
                "notes": notes,
            }
        )
    return rows


def _effect(model: Mapping | None, measure: str) -> str:
    if model is None or model.get("estimate") is None:
        return ""
    return f"{measure} {format_effect(model['estimate'], model['ci_low'], model['ci_high'], measure)}"
