"""A specification curve for those who do not see it: shares and ranges in words, and every specification as a row."""

from typing import Any

from metawright.figures.cell.specification_data import SpecificationData, result_of
from metawright.figures.kit.conclusions import excludes
from metawright.files.tables import Row
from metawright.sensitivity.documents import MultiverseAxis
from metawright.words.names import count, join, sentence
from metawright.words.numbers import format_effect, format_number, format_percent, is_ratio

_NUMBERS = ("k", "estimate", "se", "ci_low", "ci_high", "p", "i2", "tau2", "excludes_zero", "headline")


def specification_title(shown: SpecificationData) -> str:
    """Return the figure's title."""
    return shown.subject.title("Specification curve")


def curve_notes(shown: SpecificationData, binned: bool) -> list[str]:
    """Return the notes below the curve: how many there are, what moves the estimate most, how to read columns."""
    entry, notes = shown.entry, [f"{sentence(counted(shown))}."]
    if moves := moved_most(shown):
        notes.append(f"{sentence(moves)}.")
    if binned:
        notes.append(
            "Each column stands for several specifications: bars from the median lower to the median upper limit, as "
            "wide as their share; line: median estimate; the darker a cell, the more of its column made the choice."
        )
    elif any("|" in str(row.get(axis["axis"])) for row in shown.rows for axis in shown.telling()):
        notes.append("A specification to which several choices lead marks them all.")
    if shown.idle:
        notes.append(f"Without any effect here: {join(shown.idle).lower()}.")
    rows: list[dict[str, Any]] = entry["rows"]
    others = sorted({row["scale"] for row in rows} - {entry["own_scale"]})
    if others:
        notes.append(f"Specifications on other scales ({', '.join(others)}) are in the table only.")
    return [" ".join(notes)]


def counted(shown: SpecificationData) -> str:
    """Return how many specifications exclude no effect, in words."""
    results = [result_of(row) for row in shown.rows]
    number, out = len(results), sum(excludes(row) for row in results)
    share = format_percent(100.0 * out / number)
    return f"the interval of {out} of {number} specifications ({share}) excludes no effect"


def moved_most(shown: SpecificationData) -> str:
    """Return which choice moves the estimate most and by how much; empty if none does."""
    summary = shown.summary
    found = [one for one in summary["axes"] if one["axis"] == summary["moves_most"]] if summary else []
    if not found:
        return ""
    size = found[0]["mean_range"]
    ratio = is_ratio(shown.subject.measure)
    by = f"a factor of {format_effect(size, None, None, shown.subject.measure)}" if ratio else format_number(size)
    label = shown.axis_label(found[0]["axis"])
    return f"the choice that moves the estimate most is “{label}” (by {by} on average)"


def specification_alt_text(shown: SpecificationData) -> str:
    """Return what the curve shows in sentences."""
    lead = f"{specification_title(shown)}."
    if shown.reason:
        return f"{lead} Not drawn: {shown.reason.rstrip('.')}."
    subject, rows = shown.subject, shown.rows
    decimals = subject.decimals([result_of(row) for row in rows])
    low, middle, high = rows[0], rows[len(rows) // 2], rows[-1]
    values = [format_effect(row["estimate"], None, None, subject.measure, decimals) for row in (low, middle, high)]
    words = [
        lead,
        f"{sentence(counted(shown))}.",
        f"Estimates ({subject.effect.lower()}) run from {values[0]} to {values[2]}, middle {values[1]}.",
    ]
    if moves := moved_most(shown):
        words.append(f"{sentence(moves)}.")
    for track, name in (("protocol", "the review’s protocol"), ("recommended", "the recommended model")):
        row = next((row for row in rows if row.get("headline") == track), None)
        if row:
            place = rows.index(row) + 1
            words.append(f"The headline result of {name}, {subject.text(result_of(row), decimals)}, is number {place}.")
    words.append(f"Choices: {'; '.join(_axis_words(axis) for axis in shown.axes)}." if shown.axes else "")
    return " ".join(word for word in words if word)


def _axis_words(axis: MultiverseAxis) -> str:
    return f"{axis['label'] or axis['axis']} ({count(len(axis['levels']), 'level')})"


def specification_columns(shown: SpecificationData) -> tuple[str, ...]:
    """Return the columns of the figure's table: a column per choice among them."""
    axes = tuple(axis["axis"] for axis in shown.axes)
    return ("outcome", "period", "scale", *axes, "used", "names", *_NUMBERS, "shown")


def specification_table(shown: SpecificationData) -> list[Row]:
    """Return every specification, on other scales too, as a row with the columns `specification_columns`."""
    subject = shown.subject
    rows: list[dict[str, Any]] = [row for row in shown.entry["rows"] if row["estimate"] is not None]
    decimals = subject.decimals([result_of(row) for row in shown.rows])
    own = shown.entry["own_scale"]
    columns = specification_columns(shown)[2:-1]
    return [
        {"outcome": subject.outcome, "period": subject.period}
        | {name: row.get(name) for name in columns}
        | {"shown": subject.text(result_of(row), decimals) if row["scale"] == own else ""}
        for row in rows
    ]
