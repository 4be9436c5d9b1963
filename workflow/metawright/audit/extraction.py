"""Audit the extracted numbers: every plausibility check over all rows of a review."""

from collections.abc import Iterator, Mapping, Sequence
from math import fsum, sqrt
from pathlib import PurePath

from metawright.effects.compute import compute_effects, mixed_adjustment
from metawright.effects.recovery.recover import recover
from metawright.effects.recovery.recovered import FROM_ADJUSTED
from metawright.effects.rows import EffectRow
from metawright.extraction import plausibility
from metawright.extraction.adjudication import adjudicate, exclude_rows
from metawright.extraction.clean import clean_extraction
from metawright.extraction.contrasts import contrast_findings, impossible
from metawright.extraction.documents import ArmRow, CheckedRow, FindingRow
from metawright.extraction.findings import Finding, finding_rows
from metawright.files.known import known
from metawright.measures.kinds import CONTINUOUS
from metawright.measures.registry import measure_of
from metawright.reading.protocol import Imputation, Outcome, Period, Protocol
from metawright.reading.sheets import Sheet
from metawright.reading.vocabulary import arm_words

_Z = 1.959963984540054


def audit_extraction(
    sheet: Sheet, protocol: Protocol, treatment: Mapping[str, float], decisions: Sheet | None = None
) -> list[FindingRow]:
    """Return the rows of `findings.csv`.

    Parameters
    ----------
    sheet : Sheet
        The whole `extraction.csv` of a review that passed its checks.
    protocol : Mapping
        Completed protocol: its `outcomes`, `periods`, `arms`, `clock`, `cleaning` and `imputation` are used.
    treatment : Mapping
        Months that a trial's treatment lasts, by the folded key of the trial.
    decisions : Sheet, optional
        `adjudication.csv`: what was decided is audited, not what was read at first.
    """
    rows = rows_of(sheet, protocol, treatment, decisions)
    outcomes = protocol["outcomes"]
    findings = [
        *plausibility.n_above_randomised(rows),
        *plausibility.outside_the_scale(rows, outcomes),
        *plausibility.impossible_for_whole_numbers(rows, outcomes),
        *plausibility.se_given_as_sd(rows, outcomes),
        *plausibility.arms_swapped(rows, arm_words(protocol["arms"])),
        *plausibility.repeated_numbers(rows),
        *plausibility.p_against_arms(rows),
        *contrast_findings(rows, outcomes),
        *against_all_others(rows, outcomes, protocol["periods"]),
        *spread_from_adjusted(rows, outcomes, protocol["imputation"]),
        *adjusted_among_others(rows, outcomes, protocol["periods"]),
    ]
    return finding_rows(findings, PurePath(sheet.file).name)


def rows_of(
    sheet: Sheet, protocol: Protocol, treatment: Mapping[str, float], decisions: Sheet | None = None
) -> list[CheckedRow]:
    """Return the clean rows of a review, each with its numbers as text (`printed`) and its cells as typed (`raw`).

    What `adjudication.csv` decided stands in place of what was read at first.
    """
    sheet, _ = adjudicate(sheet, decisions, protocol, treatment)
    cleaned = exclude_rows(clean_extraction(sheet, protocol, treatment), sheet, decisions, protocol)
    return [
        {**arm, "printed": printed, "raw": row.cells}
        for arm, printed, row in zip(cleaned.arms, cleaned.printed, sheet.rows, strict=True)
    ]


def against_all_others(
    rows: Sequence[CheckedRow], outcomes: Mapping[str, Outcome], periods: Sequence[Period]
) -> Iterator[Finding]:
    """Yield effects of arms that no trial has, and trials whose effect is significant against that of all others.

    An effect against that of all others, also significant, raises the question whether the arms were swapped.

    The others, at least two, are pooled by inverse variance; both z values must exceed 1.96 with opposite signs.
    """
    for outcome, block in outcomes.items():
        mine = [row for row in rows if row["outcome"] == outcome]
        by_number = {str(row["row"]): row for row in mine}
        effects = [effect for effect in compute_effects(mine, block, periods) if effect["used"]]
        yield from _too_large(effects, by_number, block["measure"])
        for period in periods:
            yield from _opposed([effect for effect in effects if effect["period"] == period["key"]], by_number)


def _too_large(effects: Sequence[EffectRow], rows: Mapping[str, CheckedRow], measure: str) -> Iterator[Finding]:
    """Yield the effects of means that are too large for any trial; those of contrast rows are found as typed."""
    for effect in effects if measure_of(measure).kind is CONTINUOUS else ():
        row = rows[effect["row_ids"].split(";")[0]]
        words = impossible(known(effect["y"]), measure)
        if words and row["arm"] != "contrast":
            place = row["row"], row["study"], row["outcome"], "mean", row["printed"].get("mean", "")
            yield Finding("error", "magnitude", *place, words[1], words[0])


def spread_from_adjusted(
    rows: Sequence[CheckedRow], outcomes: Mapping[str, Outcome], imputation: Imputation
) -> Iterator[Finding]:
    """Yield the SDs that are recovered from an adjusted P, t, F, interval or standard error: they are too small.

    A mean difference keeps the standard error of its analysis (a note); a standardised one becomes too large.
    """
    for outcome, block in outcomes.items():
        mine = {row["row"]: row for row in rows if row["outcome"] == outcome}
        for line in recover(mine.values(), block, imputation)[1]:
            if FROM_ADJUSTED in line["flags"].split(";"):
                smd = measure_of(block["measure"]).unit == "sd"
                what = (
                    f"SD {line['value']:.4g} by route {line['route']} comes from an adjusted analysis, whose spread is "
                )
                what += "smaller than that of people"
                what += (
                    ": the standardised difference is too large"
                    if smd
                    else "; the standard error is that of the analysis"
                )
                expected = "the unadjusted SD of the arm, as reported"
                place = line["row"], line["study"], outcome, "sd", ""
                yield Finding("inconsistency" if smd else "note", FROM_ADJUSTED, *place, expected, what)


def adjusted_among_others(
    rows: Sequence[CheckedRow], outcomes: Mapping[str, Outcome], periods: Sequence[Period]
) -> Iterator[Finding]:
    """Yield the pools in which adjusted values meet others, and the trials whose arms are of both kinds."""
    labels = {period["key"]: period["label"] for period in periods}
    for outcome, block in outcomes.items():
        mine = [row for row in rows if row["outcome"] == outcome]
        kinds = {str(row["row"]): row["value_type"] for row in mine}
        by_number = {str(row["row"]): row for row in mine}
        effects = [effect for effect in compute_effects(mine, block, periods) if effect["used"]]
        for effect in effects:
            numbers = effect["row_ids"].split(";")
            marked = [kinds[number] == "adjusted" for number in numbers]
            if any(marked) and not all(marked):
                row = by_number[numbers[marked.index(True)]]
                what = "one arm is adjusted and the other is not: their difference compares unlike values"
                yield _of_kind("inconsistency", row, what)
        for period, adjusted, others in mixed_adjustment(effects, kinds):
            row = next(
                by_number[number]
                for effect in effects
                if effect["period"] == period and effect["study"] in adjusted
                for number in effect["row_ids"].split(";")
                if kinds[number] == "adjusted"
            )
            what = (
                f"adjusted values ({', '.join(adjusted)}) and others ({', '.join(others)}) meet in the pool {outcome}"
            )
            what += f", {labels[period]}"
            if measure_of(block["measure"]).unit == "sd":
                what += "; their standard deviations differ, so that their SMDs are not on one scale"
            yield _of_kind("inconsistency" if measure_of(block["measure"]).unit == "sd" else "note", row, what)


def _of_kind(severity: str, row: ArmRow, message: str) -> Finding:
    expected = "values of one kind, adjusted or not"
    place = row["row"], row["study"], row["outcome"], "value_type", row["value_type"]
    return Finding(severity, "adjusted_mixed", *place, expected, message)


def _opposed(effects: Sequence[EffectRow], rows: Mapping[str, CheckedRow]) -> Iterator[Finding]:
    if len({effect["study"] for effect in effects}) < 3:
        return
    values = [(known(effect["y"]), known(effect["v"])) for effect in effects]
    weight = fsum(1 / v for _, v in values)
    total = fsum(y / v for y, v in values)
    for effect, (y, v) in zip(effects, values, strict=True):
        rest = weight - 1 / v
        own, others = y / sqrt(v), (total - y / v) / sqrt(rest)
        if own * others < 0 and min(abs(own), abs(others)) > _Z:
            row = rows[effect["row_ids"].split(";")[0]]
            against = f"the effect (z = {own:.2f}) runs against that of all other trials (z = {others:.2f})"
            place = row["row"], row["study"], row["outcome"], "arm", row["arm"]
            yield Finding("note", "arms_swapped", *place, "", f"{against}: arms swapped?")
