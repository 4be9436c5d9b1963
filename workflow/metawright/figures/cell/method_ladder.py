"""The method ladder: the same trials under every usual model, so that the reader sees what hangs on the model."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from metawright.figures.cell.sensitivity_data import SensitivityData
from metawright.figures.kit.conclusions import conclusion, draw_legend, excludes, legend_lines, legend_states
from metawright.figures.kit.interval_table import Column, Drawn, IntervalTable, Line, table_axis
from metawright.figures.kit.page import REPORT_WIDTH
from metawright.figures.kit.sheet import MARGIN, legend_part, notice, sheet
from metawright.figures.kit.subject import Subject
from metawright.pooling.estimators import ESTIMATORS, estimator_of
from metawright.pooling.intervals import interval_method
from metawright.words.names import count, join, sentence
from metawright.words.numbers import format_percent, format_tau2, p_value

HARTUNG_KNAPP = "H–K: Hartung–Knapp"
GROUPS = {"random": "Random effects: estimator of τ², interval", "bayesian": "Bayesian: prior of τ"}
METHOD_LADDER_COLUMNS = (
    "outcome", "period", "model", "family", "tau2_method", "interval", "estimate", "ci_low", "ci_high", "tau2", "i2",
    "p", "pi_low", "pi_high", "p_above_zero", "excludes_zero", "same_as", "flags", "shown",
)  # fmt: skip


def method_ladder_title(shown: SensitivityData) -> str:
    """Return the figure's title."""
    return shown.subject.title("Method ladder")


def method_ladder_reason(shown: SensitivityData) -> str:
    """Return why there is no ladder; empty where there is one."""
    return shown.reason("method_ladder") or ("" if shown.block("method_ladder").get("rungs") else "no data")


def method_ladder_figure(shown: SensitivityData, width: float = REPORT_WIDTH) -> Figure:
    """Draw every rung with its interval, tau2, I2, P and flags.

    Parameters
    ----------
    shown : SensitivityData
    width : float
        Points.
    """
    title = method_ladder_title(shown)
    if reason := method_ladder_reason(shown):
        return notice(title, reason, width)
    ladder, subject = shown.block("method_ladder"), shown.subject
    letters = _letters(ladder["rungs"])
    decimals = subject.decimals(ladder["rungs"])
    lines = []
    for rung in ladder["rungs"]:
        if rung["family"] in GROUPS and not any(line.label == GROUPS[rung["family"]] for line in lines):
            lines.append(Line(GROUPS[rung["family"]], head=True))
        lines.append(_line(rung, shown, letters, decimals))
    columns = (
        Column("effect", (subject.effect, "95% interval")),
        Column("tau2", ("τ²",), left=False),
        Column("i2", ("I²",), left=False),
        Column("p", ("P",), left=False),
        Column("notes", ("Notes",), left=False, align="left"),
    )
    axis = table_axis(lines, subject.measure, subject.mid_place)
    table = IntervalTable(subject, lines, columns, axis, MARGIN, width - 2 * MARGIN, "Model", reference=_mid(subject))
    states = {conclusion(rung, subject.direction) for rung in ladder["rungs"] if rung["estimate"] is not None}
    legend = legend_lines(legend_states(states, subject.arms), width - 2 * MARGIN)
    return sheet(title, (table, legend_part(legend, draw_legend)), _notes(shown, letters), width)


def ladder_table(shown: SensitivityData, left: float, width: float, axis: object | None = None) -> IntervalTable:
    """Return the distinct rungs with their names alone, for a panel beside others."""
    lines = distinct_lines(shown)
    axis = axis or table_axis(lines, shown.subject.measure)
    return IntervalTable(shown.subject, lines, (), axis, left, width, label_most=112.0)


def distinct_lines(shown: SensitivityData) -> list[Line]:
    """Return a line for each rung that is not the same as another; the names of equal ones are joined."""
    rungs = shown.block("method_ladder")["rungs"]
    twins: dict[str, list[Mapping]] = {}
    for rung in rungs:
        twins.setdefault(rung["same_as"] or rung["key"], []).append(rung)
    lines = []
    for rung in rungs:
        if not rung["same_as"] and rung["estimate"] is not None:
            lines.append(Line(_joined(twins[rung["key"]], shown), (Drawn(rung),)))
    return lines


def _joined(rungs: Sequence[Mapping], shown: SensitivityData) -> str:
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


def rung_name(rung: Mapping, shown: SensitivityData) -> str:
    """Return the name of a rung: `REML, Hartung–Knapp`."""
    if rung["family"] == "bayesian":
        labels = {one["key"]: one.get("label") for one in shown.block("bayes").get("posteriors") or []}
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


def _mid(subject: Subject) -> tuple[float, ...]:
    return () if subject.mid_place is None else (subject.mid_place,)


def _letters(rungs: Sequence[Mapping]) -> dict[str, str]:
    """Return a letter for every flag, in the order of appearance."""
    flags = dict.fromkeys(flag for rung in rungs for flag in rung["flags"])
    return {flag: "abcdefghij"[place] for place, flag in enumerate(flags)}


def _line(rung: Mapping, shown: SensitivityData, letters: Mapping[str, str], decimals: int) -> Line:
    repeated = bool(rung["same_as"])
    notes = ", ".join(sorted(letters[flag] for flag in rung["flags"]))
    if repeated:
        twin = next(one for one in shown.block("method_ladder")["rungs"] if one["key"] == rung["same_as"])
        name = rung_name(twin, shown)
        notes = f"= {name[:1].lower() + name[1:] if twin['family'] == 'fixed' else name}"
    cells = {
        "effect": shown.subject.text(rung, decimals),
        "tau2": "" if rung["family"] == "fixed" or rung["tau2_method"] == "FE" else format_tau2(rung["tau2"]),
        "i2": format_percent(rung["i2"]),
        "p": p_value(rung["p"]),
        "notes": notes,
    }
    band = (rung["pi_low"], rung["pi_high"]) if _has_bar(rung) and not repeated else None
    indent = 6.0 if rung["family"] in GROUPS else 0.0
    drawn = (Drawn(rung, pale=repeated, band=band),)
    return Line(rung_name(rung, shown), drawn, cells, muted=repeated, indent=indent)


def _has_bar(rung: Mapping) -> bool:
    """Return whether a rung's prediction interval is drawn: not where it would be an interval of the mean alone."""
    return rung["pi_low"] is not None and rung["tau2"] != 0


def _notes(shown: SensitivityData, letters: Mapping[str, str]) -> list[str]:
    ladder = shown.block("method_ladder")
    words = ladder.get("flag_words") or {}
    notes = [ladder_abbreviations(shown)]
    if any(rung["same_as"] for rung in ladder["rungs"]):
        notes.append("Grey lines repeat the numbers of the line that is named.")
    if any(_has_bar(rung) for rung in ladder["rungs"]):
        notes.append("Light bars: 95% prediction intervals (none where τ² was estimated as 0).")
    bayes = [rung for rung in ladder["rungs"] if rung["family"] == "bayesian"]
    if bayes:
        chances = join(f"{p_value(one['p_above_zero'])} ({rung_name(one, shown)})" for one in bayes)
        notes.append(f"Bayesian: median and 95% credible interval; probability of an effect above 0: {chances}.")
    if shown.subject.mid_place is not None:
        notes.append("Dotted line: minimal important difference.")
    flags = [
        f"{letter}: {words.get(flag, flag.replace('_', ' ')).replace('tau²', 'τ²')}."
        for flag, letter in letters.items()
    ]
    return [" ".join(note for note in notes if note), *flags]


def ladder_abbreviations(shown: SensitivityData) -> str:
    """Return what the abbreviations in the names of the rungs stand for."""
    used = {rung["tau2_method"] for rung in shown.block("method_ladder")["rungs"]}
    names = [f"{key}: {one.name}" for key, one in ESTIMATORS.items() if key in used and one.random and one.name != key]
    return f"{'; '.join([*names, HARTUNG_KNAPP])}." if names else ""


def method_ladder_alt_text(shown: SensitivityData) -> str:
    """Return what the ladder shows in sentences."""
    if reason := method_ladder_reason(shown):
        return f"{method_ladder_title(shown)}. Not drawn: {reason.rstrip('.')}."
    ladder, subject = shown.block("method_ladder"), shown.subject
    rungs = [rung for rung in ladder["rungs"] if not rung["same_as"] and rung["estimate"] is not None]
    decimals = subject.decimals(ladder["rungs"])
    number = sum(excludes(rung) for rung in rungs)
    lead = (
        f"{method_ladder_title(shown)}. {sentence(count(shown.document['k'], 'trial'))} under "
        f"{count(len(rungs), 'different model')}; the interval of {number} of {len(rungs)} excludes no effect."
    )
    return " ".join([lead, *(f"{_spoken(rung, shown)}: {subject.text(rung, decimals)}." for rung in rungs)])


def _spoken(rung: Mapping, shown: SensitivityData) -> str:
    return rung_name(rung, shown).replace("H–K", "Hartung–Knapp")


def method_ladder_table(shown: SensitivityData) -> list[dict[str, object]]:
    """Return the rungs as a table with the columns `METHOD_LADDER_COLUMNS`."""
    if method_ladder_reason(shown):
        return []
    rungs, subject = shown.block("method_ladder")["rungs"], shown.subject
    decimals = subject.decimals(rungs)
    return [
        {"outcome": subject.outcome, "period": subject.period, "model": rung["key"]}
        | {name: rung[name] for name in METHOD_LADDER_COLUMNS[3:17]}
        | {"flags": ";".join(rung["flags"]), "shown": subject.text(rung, decimals)}
        for rung in rungs
    ]
