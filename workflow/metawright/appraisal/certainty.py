"""Certainty of the evidence after GRADE, cell by cell: what the numbers suggest, what people decided, and why not.

The rules stand in `metawright.appraisal.rating`, what a cell brings to them in `metawright.appraisal.rated_cell`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Unpack, cast

from metawright.appraisal.absolute import absolute_effect
from metawright.appraisal.documents import (
    DecisionEntry,
    DomainRating,
    RatedCell,
    RatingInputs,
    SummaryRow,
)
from metawright.appraisal.rated_cell import AboutCell, inputs_of_cell
from metawright.appraisal.rating.domain import Decision
from metawright.appraisal.rating.engine import NO_DATA, NOT_RATED, PROVISIONAL, Rating, rate
from metawright.appraisal.rating.inputs import Inputs
from metawright.appraisal.rating.settings import Settings
from metawright.extraction.designs import CONTAMINATED
from metawright.files.known import known
from metawright.pooling.documents import ModelResult, Pool
from metawright.pooling.tracks import rated
from metawright.reading.protocol import Outcome
from metawright.words.numbers import format_effect


def certainty_of_cell(
    pool: Pool,
    outcome: Outcome,
    settings: Settings,
    decisions: Sequence[Decision] = (),
    flags: Sequence[str] = (),
    awaiting: Sequence[str] = (),
    **about: Unpack[AboutCell],
) -> RatedCell:
    """Rate one cell.

    Parameters
    ----------
    pool : mapping
        The cell's document of the pooling stage.
    outcome : mapping
        Its block of the completed protocol.
    settings : Settings
        Thresholds.
    decisions : sequence of Decision
        What people decided about this cell.
    flags : sequence of str
        Remarks on indirectness, in sentences.
    awaiting : sequence of str
        Trials known to belong here whose numbers are not available.
    **about
        What else `metawright.appraisal.rated_cell.inputs_of_cell` takes.

    Returns
    -------
    dict
        Outcome, period, `model` that is rated, `k` and `n` that it pooled; `inputs` of the rating; the document of the
        rating (see `metawright.appraisal.rating.engine.Rating`), its status under `rating_status`; `words`: the rating
        as tables have it, with what stands beside it; `domains`: per domain `suggested` levels down (None: not judged,
        or does not apply), `levels` that count, `triggers` and `remarks` in words, `numbers`, and `override` (levels,
        reason, name and date, or None); `incomplete`.
    """
    row = rated(pool["models"])
    inputs = inputs_of_cell(pool, outcome, settings, awaiting=awaiting, **about)
    found = rate(inputs, settings, decisions)
    document = found.document()
    incomplete = bool(set(awaiting) - {trial["study"] for trial in pool["studies"]})
    return {
        "outcome": pool["outcome"],
        "period": pool["period"],
        "status": pool["status"],
        "measure": pool["measure"],
        "model": row["model"] if row else None,
        "k": inputs.k,
        "n": inputs.n,
        "known_trials": inputs.eligible_trials,
        "awaiting": list(awaiting),
        "incomplete": incomplete,
        "rating_status": document["status"],
        "basis": document["basis"],
        "start": document["start"],
        "levels": document["levels"],
        "rating": document["rating"],
        "at_most": document["at_most"],
        "reason": document["reason"],
        "up": document["up"],
        "eligible_up": document["eligible_up"],
        "detail": document["detail"],
        "remarks": [*found.remarks, *_beside(found, inputs, len(awaiting))],
        "suggested": found.suggested,
        "suggested_levels": document["suggested"]["levels"],
        "words": rating_words(found, inputs),
        "decisions": [_decided(decision) for decision in found.decisions.values()],
        "domains": _domains(found, pool, flags),
        # A test holds the type against the fields of the inputs.
        "inputs": cast(RatingInputs, asdict(inputs)),
    }


def _decided(decision: Decision) -> DecisionEntry:
    return {
        "domain": decision.domain,
        "levels": decision.levels,
        "reason": decision.reason,
        "by": decision.by,
        "date": decision.date,
    }


def rating_words(found: Rating, inputs: Inputs) -> str:
    """Return a rating as a table has it: `low`, `low (provisional: 2 of 3 trials)`, `not rated: ...`."""
    if found.status == NO_DATA:
        waiting = inputs.eligible_trials or 0
        said = f"; {waiting} trial{'' if waiting == 1 else 's'} awaiting" if waiting else ""
        return f"no usable numbers{said}"
    if found.status == NOT_RATED:
        return f"{NOT_RATED}: {found.reason}"
    if found.status == PROVISIONAL:
        return f"{found.rating} (provisional: {inputs.k} of {inputs.eligible_trials} trials)"
    return known(found.rating)


def _beside(found: Rating, inputs: Inputs, awaiting: int) -> list[str]:
    said = []
    if found.target and found.status != NOT_RATED:
        about = {"an effect": "there is an effect", "important effect": "the effect is important"}
        said.append(f"certainty that {about.get(found.target, 'there is little or no effect')}")
    if found.eligible_up and not found.up:
        said.append(f"eligible for rating up by {found.eligible_up} for a large effect, which people decide")
    if awaiting and inputs.k:
        said.append(f"without {awaiting} trial{'' if awaiting == 1 else 's'} awaiting data")
    return said


def _domains(found: Rating, pool: Pool, flags: Sequence[str]) -> dict[str, DomainRating]:
    made: dict[str, DomainRating] = {}
    for domain, finding in found.findings.items():
        decision = found.decisions.get(domain)
        remarks = list(finding.remarks)
        numbers: dict[str, object] = dict(finding.numbers)
        if domain == "indirectness":
            said = [*flags, *_contaminated(pool)]
            numbers["flags"] = said
            remarks += said
        made[domain] = {
            "suggested": finding.levels,
            "levels": found.levels[domain],
            "triggers": list(finding.triggers) if finding.levels else [],
            "remarks": remarks if finding.levels else [*finding.triggers, *remarks],
            "numbers": numbers,
            "override": _decided(decision) if decision else None,
        }
    return made


def _contaminated(pool: Pool) -> list[str]:
    return [
        f"{trial['study']}: the control arm has had the experimental treatment"
        for trial in pool["studies"]
        if CONTAMINATED in (trial.get("flags") or "").split(";")
    ]


def summary_rows(
    cells: Sequence[RatedCell],
    pools: Mapping[tuple[str, str], Pool],
    outcomes: Mapping[str, Outcome],
    periods: Mapping[str, str],
    risks: Mapping[tuple[str, str], tuple[float, str] | None],
) -> list[SummaryRow]:
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
        ratio means for 1,000 people, see `metawright.appraisal.absolute.absolute_effect`), `certainty` in words as it
        counts, `suggested` as the numbers suggest it, `status`, `basis`, `start`, `target`, `up`, the levels of each
        domain as they count (`levels_*`) and as suggested (`suggested_*`), `incomplete`, `notes` in words.
    """
    rows: list[SummaryRow] = []
    for cell in cells:
        pool = pools[cell["outcome"], cell["period"]]
        model = next((row for row in pool["models"] if row["model"] == cell["model"]), None)
        levels, suggested = cell["levels"], cell["suggested_levels"]
        trials = f"{cell['k']} trial{'' if cell['k'] == 1 else 's'}"
        rows.append(
            {
                "outcome": outcomes[cell["outcome"]]["label"],
                "period": periods[cell["period"]],
                "participants": f"{cell['n']} ({trials})" if cell["n"] is not None else trials,
                "effect": _effect(model, cell["measure"]),
                "absolute": absolute_effect(model, cell["measure"], risks.get((cell["outcome"], cell["period"]))),
                "certainty": cell["words"],
                "suggested": cell["suggested"] or NOT_RATED,
                "status": cell["rating_status"],
                "basis": cell["basis"] if cell["rating"] else "",
                "start": cell["start"] or "",
                "target": (cell["detail"]["target"] if cell["detail"] else None) or "",
                "up": cell["up"],
                "levels_risk_of_bias": levels["risk_of_bias"],
                "levels_inconsistency": levels["inconsistency"],
                "levels_indirectness": levels["indirectness"],
                "levels_imprecision": levels["imprecision"],
                "levels_publication_bias": levels["publication_bias"],
                "suggested_risk_of_bias": suggested["risk_of_bias"],
                "suggested_inconsistency": suggested["inconsistency"],
                "suggested_indirectness": suggested["indirectness"],
                "suggested_imprecision": suggested["imprecision"],
                "suggested_publication_bias": suggested["publication_bias"],
                "incomplete": cell["incomplete"],
                "notes": _notes(cell),
            }
        )
    return rows


def _notes(cell: RatedCell) -> list[str]:
    """Return the footnotes of a cell: every level with the numbers behind it, and what was not judged."""
    notes = []
    for domain, entry in cell["domains"].items():
        name = domain.replace("_", " ")
        if entry["override"]:
            by = f" by {entry['override']['by']}" if entry["override"]["by"] else ""
            notes.append(f"{name}: {entry['levels']} down, decided{by}: {entry['override']['reason']}")
        elif entry["suggested"]:
            notes.append(f"{name}: {entry['suggested']} down suggested: {'; '.join(entry['triggers'])}")
        elif entry["suggested"] is None and domain != "inconsistency":
            notes.append(f"{name} not judged")
    return [*notes, *cell["remarks"]]


def _effect(model: ModelResult | None, measure: str) -> str:
    if model is None or model.get("estimate") is None:
        return ""
    return f"{measure} {format_effect(model['estimate'], model['ci_low'], model['ci_high'], measure)}"
