"""Tables of what trials without numbers must show: derived from published pools, never data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from metawright.report.sentences.context import Context
from metawright.report.tables.table import Cell, TableData, cell, column, table
from metawright.words.names import count, join
from metawright.words.numbers import (
    PLAIN,
    format_ci,
    format_estimate,
    format_number,
    format_p,
    format_percent,
    p_value,
)

if TYPE_CHECKING:
    from metawright.audit.documents import (
        FeasibleClaim,
        FeasibleSet,
        NarrowestModified,
        PoolWithout,
        Ranged,
        RangedOpen,
    )
    from metawright.report.documents import Results


LABEL = "feasible reconstruction, not data"
VERDICTS = {
    "impossible": "cannot be significant, whatever the missing trials are",
    "impossible_by_remainder": "cannot be significant, given what the missing trials together must show",
    "certain": "significant in any case",
    "open": "significant only if Q is small enough",
}


def overview_table(results: Results) -> TableData | None:
    """Return a line per published pool: whether it could be significant with the Hartung-Knapp interval."""
    feasible = results.get("feasible")
    if not feasible:
        return None
    columns = [column("Claim"), column("Outcome and period"), column("Trials with numbers", "right")]
    columns += [column("Significant if Q is below", "right"), column("Q is at least", "right")]
    columns += [column("Chance of so small a Q if homogeneous", "right")]
    columns += [column("Modified Hartung–Knapp interval, at its narrowest", "right"), column("Hartung–Knapp interval")]
    rows = []
    for claim in feasible["claims"]:
        first = claim["sets"][0]
        hksj, measure = first["hksj"], measure_of(results, claim)
        known = f"{len(first['known'])} of {first['k']}"
        if hksj is None:
            rows.append([claim["claim"], cell_of_claim(results, claim), known, "", "", "", "", first["words"]])
            continue
        narrow = first.get("mhksj")
        rows.append(
            [
                claim["claim"],
                cell_of_claim(results, claim),
                known,
                format_number(hksj["q_below"]["value"], 3),
                at_least(first),
                p_value(hksj["probability_if_homogeneous"]),
                _narrowest(narrow, measure) if narrow else "",
                VERDICTS[hksj["verdict"]],
            ]
        )
    notes = [
        "Given the published estimate, its standard error and fixed-effect weights. Q of a pool is never below Q of "
        "some of its trials."
    ]
    return table("feasible", f"What the published pools allow ({LABEL})", columns, rows, notes)


def _narrowest(narrow: NarrowestModified, measure: str) -> Cell:
    words = {True: "includes no effect", False: "excludes no effect", None: "open within the rounding"}
    return cell(format_ci(narrow["low"], narrow["high"], measure), words[narrow["includes_null"]])


def at_least(one: FeasibleSet) -> str:
    """Return the least Q of a set: of the known trials, or with what the missing ones together must show."""
    hksj = one["hksj"]
    if hksj is None:
        return ""
    value = hksj["q_at_least" if hksj["verdict"] == "impossible" else "q_with_remainder"]
    return format_number(value["value"], 2) if one["known"] else "0"


def remainder_tables(results: Results) -> list[TableData]:
    """Return a table per published pool of which some trials are known: what the rest together must show."""
    feasible = results.get("feasible")
    tables = []
    for claim in (feasible or {"claims": []})["claims"]:
        sets = [one for one in claim["sets"] if one["known"] and one["remainder"]]
        if sets:
            tables.append(_remainder(results, claim, sets))
    return tables


def _remainder(results: Results, claim: FeasibleClaim, sets: Sequence[Mapping[str, Any]]) -> TableData:
    measure = measure_of(results, claim)
    missing = names(results, sets[0]["missing"]) or "the trials without numbers"
    columns = [column(""), *(column(f"n {one['n']}", "right") for one in sets)]
    lines = [
        ("Trials with numbers", [names(results, one["known"]) for one in sets]),
        (f"{missing}: estimate", [ranged(one["remainder"]["estimate"], measure) for one in sets]),
        ("95% confidence interval", [_limits(one["remainder"], measure) for one in sets]),
        ("Standard error", [ranged(one["remainder"]["se"], PLAIN) for one in sets]),
        ("P (normal)", [_p(one["remainder"]["p"]) for one in sets]),
        ("P (t test)", [_p(one["remainder"]["p_t"]) for one in sets]),
        ("Common SD that this means", [ranged(one["remainder"]["implied_sd"], PLAIN) for one in sets]),
        ("Q of all trials", [ranged(one["q"], PLAIN) for one in sets]),
        ("I²", [_percent(one["i2"]) for one in sets]),
        ("Q of the trials with numbers", [ranged(one["q_of_known"], PLAIN) for one in sets]),
        ("Q below which Hartung–Knapp is significant", [ranged(one["hksj"]["q_below"], PLAIN, 3) for one in sets]),
        ("Hartung–Knapp interval", [VERDICTS[one["hksj"]["verdict"]] for one in sets]),
        ("REML, Hartung–Knapp, with the remainder", [_reml(one, measure) for one in sets]),
    ]
    for key in dict.fromkeys(key for one in sets for key in one["without"]):
        label = f"Fixed effect without {names(results, key.split('+'))}"
        lines.append((label, [_without(one["without"].get(key), measure) for one in sets]))
    kept = dict.fromkeys(study for one in sets for study in one["sizes_that_keep_the_verdict"])
    for study in kept:
        sizes = [one["sizes_that_keep_the_verdict"].get(study) for one in sets]
        label = f"The verdict holds for {names(results, [study])} from so many per arm"
        lines.append((label, ["" if size is None else f"about {size}" for size in sizes]))
    rows = [[label, *values] for label, values in lines if any(text for text in values if text)]
    made = [[row[0], *(one if isinstance(one, dict) else cell(one) for one in row[1:])] for row in rows]
    notes = ["At the printed numbers; under it the range over the rounding of everything that is printed."]
    outcome, period = outcome_and_period(results, claim)
    where = f"{outcome} ({period})" if period else outcome
    return table(
        f"feasible-{claim['claim']}-{claim['period']}",
        f"{where}, claim {claim['claim']}: {LABEL}",
        columns,
        made,
        notes,
    )


def ranged(value: Ranged | RangedOpen | None, measure: str, decimals: int = 2) -> Cell | str:
    """Return a number with its range over the rounding under it; a range alone where no single number follows."""
    if value is None:
        return ""
    low, high = (format_estimate(value[end], measure, decimals) for end in ("low", "high"))
    if value["value"] is None:
        return f"{low} to {high}" if high != "∞" else f"from {low}"
    return cell(format_estimate(value["value"], measure, decimals), "" if low == high else f"{low} to {high}")


def _limits(part: Mapping[str, Any], measure: str) -> str:
    return format_ci(part["ci_low"]["value"], part["ci_high"]["value"], measure)


def _p(value: Ranged | None) -> Cell | str:
    if value is None:
        return ""
    low, high = p_value(value["low"]), p_value(value["high"])
    return cell(p_value(value["value"]), "" if low == high else f"{low} to {high}")


def _percent(value: Ranged | RangedOpen) -> Cell | str:
    low, high = (format_percent(value[end]) for end in ("low", "high"))
    if value["value"] is None:
        return f"{low} to {high}"
    return cell(format_percent(value["value"]), "" if low == high else f"{low} to {high}")


def _reml(one: Mapping[str, Any], measure: str) -> str:
    found = one.get("reml_hksj")
    if not found:
        return ""
    middle = {name: found[name]["value"] for name in ("estimate", "ci_low", "ci_high")}
    return f"{format_estimate(middle['estimate'], measure)} {format_ci(middle['ci_low'], middle['ci_high'], measure)}"


def _without(part: PoolWithout | None, measure: str) -> Cell | str:
    if part is None:
        return ""
    words = {True: "excludes no effect", False: "includes no effect", None: "open within the rounding"}
    effect = f"{format_estimate(part['estimate']['value'], measure)} {_limits(part, measure)}"
    return cell(effect, f"{format_p(part['p']['value'])}; {words[part['significant']]}")


def measure_of(results: Results, claim: FeasibleClaim) -> str:
    """Return the measure of a claim's outcome."""
    return results["protocol"]["outcomes"][claim["outcome"]]["measure"]


def outcome_and_period(results: Results, claim: FeasibleClaim) -> tuple[str, str]:
    """Return the labels of a claim's outcome and period."""
    key = (claim["outcome"], claim["period"])
    return Context(results, next(one for one in results["cells"] if (one["outcome"], one["period"]) == key)).where


def cell_of_claim(results: Results, claim: FeasibleClaim) -> Cell:
    """Return the table cell that names a claim's outcome and period."""
    return cell(*outcome_and_period(results, claim))


def names(results: Results, studies: Sequence[str]) -> str:
    """Return trials as a list of their labels."""
    return join(results["labels"].get(study, study) for study in studies)


def statement(results: Results, claim: FeasibleClaim) -> str:
    """Return in sentences whether a published pool could be significant with the Hartung-Knapp interval.

    Parameters
    ----------
    results : mapping
        The document of `gather_results`.
    claim : mapping
        An entry of `claims` in the document of feasible sets.
    """
    first, measure = claim["sets"][0], measure_of(results, claim)
    outcome, period = outcome_and_period(results, claim)
    lead = f"{outcome}, {period} (claim {claim['claim']})" if period else f"{outcome} (claim {claim['claim']})"
    hksj = first["hksj"]
    if hksj is None:
        return f"{lead}: {first['words']}."
    given = (
        f"given the published estimate {format_estimate(first['estimate'], measure)}, its standard error "
        f"{format_number(first['se'])} and fixed-effect weights"
    )
    limit = format_number(hksj["q_below"]["value"], 3)
    known, missing = names(results, first["known"]), first["missing"]
    alone = "whatever the missing trial is" if len(missing) == 1 else "whatever the missing trials are"
    which = f" ({names(results, missing)})" if missing else ""
    if hksj["verdict"] == "impossible":
        q = ranged_words(hksj["q_at_least"])
        return (
            f"{lead}: {given}, the result cannot be significant with the Hartung–Knapp interval, {alone}{which}. That "
            f"would need Q below {limit}; {known} alone have Q = {q}, and Q does not shrink when a trial is added."
        )
    if hksj["verdict"] == "impossible_by_remainder":
        q = ranged_words(hksj["q_with_remainder"])
        return (
            f"{lead}: {given}, the result cannot be significant with the Hartung–Knapp interval: it would need Q below "
            f"{limit}, and with what the missing trials{which} together must show Q is at least {q}."
        )
    if hksj["verdict"] == "certain":
        return f"{lead}: {given}, the result is significant with the Hartung–Knapp interval as well."
    chance = p_value(hksj["probability_if_homogeneous"])
    none = "no trial of this pool has numbers here" if not first["known"] else f"numbers are here of {known} alone"
    return (
        f"{lead}: {none}. {given[:1].upper()}{given[1:]}, the result is significant with the Hartung–Knapp interval "
        f"only if Q is below {limit} ({count(first['k'], 'trial')}; if all trials had one true effect, Q would be so "
        f"small with probability {chance})."
    )


def ranged_words(value: Ranged) -> str:
    """Return `1.86 (1.75 to 1.97 over the rounding)`."""
    middle, low, high = (format_number(value[name]) for name in ("value", "low", "high"))
    return middle if low == high else f"{middle} ({low} to {high} over the rounding)"
