"""Pool a cell again without each trial in turn."""

from collections.abc import Mapping, Sequence

from metawright.pooling.cell import Cell
from metawright.pooling.fit import Fit, fit
from metawright.pooling.pool import apply_rule, fit_cell, rule_of

_KEPT = ("estimate", "se", "ci_low", "ci_high", "p", "q", "i2", "i2_q", "tau2")


def leave_one_out(cell: Cell, models: Sequence[Mapping], contaminated: Mapping[str, str] | None = None) -> dict:
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
        change. With two trials each entry is the single other trial. With fewer there is nothing to leave out.

    References
    ----------
    Viechtbauer and Cheung 2010.
    """
    result = {"outcome": cell.outcome["key"], "period": cell.period, "status": cell.status, "k": cell.k}
    if cell.k < 2:
        return {**result, "models": [], "remarks": ["needs at least two trials"]}
    remarks = ["two trials: each entry is the other trial alone"] if cell.k == 2 else []
    return {
        **result,
        "models": [_of_model(cell.only(cell.places_of(model, contaminated)), model) for model in models],
        "remarks": remarks,
    }


def _of_model(cell: Cell, model: Mapping) -> dict:
    omitted = []
    if cell.k < 2:
        return {"model": model["key"], "track": model.get("track"), "omitted": omitted}
    whole = _result(cell, model)
    for index, trial in enumerate(cell.trials):
        rest = cell.without(index)
        part = _result(rest, model)
        entry = {"study": trial["study"], "status": rest.status if part else "undecided"}
        entry.update({name: getattr(part, name) if part else None for name in _KEPT})
        entry["tau2_method"] = part.tau2_method if part and rest.k > 1 else None
        entry["interval"] = part.interval if part else None
        entry.update(_changes(whole, part, rest.k > 1))
        omitted.append(entry)
    return {"model": model["key"], "track": model.get("track"), "omitted": omitted}


def _result(cell: Cell, model: Mapping) -> Fit | None:
    """Return the model's result, or None where a rule leaves the choice open."""
    if cell.k == 1:
        return fit(cell.y, cell.v, "FE", "z")
    if "rule" in model:
        return apply_rule(cell, rule_of(model)).fit
    return fit_cell(cell, model["tau2_method"], model["interval"])


def _changes(whole: Fit | None, part: Fit | None, several: bool) -> dict:
    if whole is None or part is None:
        return {"sign_changes": None, "significance_changes": None, "model_choice_changes": whole is not part}
    return {
        "sign_changes": bool(whole.estimate * part.estimate < 0),  # an estimate of exactly 0 takes no side
        "significance_changes": _significant(whole) != _significant(part),
        "model_choice_changes": several and (whole.tau2_method, whole.interval) != (part.tau2_method, part.interval),
    }


def _significant(result: Fit) -> bool:
    """Whether the interval excludes 0; an interval of width 0 never counts."""
    return not result.degenerate and bool(result.ci_low > 0 or result.ci_high < 0)
