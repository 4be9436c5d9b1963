"""What a forest plot prints of the arms of a trial: the numbers as they entered the effect, recovered ones marked."""

from collections.abc import Mapping, Sequence

from metawright.figures.forest.records import ROLES, Arm
from metawright.files.sums import total


def arms_of(
    row_ids: str | None,
    totals: Mapping[str, float | None],
    by_row: Mapping[str, Mapping[str, str]],
    lines: Sequence[Mapping[str, str]] = (),
) -> dict[str, Arm]:
    """Return the two arms of a trial.

    Parameters
    ----------
    row_ids : str or None
        Rows of the spreadsheet, joined by `;`.
    totals : mapping
        Participants of each arm as pooled; None where not known.
    by_row : mapping
        Rows of `arms.csv` by their number.
    lines : sequence of mappings
        Lines of `inputs.csv` of this effect. Without them the raw rows are taken: where several make an arm no single
        mean or SD belongs to it, events are added up. An average over time points has no single mean either.
    """
    rows = [by_row[row] for row in (row_ids or "").split(";") if row in by_row]
    arms = {}
    for role in ROLES:
        mine = [row for row in rows if row["arm"] == role]
        entered = [line for line in lines if line["arm"] == role] or mine
        single = entered[0] if len(entered) == 1 else {}
        counts = [number(row.get("events")) for row in entered]
        sizes = [number(row.get("n")) for row in entered]
        n = totals.get(role)
        if n is None:
            n = _total(sizes)
        arms[role] = Arm(
            mean=number(single.get("mean")),
            sd=number(single.get("sd")),
            events=_total(counts),
            n=n,
            n_assumed=any("n_assumed_randomised" in (row.get("flags") or "").split(";") for row in mine),
            recovered=recovered_of(single),
            made=processing_words(entered),
        )
    return arms


def _total(numbers: Sequence[float | None]) -> float | None:
    """Return the sum of numbers that are all there; None where there are none, or one is missing."""
    there = [one for one in numbers if one is not None]
    return total(there) if there and len(there) == len(numbers) else None


def recovered_of(line: Mapping[str, str]) -> dict[str, str]:
    """Return the columns of a line of `inputs.csv` that were recovered, each with its route."""
    return dict(part.split(" ") for part in (line.get("recovered") or "").split(";") if part)


def processing_words(lines: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """Return what was done with the numbers of some lines of `inputs.csv`, each word once."""
    return tuple(dict.fromkeys(word for line in lines for word in (line.get("made") or "").split(";") if word))


def number(text: str | None) -> float | None:
    """Return the number in a cell, None for an empty one."""
    return None if text is None or text == "" else float(text)
