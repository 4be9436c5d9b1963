"""The four CSV files of Covidence's export to RevMan Web: study information, study arms, study results, risk of bias.

Results are given per arm, and no file says which arm is the control: that is told by words that stand for nothing else,
or by the person who imports. Effects of contrast rows are typed as the reports print them, ratios as ratios.
"""

import math
import re
from collections.abc import Mapping, Sequence

from metawright.exchange.draft import CannotRead, Draft, not_negative, number, positive, real, slug, whole_number
from metawright.exchange.formats.data_package import add_studies
from metawright.exchange.import_format import ImportFormat
from metawright.exchange.tables import Table, with_numbers
from metawright.measures.kinds import BINARY, CONTINUOUS, GENERIC
from metawright.measures.registry import measures_of_kind
from metawright.measures.risks import RATIO
from metawright.reading.characters import fold
from metawright.reading.sheets import Row
from metawright.reading.vocabulary import is_sum

#: What a control is called, as words of their own ("Controlled-release" is none), the surest first.
_CONTROLS = (
    r"placebos?|sham|dummy|controls?|no (?:treatment|intervention|therapy)|untreated|wait(?:ing)?[ -]?list",
    r"usual|standard|routine|conventional",
)
_CONTROL = tuple(re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE) for words in _CONTROLS)
_WHOLE = ("Sample size", "Cases")
_DECIMAL = ("Mean", "SD", "SE", "Variance", "CI start", "CI end")
#: First drafts of measures, which the file does not name: for numbers of events, for means, and for effects as given.
_OF_EVENTS = next(one for one in measures_of_kind(BINARY) if one.risks is RATIO)
_OF_MEANS = measures_of_kind(CONTINUOUS)[0]
_GIVEN = measures_of_kind(GENERIC)[0].key
#: Measures of contrast rows that an outcome pooled from arms may have, too.
_SAME = {one.name: one.key for one in (_OF_EVENTS, _OF_MEANS)}

#: How far the middle of an interval may lie from the estimate, as a part of the interval's length: what rounding does.
_OFF_CENTRE = 0.06


def is_results(table: Table) -> bool:
    """Whether it is the file of study results."""
    return table.has("Study", "Outcome", "Data type", "Arm", "Sample size")


def is_arms(table: Table) -> bool:
    """Whether it is the file of study arms."""
    return table.has("Study", "Arm", "Intervention") and not is_results(table)


def read_covidence(tables: Sequence[Table], file: str, controls: str = "") -> Draft:
    """Read the four tables; all but the results are optional.

    Parameters
    ----------
    tables : sequence of Table
    file : str
        Name of the export, for the source.
    controls : str
        Names of control arms, with `;`; `Trial: arm` for that trial alone.

    Raises
    ------
    CannotRead
        If the results hold no number, or it is not clear which arm of a trial is the control.
    """
    draft = Draft(title=f"Review imported from {file}", source=f"Covidence export {file}")
    draft.note("Covidence's export holds no title; set `title` and `question` in protocol.yaml.")
    add_studies(draft, tables)
    interventions = {
        (row.cells["Study"], row.cells["Arm"]): row.cells["Intervention"]
        for table in tables
        if is_arms(table)
        for row in table.rows
    }
    found: dict[tuple[str, str], list[tuple[str, Row]]] = {}
    for table in tables:
        if is_results(table):
            for row in with_numbers(table, _WHOLE, _DECIMAL).rows:
                place = (row.cells["Outcome"], " ".join(row.cells["Study"].split()))
                if is_sum(place[1]):
                    draft.leave_out(table.file, row.number, " ".join(place), "a row of sums, no trial")
                elif all(place):
                    found.setdefault(place, []).append((table.file, row))
                else:
                    draft.leave_out(table.file, row.number, " ".join(place), "no trial or no outcome is named")
    named = {fold(name): name.strip() for name in controls.split(";") if name.strip()}
    roles = _roles(found, interventions, named, file)
    keys: dict[str, str] = {}
    measures: dict[str, str] = {}  # what the contrasts of an outcome are
    for (outcome, study), rows in found.items():
        key = keys.setdefault(outcome, slug(outcome, keys.values()))
        _add_result(draft, key, outcome, study, rows, roles, measures)
    if not draft.outcomes:
        raise CannotRead(f"{file}: there is no result with numbers in these files")
    draft.rows = [row for row in draft.rows if row["outcome"] in draft.outcomes]
    names = {study["study"] for study in draft.studies}
    draft.studies += [
        {"study": s, "label": s} for s in dict.fromkeys(row["study"] for row in draft.rows) if s not in names
    ]
    draft.models = [("DL", "z")]
    draft.note(
        "Covidence does not say how outcomes are to be pooled: measures (RR for counts, MD for means), directions "
        "(lower_is_better) and models are a first draft. Check protocol.yaml."
    )
    return draft


def _is_contrast(row: Row) -> bool:
    return row.cells["Data type"].casefold().startswith("contrast")


def _roles(found: Mapping, known: Mapping, named: Mapping[str, str], file: str) -> dict[tuple[str, str], str]:
    """Return the name of the control arm by outcome and trial; refuse, all at once, where it is not clear."""
    roles, unclear, arms = {}, {}, set()
    for place, rows in found.items():
        own = [row for _, row in rows if not _is_contrast(row)]
        arms |= {fold(word) for row in own for word in (row.cells["Arm"], f"{place[1]}: {row.cells['Arm']}")}
        names = list(dict.fromkeys(row.cells["Arm"] for row in own))
        control = _control(place[1], {row.cells["Arm"]: _arm_text(row, known) for row in own}, named)
        if control is not None:
            roles[place] = control
        elif len(names) > 1 and not any(_is_contrast(row) for _, row in rows):
            unclear[place[1]] = names
    wrong = [name for folded, name in named.items() if folded not in arms]
    if not unclear and not wrong:
        return roles
    lines = [f"{file}: CONTROL names “{name}”, and no arm is called so" for name in wrong]
    lines += [f"{file}: which arm is the control of {study}? {_quoted(names)}" for study, names in unclear.items()]
    if unclear:
        study, names = next(iter(unclear.items()))
        mend = f'make import-review FILE=... NAME=... CONTROL="{names[-1]}"'
        lines.append(f"Name the control arms, several with `;`: {mend}; for one trial alone “{study}: {names[-1]}”.")
    raise CannotRead("\n".join(lines))


def _control(study: str, texts: Mapping[str, str], named: Mapping[str, str]) -> str | None:
    """Return the arm that is the control: named for this trial, or by name and words alike; None if it is not clear."""
    own = [arm for arm in texts if fold(f"{study}: {arm}") in named]
    if own:
        return own[0] if len(own) == 1 else None
    by_name = [arm for arm in texts if fold(arm) in named]
    matches = ([arm for arm, text in texts.items() if pattern.search(text)] for pattern in _CONTROL)
    by_words = next(filter(None, matches), [])
    if by_name:
        agree = len(by_name) == 1 and (not by_words or by_name[0] in by_words)
        return by_name[0] if agree else None
    return by_words[0] if len(by_words) == 1 else None


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _add_result(
    draft: Draft, key: str, outcome: str, study: str, rows: Sequence[tuple[str, Row]], roles: Mapping, measures: dict
) -> None:
    contrasts = [item for item in rows if _is_contrast(item[1])]
    arms = [item for item in rows if item not in contrasts]
    if contrasts:
        _add_contrast(draft, key, outcome, study, *contrasts[0], measures)
        for file, row in (*contrasts[1:], *arms):
            reason = "another contrast of this trial and outcome is imported"
            draft.leave_out(file, row.number, f"{study}, {outcome}", reason)
        return
    controls = [item for item in arms if item[1].cells["Arm"] == roles.get((outcome, study))]
    experimental = [item for item in arms if item not in controls]
    for role, items in (("experimental", experimental), ("control", controls)):
        for index, (file, row) in enumerate(items):
            if index:
                arm = f"{study}, {outcome}, {row.cells['Arm']}"
                draft.leave_out(file, row.number, arm, "a further arm of the trial")
            else:
                _add_arm(draft, key, outcome, study, role, file, row)


def _add_arm(draft: Draft, key: str, outcome: str, study: str, role: str, file: str, row: Row) -> None:
    cells = row.cells
    n = whole_number(cells["Sample size"], 1)
    numbers, read = {"n": n}, {"Sample size": n}
    if cells.get("Cases", ""):
        measure = _OF_EVENTS.key
        numbers["events"] = read["Cases"] = whole_number(cells["Cases"])
    else:
        measure = _OF_MEANS.key
        read |= {"Mean": real(cells.get("Mean", "")), "SD": not_negative(cells.get("SD", ""))}
        numbers |= {"mean": read["Mean"], "sd": read["SD"]}
        if not numbers["sd"]:
            numbers["se"] = read["SE"] = positive(cells.get("SE", ""))
    block = draft.outcomes.setdefault(key, {"label": outcome, "measure": measure, "direction": "lower_is_better"})
    if block["measure"] != measure and any(numbers.get(name) for name in ("events", "mean")):
        draft.leave_out(file, row.number, f"{study}, {outcome}", "means and counts under one outcome")
        return
    _list_unread(draft, file, row, f"{study}, {outcome}, {cells['Arm']}", read)
    names = draft.arms.setdefault(role, [])
    word = cells["Arm"]
    others = draft.arms.get("control" if role == "experimental" else "experimental", [])
    if word not in names and word not in others:
        names.append(word)
    arm = word if word in names else role
    base = {"study": study, "outcome": key, "arm": arm}
    draft.rows.append({**base, **numbers, "source": draft.source, "notes": cells.get("Footnotes", "")})


def _list_unread(draft: Draft, file: str, row: Row, what: str, read: Mapping[str, str]) -> None:
    """List the cells of an imported row that hold something, and no number that can stand there."""
    for name, value in read.items():
        if row.cells.get(name, "") and not value:
            content = f"{what}: {name} = {row.cells[name]}"
            draft.leave_out(file, row.number, content, "not read as a number that can stand there; the row is imported")


def _add_contrast(draft: Draft, key: str, outcome: str, study: str, file: str, row: Row, measures: dict) -> None:
    cells = row.cells
    measure = cells.get("Effect measure", "")
    numbers = {name: number(cells.get(column, "")) for name, column in _EFFECT.items()}
    if "ratio" in measure.casefold():
        numbers, why = _logarithms(numbers)
        if why == _AS_TYPED:
            draft.note(f"{outcome}, {study}: the {measure} is a logarithm already, by its sign or its interval.")
        elif why:
            draft.leave_out(file, row.number, _content(study, outcome, measure, cells), why)
            return
        else:
            draft.note(f"{outcome}: “{measure}” is printed as a ratio; estimate and limits became natural logarithms.")
    block = draft.outcomes.setdefault(key, {"label": outcome, "measure": _GIVEN, "direction": "lower_is_better"})
    other = measures.setdefault(key, measure) if block["measure"] == _GIVEN else block["measure"]
    if measure != other and _SAME.get(measure.casefold()) != other:
        content = _content(study, outcome, measure, cells)
        draft.leave_out(file, row.number, content, f"this outcome is pooled as {other or 'effects without a measure'}")
        return
    limits = {name: numbers[name] for name in ("ci_low", "ci_high")}
    if None in limits.values():
        limits = {}
    level = number(cells.get("CI level", "").rstrip("% "))
    if limits and level and level != 95.0:
        limits["ci_level"] = level if level > 1.0 else 100.0 * level
    se = numbers["se"] if numbers["se"] and numbers["se"] > 0 else None
    read = {column: "" if numbers[name] is None else "read" for name, column in _EFFECT.items()}
    read["SE"] = "read" if se or limits else ""
    _list_unread(draft, file, row, f"{study}, {outcome}", read)
    base = {"study": study, "outcome": key, "arm": "contrast", "estimate": numbers["estimate"], "se": se, **limits}
    draft.rows.append({**base, "source": draft.source, "notes": cells.get("Footnotes", "")})


_EFFECT = {"estimate": "Mean", "se": "SE", "ci_low": "CI start", "ci_high": "CI end"}
_AS_TYPED = "a logarithm already"


def _content(study: str, outcome: str, measure: str, cells: Mapping[str, str]) -> str:
    shown = (f"{column} = {cells[column]}" for column in _EFFECT.values() if cells.get(column, ""))
    return f"{study}, {outcome}, {measure}: {', '.join(shown)}"


def _logarithms(numbers: Mapping[str, float | None]) -> tuple[dict[str, float | None], str]:
    """Return a ratio and its limits as natural logarithms, and why it was not taken for a ratio.

    What is negative is a logarithm already. Of two readings that which puts the estimate into the middle of its
    interval holds, the ratio before the logarithm: reports print ratios.
    """
    estimate, low, high = (numbers[name] for name in ("estimate", "ci_low", "ci_high"))
    given = [value for value in (estimate, low, high) if value is not None]
    if any(value < 0 for value in given):
        return dict(numbers), _AS_TYPED
    if estimate is None or low is None or high is None:
        return {}, "a ratio or its logarithm: without an interval that cannot be told; add the row to extraction.csv"
    if all(value > 0 for value in given):
        logs = {"estimate": math.log(estimate), "ci_low": math.log(low), "ci_high": math.log(high), "se": None}
        if _in_the_middle(logs):
            return logs, ""
    if _in_the_middle(numbers):
        return dict(numbers), _AS_TYPED
    return {}, "the estimate does not lie in the middle of its interval, neither as a ratio nor as its logarithm"


def _in_the_middle(numbers: Mapping[str, float | None]) -> bool:
    estimate, low, high = (numbers[name] for name in ("estimate", "ci_low", "ci_high"))
    if estimate is None or low is None or high is None:
        return False
    return low < high and abs(estimate - (low + high) / 2) <= _OFF_CENTRE * (high - low)


def _arm_text(row: Row, known: Mapping) -> str:
    return f"{row.cells['Arm']} {known.get((row.cells['Study'], row.cells['Arm']), '')}"


FORMAT = ImportFormat(
    name="Covidence",
    order=3,
    description="the four CSV files of Covidence's export to RevMan Web (zip or folder)",
    recognises=lambda source: bool(source.select(is_results)),
    read=lambda source: read_covidence(source.tables, source.name, source.controls),
)
