"""Leave-one-out: the result without each trial in turn, under the headline model of each track."""

from typing import Any

from metawright.figures.cell.refit_lines import changes, drawn_of
from metawright.figures.cell.sensitivity_data import SensitivityData
from metawright.figures.kit.axis import Axis
from metawright.figures.kit.conclusions import excludes
from metawright.figures.kit.interval_table import IntervalTable, Line
from metawright.figures.kit.subject import TRACK_NAMES
from metawright.files.known import known
from metawright.sensitivity.documents import ExaminedModel, OmittedTrial
from metawright.words.names import count, join, sentence
from metawright.words.numbers import format_estimate

LEAVE_ONE_OUT_COLUMNS = (
    "outcome", "period", "track", "model", "omitted", "label", "status", "estimate", "ci_low", "ci_high", "p", "i2",
    "tau2", "changes", "shown",
)  # fmt: skip


PANEL_MOST, ROOM = 15, 13  # lines of a panel beside others, and how many of them name a trial


def leave_one_out_title(shown: SensitivityData) -> str:
    """Return the figure's title."""
    return shown.subject.title("Leave-one-out")


def leave_one_out_reason(shown: SensitivityData) -> str:
    """Return why there is nothing to leave out; empty where there is."""
    if omitted_of(shown):
        return ""
    remarks = shown.leave_one_out["remarks"] or ["nothing was left out"]
    return {0: "no data", 1: "one trial: there is nothing to leave out"}.get(shown.document["k"], remarks[0])


def omitted_of(shown: SensitivityData) -> dict[str, list[OmittedTrial]]:
    """Return per headline model the results without each trial."""
    found = {entry["model"]: entry["omitted"] for entry in shown.leave_one_out["models"]}
    return {row["model"]: found[row["model"]] for row in shown.headlines() if found.get(row["model"])}


def leave_one_out_lines(shown: SensitivityData) -> list[Line]:
    """Return the line of all trials and one per trial left out, with a mark per track."""
    subject, omitted = shown.subject, omitted_of(shown)
    heads = [row for row in shown.headlines() if row["model"] in omitted]
    lines = [Line("All trials", tuple(drawn_of(row, row) for row in heads), style="bold")]
    for study in dict.fromkeys(row["study"] for rows in omitted.values() for row in rows):
        drawn, strong = [], set[str]()
        for head in heads:
            row = next((row for row in omitted[head["model"]] if row["study"] == study), None)
            drawn.append(drawn_of(row, head))
            if row is not None and _changes(head, row, subject.direction):
                strong.add(known(head["track"]))
        lines.append(Line(f"Without {subject.study(study)}", tuple(drawn), strong=frozenset(strong)))
    return lines


def _changes(head: ExaminedModel, row: OmittedTrial, direction: str) -> str:
    """Return how a conclusion changes; a single trial that is left of two is not compared: its interval differs."""
    return "" if row["status"] == "single_study" else changes(head, row, direction)


def leave_one_out_panel(shown: SensitivityData, left: float, width: float, axis: Axis) -> IntervalTable:
    """Return the lines with their names alone, for a panel beside others.

    Of many trials those are shown that change the conclusion or move the estimate most; the last line counts the rest.
    """
    lines = leave_one_out_lines(shown)
    if len(lines) > PANEL_MOST:
        whole, others = lines[0], lines[1:]
        most = set(
            sorted(range(len(others)), key=lambda i: (not others[i].strong, -_shift(whole, others[i]), i))[:ROOM]
        )
        rest = [line for i, line in enumerate(others) if i not in most]
        values = [d.row["estimate"] for line in rest for d in line.drawn if d and d.row["estimate"] is not None]
        decimals = shown.subject.decimals(shown.headlines())
        ends = [format_estimate(value, shown.subject.measure, decimals) for value in (min(values), max(values))]
        last = Line(f"{len(rest)} others: {ends[0]} to {ends[1]}", muted=True)
        lines = [whole, *(line for i, line in enumerate(others) if i in most), last]
    return IntervalTable(shown.subject, lines, (), axis, left, width, label_most=112.0)


def _shift(whole: Line, part: Line) -> float:
    """Return how far leaving out a trial moves the estimate, under the track that it moves most."""
    pairs = [(a.row["estimate"], b.row["estimate"]) for a, b in zip(whole.drawn, part.drawn, strict=True) if a and b]
    return max((abs(a - b) for a, b in pairs if a is not None and b is not None), default=0.0)


def leave_one_out_alt_text(shown: SensitivityData) -> str:
    """Return what the figure shows in sentences, track by track."""
    lead = f"{leave_one_out_title(shown)}."
    if reason := leave_one_out_reason(shown):
        return f"{lead} Not drawn: {reason.rstrip('.')}."
    subject, omitted = shown.subject, omitted_of(shown)
    words = [lead]
    for head in (row for row in shown.headlines() if row["model"] in omitted):
        rows = [row for row in omitted[head["model"]] if row["estimate"] is not None]
        decimals = subject.decimals([head, *rows])
        says = "excludes" if excludes(head) else "includes"
        words.append(
            f"{TRACK_NAMES[head['track']]} ({head['model']}): all trials {subject.text(head, decimals)}, which {says} "
            "no effect."
        )
        if rows:
            low = min(rows, key=lambda row: known(row["estimate"]))
            high = max(rows, key=lambda row: known(row["estimate"]))
            words.append(
                f"Leaving out one trial gives from {subject.text(low, decimals)} (without {subject.study(low['study'])}"
                f") to {subject.text(high, decimals)} (without {subject.study(high['study'])})."
            )
        changed = [subject.study(row["study"]) for row in rows if _changes(head, row, subject.direction)]
        if rows and rows[0]["status"] == "single_study":
            words.append("Each omission leaves one trial alone, whose conclusion is not compared with that of both.")
        else:
            words.append(
                f"The conclusion differs without {join(changed, 'or')}."
                if changed
                else f"None of the {count(len(rows), 'omission')} changes the conclusion."
            )
        if undecided := len(omitted[head["model"]]) - len(rows):
            words.append(f"{sentence(count(undecided, 'omission'))} left the rule undecided.")
    return " ".join(words)


def leave_one_out_table(shown: SensitivityData) -> list[dict[str, Any]]:
    """Return the figure as a table with the columns `LEAVE_ONE_OUT_COLUMNS`; all trials have no `omitted`."""
    if leave_one_out_reason(shown):
        return []
    subject, omitted = shown.subject, omitted_of(shown)
    rows: list[dict[str, Any]] = []
    for head in (row for row in shown.headlines() if row["model"] in omitted):
        parts = omitted[head["model"]]
        decimals = subject.decimals([head, *parts])
        own = {"outcome": subject.outcome, "period": subject.period, "track": head["track"], "model": head["model"]}
        whole = {"omitted": "", "label": "All trials", "status": shown.document["status"], "changes": ""}
        rows.append(own | whole | _numbers(head) | {"shown": subject.text(head, decimals)})
        for row in parts:
            rows.append(
                own
                | {"omitted": row["study"], "label": subject.study(row["study"]), "status": row["status"]}
                | _numbers(row)
                | {"changes": _changes(head, row, subject.direction), "shown": subject.text(row, decimals)}
            )
    return rows


def _numbers(row: ExaminedModel | OmittedTrial) -> dict[str, Any]:
    return {name: row[name] for name in ("estimate", "ci_low", "ci_high", "p", "i2", "tau2")}
