"""The words and numbers of a forest plot, as RevMan or a journal writes them."""

from collections.abc import Sequence
from typing import TypeGuard, TypeVar

from metawright.figures.forest.presets import BLACK, PRESETS, Preset
from metawright.figures.forest.records import Claim, ForestData, Section, Trial
from metawright.figures.review.risk_signs import SIGNS, WORDS
from metawright.files.known import known
from metawright.measures.registry import measure_of
from metawright.measures.weighing import INVERSE_VARIANCE
from metawright.pooling.documents import ModelResult, PooledRow
from metawright.pooling.estimators import estimator_of
from metawright.pooling.intervals import interval_method
from metawright.words.names import ROUTES, join
from metawright.words.numbers import PRESETS as NUMBERS
from metawright.words.numbers import (
    current_style,
    effect_decimals,
    format_as_recorded,
    format_effect,
    format_number,
    format_p,
    format_percent,
    format_tau2,
    minus,
    preset,
)

TRACK_NAMES: dict[str | None, str] = {"protocol": "the review’s protocol", "recommended": "recommended"}
#: The result of a model, or what a branch of its rule would have given.
Pooled = TypeVar("Pooled", bound=PooledRow)
DAGGER, ASTERISK, DOUBLE_DAGGER = "†", "*", "‡"
MARKS = DAGGER + ASTERISK  # what may hang behind a number
#: What stands under a prediction interval whose bar is not drawn.
PREDICTION_UNDRAWN = (
    "No bar: τ² was estimated as 0, which few trials cannot show, so that this is an interval of the mean alone"
)
LOZENGE = "◊"  # a trial whose participants are not known by arm
# What was done with the numbers of a trial's rows: sign and note, by the word in inputs.csv.
MADE = {
    "combined": ("§", "Several arms of the trial, combined into one."),
    "share": ("¶", "Its share of an arm that several comparisons of the trial have in common."),
    "paired": ("‖", "Cross-over trial: the participants of both arms are the same, and their values paired."),
    "averaged": ("#", "Average over the time points of the period."),
}


def forest_preset(data: ForestData) -> Preset:
    """Return the journal style that a forest plot follows."""
    return PRESETS[data.preset]


def effect_name(data: ForestData) -> str:
    """Return the measure as the journal heads its column: `Mean Difference` in RevMan."""
    name = measure_of(data.measure).title
    return name if forest_preset(data).titled else name.replace("Std. ", "Standardised ").capitalize()


def effect_heads(data: ForestData) -> tuple[str, str]:
    """Return the two lines that head the column of effects."""
    return effect_name(data), forest_preset(data).how.format(common_pooling(data))


def pooling_name(measure: str, model: PooledRow) -> str:
    """Return `IV, Fixed`: how the model weighs the trials."""
    tau2_method = model["tau2_method"]
    weighing = measure_of(measure).weighing
    weighing = weighing if tau2_method in weighing.estimators else INVERSE_VARIANCE
    random = tau2_method is None or estimator_of(tau2_method).random  # None: one trial is left
    return f"{weighing.short}, {'Random' if random else 'Fixed'}"


def model_name(model: PooledRow) -> str:
    """Return `REML, HKSJ`: the estimator of tau2 and the interval; `one trial left` where nothing was pooled."""
    if model["tau2_method"] is None:
        return "one trial left"
    return f"{model['tau2_method']}, {interval_method(known(model['interval'])).column}"


def common_pooling(data: ForestData) -> str:
    """Return `IV, Fixed` when all sections were pooled that way, else what they share (`IV`)."""
    names = {pooling_name(data.measure, s.model) for s in data.sections if is_pooled(s.model)}
    if len(names) == 1:
        return names.pop()
    methods = {name.split(",")[0] for name in names}
    return methods.pop() if len(methods) == 1 else INVERSE_VARIANCE.short


def is_estimated(model: Pooled | None) -> TypeGuard[Pooled]:
    """Return whether a model row has a result."""
    return model is not None and model["estimate"] is not None


def is_pooled(model: Pooled | None) -> TypeGuard[Pooled]:
    """Return whether a model row is a pool of several trials, not the one that it leaves."""
    return is_estimated(model) and model["tau2_method"] is not None


def is_degenerate(model: PooledRow) -> bool:
    """Return whether the interval has no width, as Hartung-Knapp gives for identical estimates."""
    return model["ci_low"] is not None and model["ci_low"] == model["ci_high"]


def shared_decimals(data: ForestData) -> int:
    """Return the decimals of every effect in the figure."""
    effects = [known(t.effect) for s in data.sections for t in s.pooled]
    limits: list[tuple[float | None, float | None]] = [(effect.low, effect.high) for effect in effects]
    limits += [(s.model["ci_low"], s.model["ci_high"]) for s in data.sections if is_estimated(s.model)]
    return effect_decimals(limits, data.measure)


def model_effect(data: ForestData, model: PooledRow, decimals: int) -> str:
    """Return a model's effect with its interval; an interval without width is called degenerate."""
    if is_degenerate(model):
        return format_effect(model["estimate"], None, None, data.measure, decimals) + " [degenerate]"
    return format_effect(model["estimate"], model["ci_low"], model["ci_high"], data.measure, decimals)


def heterogeneity_words(model: PooledRow, journal: str = "revman") -> str:
    """Return the journal's line on heterogeneity; tau2 stands in it for random-effects models."""
    own, style = PRESETS[journal], NUMBERS[journal]
    names = own.symbols
    tau2 = "" if model["tau2_method"] == "FE" else f"{names['tau2']} = {format_tau2(model['tau2'])}; "
    with preset(journal):
        words = (
            f"{own.heterogeneity}: {tau2}{names['chi2']} = {format_number(model['q'])}, "
            f"df = {format_as_recorded(model['q_df'])} ({format_p(model['q_p'], style.figure_p)}); "
            f"I² = {format_percent(model['i2'])}"
        )
    return words if style.spaced else words.replace(" = ", "=")


def overall_words(model: PooledRow, journal: str = "revman") -> str:
    """Return the journal's line on the test of the pooled effect: Z, or t with its degrees of freedom."""
    own, style = PRESETS[journal], NUMBERS[journal]
    if is_degenerate(model):
        return f"{own.overall}: not available, the interval is degenerate"
    statistic = format_number(abs(known(model["statistic"])))
    freedom = "" if model["df"] is None else f", df = {format_as_recorded(model['df'])}"
    name = own.symbols["z" if model["df"] is None else "t"]
    with preset(journal):
        words = f"{own.overall}: {name} = {statistic}{freedom} ({format_p(model['p'], style.figure_p)})"
    return words if style.spaced else words.replace(" = ", "=")


def trials_word(count: int | str) -> str:
    """Return `1 trial`, `3 trials`."""
    return f"{count} trial" + ("" if str(count) == "1" else "s")


def claim_label(claim: Claim) -> str:
    """Return `Published (3 trials)`."""
    return f"Published ({trials_word(claim.k)})" if claim.k else "Published"


def claim_effect(claim: Claim) -> str:
    """Return a published result with the decimals that were printed."""
    if claim.effect:
        low, high = minus(claim.low), minus(claim.high)
        ends = f"({low} to {high})" if current_style().interval == "to" else f"[{low}, {high}]"
        return f"{minus(claim.estimate)} {ends}"
    return f"no estimate printed, P {claim.p}"


def data_note(section: Section) -> str:
    """Return the line that a section without a pool carries; empty for a pool."""
    if section.status == "single_study":
        return "One trial: not pooled"
    if section.status == "awaiting_data":
        waiting = len(section.awaiting)
        return f"No data: {trials_word(waiting)} awaiting" if waiting else "No data"
    return ""


def footnotes(data: ForestData) -> list[str]:
    """Return the notes that explain the marks that this figure shows."""
    notes = []
    pooled = [(s, s.model) for s in data.sections if is_estimated(s.model)]
    track = TRACK_NAMES.get(pooled[0][1]["track"], "model") if pooled else ""
    first = "black" if forest_preset(data).diamond == BLACK else "dark"
    marks = [f"{first} diamond: {track} ({data.model})"] if pooled else []
    if any(s.recommended for s, _ in pooled):
        marks.append(f"grey diamond: recommended ({data.recommended})")
        if any(draws_prediction(s) for s, _ in pooled):
            marks.append("bar: 95% prediction interval")
    if any(c.effect for s in data.sections for c in s.claims):
        marks.append("hollow diamond: published")
    if data.mid is not None:
        marks.append(f"dotted line: minimal important difference ({format_as_recorded(data.mid)})")
    if marks:
        notes.append(f"{marks[0][0].upper()}{'; '.join(marks)[1:]}.")
    notes += _risk_notes(data)
    trials = [trial for section in data.sections for trial in section.trials]
    if any(arm.n_assumed for trial in trials for arm in trial.arms.values()):
        notes.append(f"{DAGGER} Number randomised; the number analysed is not known.")
    if any(trial.imputed for trial in trials):
        notes.append(f"{ASTERISK} From an imputed or recovered value{_routes(trials)}.")
    notes += [f"{sign} {words}" for word, (sign, words) in MADE.items() if any(_made(word, one) for one in trials)]
    notes += _people_notes(data)
    left_out = dict.fromkeys(key for trial in trials for key in trial.left_out)
    if left_out:
        names = {data.model: f"{track} ({data.model})", data.recommended: f"the recommended model ({data.recommended})"}
        where = join(names[key] for key in left_out)
        notes.append(f"{DOUBLE_DAGGER} The control arm has had the experimental treatment: left out of {where}.")
    return notes


def undivided(data: ForestData) -> list[Trial]:
    """Return the trials that state their participants without those of the arms, each once."""
    found = {trial.study: trial for section in data.sections for trial in section.trials if trial.undivided}
    return list(found.values())


def _people_notes(data: ForestData) -> list[str]:
    """Say whose participants the totals hold, or do not hold, beside those of the rows above them."""
    notes = []
    if data.layout != "generic" and (trials := undivided(data)):
        names = join(f"{trial.label} ({format_as_recorded(trial.n, most=1)})" for trial in trials)
        notes.append(f"{LOZENGE} Participants known for both arms together, so not in the totals of the arms: {names}.")
    counted = {trial.study: trial for s in data.sections if is_estimated(s.model) for trial in s.not_estimable}
    if counted and any(arm.n is not None for trial in counted.values() for arm in trial.arms.values()):
        verb = "whose effect is" if len(counted) == 1 else "whose effects are"
        notes.append(
            f"The totals include the participants of {join(t.label for t in counted.values())}, {verb} not estimable."
        )
    return notes


def _risk_notes(data: ForestData) -> list[str]:
    """Return what the letters over the lights and the signs in them mean."""
    if not data.domains:
        return []
    letters = "; ".join(f"({letter(place)}) {name}" for place, name in enumerate(data.domains))
    judged = {one for section in data.sections for trial in section.trials for one in trial.judgements}
    signs: dict[str, list[str]] = {}
    for level in SIGNS:
        if level in judged:
            signs.setdefault(SIGNS[level], []).append(WORDS[level].lower())
    signs |= {"dashed ring": ["not judged"]} if None in judged else {}
    meaning = "; ".join(f"{sign} {' or '.join(words)}" for sign, words in signs.items())
    return [f"Risk of bias: {letters}. {meaning[:1].upper()}{meaning[1:]}."] if meaning else []


def letter(place: int) -> str:
    """Return the letter of a domain: A, B, ..., Z, AA, ...."""
    return (letter(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)


def _routes(trials: Sequence[Trial]) -> str:
    """Return the routes in use and the trials of each, as the end of a sentence."""
    found: dict[str, list[str]] = {}
    for trial in trials:
        for route in trial.routes:
            if trial.label not in found.setdefault(route, []):
                found[route].append(trial.label)
    texts = [f"{ROUTES[route]} (route {route}: {join(found[route])})" for route in sorted(found)]
    return f": {'; '.join(texts)}" if texts else ""


def trial_marks(trial: Trial, layout: str = "generic") -> str:
    """Return the signs of the notes that a trial's name carries; *layout* is that of the figure."""
    signs = {ASTERISK: trial.imputed}
    signs |= {sign: _made(word, trial) for word, (sign, _) in MADE.items()}
    signs[LOZENGE] = trial.undivided and layout != "generic"
    signs[DOUBLE_DAGGER] = bool(trial.left_out)
    return "".join(sign for sign, holds in signs.items() if holds)


def _made(word: str, trial: Trial) -> bool:
    return any(one.startswith(word) for arm in trial.arms.values() for one in arm.made)


def shows_prediction(section: Section) -> bool:
    """Return whether the recommended model's prediction interval is worth showing: three trials or more."""
    return _prediction(section) is not None


def _prediction(section: Section) -> ModelResult | None:
    row = section.recommended
    return row if row and row["k"] >= 3 and row.get("pi_low") is not None and row.get("pi_high") is not None else None


def draws_prediction(section: Section) -> bool:
    """Return whether the prediction interval has a bar: with tau2 = 0 it would show a certainty that is not there."""
    row = _prediction(section)
    return row is not None and row.get("tau2") != 0
