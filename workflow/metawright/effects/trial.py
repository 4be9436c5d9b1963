"""The one estimate that a trial gives to a pool, out of its time points and arms."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import fsum

from metawright.effects.choices import arm_names, choice
from metawright.effects.combine import average_estimates
from metawright.effects.effect import Effect, effect_of
from metawright.effects.pairs import Pair, TimePoint
from metawright.effects.participants import participants, same_people
from metawright.effects.pick import Picked, pick
from metawright.effects.rows import ChoiceRow
from metawright.effects.rules import EffectRules
from metawright.effects.several_arms import comparisons
from metawright.extraction.documents import ArmRow, Design
from metawright.files.known import all_known, known
from metawright.reading.protocol import Crossover, Outcome, Period
from metawright.reading.vocabulary import fold

_ROLES = ("experimental", "control")


@dataclass(frozen=True)
class TrialRules:
    """What decides over the rows of one trial in one period: blocks of the protocol, and the trial's design."""

    outcome: Outcome
    period: Period
    protocol: EffectRules
    design: Design

    @property
    def same_people(self) -> bool:
        """Whether the arms of the trial are the same participants."""
        return same_people(self.design, self.protocol["crossover"])

    @property
    def crossover(self) -> Crossover | None:
        """The block `crossover` where it applies: the arms of the trial are the same participants."""
        block = self.protocol["crossover"]
        return block if self.design.get("crossover") and block["use"] == "paired" else None


@dataclass(frozen=True)
class Estimate:
    """One estimate of one trial, with the rows that it comes from.

    `n` are its participants, each counted once; those of the arms may be the same people (see
    `metawright.effects.participants`).
    `pairs` are the comparisons that it is made of; `words` says what was done with them (`paired`, `averaged`,
    `sign turned`).
    """

    study: str
    y: float
    v: float
    n: int | float | None
    n_experimental: int | float | None
    n_control: int | float | None
    label: str
    month: float | None
    rows: tuple[ArmRow, ...]
    pairs: tuple[Pair, ...]
    words: tuple[str, ...] = ()


@dataclass
class TrialResult:
    """Estimates of one trial in one period (several only where a shared arm is split), the rest, and the log."""

    estimates: list[Estimate] = field(default_factory=list)
    unused: list[tuple[ArmRow, str]] = field(default_factory=list)
    choices: list[ChoiceRow] = field(default_factory=list)


def estimates_of(points: Sequence[TimePoint], rules: TrialRules) -> TrialResult:
    """Return what one trial gives to one period.

    Parameters
    ----------
    points : sequence of TimePoint
        The trial's usable rows in the period, by time point.
    rules : TrialRules
        What decides over them.
    """
    result = TrialResult()
    estimable: list[list[tuple[Pair, Effect]]] = []
    for point in points:
        pairs, words = comparisons(point, rules.outcome["measure"], rules.protocol["multi_arm"])
        found = [(pair, Effect(None, None, words) if words else _effect(pair, rules)) for pair in pairs]
        made = [(pair, effect) for pair, effect in found if not effect.reason]
        _set_aside(point, found, made, result)
        if made:
            estimable.append(made)
    if not estimable:
        return result
    if rules.period["pick"] == "average_with_rho":
        taken = _averaged(estimable, rules, result)
    else:
        taken = _picked(estimable, rules, result)
    _log_arms(points, taken, rules, result)
    result.estimates = [_directed(estimate, rules, result) for estimate in taken]
    return result


def _effect(pair: Pair, rules: TrialRules) -> Effect:
    return effect_of(pair, rules.outcome, rules.crossover)


def _set_aside(
    point: TimePoint, found: Sequence[tuple[Pair, Effect]], made: Sequence[tuple[Pair, Effect]], result: TrialResult
) -> None:
    """List the rows of a time point that make no estimate there."""
    used = {row["row"] for pair, _ in made for row in pair.rows}
    reasons: dict[int, str] = {}
    for pair, effect in found:
        for row in pair.rows:
            if effect.reason and row["row"] not in used:
                reasons.setdefault(row["row"], effect.reason)
    for row in point.rows:
        if row["row"] not in used:
            beside = "another row of the same time point is used instead"
            result.unused.append((row, reasons.get(row["row"], beside)))


def _picked(
    estimable: Sequence[Sequence[tuple[Pair, Effect]]], rules: TrialRules, result: TrialResult
) -> list[Estimate]:
    """Take the comparisons of one time point."""
    points = [[pair for pair, _ in made] for made in estimable]
    chosen = pick(points, rules.period, rules.design)
    label = points[chosen.index][0].label
    if len(points) > 1:
        labels = [pairs[0].label for pairs in points]
        result.choices.append(_choice(points[0][0], rules, rules.period["pick"], labels, label, chosen))
    for index, pairs in enumerate(points):
        if index != chosen.index:
            reason = f"the period takes another time point ({label}; {rules.period['pick']})"
            result.unused += [(row, reason) for row in _unique(pairs)]
    return [_estimate(pair, effect, rules) for pair, effect in estimable[chosen.index]]


def _averaged(
    estimable: Sequence[Sequence[tuple[Pair, Effect]]], rules: TrialRules, result: TrialResult
) -> list[Estimate]:
    """Average every comparison over the time points at which it was estimable."""
    rho = known(rules.period.get("rho"))
    groups: dict[str, list[tuple[Pair, Effect]]] = {}
    for made in estimable:
        for pair, effect in made:
            groups.setdefault(pair.study, []).append((pair, effect))
    taken: list[Estimate] = []
    for study, members in groups.items():
        if len(members) == 1:
            taken.append(_estimate(*members[0], rules))
            continue
        y, v = average_estimates(
            [known(effect.y) for _, effect in members], [known(effect.v) for _, effect in members], rho
        )
        pairs = [pair for pair, _ in members]
        months = [pair.month for pair in pairs]
        labels = [pair.label for pair in pairs]
        taken.append(
            Estimate(
                study,
                float(y),
                float(v),
                *participants(pairs, rules.same_people),
                " + ".join(labels),
                None if None in months else fsum(all_known(months)) / len(months),
                tuple(_unique(pairs)),
                tuple(pairs),
                (*_pairing(pairs[0], rules), "averaged"),
            )
        )
        result.choices.append(
            choice(
                study,
                rules.outcome["key"],
                rules.period["key"],
                "average_with_rho",
                labels,
                "all",
                f"averaged with a correlation of {rho:g}",
            )
        )
    return taken


def _estimate(pair: Pair, effect: Effect, rules: TrialRules) -> Estimate:
    sizes = participants([pair], rules.same_people)
    place = pair.label, pair.month, tuple(pair.rows), (pair,)
    return Estimate(pair.study, known(effect.y), known(effect.v), *sizes, *place, _pairing(pair, rules))


def _pairing(pair: Pair, rules: TrialRules) -> tuple[str, ...]:
    return ("paired",) if rules.crossover and not pair.is_contrast else ()


def _directed(estimate: Estimate, rules: TrialRules, result: TrialResult) -> Estimate:
    """Turn the sign of a trial whose scale points the other way."""
    names = {fold(name) for name in rules.outcome.get("reversed_studies", [])}
    if fold(estimate.rows[0]["study"]) not in names:
        return estimate
    reason = "its scale points the other way"
    place = rules.outcome["key"], rules.period["key"]
    result.choices.append(
        choice(estimate.study, *place, "reversed_studies", [estimate.label], "sign turned once", reason)
    )
    return replace(estimate, y=-estimate.y, words=(*estimate.words, "sign turned"))


def _log_arms(points: Sequence[TimePoint], taken: Sequence[Estimate], rules: TrialRules, result: TrialResult) -> None:
    """Log arms that were combined or split, and the pairing of a cross-over trial."""
    used = {row["row"] for estimate in taken for row in estimate.rows}
    place = rules.outcome["key"], rules.period["key"]
    for point in points:
        for role in _ROLES:
            rows = [row for row in point.members.get(role, []) if row["row"] in used]
            if len(rows) > 1:
                split = rules.protocol["multi_arm"] == "split_control" and len(taken) == len(rows)
                chosen = (
                    f"one comparison each, the other arm's n over {len(rows)}" if split else "combined into one arm"
                )
                reason = f"several {role} arms at {rows[0]['timepoint'] or 'one time point'}"
                policy = f"multi_arm: {rules.protocol['multi_arm']}"
                result.choices.append(choice(point.study, *place, policy, arm_names(rows), chosen, reason))
    if rules.crossover and any(row["arm"] != "contrast" for estimate in taken for row in estimate.rows):
        reason = f"cross-over trial: paired with a correlation of {known(rules.crossover.get('rho')):g}"
        result.choices.append(choice(points[0].study, *place, "crossover", [], "paired", reason))


def _choice(pair: Pair, rules: TrialRules, policy: str, labels: list[str], label: str, chosen: Picked) -> ChoiceRow:
    study = pair.rows[0]["study"]
    return choice(
        study, rules.outcome["key"], rules.period["key"], policy, labels, label, chosen.reason, tie=chosen.tie
    )


def _unique(pairs: Sequence[Pair]) -> list[ArmRow]:
    """The rows of several comparisons, a shared one once, in the order of the file."""
    return sorted({row["row"]: row for pair in pairs for row in pair.rows}.values(), key=lambda row: row["row"])
