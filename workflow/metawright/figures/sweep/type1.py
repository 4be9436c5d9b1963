"""Type I error of every model: curves over the heterogeneity of scenarios without an effect."""

from __future__ import annotations

from collections.abc import Iterator

from matplotlib.figure import Figure

from metawright.figures.kit.page import REPORT_WIDTH
from metawright.figures.kit.publish import Drawing
from metawright.figures.sweep.curves import curves_figure
from metawright.figures.sweep.data import SweepData
from metawright.figures.sweep.text import FIGURE_COLUMNS, curves_words, figure_table
from metawright.files.tables import Row

PERFORMANCE = "type1"


def type1_figure(shown: SweepData, width: float = REPORT_WIDTH) -> Figure:
    """Draw the curves of the grid's scenarios.

    Parameters
    ----------
    shown : SweepData
    width : float
        Points.
    """
    return curves_figure(shown.grid.null, PERFORMANCE, shown.title, width)


def type1_alt_text(shown: SweepData) -> str:
    """Return each model's range over the scenarios, and where it is worst."""
    return curves_words(shown.grid.null, PERFORMANCE, shown.title)


def type1_table(shown: SweepData) -> Iterator[Row]:
    """Yield the numbers of the curves, with the columns `FIGURE_COLUMNS`."""
    return figure_table(shown.grid.null, (PERFORMANCE,))


DRAWING = Drawing(type1_figure, lambda shown: shown.title, type1_alt_text, type1_table, FIGURE_COLUMNS)
