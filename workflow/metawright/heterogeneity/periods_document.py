"""The comparison of the periods of one outcome, as a document."""

from collections.abc import Iterable, Sequence
from typing import TypedDict

from metawright.files.tables import TextRow, truth
from metawright.heterogeneity.periods import ComparedPair, UsedEffect, compare_periods
from metawright.reading.protocol import Outcome, Period, PeriodsSettings


class Comparison(TypedDict):
    """Every pair of periods in memory; its file is a `metawright.heterogeneity.documents.PeriodsDocument`.

    `status` is ``compared``, ``one_period`` or ``awaiting_data``.
    """

    outcome: str
    measure: str
    status: str
    reason: str
    pairs: list[ComparedPair]


def periods_document(
    effects: Iterable[TextRow], outcome: Outcome, periods: Sequence[Period], settings: PeriodsSettings
) -> Comparison:
    """Compare every pair of periods of an outcome on the trials that they share.

    Parameters
    ----------
    effects : iterable of TextRow
        Rows of the outcome's `effects.csv`, as text.
    outcome : Outcome
        Its choices in the completed protocol.
    periods : sequence of Period
        The protocol's periods.
    settings : PeriodsSettings
        The protocol's block `sensitivity.periods`: grids `rho` and `phi`.

    Returns
    -------
    Comparison
    """
    result: Comparison = {
        "outcome": outcome["key"],
        "measure": outcome["measure"],
        "status": "one_period",
        "reason": "the review has one period",
        "pairs": [],
    }
    if len(periods) < 2:
        return result
    rows: list[UsedEffect] = [
        {"study": row["study"], "period": row["period"], "y": float(row["y"]), "v": float(row["v"])}
        for row in effects
        if truth(row["used"])
    ]
    pairs = compare_periods(rows, [period["key"] for period in periods], settings["rho"], settings["phi"])
    compared = any(pair["status"] == "compared" for pair in pairs)
    result["status"] = "compared" if compared else "awaiting_data"
    result["reason"] = "" if compared else "fewer than two periods have data"
    result["pairs"] = pairs
    return result
