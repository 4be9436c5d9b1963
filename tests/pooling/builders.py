"""Cells built from plain numbers."""

import json
from pathlib import Path

import numpy as np

from metawright.pooling.cell import Cell

ORACLE = Path(__file__).parents[1] / "oracle"

OUTCOME = {
    "key": "score",
    "measure": "MD",
    "variance": "unpooled",
    "smd": "revman",
    "second_order": False,
    "zero_scope": "events",
    "mh_exact": False,
}

FE = {"tau2_method": "FE", "interval": "z"}
DL = {"tau2_method": "DL", "interval": "z"}


def cell(y, v, **outcome) -> Cell:
    """A cell of trials A, B, C, ... with 10 patients per arm."""
    trials = tuple(
        {
            "study": chr(65 + index),
            "y": float(effect),
            "v": float(variance),
            "n": 20,
            "n_experimental": 10,
            "n_control": 10,
            "timepoint": "3 m",
            "timepoint_months": 3.0,
            "row_ids": f"{2 * index + 2};{2 * index + 3}",
            "imputed": False,
        }
        for index, (effect, variance) in enumerate(zip(y, v, strict=True))
    )
    return Cell({**OUTCOME, **outcome}, "short", trials, np.array(y, dtype=float), np.array(v, dtype=float), None)


def rule(**choices) -> dict:
    """A rule model with the defaults of the schema."""
    block = {"p_above": 0.1, "i2_below": 50, "combine": "and", "on_discordance": "fixed", "fixed": FE, "random": DL}
    return {"key": "rule", "track": "protocol", "rule": {**block, **choices}}


def reference(name: str) -> dict:
    """Reference values of one data set."""
    return json.loads((ORACLE / "reference" / f"{name}.json").read_text())
