"""What a ratio means in people: of 1,000 at a stated risk, how many more or fewer have the event."""

from collections.abc import Iterable, Mapping
from statistics import median

from metawright.measures.registry import measure_of


def baseline_risk(
    inputs: Iterable[Mapping[str, str]], outcome: str, period: str, declared: Iterable[Mapping] = ()
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


def absolute_effect(row: Mapping | None, measure: str, baseline: tuple[float, str] | None) -> dict | None:
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
    known = measure_of(measure)
    if row is None or row.get("estimate") is None or baseline is None or not (known.risks and known.risks.per_people):
        return None
    risk, source = baseline
    found: dict[str, float | str] = {"baseline": 1000.0 * risk, "source": source}
    for name, end in (("estimate", ""), ("ci_low", "_low"), ("ci_high", "_high")):
        value = 1000.0 * known.risks.treated(known.scale.printed(row[name]), risk)
        found |= {f"risk{end}": value, f"difference{end}": value - 1000.0 * risk}
    return found


def absolute_words(found: Mapping | None) -> str:
    """Return `46 more per 1,000 [10 more, 80 more] at 523 per 1,000 (median of the control arms of 9 trials)`."""
    if not found:
        return ""
    middle, low, high = (more_or_fewer(found[name]) for name in ("difference", "difference_low", "difference_high"))
    return f"{middle} per 1,000 [{low}, {high}] at {round(found['baseline']):,} per 1,000 ({found['source']})"


def more_or_fewer(people: float) -> str:
    """Return `46 more`, `3 fewer` or `0`."""
    whole = round(people)
    return f"{abs(whole):,} {'more' if whole > 0 else 'fewer'}" if whole else "0"
