"""Audit the extracted numbers: every plausibility check over all rows of a review."""

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt

from metawright.audit.findings import Finding, finding_rows
from metawright.effects.effect import effect_of
from metawright.effects.pairs import pairs_of
from metawright.effects.pick import pick
from metawright.extraction import plausibility
from metawright.extraction.clean import clean_extraction
from metawright.extraction.vocabulary import arm_words
from metawright.review.sheets import Sheet

_Z = 1.959963984540054


def audit_extraction(sheet: Sheet, protocol: Mapping, treatment: Mapping[str, float]) -> list[dict]:
    """Return the rows of `findings.csv`.

    Parameters
    ----------
    sheet : Sheet
        The whole `extraction.csv` of a review that passed its checks.
    protocol : Mapping
        Completed protocol: its `outcomes`, `periods`, `arms`, `clock` and `cleaning` are used.
    treatment : Mapping
        Months that a trial's treatment lasts, by the folded key of the trial.
    """
    cleaned = clean_extraction(sheet, protocol, treatment)
    rows = [
        {**arm, "printed": printed, "raw": row.cells}
        for arm, printed, row in zip(cleaned.arms, cleaned.printed, sheet.rows, strict=True)
    ]
    outcomes = protocol["outcomes"]
    findings = [
        *plausibility.n_above_randomised(rows),
        *plausibility.outside_the_scale(rows, outcomes),
        *plausibility.impossible_for_whole_numbers(rows, outcomes),
        *plausibility.se_given_as_sd(rows, outcomes),
        *plausibility.arms_swapped(rows, arm_words(protocol["arms"])),
        *plausibility.repeated_numbers(rows),
        *plausibility.p_against_arms(rows),
        *against_all_others(rows, outcomes, protocol["periods"]),
    ]
    return finding_rows(findings, sheet.file)


def against_all_others(
    rows: Sequence[Mapping], outcomes: Mapping[str, Mapping], periods: Sequence[Mapping]
) -> Iterator[Finding]:
    """Yield the trials whose effect is significant against that of all others, also significant: arms swapped?

    The others, at least two, are pooled by inverse variance; both z values must exceed 1.96 with opposite signs.
    """
    for outcome, block in outcomes.items():
        for period in periods:
            mine = [row for row in rows if row["used"] and row["outcome"] == outcome and row["period"] == period["key"]]
            effects = []
            for pairs in pairs_of(mine):
                known = [(pair, effect) for pair in pairs for effect in [effect_of(pair, block)] if not effect.reason]
                if known:
                    chosen = pick([pair for pair, _ in known], period)
                    effects += [(pair, effect) for pair, effect in known if pair is chosen]
            yield from _opposed(effects)


def _opposed(effects: Sequence[tuple]) -> Iterator[Finding]:
    if len(effects) < 3:
        return
    weight = sum(1 / effect.v for _, effect in effects)
    total = sum(effect.y / effect.v for _, effect in effects)
    for pair, effect in effects:
        rest = weight - 1 / effect.v
        own, others = effect.y / sqrt(effect.v), (total - effect.y / effect.v) / sqrt(rest)
        if own * others < 0 and min(abs(own), abs(others)) > _Z:
            row = pair.rows[0]
            message = (
                f"the effect (z = {own:.2f}) runs against that of all other trials (z = {others:.2f}): arms swapped?"
            )
            yield Finding(
                "note", "arms_swapped", row["row"], pair.study, row["outcome"], "arm", row["arm"], "", message
            )
