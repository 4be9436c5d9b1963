"""The rows of `arms.csv`, with their numbers as numbers."""

from collections.abc import Iterable, Mapping

from metawright.files.tables import truth

_WHOLE = ("row", "n", "n_randomised", "events")
_REAL = (
    "timepoint_months", "mean", "sd", "estimate", "se", "ci_low", "ci_high", "ci_level",
    "median", "q1", "q3", "min", "max", "t_value", "f_value", "sd_baseline", "sd_final",
)  # fmt: skip


def arm_rows(table: Iterable[Mapping[str, str]]) -> list[dict]:
    """Return the rows of an `arms.csv`: numbers as int and float, empty cells of numbers as None."""
    rows = []
    for line in table:
        row = dict(line)
        row.update({name: int(line[name]) if line[name] else None for name in _WHOLE})
        row.update({name: float(line[name]) if line.get(name) else None for name in _REAL})
        row["used"] = truth(line["used"])
        rows.append(row)
    return rows
