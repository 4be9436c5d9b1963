"""What two archived sweeps found, held against each other row by row of `performance.csv`."""

import csv
import io
from collections.abc import Iterator, Mapping
from math import hypot

from metawright.archive.unpacked import UnpackedArchive
from metawright.files.tables import number

TABLE = "results/simulation/performance.csv"
#: Differences beyond so many Monte Carlo standard errors are called so.
BEYOND = 4.0
#: Rows that are shown.
MOST = 20
_KEYS = ("grid", "scenario", "model", "performance")
_SHOWN = ("grid", "measure_of_effect", "k", "i2", "n", "model", "performance")


def changed_performance(old: UnpackedArchive, new: UnpackedArchive) -> Iterator[str]:
    """Yield what became of the rows of the table: how many are the same, and those furthest apart.

    Two runs with other seeds differ by chance: a difference is measured in standard errors of the difference.
    """
    before, after = _rows(old), _rows(new)
    for word, keys in (("added", set(after) - set(before)), ("gone", set(before) - set(after))):
        for grid in sorted({key[0] for key in keys}):
            yield f"grid {grid}: {sum(key[0] == grid for key in keys)} rows {word}"
    both = sorted(set(before) & set(after))
    changed = [key for key in both if before[key] != after[key]]
    if both:
        yield f"{len(both) - len(changed)} of {len(both)} rows are the same"
    apart = sorted(((_distance(before[key], after[key]), key) for key in changed), reverse=True)
    if changed:
        beyond = sum(distance > BEYOND for distance, _ in apart)
        yield f"{len(changed)} rows changed, {beyond} by more than {BEYOND:g} Monte Carlo standard errors"
    for distance, key in apart[:MOST]:
        row = after[key]
        place = ", ".join(f"{name} {row[name]}" for name in _SHOWN[1:5] if row.get(name))
        values = f"{before[key]['value']} -> {row['value']}"
        yield f"{key[0]}, {place}, {key[2]}, {key[3]}: {values} ({distance:.1f} standard errors)"


def _rows(archive: UnpackedArchive) -> dict[tuple, dict[str, str]]:
    if TABLE not in archive.sha256:
        return {}
    rows = csv.DictReader(io.StringIO(archive.text(TABLE)))
    return {tuple(row[name] for name in _KEYS): row for row in rows}


def _distance(before: Mapping[str, str], after: Mapping[str, str]) -> float:
    """Return the difference in its standard errors; infinite where an error is 0 or a value is missing."""
    if not before["value"] or not after["value"]:
        return float("inf")
    errors = [number(row["mcse"]) if row["mcse"] else 0.0 for row in (before, after)]
    difference, error = abs(number(after["value"]) - number(before["value"])), hypot(*errors)
    return 0.0 if difference == 0 else difference / error if error > 0 else float("inf")
