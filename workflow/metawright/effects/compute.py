"""From clean rows to effects: one estimate per trial and period, and a reason for every row that gave none."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from metawright.effects.choices import choice
from metawright.effects.inputs import input_rows
from metawright.effects.pairs import TimePoint, trials_of
from metawright.effects.participants import Beside, same_people
from metawright.effects.recovery.recover import recover
from metawright.effects.rows import ChoiceRow, EffectRow, InputRow, RecoveredRow
from metawright.effects.rules import EffectRules, default_rules
from metawright.effects.trial import Estimate, TrialRules, estimates_of
from metawright.extraction.designs import CONTAMINATED
from metawright.extraction.documents import ArmRow, Design
from metawright.files.known import known
from metawright.measures.registry import measure_of
from metawright.reading.protocol import Contaminated, Outcome, Period
from metawright.reading.vocabulary import fold


@dataclass(frozen=True)
class Traced:
    """The effects of one outcome with their lineage.

    Attributes
    ----------
    effects : list of dict
        Rows of `effects.csv`: first the effects used, by period and first raw row; then one row per raw row that is
        not used, in the order of the file. Every raw row stands in `row_ids` exactly once, but for an arm that
        several comparisons share.
    recovered : list of dict
        Rows of `recovered.csv`: every value that the file did not hold.
    choices : list of dict
        Rows of `choices.csv`.
    inputs : list of dict
        Rows of `inputs.csv`: what went into each effect that is used, arm by arm.
    """

    effects: list[EffectRow]
    recovered: list[RecoveredRow]
    choices: list[ChoiceRow]
    inputs: list[InputRow]


def compute_effects(
    arms: Iterable[ArmRow],
    outcome: Outcome,
    periods: Sequence[Period],
    rules: EffectRules | None = None,
    designs: Mapping[str, Design] | None = None,
) -> list[EffectRow]:
    """Return the rows of `effects.csv` of one outcome; see `trace_effects`."""
    return trace_effects(arms, outcome, periods, rules, designs).effects


def trace_effects(
    arms: Iterable[ArmRow],
    outcome: Outcome,
    periods: Sequence[Period],
    rules: EffectRules | None = None,
    designs: Mapping[str, Design] | None = None,
) -> Traced:
    """Compute the effects of one outcome and write down where each comes from.

    Parameters
    ----------
    arms : iterable of mappings
        Rows of `arms.csv` (see `metawright.extraction.arms`) of this outcome.
    outcome : Mapping
        Its block of the completed protocol.
    periods : sequence of mappings
        The periods of the completed protocol.
    rules : mapping, optional
        The protocol's blocks `imputation`, `multi_arm`, `crossover` and `contaminated`; left out, the defaults.
    designs : mapping, optional
        Designs of the trials, see `metawright.extraction.designs.designs_of`.
    """
    rules, designs = rules or default_rules(), designs or {}
    rows, recovered = recover(arms, outcome, rules["imputation"], designs)
    rows = _first_periods(rows, rules["crossover"]["use"], designs)
    imputed = {line["row"] for line in recovered}
    unused = [_unused(row, outcome, row["reason"]) for row in rows if not row["used"]]
    beside = Beside(rows)
    used: list[EffectRow] = []
    choices: list[ChoiceRow] = []
    inputs: list[InputRow] = []
    for period in periods:
        for points in trials_of(row for row in rows if row["used"] and row["period"] == period["key"]):
            design = designs.get(fold(points[0].study), {})
            result = estimates_of(points, TrialRules(outcome, period, rules, design))
            same = same_people(design, rules["crossover"])
            estimates = [_sized(estimate, beside, same) for estimate in result.estimates]
            used += [_used(estimate, outcome, period, imputed) for estimate in estimates]
            for estimate in result.estimates:
                inputs += input_rows(
                    outcome["key"], period["key"], estimate.study, estimate.pairs, estimate.words, recovered
                )
            unused += [_unused(row, outcome, reason) for row, reason in result.unused]
            choices += result.choices
            choices += _contaminated(result.estimates, points, outcome, period, rules["contaminated"])
    choices += _mixed_kinds(used, rows, outcome)
    effects = [*used, *sorted(unused, key=lambda row: int(row["row_ids"]))]
    return Traced(effects, recovered, choices, inputs)


def _first_periods(rows: Sequence[ArmRow], use: str, designs: Mapping[str, Design]) -> list[ArmRow]:
    """Set aside what a cross-over trial measured after its first period, where that alone is wanted."""
    if use != "first_period":
        return list(rows)
    kept: list[ArmRow] = []
    for row in rows:
        design = designs.get(fold(row["study"]), {})
        words = ""
        if row["used"] and design.get("crossover") and row["arm"] != "contrast":
            if "contaminated_from" not in design:
                words = "cross-over trial: studies.csv does not say when its first period ends (contaminated_from)"
            elif _is_contaminated(row):
                words = "measured after the first period of a cross-over trial"
        kept.append({**row, "used": False, "reason": words} if words else row)
    return kept


def _contaminated(
    estimates: Iterable[Estimate],
    points: Sequence[TimePoint],
    outcome: Outcome,
    period: Period,
    tracks: Contaminated,
) -> list[ChoiceRow]:
    """Log the estimates whose control arm has had the treatment, and clean time points that were passed over."""
    found = [estimate for estimate in estimates if any(map(_is_contaminated, estimate.rows))]
    if not found:
        return []
    where = ", ".join(f"{track}: {tracks[track]}" for track in ("protocol", "recommended", "other"))
    reason = "the control arm has had the experimental treatment"
    clean = [point.rows[0]["timepoint"] for point in points if not any(map(_is_contaminated, point.rows))]
    if clean and "drop" in tracks.values():
        reason += f"; the period has a clean time point ({', '.join(clean)}), which no track takes instead"
    return [
        choice(estimate.study, outcome["key"], period["key"], "contaminated", [estimate.label], where, reason)
        for estimate in found
    ]


def _is_contaminated(row: ArmRow) -> bool:
    return CONTAMINATED in row["flags"].split(";")


def _mixed_kinds(used: Sequence[EffectRow], rows: Iterable[ArmRow], outcome: Outcome) -> list[ChoiceRow]:
    """Log pools that mix final and change values, or adjusted values and others."""
    kinds = {str(row["row"]): row["value_type"] for row in rows}
    lines: list[ChoiceRow] = []
    for period, adjusted, others in mixed_adjustment(used, kinds):
        candidates = [f"{study} adjusted" for study in adjusted] + [f"{study} not adjusted" for study in others]
        policy = "adjusted and unadjusted values"
        reason = "an adjusted value rests on other people's values too; its spread is smaller"
        lines.append(choice("", outcome["key"], period, policy, candidates, "all", reason))
    for period in dict.fromkeys(known(row["period"]) for row in used):
        found = [
            (kind, row["study"])
            for row in used
            if row["period"] == period
            for kind in sorted({kinds[number] for number in row["row_ids"].split(";")} & {"final", "change"})
        ]
        if len({kind for kind, _ in found}) > 1:
            candidates = [f"{study} {kind}" for kind, study in found]
            in_sds = measure_of(outcome["measure"]).unit == "sd"
            policy = "allow_mixed_smd" if in_sds else "final and change values"
            reason = "the protocol allows it" if in_sds else "may share a pool of mean differences"
            lines.append(choice("", outcome["key"], period, policy, candidates, "all", reason))
    return lines


def _sized(estimate: Estimate, beside: Beside, same: bool) -> Estimate:
    """Give a contrast the sizes of its arms, where rows without an effect of their own state them."""
    pair, *more = estimate.pairs
    if more or not pair.is_contrast:
        return estimate
    total, experimental, control = beside.of(estimate.rows[0], same)
    return replace(estimate, n=total, n_experimental=experimental, n_control=control)


def mixed_adjustment(used: Iterable[EffectRow], kinds: Mapping[str, str]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield the periods in which adjusted values are pooled with others, and the trials that give each.

    Parameters
    ----------
    used : iterable of mappings
        Effects that are used, of one outcome.
    kinds : mapping
        `value_type` by row number, as text. A trial is adjusted where one of its rows is.
    """
    found: dict[str, tuple[list[str], list[str]]] = {}
    for row in used:
        adjusted = any(kinds[number] == "adjusted" for number in row["row_ids"].split(";"))
        with_them, without = found.setdefault(known(row["period"]), ([], []))
        (with_them if adjusted else without).append(row["study"])
    for period, (adjusted_trials, others) in found.items():
        if adjusted_trials and others:
            yield period, adjusted_trials, others


def _used(estimate: Estimate, outcome: Outcome, period: Period, imputed: set[int]) -> EffectRow:
    return {
        "outcome": outcome["key"],
        "period": period["key"],
        "study": estimate.study,
        "measure": outcome["measure"],
        "y": estimate.y,
        "v": estimate.v,
        "n": estimate.n,
        "n_experimental": estimate.n_experimental,
        "n_control": estimate.n_control,
        "used": True,
        "reason": "",
        "timepoint": estimate.label,
        "timepoint_months": estimate.month,
        "row_ids": ";".join(str(row["row"]) for row in estimate.rows),
        "imputed": any(row["row"] in imputed for row in estimate.rows),
    }


def _unused(row: ArmRow, outcome: Outcome, reason: str) -> EffectRow:
    return {
        "outcome": outcome["key"],
        "period": row["period"],
        "study": row["study"],
        "measure": outcome["measure"],
        "y": None,
        "v": None,
        "n": row["n"],
        "n_experimental": row["n"] if row["arm"] == "experimental" else None,
        "n_control": row["n"] if row["arm"] == "control" else None,
        "used": False,
        "reason": reason,
        "timepoint": row["timepoint"],
        "timepoint_months": row["timepoint_months"],
        "row_ids": str(row["row"]),
        "imputed": False,
    }
