"""One recovered value with its lineage."""

from collections.abc import Mapping
from dataclasses import dataclass

from metawright.effects.rows import RecoveredRow
from metawright.extraction.documents import ArmRow

#: Every route, in the order in which they are tried.
ROUTES = ("S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8")


@dataclass(frozen=True)
class Recovered:
    """A value recovered by a route, not yet bound to a row.

    Attributes
    ----------
    route : str
        S1 to S8.
    value : float
        The value.
    formula : str
        How it was computed, in words.
    inputs : dict
        Name and value of what went in.
    flags : tuple of str
        `conservative_bound`, `from_quantiles`, `skewed`, `symmetry_untested`, `imputed_sd`, `from_adjusted` (see
        `adjusted`).
    grid : str
        S6: the value under each correlation of the declared grid, `rho=value` joined by `;`.
    """

    route: str
    value: float
    formula: str
    inputs: Mapping[str, object]
    flags: tuple[str, ...] = ()
    grid: str = ""


#: The flag of an SD that an adjusted analysis implies.
FROM_ADJUSTED = "from_adjusted"


def adjusted(*rows: ArmRow | None) -> tuple[str, ...]:
    """Return the flag of a spread computed from the results of *rows*, where one of them is adjusted; else none.

    An analysis that adjusts for the baseline or another variable has a smaller residual spread than people have: the SD
    that its P, t, interval or standard error implies is too small, and a standardised difference with it too large.
    """
    return (FROM_ADJUSTED,) if any(row is not None and row["value_type"] == "adjusted" for row in rows) else ()


def lineage(row: ArmRow, column: str, found: Recovered) -> RecoveredRow:
    """Return the line of `recovered.csv` for *found* in *column* of *row*."""
    return {
        "row": row["row"],
        "study": row["study"],
        "outcome": row["outcome"],
        "timepoint": row["timepoint"],
        "arm": row["arm"],
        "column": column,
        "route": found.route,
        "formula": found.formula,
        "inputs": "; ".join(f"{name} {_shown(value)}" for name, value in found.inputs.items()),
        "value": found.value,
        "flags": ";".join(found.flags),
        "grid": found.grid,
    }


def _shown(value: object) -> str:
    return repr(float(value)).removesuffix(".0") if isinstance(value, int | float) else str(value)
