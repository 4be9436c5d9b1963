"""Pool a cell again without each trial in turn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metawright.pooling.cell import Cell
from metawright.pooling.fit import Fit, fit
from metawright.pooling.pool import apply_rule, fit_cell, rule_of
from metawright.pooling.position import excludes
from metawright.pooling.rule import RANDOM, UNDECIDED
from metawright.reading.protocol import Contaminated, DeclaredModel
from metawright.sensitivity.documents import LeaveOneOut, LeaveOneOutModel, OmittedTrial

#: What a pool of two says of itself.
ALONE = "two trials: each entry is the other trial alone, which is no evidence for or against their pool"

_KEPT = ("estimate", "se", "ci_low", "ci_high", "p", "q", "i2", "i2_q", "tau2")


def leave_one_out(cell: Cell, models: Sequence[DeclaredModel], contaminated: Contaminated | None = None) -> LeaveOneOut:
    """Refit everything, tau² and the rule's choice included, without each trial.

    Parameters
    ----------
    cell : Cell
        The trials.
    models : sequence of mappings
        The models of the completed protocol.
    contaminated : mapping, optional
        The protocol's block of that name: a model is refitted among the trials that it pools.

    Returns
    -------
    dict
        Per model and omitted trial: the result, and whether sign, significance or the rule's choice of a model
        change. With two trials each entry is the single other trial, to look at: its interval is of another kind than
        the pool's, so that the two conclusions are not compared (the three flags are None). With fewer there is nothing
        to leave out.

    References
    ----------
    Viechtbauer and Cheung 2010.
    """
    result: LeaveOneOut = {
        "outcome": cell.outcome["key"],
        "period": cell.period,
        "status": cell.status,
        "k": cell.k,
        "models": [],
        "remarks": ["needs at least two trials"],
    }
    if cell.k < 2:
        return result
    remarks = [ALONE] if cell.k == 2 else []
    return {
        **result,
        "models": [_of_model(cell.only(cell.places_of(model, contaminated)), model) for model in models],
        "remarks": remarks,
    }


@dataclass(frozen=True)
class _Result:
    """What an entry holds of a pool; `numbers` under the names of `_KEPT`."""

    tau2_method: str
    interval: str
    degenerate: bool
    numbers: dict[str, float]


def _of_model(cell: Cell, model: DeclaredModel) -> LeaveOneOutModel:
    omitted: list[OmittedTrial] = []
    if cell.k < 2:
        return {"model": model["key"], "track": model.get("track"), "omitted": omitted}
    whole = _pools(cell, model, np.ones((cell.k, 1), dtype=bool))[0]
    several = cell.k > 2
    # the fit of the other trial alone, whatever the model, its tables included
    parts = _pools(cell, model, ~np.eye(cell.k, dtype=bool)) if several else _singles(cell)
    for trial, part in zip(cell.trials, parts, strict=True):
        status = "undecided" if part is None else "pooled" if several else "single_study"
        numbers: dict[str, float | None] = {name: part.numbers[name] if part else None for name in _KEPT}
        sign, significance, choice = _changes(whole, part) if several else (None, None, None)
        omitted.append(
            {
                "study": trial["study"],
                "status": status,
                "estimate": numbers["estimate"],
                "se": numbers["se"],
                "ci_low": numbers["ci_low"],
                "ci_high": numbers["ci_high"],
                "p": numbers["p"],
                "q": numbers["q"],
                "i2": numbers["i2"],
                "i2_q": numbers["i2_q"],
                "tau2": numbers["tau2"],
                "tau2_method": part.tau2_method if part and several else None,
                "interval": part.interval if part else None,
                "sign_changes": sign,
                "significance_changes": significance,
                "model_choice_changes": choice,
            }
        )
    return {"model": model["key"], "track": model.get("track"), "omitted": omitted}


def _pools(cell: Cell, model: DeclaredModel, present: np.ndarray) -> Sequence[_Result | None]:
    """The model's result among the trials of each column; None where a rule leaves the choice open."""
    if "rule" not in model:
        return _results(fit_cell(cell, model["tau2_method"], model["interval"], present))
    found = apply_rule(cell, rule_of(model), present)
    fixed, random = _results(found.fixed), _results(found.random)
    return [
        {RANDOM: random[place], UNDECIDED: None}.get(chosen, fixed[place])
        for place, chosen in enumerate(np.asarray(found.chosen).tolist())
    ]


def _singles(cell: Cell) -> list[_Result]:
    """The second and the first of two trials, alone."""
    return _results(fit(cell.y[None, ::-1], cell.v[None, ::-1], "FE", "z"))


def _results(block: Fit) -> list[_Result]:
    columns = {name: np.broadcast_to(getattr(block, name), np.shape(block.k)).tolist() for name in _KEPT}
    return [
        _Result(block.tau2_method, block.interval, degenerate, {name: values[i] for name, values in columns.items()})
        for i, degenerate in enumerate(np.asarray(block.degenerate).tolist())
    ]


def _changes(whole: _Result | None, part: _Result | None) -> tuple[bool | None, bool | None, bool]:
    """Whether sign, significance, and the choice of a model change; None where that is no comparison."""
    if whole is None or part is None:
        return None, None, whole is not part
    # an estimate of exactly 0 takes no side
    sign = whole.numbers["estimate"] * part.numbers["estimate"] < 0
    chosen = (whole.tau2_method, whole.interval) != (part.tau2_method, part.interval)
    return sign, _significant(whole) != _significant(part), chosen


def _significant(result: _Result) -> bool:
    """Whether the interval excludes 0; an interval of width 0 never counts."""
    return not result.degenerate and bool(excludes(result.numbers["ci_low"], result.numbers["ci_high"]))
