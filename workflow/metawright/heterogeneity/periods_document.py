"""The comparison of the periods of one outcome, as a document."""

from collections.abc import Iterable, Mapping, Sequence

from metawright.files.tables import truth
from metawright.heterogeneity.periods import compare_periods


def periods_document(
    effects: Iterable[Mapping[str, str]], outcome: Mapping, periods: Sequence[Mapping], settings: Mapping
) -> dict:
    """Compare every pair of periods of an outcome on the trials that they share.

    Parameters
    ----------
    effects : iterable of mappings
        Rows of the outcome's `effects.csv`, as text.
    outcome : mapping
        Its choices in the completed protocol.
    periods : sequence of mappings
        The protocol's periods.
    settings : mapping
        The protocol's block `sensitivity.periods`: grids `rho` and `phi`.

    Returns
    -------
    dict
        `outcome`, `measure`, `status` (``compared``, ``one_period`` or ``awaiting_data``), `reason`, and `pairs` as
        `metawright.heterogeneity.periods.compare_periods` returns them.
    """
    head = {"outcome": outcome["key"], "measure": outcome["measure"]}
    if len(periods) < 2:
        return {**head, "status": "one_period", "reason": "the review has one period", "pairs": []}
    rows = [
        {"study": row["study"], "period": row["period"], "y": float(row["y"]), "v": float(row["v"])}
        for row in effects
        if truth(row["used"])
    ]
    pairs = compare_periods(rows, [period["key"] for period in periods], settings["rho"], settings["phi"])
    compared = any(pair["status"] == "compared" for pair in pairs)
    status = {"status": "compared", "reason": ""}
    if not compared:
        status = {"status": "awaiting_data", "reason": "fewer than two periods have data"}
    return {**head, **status, "pairs": pairs}
