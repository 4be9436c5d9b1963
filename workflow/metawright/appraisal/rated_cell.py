"""What a cell is rated by, taken from the documents of the other stages: pool, risk of bias, trials that await data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from math import fsum
from statistics import median
from typing import TYPE_CHECKING, TypedDict

from metawright.appraisal.by_judgement import fit_again, weights_of
from metawright.appraisal.documents import JudgedStudy, RiskOfBiasDocument
from metawright.appraisal.instruments import INSTRUMENTS
from metawright.appraisal.rating.inputs import NOT_JUDGED, Inputs, RiskOfBias, Study, Threshold
from metawright.appraisal.rating.settings import Settings
from metawright.appraisal.rating.target import Scale, natural, scale_of, to_rated_scale
from metawright.files.known import all_known, known
from metawright.files.tables import TextRow
from metawright.measures.arrays import single
from metawright.measures.registry import measure_of
from metawright.pooling.documents import CellTrial, ModelResult, Pool, PooledTrial
from metawright.pooling.fit import fit
from metawright.pooling.tracks import rated
from metawright.reading.protocol import AbsoluteThreshold, DeclaredModel, MinimalImportantDifference, Outcome

if TYPE_CHECKING:
    from metawright.sensitivity.documents import SmallStudyBlock

#: RoB 1 has no overall judgement; by rule a trial is at low risk where these domains are.
RULING = ("random_sequence", "allocation_concealment", "detection", "attrition")
#: The tests for small-study effects as a suggestion names them.
TESTS = {
    "egger": "Egger's test",
    "egger_sized": "Egger's test on the sizes of the arms",
    "harbord": "Harbord's test",
    "peters": "Peters' test",
}


class AboutCell(TypedDict, total=False):
    """What else a cell is rated by (see `inputs_of_cell`)."""

    model: DeclaredModel | None
    appraisal: RiskOfBiasDocument | None
    allocations: Mapping[str, str | None] | None
    start: str | None
    arms: Iterable[TextRow]
    control_risk: float | None
    small_study: "SmallStudyBlock | None"


def inputs_of_cell(
    pool: Pool,
    outcome: Outcome,
    settings: Settings,
    model: DeclaredModel | None = None,
    appraisal: RiskOfBiasDocument | None = None,
    allocations: Mapping[str, str | None] | None = None,
    start: str | None = None,
    arms: Iterable[TextRow] = (),
    control_risk: float | None = None,
    awaiting: Iterable[str] = (),
    small_study: "SmallStudyBlock | None" = None,
) -> Inputs:
    """Return what one cell is rated by.

    Parameters
    ----------
    pool : mapping
        The cell's document of the pooling stage; the trials and people counted are those of the rated model.
    outcome : mapping
        Its block of the completed protocol.
    settings : Settings
        Thresholds, which say where the line lies that the trials are held against.
    model : mapping, optional
        The rated model as the protocol declares it, to pool again without trials at high risk.
    appraisal : mapping, optional
        The document of risk of bias.
    allocations : mapping, optional
        How people came into the arms, by trial; under the empty key of the trials that are not named.
    start : str, optional
        `high` or `low` where the protocol declares it outright.
    arms : iterable of mappings
        Rows of `inputs.csv`: the SDs of the control arms.
    control_risk : float, optional
        Risk without the experimental treatment.
    awaiting : iterable of str
        Trials known to belong to the cell whose numbers are not available.
    small_study : mapping, optional
        The block `small_study_effects` of the cell's examination.
    """
    row: ModelResult | None = rated(pool["models"])
    trials = _pooled(pool, row)
    pooled = {trial["study"] for trial in trials}
    measure = pool["measure"]
    of = {key.strip(): word for key, word in (allocations or {}).items()}
    base = Inputs(
        measure,
        k=row["k"] if row else 0,
        n=row["n"] if row else None,
        design=design([of.get(trial["study"]) or of.get("") for trial in trials] or [of.get("")]),
        start=start,
        direction=outcome.get("direction") or "",
        mid=_threshold(outcome.get("minimal_important_difference")),
        absolute_threshold=_threshold(outcome.get("absolute_threshold")),
        sd=_sd(arms, trials) if measure_of(measure).unit == "outcome" else None,
        control_risk=control_risk,
        eligible_trials=len(pooled | {study.strip() for study in awaiting}),
    )
    if row is None or row.get("estimate") is None:
        return base
    if not row.get("tau2"):
        # without spread between the trials a prediction interval says nothing about inconsistency
        row = {**row, "pi_low": None, "pi_high": None}
    back = {name: _natural(row.get(name), measure) for name in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")}
    base = replace(base, **back, interval=row.get("interval") or "z", df=row.get("df"), i2=row.get("i2"))
    if len(trials) == 2:
        base = replace(base, studies=tuple(Study(trial["y"], trial["v"]) for trial in trials))
        if base.df == 1:
            base = replace(base, wald=_limits(trials, known(row["tau2_method"]), measure))
    elif len(trials) > 2:
        base = replace(base, fixed=_limits(trials, "FE", measure))
    scale = scale_of(base, settings)
    weights = weights_of(pool, row)
    base = replace(
        base,
        overlap=_overlap(trials, base, scale, settings),
        opposite_weight=_opposite(trials, weights, base, scale, settings),
        line=_line(scale, measure),
        rob=_rob(appraisal, trials, weights, model, base, scale, settings),
    )
    return replace(base, **_small_study(small_study, base, scale, settings))


def design(allocations: Iterable[str | None]) -> str | None:
    """Return the allocation of several trials: the one that starts lowest; None where one of them is not known."""
    found = list(allocations)
    if None in found or "" in found:
        return None
    return next((word for word in ("uncontrolled", "non_randomised", "randomised") if word in found), None)


def overall_judgement(study: JudgedStudy, instrument: str) -> str | None:
    """Return the overall judgement on a trial: that of people, else that of the rule; None where it was not judged.

    RoB 1, which has none: high with any domain at high risk, low where sequence, concealment, detection and attrition
    are, else unclear.
    """
    tool = INSTRUMENTS[instrument]
    if tool.overall:
        printed = study.get("overall_printed")
        return printed if printed in tool.words else study.get("overall")
    levels = {key: item["judgement"] for key, item in study["judgements"].items()}
    if not any(levels.values()):
        return None
    if set(levels.values()) & set(tool.grave):
        return "high"
    return "low" if all(levels.get(key) == "low" for key in RULING) else "unclear"


def _pooled(pool: Pool, row: ModelResult | None) -> list[PooledTrial]:
    left = set(row.get("excluded") or ()) if row else set()
    return [trial for trial in pool["studies"] if trial["study"] not in left]


def _natural(value: float | None, measure: str) -> float | None:
    return None if value is None else natural(value, measure)


def _threshold(block: MinimalImportantDifference | AbsoluteThreshold | None) -> Threshold | None:
    value = block.get("value") if block else None
    return None if block is None or value is None else Threshold(value, (block.get("source") or "").strip())


def _sd(arms: Iterable[TextRow], trials: Sequence[CellTrial]) -> float | None:
    """Return the median SD of the control arms at the end of the study; SDs of changes are left out."""
    ends = {trial["study"] for trial in trials if trial.get("value_type") != "change"}
    found = [float(arm["sd"]) for arm in arms if arm["arm"] == "control" and arm["sd"] and arm["study"] in ends]
    return median(found) if found else None


def _limits(trials: Sequence[CellTrial], tau2_method: str, measure: str) -> tuple[float, float]:
    found = fit([trial["y"] for trial in trials], [trial["v"] for trial in trials], tau2_method, "z")
    return natural(single(found.ci_low), measure), natural(single(found.ci_high), measure)


def _placed(trial: CellTrial, inputs: Inputs, settings: Settings) -> float:
    return to_rated_scale(natural(trial["y"], inputs.measure), inputs, settings)


def _overlap(trials: Sequence[PooledTrial], inputs: Inputs, scale: Scale, settings: Settings) -> str:
    """Say whether the trials' intervals overlap: all, some pairs do not, or most pairs across the line do not."""
    pairs = list(combinations(trials, 2))
    apart = [one["ci_low"] > other["ci_high"] or other["ci_low"] > one["ci_high"] for one, other in pairs]
    if not any(apart):
        return "all"
    sides = {trial["study"]: _placed(trial, inputs, settings) for trial in trials}
    across = [
        gone
        for (one, other), gone in zip(pairs, apart, strict=True)
        if scale.opposite(sides[one["study"]], sides[other["study"]])
    ]
    return "none" if sum(across) > len(across) / 2 else "some"


def _opposite(
    trials: Sequence[CellTrial], weights: Mapping[str, float], inputs: Inputs, scale: Scale, settings: Settings
) -> float | None:
    if not weights:
        return None
    return fsum(
        weights.get(trial["study"], 0.0)
        for trial in trials
        if scale.opposite(_placed(trial, inputs, settings), scale.estimate)
    )


def _line(scale: Scale, measure: str) -> float | None:
    """Return the line on the natural scale, where it is one and is not no effect."""
    line, *others = scale.lines
    if others or line == 0.0:
        return None
    return natural(line, measure) if scale.ratio else line


def _rob(
    appraisal: RiskOfBiasDocument | None,
    trials: Sequence[CellTrial],
    weights: Mapping[str, float],
    model: DeclaredModel | None,
    inputs: Inputs,
    scale: Scale,
    settings: Settings,
) -> RiskOfBias | None:
    if not appraisal or not weights:
        return None
    tool = INSTRUMENTS[appraisal["instrument"]]
    studies = {study["study"]: study for study in appraisal["studies"]}
    shares: dict[str, float] = {}
    two_high = 0.0
    kept: list[CellTrial] = []
    for trial in trials:
        study, weight = studies.get(trial["study"]), weights.get(trial["study"], 0.0)
        level = overall_judgement(study, tool.key) if study else None
        shares[level or NOT_JUDGED] = shares.get(level or NOT_JUDGED, 0.0) + weight
        grave = [item["judgement"] in tool.grave for item in study["judgements"].values()] if study else []
        two_high += weight * (sum(grave) > 1)
        if level not in tool.grave:
            kept.append(trial)
    same = _same_without(kept, len(trials), model, inputs, scale, settings)
    return RiskOfBias(tool.key, shares, two_high, same)


def _same_without(
    kept: Sequence[CellTrial], k: int, model: DeclaredModel | None, inputs: Inputs, scale: Scale, settings: Settings
) -> bool | None:
    """Whether the pool without the trials at high risk keeps the target, the side and whether a line is crossed."""
    if len(kept) == k:
        return True
    found = fit_again(kept, model) if kept and model else None
    if found is None:
        return None
    numbers = {"estimate": found.estimate, "ci_low": found.ci_low, "ci_high": found.ci_high}
    limits = {name: natural(single(value), inputs.measure) for name, value in numbers.items()}
    wald = _limits(kept, found.tau2_method, inputs.measure) if found.df == 1 else None
    part = scale_of(replace(inputs, **limits, df=found.df if wald else None, wald=wald), settings)
    return _conclusion(part) == _conclusion(scale)


def _conclusion(scale: Scale) -> tuple[str, int, bool]:
    return scale.target, scale.side(scale.estimate), scale.crosses(scale.low, scale.high)


def _small_study(
    block: "SmallStudyBlock | None", inputs: Inputs, scale: Scale, settings: Settings
) -> dict[str, float | str | bool | None]:
    """Return P of the test that fits the measure, and whether the interval adjusted for it reaches the line."""
    if not block or block.get("status") != "done" or not block.get("read"):
        return {}
    name = block["read"][0]
    tests = {key: block.get(key) for key in ("egger", "egger_sized", "harbord", "peters")}
    found = {"egger_p": known(tests[name])["p"], "test": TESTS[name]}
    adjusted = block.get("pet_peese")
    if not adjusted or not adjusted["chosen"]:
        return found
    line = adjusted["pet"] if adjusted["chosen"] == "PET" else adjusted["peese"]
    limits = all_known([line["limit_ci_low"], line["limit_estimate"], line["limit_ci_high"]])
    low, middle, high = (to_rated_scale(natural(limit, inputs.measure), inputs, settings) for limit in limits)
    return found | {"shrinks": scale.crosses(low, high) or scale.opposite(middle, scale.estimate)}
