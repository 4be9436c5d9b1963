"""The figures of one cell that stand beside its main panel, by name: one loop writes them all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from matplotlib.figure import Figure

from metawright.figures.cell import (
    baujat,
    bubble,
    cumulative,
    drapery,
    funnel,
    gosh,
    influence,
    leave_one_out,
    method_ladder,
    missing_data,
    posterior,
    radial,
)
from metawright.figures.cell.sensitivity_data import SensitivityData


@dataclass(frozen=True)
class Drawing:
    """One kind of figure; every function takes the `SensitivityData` of a cell.

    Attributes
    ----------
    title, alt_text : callable
        Text.
    figure : callable
        The figure; where `reason` is not empty, a small one that says why there is nothing to draw.
    table : callable
        Rows with the `columns`.
    columns : tuple of str
    reason : callable
        Why there is nothing to draw; empty text where there is.
    """

    title: Callable[[SensitivityData], str]
    figure: Callable[[SensitivityData], Figure]
    alt_text: Callable[[SensitivityData], str]
    table: Callable[[SensitivityData], list[dict]]
    columns: tuple[str, ...]
    reason: Callable[[SensitivityData], str]

    def drawable(self, shown: SensitivityData) -> bool:
        """Return whether there is anything to draw."""
        return not self.reason(shown)


def _drawing(module: object, name: str) -> Drawing:
    parts = (getattr(module, f"{name}_{part}") for part in ("title", "figure", "alt_text", "table"))
    return Drawing(*parts, getattr(module, f"{name.upper()}_COLUMNS"), getattr(module, f"{name}_reason"))


#: By the name that its files begin with.
FIGURES: Mapping[str, Drawing] = {
    "method_ladder": _drawing(method_ladder, "method_ladder"),
    "leave_one_out": _drawing(leave_one_out, "leave_one_out"),
    "cumulative": _drawing(cumulative, "cumulative"),
    "influence": _drawing(influence, "influence"),
    "baujat": _drawing(baujat, "baujat"),
    "gosh": _drawing(gosh, "gosh"),
    "funnel": _drawing(funnel, "funnel"),
    "posterior": _drawing(posterior, "posterior"),
    "missing_data": _drawing(missing_data, "missing_data"),
    "drapery": _drawing(drapery, "drapery"),
    "radial": _drawing(radial, "radial"),
    "bubble": _drawing(bubble, "bubble"),
}
