"""Which choices would give the printed numbers: the pools that the trials at hand allow, searched for a claim."""

from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any

import numpy as np

from metawright.audit.claims.material import Material
from metawright.audit.claims.printed import has
from metawright.audit.documents import FittingSpecification
from metawright.audit.published import agrees, p_agrees
from metawright.effects.compute import compute_effects
from metawright.extraction.documents import ArmRow
from metawright.files.known import all_known
from metawright.files.tables import TextRow
from metawright.measures.registry import measure_of
from metawright.pooling.pool import rule_of
from metawright.sensitivity.multiverse import multiverse
from metawright.sensitivity.refit import Trials
from metawright.sensitivity.specifications import DataChoice, model_grid
from metawright.words.numbers import back_transform

#: A row of the multiverse of a cell, with the names of its `axes`: which columns there are depends on these.
Specification = dict[str, Any]

#: At most so many combinations of time points are tried.
MOST = 64

ASSUMED = "n_assumed_randomised"


def specifications(m: Material, cell: tuple[str, str]) -> list[Specification] | None:
    """Return every specification of one cell.

    Varied are the time point of each trial within the period, the number of participants where only those
    randomised are known (as extracted, or as the review's table prints them), the variance of mean differences,
    the trials (all, or those that the claims cite) and the model.

    Returns
    -------
    list of dict
        Rows of the multiverse, or None where the outcome is pooled from tables or has no trials.
    """
    outcome, period = m.outcomes[cell[0]], next(p for p in m.periods if p["key"] == cell[1])
    if measure_of(outcome["measure"]).weighing.of_tables:
        return None
    rows = [row for row in m.arms if row["outcome"] == cell[0] and row["period"] == cell[1] and row["used"]]
    cited = set(m.trials_cited(*cell))
    data = []
    for choices, version, variance in _versions(m, rows, outcome["measure"]):
        effects = compute_effects(version, {**outcome, "variance": variance}, [period])
        effects = [effect for effect in effects if effect["used"]]
        for name, kept in (("all", effects), ("cited", [e for e in effects if e["study"] in cited])):
            y, v = (np.array(all_known(effect[name] for effect in kept)) for name in ("y", "v"))
            trials = Trials(y, v) if kept else None
            data.append(DataChoice({**choices, "trials": name}, trials, outcome["measure"]))
    if not any(choice.trials for choice in data):
        return None
    rule = next((rule_of(model) for model in m.protocol["models"] if "rule" in model), None)
    table = multiverse(data, model_grid(rule=rule))
    return [{**row, "axes": list(table.axes)} for row in table.rows()]


def _versions(m: Material, rows: Sequence[ArmRow], measure: str) -> Iterator[tuple[dict[str, str], list[ArmRow], str]]:
    """Yield choices, rows and variance for every combination of time points, participants and variance."""
    times: dict[str, dict[object, str]] = {}
    for row in rows:
        times.setdefault(row["study"], {})[row["timepoint_months"]] = row["timepoint"]
    several = {study: found for study, found in times.items() if len(found) > 1}
    combinations = islice(product(*(found.items() for found in several.values())), MOST)
    sizes = ["as extracted"]
    if any(ASSUMED in row["flags"].split(";") and _printed_n(m, row) not in (None, row["n"]) for row in rows):
        sizes.append("as printed in the review's table")
    variances = ["unpooled", "pooled"] if "variance" in measure_of(measure).options else ["unpooled"]
    for combination in combinations:
        taken = dict(zip(several, (month for month, _ in combination), strict=True))
        words = ", ".join(f"{study} {label}" for study, (_, label) in zip(several, combination, strict=True))
        part = [row for row in rows if row["study"] not in taken or row["timepoint_months"] == taken[row["study"]]]
        for size, variance in product(sizes, variances):
            changed = [_sized(m, row) for row in part] if size != "as extracted" else part
            yield {"time_points": words or "the only ones", "n": size, "variance": variance}, changed, variance


def _printed_n(m: Material, row: ArmRow) -> int | None:
    text = m.printed(row["study"], f"n_{row['arm']}")
    return int(text) if text.isdigit() else None


def _sized(m: Material, row: ArmRow) -> ArmRow:
    """Return a row with the review's own number of participants where n analysed is not known."""
    printed = _printed_n(m, row)
    if printed is None or ASSUMED not in row["flags"].split(";"):
        return row
    return {**row, "n": printed, "n_randomised": printed}


def fitting(
    rows: Sequence[Specification], claim: TextRow, measure: str, beside: Sequence[TextRow] = ()
) -> list[FittingSpecification] | None:
    """Return the specifications that give the printed numbers; None where too little is printed.

    Estimate and both limits round to what is printed (see `metawright.audit.published.agrees`; *beside* are all claims
    about the cell); with a P alone, P does. The specifications closest to what the review says it did (all of its
    trials, its rule) come first.
    """
    full = has(claim, "estimate", "ci_low", "ci_high")
    if not full and not has(claim, "p"):
        return None
    found: list[FittingSpecification] = []
    for row in rows:
        if full:
            values = {name: back_transform(row[name], measure) for name in ("estimate", "ci_low", "ci_high")}
            good = agrees(values, claim, beside)
        else:
            good = p_agrees(row["p"], claim.get("p_op"), claim["p"]) is True
        if good:
            found.append(
                {
                    "choices": {axis: row[axis] for axis in row["axes"]},
                    "used": row["used"],
                    "k": row["k"],
                    "estimate": row["estimate"],
                    "ci_low": row["ci_low"],
                    "ci_high": row["ci_high"],
                    "p": row["p"],
                    "excludes_zero": row["excludes_zero"],
                    "words": _words(row, measure),
                }
            )
    return sorted(found, key=_closeness)


def _closeness(spec: FittingSpecification) -> tuple[bool, ...]:
    """Order specifications: the review's rule, all trials, the review's own numbers of participants first."""
    choices = spec["choices"]
    return "rule" not in choices["model"], "all" not in choices["trials"], "as printed" not in choices["n"]


def _words(row: Specification, measure: str) -> str:
    """Return a specification in a line."""
    low, mid, high = (back_transform(row[name], measure) for name in ("ci_low", "estimate", "ci_high"))
    model = "rule" if "rule" in row["model"].split("|") else row["used"]
    parts = [
        f"{model} ({row['used']})" if model == "rule" else model,
        f"n {row['n']}",
        f"time points {row['time_points']}",
    ]
    if row["variance"] != "unpooled|pooled" and "|" not in row["variance"]:
        parts.append(f"{row['variance']} variance")
    return f"{', '.join(parts)}: {mid:.2f} [{low:.2f}, {high:.2f}], P = {row['p']:.4f}"
