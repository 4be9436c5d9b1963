"""One estimate per trial: what rows, trials and protocol must agree on before anything is pooled."""

from collections.abc import Iterable, Mapping, Sequence
from math import prod

from metawright.extraction.designs import designs_of
from metawright.extraction.documents import ArmRow, Design
from metawright.files.tables import TextRow
from metawright.measures.registry import measure_of
from metawright.reading.problems import Problem, did_you_mean
from metawright.reading.protocol import Outcome, Protocol
from metawright.reading.vocabulary import fold

_NUMBERS = ("mean", "median", "events", "estimate")


def unit_problems(arms: Sequence[ArmRow], protocol: Protocol, studies: Iterable[TextRow], file: str) -> list[Problem]:
    """Return what would let a trial into a pool twice, or values into a pool that they do not share.

    Parameters
    ----------
    arms : sequence of mappings
        Rows of `arms.csv` of the whole review.
    protocol : Protocol
        The completed protocol.
    studies : iterable of mappings
        Rows of `studies.csv`.
    file : str
        The name of `extraction.csv` that problems carry.
    """
    designs = designs_of(studies)
    placed = [arm for arm in arms if _placed(arm, protocol)]
    problems = [
        *_two_reports(placed, designs, file),
        *_ends_of_treatment(placed, protocol, designs, file),
        *_reversed(arms, protocol, file),
    ]
    if protocol["multi_arm"] == "refuse":
        problems += _several_arms(placed, file)
    for key, outcome in protocol["outcomes"].items():
        if measure_of(outcome["measure"]).unit == "sd" and not outcome["allow_mixed_smd"]:
            rows = [arm for arm in arms if arm["outcome"] == key]
            if _both_kinds(rows):
                problems += _mixed_kinds(rows, outcome, protocol, designs, file)
    return problems


def most_estimates(arms: Iterable[ArmRow], protocol: Protocol) -> dict[tuple[str, str], int]:
    """Return an upper bound of the estimates of every outcome and period, by (outcome, period).

    A trial gives one estimate; where a shared arm is split, one per pair of its arms.
    """
    trials: dict[tuple[str, str], dict[str, dict[str, set]]] = {}
    for arm in arms:
        period = arm["period"]
        if period is not None and _placed(arm, protocol):
            cell = trials.setdefault((arm["outcome"], period), {})
            labels = cell.setdefault(fold(arm["study"]), {}).setdefault(arm["arm"], set())
            labels.add(fold(arm["arm_label"] or ""))
    split = protocol["multi_arm"] == "split_control"
    return {
        key: sum(max(1, prod(map(len, roles.values()))) if split else 1 for roles in cell.values())
        for key, cell in trials.items()
    }


def cells_with_missing(arms: Iterable[ArmRow], protocol: Protocol) -> set[tuple[str, str]]:
    """Return the outcomes and periods whose rows all state who is missing, where somebody is."""
    known: dict[tuple[str, str], list[tuple]] = {}
    for arm in arms:
        period = arm["period"]
        if period is not None and _placed(arm, protocol):
            assumed = "n_assumed_randomised" in (arm["flags"] or "").split(";")
            n = None if assumed else arm["n"]
            known.setdefault((arm["outcome"], period), []).append((n, arm["n_randomised"]))
    return {
        key
        for key, pairs in known.items()
        if all(None not in pair for pair in pairs) and any(n != randomised for n, randomised in pairs)
    }


def _placed(arm: ArmRow, protocol: Protocol) -> bool:
    """Whether a row lies in a period and holds a number that an effect can come from."""
    return (
        arm["period"] is not None
        and arm["value_type"] != "baseline"
        and fold(arm["timepoint"]) != "baseline"
        and any(arm[name] is not None for name in _NUMBERS)
        and arm["outcome"] in protocol["outcomes"]
    )


def _two_reports(arms: Iterable[ArmRow], designs: Mapping[str, Design], file: str) -> list[Problem]:
    first: dict[tuple, ArmRow] = {}
    said: set[tuple] = set()
    problems = []
    for arm in arms:
        trial = designs.get(fold(arm["study"]), {}).get("trial")
        if trial is None:
            continue
        other = first.setdefault((fold(trial), arm["outcome"], arm["period"]), arm)
        pair = (fold(arm["study"]), arm["outcome"], arm["period"])
        if fold(other["study"]) == fold(arm["study"]) or pair in said:
            continue
        said.add(pair)
        what = (
            f"is a report of the trial '{trial}', and so is '{other['study']}' (row {other['row']}): the trial would "
            f"count twice in {arm['outcome']}, {arm['period']}; write both under one study key (the report goes into "
            "`source`), or take out the rows of one"
        )
        problems.append(Problem(file, arm["row"], "study", arm["study"], what))
    return problems


def _several_arms(arms: Iterable[ArmRow], file: str) -> list[Problem]:
    first: dict[tuple, ArmRow] = {}
    problems = []
    for arm in arms:
        time = fold(arm["timepoint"]) if arm["timepoint_months"] is None else arm["timepoint_months"]
        other = first.setdefault((fold(arm["study"]), arm["outcome"], time, arm["arm"]), arm)
        if other is not arm and arm["used"] and other["used"]:
            what = (
                f"is a second {arm['arm']} arm beside row {other['row']}, and the protocol says `multi_arm: refuse`; "
                "keep one, or declare `combine` or `split_control`"
            )
            problems.append(Problem(file, arm["row"], "arm_label", arm["arm_label"], what))
    return problems


def _ends_of_treatment(
    arms: Iterable[ArmRow], protocol: Protocol, designs: Mapping[str, Design], file: str
) -> list[Problem]:
    wanting = {period["key"] for period in protocol["periods"] if period["pick"] == "end_of_treatment"}
    times: dict[tuple, set] = {}
    problems = []
    for arm in arms:
        if arm["period"] not in wanting or "treatment_months" in designs.get(fold(arm["study"]), {}):
            continue
        seen = times.setdefault((fold(arm["study"]), arm["outcome"], arm["period"]), set())
        before = len(seen)
        seen.add(arm["timepoint_months"])
        if before == 1 and len(seen) == 2:
            what = (
                f"has several time points in {arm['period']}, where `pick: end_of_treatment` chooses; fill in "
                "treatment_months of this trial in studies.csv"
            )
            problems.append(Problem(file, arm["row"], "study", arm["study"], what))
    return problems


def _reversed(arms: Iterable[ArmRow], protocol: Protocol, file: str) -> list[Problem]:
    problems = []
    for key, outcome in protocol["outcomes"].items():
        if not outcome["reversed_studies"]:
            continue
        known = {fold(arm["study"]): arm["study"] for arm in arms if arm["outcome"] == key}
        for name in outcome["reversed_studies"]:
            if known and fold(name) not in known:
                what = f"stands in `outcomes.{key}.reversed_studies`, but no row of {key} is of this trial"
                problems.append(Problem(file, 0, "study", name, f"{what}{did_you_mean(name, known.values())}"))
    return problems


def _both_kinds(arms: Iterable[ArmRow]) -> bool:
    kinds: dict[str, set[str]] = {}
    for arm in arms:
        if arm["period"] is not None:
            kinds.setdefault(arm["period"], set()).add(arm["value_type"])
    return any({"final", "change"} <= found for found in kinds.values())


def _mixed_kinds(
    arms: Sequence[ArmRow], outcome: Outcome, protocol: Protocol, designs: Mapping[str, Design], file: str
) -> list[Problem]:
    """Refuse a pool of standardised differences in which final and change values would meet."""
    # imported here: few reviews need effects to be checked, and every check would pay for the import
    from metawright.effects.compute import compute_effects

    effects = compute_effects(arms, outcome, protocol["periods"], rules=protocol, designs=designs)
    kinds = {str(arm["row"]): arm["value_type"] for arm in arms}
    problems = []
    for period in protocol["periods"]:
        numbers = [
            number
            for row in effects
            if row["used"] and row["period"] == period["key"]
            for number in row["row_ids"].split(";")
        ]
        final, change = ([number for number in numbers if kinds[number] == kind] for kind in ("final", "change"))
        if not final or not change:
            continue
        fewer, more = sorted((("change", change), ("final", final)), key=lambda item: len(item[1]))
        what = (
            f"meets the {more[0]} values of rows {', '.join(more[1])} in the pool {outcome['key']}, {period['key']} "
            f"(all {fewer[0]} values: rows {', '.join(fewer[1])}); final and change values have different standard "
            "deviations and cannot share an SMD: take one kind, use MD if the scale is one, or declare "
            "`allow_mixed_smd: true`"
        )
        problems.append(Problem(file, int(fewer[1][0]), "value_type", fewer[0], what))
    return problems
