"""From clean rows to effects: one estimate per trial and period, and a reason for every row that gave none."""

from collections.abc import Iterable, Mapping, Sequence

from metawright.effects.effect import Effect, effect_of
from metawright.effects.pairs import Pair, pairs_of
from metawright.effects.pick import pick


def compute_effects(arms: Iterable[Mapping], outcome: Mapping, periods: Sequence[Mapping]) -> list[dict]:
    """Return the effects of one outcome.

    Parameters
    ----------
    arms : iterable of mappings
        Rows of `arms.csv` (see `metawright.extraction.arms`) of this outcome.
    outcome : Mapping
        Its block of the completed protocol.
    periods : sequence of mappings
        The periods of the completed protocol.

    Returns
    -------
    list of dict
        Rows of `effects.csv`: first the effects used, by period and first raw row; then one row per raw row that
        is not used, in the order of the file. Every raw row stands in `row_ids` exactly once.
    """
    rows = list(arms)
    unused = [_unused(row, outcome, row["reason"]) for row in rows if not row["used"]]
    used = []
    for period in periods:
        for pairs in pairs_of(row for row in rows if row["used"] and row["period"] == period["key"]):
            estimable, reasons = _estimable(pairs, outcome)
            chosen = pick([pair for pair, _ in estimable], period) if estimable else None
            for pair, effect in estimable:
                if pair is chosen:
                    used.append(_used(pair, effect, outcome, period))
                else:
                    reasons.append((pair, f"the period takes another time point ({chosen.label}; {period['pick']})"))
            unused += [_unused(row, outcome, reason) for pair, reason in reasons for row in pair.rows]
            unused += [
                _unused(row, outcome, "another row of the same time point is used instead")
                for pair in pairs
                for row in pair.beside
            ]
    return [*used, *sorted(unused, key=lambda row: int(row["row_ids"]))]


def _estimable(pairs: Iterable[Pair], outcome: Mapping) -> tuple[list, list]:
    estimable, reasons = [], []
    for pair in pairs:
        effect = effect_of(pair, outcome)
        if effect.reason:
            reasons.append((pair, effect.reason))
        else:
            estimable.append((pair, effect))
    return estimable, reasons


def _used(pair: Pair, effect: Effect, outcome: Mapping, period: Mapping) -> dict:
    return {
        "outcome": outcome["key"],
        "period": period["key"],
        "study": pair.study,
        "measure": outcome["measure"],
        "y": effect.y,
        "v": effect.v,
        "n_experimental": pair.n("experimental"),
        "n_control": pair.n("control"),
        "used": True,
        "reason": "",
        "timepoint": pair.label,
        "timepoint_months": pair.month,
        "row_ids": ";".join(str(row["row"]) for row in pair.rows),
        "imputed": False,
    }


def _unused(row: Mapping, outcome: Mapping, reason: str) -> dict:
    return {
        "outcome": outcome["key"],
        "period": row["period"],
        "study": row["study"],
        "measure": outcome["measure"],
        "y": None,
        "v": None,
        "n_experimental": row["n"] if row["arm"] == "experimental" else None,
        "n_control": row["n"] if row["arm"] == "control" else None,
        "used": False,
        "reason": reason,
        "timepoint": row["timepoint"],
        "timepoint_months": row["timepoint_months"],
        "row_ids": str(row["row"]),
        "imputed": False,
    }
