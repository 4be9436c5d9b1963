"""What a ratio means in people: of 1,000 at a stated risk, how many more or fewer have the event."""

from collections.abc import Iterable
from statistics import median

from metawright.appraisal.documents import AbsoluteEffect
from metawright.files.known import known
from metawright.files.tables import TextRow
from metawright.measures.registry import measure_of
from metawright.pooling.documents import PooledRow
from metawright.reading.protocol import BaselineRisk


def baseline_risk(
    inputs: Iterable[TextRow], outcome: str, period: str, declared: Iterable[BaselineRisk] = ()
) -> tuple[float, str] | None:
    """Return the risk without the experimental treatment, and where it comes from.

    Parameters
    ----------
    inputs : iterable of mappings
        Rows of `inputs.csv`, as text: what went into the effects, arm by arm.
    outcome, period : str
        Keys of the cell.
    declared : iterable of mappings
        `baseline_risks` of the protocol: `outcome`, `risk`, `source` and, where it is about one alone, `period`. A
        declared risk comes first.

    Returns
    -------
    (float, str) or None
        Else the median of the risks in the control arms of the cell's trials (Schünemann 2023, Cochrane Handbook,
        chapter 14); None where no control arm has events.
    """
    for one in declared:
        if one["outcome"] == outcome and one.get("period") in (None, period):
            return float(one["risk"]), one["source"]
    risks = [
        float(row["events"]) / float(row["n"])
        for row in inputs
        if (row["outcome"], row["period"], row["arm"]) == (outcome, period, "control") and row["events"] and row["n"]
    ]
    if not risks:
        return None
    trials = f"{len(risks)} trial{'' if len(risks) == 1 else 's'}"
    return median(risks), f"median of the control arms of {trials}" if len(risks) > 1 else f"control arm of {trials}"


def absolute_effect(row: PooledRow | None, measure: str, baseline: tuple[float, str] | None) -> AbsoluteEffect | None:
    """Return what a pooled ratio means for 1,000 people.

    Parameters
    ----------
    row : mapping or None
        The pooled result, on the log scale: `estimate`, `ci_low`, `ci_high`.
    measure : str
        The protocol's word.
    baseline : (float, str) or None
        From `baseline_risk`.

    Returns
    -------
    dict or None
        Per 1,000 people: `baseline`, `risk` with the treatment and `difference`, the latter two with `_low` and `_high`
        from the limits of the interval; `source` of the baseline. None for other measures, or without a baseline.
    """
    record = measure_of(measure)
    risks = record.risks
    if row is None or row.get("estimate") is None or baseline is None or not (risks and risks.per_people):
        return None
    risk, source = baseline
    numbers = known(row["estimate"]), known(row["ci_low"]), known(row["ci_high"])
    middle, low, high = (1000.0 * risks.treated(record.scale.printed(value), risk) for value in numbers)
    return {
        "baseline": 1000.0 * risk,
        "source": source,
        "risk": middle,
        "difference": middle - 1000.0 * risk,
        "risk_low": low,
        "difference_low": low - 1000.0 * risk,
        "risk_high": high,
        "difference_high": high - 1000.0 * risk,
    }


def absolute_words(found: AbsoluteEffect | None) -> str:
    """Return `46 more per 1,000 [10 more, 80 more] at 523 per 1,000 (median of the control arms of 9 trials)`."""
    if not found:
        return ""
    middle, low, high = (
        more_or_fewer(people) for people in (found["difference"], found["difference_low"], found["difference_high"])
    )
    return f"{middle} per 1,000 [{low}, {high}] at {round(found['baseline']):,} per 1,000 ({found['source']})"


def more_or_fewer(people: float) -> str:
    """Return `46 more`, `3 fewer` or `0`."""
    whole = round(people)
    return f"{abs(whole):,} {'more' if whole > 0 else 'fewer'}" if whole else "0"
