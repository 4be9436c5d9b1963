"""What RevMan 5 and RevMan Web have in common: analyses of comparisons, and how they become outcomes of a review."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from metawright.exchange.draft import (
    CannotRead,
    Draft,
    not_negative,
    number,
    positive,
    real,
    slug,
    unused_name,
    whole_number,
)
from metawright.measures import kinds
from metawright.measures.registry import measures_of_kind
from metawright.measures.weighing import INVERSE_VARIANCE

DICHOTOMOUS, CONTINUOUS, CONTRAST, O_E = "dichotomous", "continuous", "contrast", "o_e"
#: Effect measures that are pooled from the data of two arms, by Review Manager's words.
MEASURES = {
    name: {one.revman: one for one in measures_of_kind(kind) if one.revman}
    for name, kind in ((DICHOTOMOUS, kinds.BINARY), (CONTINUOUS, kinds.CONTINUOUS))
}


@dataclass(frozen=True)
class DataRow:
    """One trial in one analysis; cells are texts as the file has them, `subgroup` is the group's number or empty."""

    study: str
    subgroup: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    notes: str = ""


@dataclass(frozen=True)
class Analysis:
    """One outcome of one comparison.

    Attributes
    ----------
    group, item : str
        Its number in RevMan, `1` and `2` in "1.2".
    name, comparison : str
    kind : str
        `dichotomous`, `continuous`, `contrast` or `o_e`.
    method : str
        `MH`, `IV`, `PETO` or `EXP_O_E_VAR`.
    measure : str
        `RR`, `OR`, `RD`, `PETO_OR`, `MD`, `SMD`, or the name of any other effect measure.
    model : (tau2_method, interval)
    pooled : str
        `overall`, `subgroups` (totals per subgroup only) or `none`.
    ratio : bool
        The effect is pooled as a logarithm.
    swapped : bool
        Events and non-events change places.
    level : float
        Confidence level in percent.
    rows : sequence of DataRow
    subgroups : mapping
        Name of each subgroup by its number.
    results : mapping
        Stored results by subgroup number, the overall one under the empty text; cells of `STORED`.
    """

    group: str
    item: str
    name: str
    comparison: str
    kind: str
    method: str
    measure: str
    model: tuple[str, str]
    pooled: str = "overall"
    ratio: bool = False
    swapped: bool = False
    level: float = 95.0
    unit: str = ""
    labels: tuple[str, str] = ("", "")
    favours: tuple[str, str] = ("", "")
    rows: Sequence[DataRow] = ()
    subgroups: Mapping[str, str] = field(default_factory=dict)
    results: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    @property
    def protocol_measure(self) -> str:
        """The word of the protocol for how RevMan pools this analysis."""
        if self.kind in (CONTRAST, O_E):
            return measures_of_kind(kinds.GENERIC)[0].key
        own = MEASURES[self.kind][self.measure]
        if own.weighing.of_tables or self.method == INVERSE_VARIANCE.revman:
            return own.key
        weighed = [one for one in measures_of_kind(own.kind) if one.weighing.revman == self.method]
        of_it = [one for one in weighed if one.plain == own.key] or weighed[:1] or [own]
        return of_it[0].key


def add_analyses(draft: Draft, analyses: Sequence[Analysis]) -> None:
    """Turn analyses into outcomes, rows and stored results of *draft*; says in its notes what has no place."""
    known = []
    for analysis in analyses:
        if analysis.kind in MEASURES and analysis.measure not in MEASURES[analysis.kind]:
            name = f"{analysis.group}-{analysis.item}"
            draft.note(f"{name}: the effect measure “{analysis.measure}” is not pooled here; its rows are left out.")
            for row in analysis.rows:
                draft.leave_out(name, row.study, " ".join(filter(None, row.cells.values())), "effect measure not known")
        else:
            known.append(analysis)
    if not known:
        raise CannotRead(f"{draft.source}: there is no analysis that can be pooled here")
    analyses = known
    used = Counter(analysis.model for analysis in analyses if analysis.pooled != "none")
    order = sorted(used, key=lambda model: (-used[model], model))
    draft.models = order or [("DL", "z")]
    guessed = []
    for analysis in analyses:
        for wished, group in _outcomes_of(analysis):
            key = slug(wished, draft.outcomes)
            name = analysis.name + (f": {analysis.subgroups[group]}" if group else "")
            direction, sure = _direction(analysis)
            if not sure:
                guessed.append(key)
            block = {
                "label": f"{analysis.group}.{analysis.item} {name} ({analysis.comparison})",
                "measure": analysis.protocol_measure,
                "direction": direction,
            }
            if analysis.unit:
                block["unit"] = analysis.unit
            draft.outcomes[key] = block
            _add_rows(draft, analysis, key, group)
            _add_result(draft, analysis, key, group)
        _note(draft, analysis)
    if guessed:
        draft.note(
            f"RevMan does not store which direction is good; lower_is_better is a guess for {', '.join(guessed)}. "
            "It decides the words “favours ...” only. Check `direction` in protocol.yaml."
        )


def _outcomes_of(analysis: Analysis) -> list[tuple[str, str]]:
    """Return key and subgroup of the outcomes that an analysis becomes: one, or one per subgroup."""
    base = f"{analysis.group}-{analysis.item}"
    if analysis.pooled == "subgroups" and analysis.subgroups:
        return [(f"{base}-{group}", group) for group in analysis.subgroups]
    return [(base, "")]


def _direction(analysis: Analysis) -> tuple[str, bool]:
    """Tell from the label left of the line of no effect (lower values) whom it favours."""
    left = re.sub(r"^favou?rs?\s+", "", analysis.favours[0].strip().casefold())
    experimental = {"experimental", "intervention", "treatment", analysis.labels[0].strip().casefold()} - {""}
    control = {"control", "placebo", analysis.labels[1].strip().casefold()} - {""}
    # the whole label first: "no iron" holds "iron", too
    for matches in (left.__eq__, lambda word: word in left):
        hits = [any(matches(word) for word in words) for words in (experimental, control)]
        if hits == [False, True]:
            return "higher_is_better", True
        if hits == [True, False]:
            return "lower_is_better", True
    return "lower_is_better", False


def _add_rows(draft: Draft, analysis: Analysis, key: str, group: str) -> None:
    taken: list[str] = []
    several = len(analysis.subgroups) > 1
    for row in analysis.rows:
        if group and row.subgroup != group:
            continue
        if not row.study:
            content = " ".join(filter(None, row.cells.values()))
            draft.leave_out(key, "", content, "no trial is named")
            continue
        subgroup = analysis.subgroups.get(row.subgroup, "")
        study = row.study
        if study.casefold() in {name.casefold() for name in taken}:
            study = unused_name(f"{row.study} [{subgroup}]" if subgroup and several and not group else row.study, taken)
            draft.note(
                f"{key}: {row.study} stands there more than once; the further row is the trial “{study}”, pooled as "
                "independent, as RevMan does."
            )
            if study not in {item["study"] for item in draft.studies}:
                origin = next((item for item in draft.studies if item["study"] == row.study), {"study": row.study})
                draft.studies.append({**origin, "study": study, "label": study})
        taken.append(study)
        base = {"study": study, "outcome": key, "subgroup": subgroup, "source": draft.source, "notes": row.notes}
        cells = row.cells
        if analysis.kind in (CONTRAST, O_E):
            numbers = _contrast(cells, analysis)
            draft.rows.append({**base, "arm": "contrast", **_both_arms(cells), **numbers})
            for name in ("se", "variance") if not numbers["se"] else ():
                if cells.get(name, ""):
                    what = "a variance and a standard error are numbers above 0"
                    draft.leave_out(key, row.study, f"{name} = {cells[name]}", what)
            if "n" in draft.rows[-1]:
                draft.note("A contrast row has one n: the participants of both arms of RevMan together.")
            continue
        for arm, index in (("experimental", "1"), ("control", "2")):
            numbers = _arm(cells, index, analysis)
            for name, why in _UNREAD.items():
                text = cells.get(f"{name}{index}", "")
                if name in numbers and not numbers[name] and text and number(text) != 0:
                    draft.leave_out(key, row.study, f"{name}{index} = {text}", why)
            draft.rows.append({**base, "arm": arm, **numbers})


#: Why a cell of an arm that holds something was not read.
_UNREAD = {
    "n": "not a whole number of participants",
    "events": "not a whole number of events, or above the participants",
    "mean": "not a number",
    "sd": "not a number of 0 or more",
}


def _arm(cells: Mapping[str, str], index: str, analysis: Analysis) -> dict[str, str]:
    n = whole_number(cells.get(f"n{index}", ""), 1)
    if not n:
        return {"n": ""}
    if analysis.kind == CONTINUOUS:
        return {"n": n, "mean": real(cells.get(f"mean{index}", "")), "sd": not_negative(cells.get(f"sd{index}", ""))}
    events = whole_number(cells.get(f"events{index}", ""))
    if events and int(events) > int(n):
        events = ""
    return {"n": n, "events": str(int(n) - int(events)) if events and analysis.swapped else events}


def _both_arms(cells: Mapping[str, str]) -> dict[str, str]:
    """The participants of both arms together, where both are known."""
    sizes = [whole_number(cells.get(name, ""), 1) for name in ("n1", "n2")]
    return {"n": str(sum(map(int, sizes)))} if all(sizes) else {}


def _contrast(cells: Mapping[str, str], analysis: Analysis) -> dict[str, str]:
    if analysis.kind == CONTRAST:
        return {"estimate": real(cells.get("estimate", "")), "se": positive(cells.get("se", ""))}
    difference, variance = number(cells.get("o_e", "")), number(cells.get("variance", ""))
    if difference is None or not variance or variance < 0:
        return {"estimate": "", "se": ""}
    return {"estimate": repr(difference / variance), "se": repr(1 / math.sqrt(variance))}


def _add_result(draft: Draft, analysis: Analysis, key: str, group: str) -> None:
    result = {name: number(cell) for name, cell in analysis.results.get(group, {}).items()}
    if result.get("estimate") is None or analysis.pooled == "none":
        return
    if analysis.ratio:
        for name in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high"):
            value = result.get(name)
            result[name] = math.log(value) if value and value > 0 else None
    if result.get("pi_low") is not None:
        draft.note(
            "RevMan's prediction intervals follow the interval of the model: protocol.yaml says `prediction_interval: "
            "model`, so that they are reproduced. Without that line they are t-based, which is the default here."
        )
    draft.stored.append({"outcome": key, "model": model_key(analysis.model), **result})


def model_key(model: tuple[str, str]) -> str:
    """Return the key that a model has in the draft of a protocol."""
    return "-".join(model)


def _note(draft: Draft, analysis: Analysis) -> None:
    name = f"{analysis.group}-{analysis.item}"
    if analysis.pooled == "none":
        draft.note(f"{name}: RevMan shows the trials without pooling them; here every outcome is pooled.")
    elif analysis.model != draft.models[0]:
        draft.note(
            f"{name}: RevMan pooled under {model_key(analysis.model)}; the first model of this protocol is "
            f"{model_key(draft.models[0])}, and every outcome is pooled under all models."
        )
    if analysis.pooled == "overall" and analysis.subgroups:
        draft.note(
            f"{name}: subgroups ({', '.join(analysis.subgroups.values())}) are kept in the column subgroup of "
            "extraction.csv; their own totals and the test for subgroup differences are not carried over."
        )
    if analysis.swapped:
        draft.note(f"{name}: RevMan swaps events and non-events; extraction.csv holds the swapped counts.")
    if analysis.level != 95.0:
        draft.note(f"{name}: RevMan's intervals are {analysis.level:g}%; here they are 95%.")
    if analysis.kind == O_E:
        draft.note(f"{name}: O - E and variance became the log ratio (O - E)/V with standard error 1/sqrt(V).")
    if analysis.kind == CONTRAST:
        scale = "as a natural logarithm" if analysis.ratio else "as it is"
        draft.note(f"{name}: the effect measure “{analysis.measure}” is pooled as given (GIV), {scale}.")
