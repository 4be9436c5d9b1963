"""The rows of `arms.csv`, with their numbers as numbers."""

from collections.abc import Iterable
from typing import cast

from metawright.extraction.documents import ArmRow
from metawright.files.tables import TextRow, truth

_WHOLE = ("row", "n", "n_randomised", "events")
_REAL = (
    "timepoint_months", "mean", "sd", "estimate", "se", "ci_low", "ci_high", "ci_level",
    "median", "q1", "q3", "min", "max", "t_value", "f_value", "sd_baseline", "sd_final",
)  # fmt: skip


def arm_rows(table: Iterable[TextRow]) -> list[ArmRow]:
    """Return the rows of an `arms.csv`: numbers as int and float, empty cells of numbers as None."""
    rows: list[ArmRow] = []
    for line in table:
        row: dict[str, object] = dict(line)
        row.update({name: int(line[name]) if line[name] else None for name in _WHOLE})
        row.update({name: float(line[name]) if line.get(name) else None for name in _REAL})
        row["used"] = truth(line["used"])
        # A file of the workflow has the columns of `ArmRow`, and those of numbers are numbers now.
        rows.append(cast(ArmRow, row))
    return rows
