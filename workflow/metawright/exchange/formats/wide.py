"""Wide tables in the words of metafor: one line per trial, both arms beside each other."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from metawright.exchange.draft import CannotRead, Draft, number, positive, real, slug, whole_number
from metawright.exchange.draft import year as year_of
from metawright.exchange.formats.robvis import is_robvis, read_robvis
from metawright.exchange.import_format import ImportFormat, Source
from metawright.exchange.tables import Table, with_numbers
from metawright.measures.kinds import CORRELATION, GENERIC, KINDS, Kind
from metawright.measures.registry import all_measures, measures_of_kind
from metawright.reading.characters import fold
from metawright.reading.vocabulary import is_sum

_LABELS = ("study", "slab", "studlab", "author", "trial", "id")


@dataclass(frozen=True)
class _Shape:
    """Columns that a line must fill, and the kind of data that they are; None where no measure takes them."""

    columns: tuple[str, ...]
    kind: Kind | None

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that these data serve, the first draft before the others."""
        return tuple(one.key for one in measures_of_kind(self.kind)) if self.kind else ()


_SHAPES = tuple(_Shape(columns, kind) for kind in KINDS for columns in kind.wide)
#: Means of two measurements of one group, with the correlation between them: no measure here takes them.
_PAIRED = _Shape(("m1i", "m2i", "ri", "ni"), None)
_MEANS = ("m1i", "m2i", "sd1i", "sd2i")
_WHOLE = ("n1i", "n2i", "ai", "bi", "ci", "di", "ni")
_DECIMAL = ("m1i", "sd1i", "m2i", "sd2i", "ri", "yi", "vi", "sei")
#: What metafor calls a measure that has another name here; `2x2` tables pooled by Mantel and Haenszel have none there.
_NAMES = {alias: one.key for one in all_measures() for alias in one.metafor_aliases}


def is_wide(table: Table) -> bool:
    """Whether it has the columns of one of the shapes."""
    return any(set(shape.columns) <= set(_folded(table)) for shape in _SHAPES)


def read_wide(table: Table, name: str) -> Draft:
    """Read a wide table; `outcome`, `period`, `measure`, `year` and `timepoint` are read where they are there.

    Parameters
    ----------
    table : Table
    name : str
        Name of the file without suffix: the outcome, where the table names none.
    """
    folded = _folded(table)
    table = with_numbers(table, *([folded[name] for name in names if name in folded] for names in (_WHOLE, _DECIMAL)))
    column = next((folded[label] for label in _LABELS if label in folded), table.columns[0])
    draft = Draft(title=f"Review imported from {table.file}", source=f"Table {table.file}", models=[("DL", "z")])
    keys: dict[tuple[str, str], str] = {}
    several = len({row.cells.get(folded.get("period", ""), "") for row in table.rows}) > 1
    taken: dict[tuple, int] = {}
    refused: list[str] = []
    for row in table.rows:
        cells = {key: row.cells[original] for key, original in folded.items()}
        label = " ".join(row.cells[column].split())
        declared = _NAMES.get(cells.get("measure", "").upper(), cells.get("measure", "").upper())
        shape = _shape(cells, declared)
        if shape and label and not _holds(shape, declared):
            what = _not_supported(declared, shape)
            if not any(what in line for line in refused):
                refused.append(f"{table.file}, row {row.number}: {what}")
            continue
        reason = _reason(cells, label, shape)
        if reason or shape is None:
            draft.leave_out(table.file, row.number, _content(label, cells), reason)
            continue
        place = (cells.get("outcome", "") or name, cells.get("period", "") if several else "")
        if place not in keys:
            keys[place] = slug("-".join(filter(None, place)), keys.values())
            measure = declared if declared in shape.measures else shape.measures[0]
            if declared and declared != measure:
                draft.note(f"{keys[place]}: the measure {declared} with these columns is pooled as given ({measure}).")
            elif not declared and len(shape.measures) > 1:
                draft.note(
                    f"{keys[place]}: the table names no measure; {measure} is a first draft. Check protocol.yaml."
                )
            text = " · ".join(filter(None, place))
            draft.outcomes[keys[place]] = {"label": text, "measure": measure, "direction": _direction(cells)}
        first = taken.setdefault((keys[place], fold(label)), row.number)
        if first != row.number:
            mend = "keep one of the two, or tell them apart by a column `outcome` or `period`"
            what = f"“{label}” has two effects in one pool, here and in row {first}, as if it were two trials"
            refused.append(f"{table.file}, row {row.number}: {what}; {mend}")
            continue
        _add_trial(draft, keys[place], label, cells, shape, table.file, row.number)
    if refused:
        raise CannotRead("\n".join(refused))
    if not draft.rows:
        raise CannotRead(f"{table.file}: no line has a complete set of numbers")
    if "direction" not in folded:
        draft.note("A wide table does not say which direction is good; `lower_is_better` is a first draft.")
    kept = {
        *(c for shape in _SHAPES for c in shape.columns),
        column,
        "outcome",
        "period",
        "measure",
        "direction",
        "year",
    }
    kept |= {"sei", "timepoint", "notes", "imputed", "row_ids", "left_out_by", "study", "source"}
    ignored = [original for key, original in folded.items() if key not in kept and original not in kept]
    if ignored:
        draft.note(f"Columns without a place in extraction.csv went to studies.csv: {', '.join(ignored)}.")
    if "timepoint" in folded:
        draft.note("The time points stand in the notes of each row: the review has no periods yet.")
    rest = {folded.get("timepoint"), *ignored}
    _add_studies(draft, table, column, folded.get("year"), [c for c in ignored if c in rest])
    return draft


def _folded(table: Table) -> dict[str, str]:
    return {name.casefold(): name for name in table.columns}


def _direction(cells: Mapping[str, str]) -> str:
    return "higher_is_better" if cells.get("direction", "") == "higher_is_better" else "lower_is_better"


def _shape(cells: Mapping[str, str], declared: str) -> _Shape | None:
    """Return the shape of a row: that which holds its measure before the others, among those with all numbers."""
    complete = [shape for shape in _SHAPES if all(number(cells.get(name, "")) is not None for name in shape.columns)]
    if any(number(cells.get(name, "")) is not None for name in _MEANS):
        # a correlation beside means is that of two measurements of one group
        complete = [shape if shape.kind is not CORRELATION else _PAIRED for shape in complete]
    complete.sort(key=lambda shape: not _holds(shape, declared))
    return next(iter(complete), None)


def _holds(shape: _Shape, declared: str) -> bool:
    """Whether a measure can be had from the numbers of a shape; an effect that is given is what it is."""
    return shape.kind is GENERIC or declared in shape.measures or (not declared and bool(shape.measures))


def _not_supported(declared: str, shape: _Shape) -> str:
    what = f"the measure {declared}" if declared else "a mean change with its correlation (SMCR, SMCC, MC)"
    known = ", ".join(dict.fromkeys(name for one in _SHAPES if one.kind is not GENERIC for name in one.measures))
    columns = " ".join(shape.columns)
    return f"{what} is not computed here from {columns}; expected {known}, or the effects themselves as yi and vi"


def _reason(cells: Mapping[str, str], label: str, shape: _Shape | None) -> str:
    """Return why a row has no place; empty if it has one."""
    if shape is None:
        return "no complete set of numbers"
    if not label:
        return "no trial is named"
    if is_sum(label):
        return "a row of sums, no trial"
    r = number(cells.get("ri", ""))
    if shape.kind is CORRELATION and (r is None or abs(r) > 1 or not whole_number(cells["ni"], 1)):
        return "a correlation lies between -1 and 1, and its number of people is whole"
    if shape.kind is GENERIC:
        below = [name for name in ("vi", "sei") if (number(cells.get(name, "")) or 0.0) <= 0 and cells.get(name, "")]
        if below:
            return f"{' and '.join(below)}: a variance and a standard error are numbers above 0"
    return ""


def _content(label: str, cells: Mapping[str, str]) -> str:
    given = (f"{name} = {cells[name]}" for name in (*_WHOLE, *_DECIMAL) if cells.get(name, ""))
    return ": ".join(filter(None, (label, ", ".join(given))))


def _add_trial(
    draft: Draft, key: str, study: str, cells: Mapping, shape: _Shape, file: str, number_of_row: int
) -> None:
    notes = " · ".join(filter(None, (cells.get("notes", ""), cells.get("timepoint", ""))))
    base = {"study": study, "outcome": key, "source": cells.get("source", "") or draft.source, "notes": notes}
    if shape.kind and not shape.kind.of_arms:
        if shape.kind is CORRELATION:
            numbers = {"estimate": real(cells["ri"]), "n": whole_number(cells["ni"], 1)}
        else:
            se = positive(cells.get("sei", ""))
            if not se and "vi" in cells and (number(cells["vi"]) or 0) > 0:
                se = repr(math.sqrt(float(cells["vi"])))
            sizes = [whole_number(cells.get(name, ""), 1) for name in ("n1i", "n2i")]
            n = whole_number(cells.get("ni", ""), 1) or (str(sum(map(int, sizes))) if all(sizes) else "")
            numbers = {"estimate": real(cells["yi"]), "se": se} | ({"n": n} if n else {})
        draft.rows.append({**base, "arm": "contrast", **numbers})
        return
    pairs: list[tuple[str, dict[str, str]]] = []
    for arm, events, others, index in (("experimental", "ai", "bi", "1"), ("control", "ci", "di", "2")):
        if "m1i" in shape.columns:
            numbers = {
                "n": whole_number(cells[f"n{index}i"], 1),
                "mean": real(cells[f"m{index}i"]),
                "sd": real(cells[f"sd{index}i"]),
            }
        elif "bi" in shape.columns:
            counts = whole_number(cells[events]), whole_number(cells[others])
            numbers = {"n": str(int(counts[0]) + int(counts[1])) if all(counts) else "", "events": counts[0]}
        else:
            numbers = {"n": whole_number(cells[f"n{index}i"], 1), "events": whole_number(cells[events])}
        pairs.append((arm, numbers))
    faulty = next((arm for arm, cell in pairs if not cell["n"] or float(cell.get("sd") or 0) < 0), "")
    impossible = next((arm for arm, cell in pairs if cell["n"] and int(cell.get("events") or 0) > int(cell["n"])), "")
    if faulty or impossible:
        reason = f"{faulty or impossible} arm: " + (
            "counts that are no whole numbers, or a negative SD" if faulty else "more events than participants"
        )
        draft.leave_out(file, number_of_row, _content(study, cells), reason)
        return
    draft.rows += [{**base, "arm": arm, **numbers} for arm, numbers in pairs]


def _add_studies(draft: Draft, table: Table, column: str, year: str | None, others: Sequence[str]) -> None:
    seen = set()
    for row in table.rows:
        label = " ".join(row.cells[column].split())
        if label in seen or not label:
            continue
        seen.add(label)
        when = row.cells.get(year, "") if year else ""
        extra = {slug(name).replace("-", "_").lower(): row.cells[name] for name in others}
        draft.studies.append({"study": label, "label": label, "year": year_of(when), **extra})
    draft.studies += [
        {"study": study, "label": study}
        for study in dict.fromkeys(row["study"] for row in draft.rows)
        if study not in seen
    ]


def _read(source: Source) -> Draft:
    """Read the one wide table of a source, and the judgements of a robvis table beside it."""
    table, *others = source.select(is_wide)
    if others:
        raise CannotRead(
            f"{source.name}: holds several tables with metafor's columns; import one, or put them into one file"
        )
    draft = read_wide(table, PurePath(table.file).stem)
    for judged in source.select(is_robvis)[:1]:
        other = read_robvis(judged)
        for field in ("risk_of_bias", "instrument", "domains"):
            setattr(draft, field, getattr(other, field))
        draft.notes += other.notes
    return draft


FORMAT = ImportFormat(
    name="metafor's wide table",
    order=4,
    description="a table with metafor's columns (yi vi, n1i m1i sd1i n2i m2i sd2i, ai bi ci di)",
    recognises=lambda source: bool(source.select(is_wide)),
    read=_read,
)
