"""Cells to examine, under the defaults of the schema."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from metawright.measures.registry import measure_of
from metawright.reading.schemas import load_schema, with_defaults
from metawright.sensitivity.examination.case import Case
from tests.oracle.reading import arms, rows
from tests.pooling.builders import cell, rule

SCHEMA = load_schema(Path(__file__).parents[2] / "workflow" / "schemas", "protocol")
MODELS = (
    rule(),
    {"key": "REML-HKSJ", "track": "recommended", "tau2_method": "REML", "interval": "HKSJ"},
    {"key": "DL-z", "tau2_method": "DL", "interval": "z"},
)
KEEP = {"protocol": "keep", "recommended": "keep", "other": "keep"}


def settings(**block) -> dict:
    """The block `sensitivity` with its defaults."""
    return with_defaults({"title": "", "outcomes": {}, "models": [], "sensitivity": block}, SCHEMA)["sensitivity"]


def case(y, v, *, studies=None, contaminated=KEEP, arm_rows=(), models=MODELS, outcome=None, **block) -> Case:
    """A case of trials A, B, C, ..."""
    made = cell(y, v, **(outcome or {}))
    trials = tuple({**trial, "flags": "", "value_type": "final"} for trial in made.trials)
    rows = tuple(arm_rows) or tuple({"row": row, "arm": "contrast"} for row in range(2, 2 * made.k + 2))
    return Case(replace(made, trials=trials), rows, models, contaminated, settings(**block), studies or {})


def bcg(**block) -> Case:
    """The thirteen BCG trials with their latitude and allocation."""
    counts = arms("bcg")
    effect = measure_of("RR").effect_of(*counts)
    one = case(effect.y, effect.v, outcome={"measure": "RR"}, **block)
    studies = {
        chr(97 + place): {"year": row["study"][-4:], "ablat": row["ablat"], "alloc": row["alloc"]}
        for place, row in enumerate(rows("bcg"))
    }
    return replace(one, cell=replace(one.cell, counts=np.stack(counts)), studies=studies)
