"""The method ladder: the same trials under every usual model, so that the reader sees what hangs on the model."""

from collections.abc import Sequence

from metawright.figures.cell.sensitivity_data import SensitivityData, reason_of
from metawright.figures.kit.axis import Axis
from metawright.figures.kit.conclusions import excludes
from metawright.figures.kit.interval_table import Drawn, IntervalTable, Line, table_axis
from metawright.files.tables import Row
from metawright.heterogeneity.documents import LadderRung
from metawright.pooling.estimators import ESTIMATORS, estimator_of
from metawright.pooling.intervals import interval_method
from metawright.words.names import count, sentence

HARTUNG_KNAPP = "H–K: Hartung–Knapp"
METHOD_LADDER_COLUMNS = (
    "outcome", "period", "model", "family", "tau2_method", "interval", "estimate", "ci_low", "ci_high", "tau2", "i2",
    "p", "pi_low", "pi_high", "p_above_zero", "excludes_zero", "same_as", "flags", "shown",
)  # fmt: skip


def method_ladder_title(shown: SensitivityData) -> str:
    """Return the figure's title."""
    return shown.subject.title("Method ladder")


def method_ladder_reason(shown: SensitivityData) -> str:
    """Return why there is no ladder; empty where there is one."""
    ladder = shown.document["method_ladder"]
    return reason_of(ladder) or ("" if ladder["rungs"] else "no data")


def ladder_table(shown: SensitivityData, left: float, width: float, axis: Axis | None = None) -> IntervalTable:
    """Return the distinct rungs with their names alone, for a panel beside others."""
    lines = distinct_lines(shown)
    axis = axis or table_axis(lines, shown.subject.measure)
    return IntervalTable(shown.subject, lines, (), axis, left, width, label_most=112.0)


def distinct_lines(shown: SensitivityData) -> list[Line]:
    """Return a line for each rung that is not the same as another; the names of equal ones are joined."""
    rungs = shown.document["method_ladder"]["rungs"]
    twins: dict[str, list[LadderRung]] = {}
    for rung in rungs:
        twins.setdefault(rung["same_as"] or rung["key"], []).append(rung)
    lines = []
    for rung in rungs:
        if not rung["same_as"] and rung["estimate"] is not None:
            lines.append(Line(_joined(twins[rung["key"]], shown), (Drawn(rung),)))
    return lines


def _joined(rungs: Sequence[LadderRung], shown: SensitivityData) -> str:
    """Return one name for rungs with the same result."""
    first = rungs[0]
    if first["family"] == "bayesian":
        return f"Bayes: {rung_name(first, shown)}"
    random = [rung for rung in rungs if rung["family"] == "random"]
    names = ["Fixed effect"] if first["family"] == "fixed" else []
    if any(rung["family"] == "rule" for rung in rungs):
        names.append("review’s rule")
    if random:
        methods = dict.fromkeys(rung["tau2_method"] for rung in random)
        intervals = dict.fromkeys(interval_method(rung["interval"]).drawn for rung in random)
        names.append(f"{', '.join(methods)}; {', '.join(intervals)}")
    return sentence(" = ".join(names))


def rung_name(rung: LadderRung, shown: SensitivityData) -> str:
    """Return the name of a rung: `REML, Hartung–Knapp`."""
    if rung["family"] == "bayesian":
        labels = {one["key"]: one["label"] for one in shown.document["bayes"]["posteriors"]}
        return labels.get(rung["key"]) or rung["key"]
    if rung["family"] == "fixed":
        return "Fixed effect"
    if rung["family"] == "rule":
        chosen = "undecided"
        if rung["tau2_method"]:
            estimator = estimator_of(rung["tau2_method"])
            chosen = estimator.key if estimator.random else estimator.name
        return f"Review’s rule: {chosen}"
    return f"{rung['tau2_method']}, {interval_method(rung['interval']).drawn}"


def ladder_abbreviations(shown: SensitivityData) -> str:
    """Return what the abbreviations in the names of the rungs stand for."""
    used = {rung["tau2_method"] for rung in shown.document["method_ladder"]["rungs"]}
    names = [f"{key}: {one.name}" for key, one in ESTIMATORS.items() if key in used and one.random and one.name != key]
    return f"{'; '.join([*names, HARTUNG_KNAPP])}." if names else ""


def method_ladder_alt_text(shown: SensitivityData) -> str:
    """Return what the ladder shows in sentences."""
    if reason := method_ladder_reason(shown):
        return f"{method_ladder_title(shown)}. Not drawn: {reason.rstrip('.')}."
    ladder, subject = shown.document["method_ladder"], shown.subject
    rungs = [rung for rung in ladder["rungs"] if not rung["same_as"] and rung["estimate"] is not None]
    decimals = subject.decimals(ladder["rungs"])
    number = sum(excludes(rung) for rung in rungs)
    lead = (
        f"{method_ladder_title(shown)}. {sentence(count(shown.document['k'], 'trial'))} under "
        f"{count(len(rungs), 'different model')}; the interval of {number} of {len(rungs)} excludes no effect."
    )
    return " ".join([lead, *(f"{_spoken(rung, shown)}: {subject.text(rung, decimals)}." for rung in rungs)])


def _spoken(rung: LadderRung, shown: SensitivityData) -> str:
    return rung_name(rung, shown).replace("H–K", "Hartung–Knapp")


def method_ladder_table(shown: SensitivityData) -> list[Row]:
    """Return the rungs as a table with the columns `METHOD_LADDER_COLUMNS`."""
    if method_ladder_reason(shown):
        return []
    rungs, subject = shown.document["method_ladder"]["rungs"], shown.subject
    decimals = subject.decimals(rungs)
    return [
        {"outcome": subject.outcome, "period": subject.period, "model": rung["key"]}
        | {name: rung[name] for name in METHOD_LADDER_COLUMNS[3:17]}
        | {"flags": ";".join(rung["flags"]), "shown": subject.text(rung, decimals)}
        for rung in rungs
    ]
