"""Coverage of every model: curves over the heterogeneity of scenarios with an effect."""

from __future__ import annotations

from collections.abc import Iterator

from matplotlib.figure import Figure

from metawright.figures.kit.page import REPORT_WIDTH
from metawright.figures.kit.publish import Drawing
from metawright.figures.sweep.curves import curves_figure
from metawright.figures.sweep.data import SweepData
from metawright.figures.sweep.text import FIGURE_COLUMNS, curves_words, figure_table
from metawright.files.tables import Row

PERFORMANCE = "coverage"


def coverage_figure(shown: SweepData, width: float = REPORT_WIDTH) -> Figure:
    """Draw the curves of the grid's scenarios.

    Parameters
    ----------
    shown : SweepData
    width : float
        Points.
    """
    return curves_figure(shown.grid.effective, PERFORMANCE, shown.title, width)


def coverage_alt_text(shown: SweepData) -> str:
    """Return each model's range over the scenarios, and where it is worst."""
    return curves_words(shown.grid.effective, PERFORMANCE, shown.title)


def coverage_table(shown: SweepData) -> Iterator[Row]:
    """Yield the numbers of the curves, with the columns `FIGURE_COLUMNS`."""
    return figure_table(shown.grid.effective, (PERFORMANCE,))


DRAWING = Drawing(coverage_figure, lambda shown: shown.title, coverage_alt_text, coverage_table, FIGURE_COLUMNS)
