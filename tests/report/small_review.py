"""A review of one outcome and one period around hand-made documents."""

from metawright.report.cells import assemble_cell
from tests.report.cells_by_hand import NOBODY, model, trial

NONE = {"awaiting": (), "claims": (), "checks": {}, "arms": {}, "periods": 1}


def small_results(documents, measure="MD", direction="higher_is_better", arms=("exercise", "usual care")):
    """Return as much of a review's results as sentences and tables of its one cell need."""
    outcome = {"key": "O", "label": "Function", "measure": measure, "direction": direction}
    period = {"key": "all", "label": "All time points", "from": 0, "to": None}
    cell = assemble_cell(*documents, **NONE)
    return {
        "protocol": {"outcomes": {"O": outcome}, "periods": [period]},
        "labels": {},
        "arm_words": dict(zip(("experimental", "control"), arms, strict=True)),
        "cells": [cell],
    }


def many(k, pi, tau2=1.0):
    """A pool of *k* trials whose models carry made-up but consistent numbers."""
    studies = [trial(f"s{index}", 2.0, 1.0) | NOBODY for index in range(k)]
    numbers = {"estimate": 2.0, "se": 0.5, "ci_low": 1.0, "ci_high": 3.0, "p": 0.0001, "k": k, "tau2": tau2}
    numbers |= {"tau2_method": "REML", "pi_low": pi[0], "pi_high": pi[1], "interval": "HKSJ"}
    models = [model("a", "protocol", **numbers), model("b", "recommended", **numbers)]
    omitted = [{"study": study["study"], "estimate": 2.0 + 0.1 * i} for i, study in enumerate(studies)]
    cell = {"outcome": "O", "period": "all", "status": "pooled", "k": k}
    pool = cell | NOBODY | {"measure": "MD", "studies": studies, "models": models}
    spread = {"q": 9.0, "q_df": float(k - 1), "q_p": 0.2, "h2_q": 1.0, "i2_q": 12.0, "i2_q_low": 0.0, "i2_q_high": 60.0}
    left_out = [{"model": key, "track": None, "omitted": [dict(one) for one in omitted]} for key in ("a", "b")]
    return pool, cell | spread | {"tau2": []}, cell | {"models": left_out}
