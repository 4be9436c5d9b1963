"""Everything that costs little about one cell, in one document of named blocks."""

from __future__ import annotations

import numpy as np

from metawright.sensitivity.examination.case import Block, Case
from metawright.sensitivity.examination.deletion import baujat_block, cumulative_block, gosh_block, influence_block
from metawright.sensitivity.examination.properties import moderators_block, subgroups_block
from metawright.sensitivity.examination.strength import (
    information_block,
    margin_block,
    missing_block,
    small_study_block,
)
from metawright.sensitivity.examination.supplements import bayes_block, ladder_block

#: The blocks of the document, in its order: name and the function that makes it from the case.
BLOCKS = {
    "influence": influence_block,
    "baujat": baujat_block,
    "cumulative": cumulative_block,
    "gosh": gosh_block,
    "bayes": bayes_block,
    "margin": margin_block,
    "information_size": information_block,
    "missing_data": missing_block,
    "small_study_effects": small_study_block,
    "subgroups": subgroups_block,
    "moderators": moderators_block,
}
_NUMBERS = ("estimate", "se", "ci_low", "ci_high", "p", "tau2", "i2")


def examine(case: Case) -> Block:
    """Examine one cell.

    Parameters
    ----------
    case : Case

    Returns
    -------
    dict
        `outcome`, `period`, `measure`, `status`, `k`, `trials`, `models` (the result of each, all of its trials
        present), one block per name of `BLOCKS`, and `method_ladder`. A block has a `status` (``done``, or why not:
        ``awaiting_data``, ``single_study``, ``not_possible``, ``not_assessed``, ``nothing_missing``) and a `reason`.
    """
    cell = case.cell
    document: Block = {
        "outcome": cell.outcome["key"],
        "period": cell.period,
        "measure": cell.measure,
        "status": cell.status,
        "k": cell.k,
        "trials": [
            {
                **{name: trial[name] for name in ("study", "y", "v", "n", "n_experimental", "n_control")},
                "year": case.year(trial["study"]),
            }
            for trial in cell.trials
        ],
        "models": [{**case.head(model), **_numbers(case, model["key"])} for model in case.models],
        **{name: block(case) for name, block in BLOCKS.items()},
    }
    document["method_ladder"] = ladder_block(case, document["bayes"]["posteriors"])
    return document


def _numbers(case: Case, key: str) -> dict[str, float | None]:
    if key not in case.results:
        return dict.fromkeys(_NUMBERS)
    fit = case.results[key].fit
    return {name: np.ravel(getattr(fit, name))[0].item() for name in _NUMBERS}
