"""The figure about the periods of one outcome."""

from metawright.figures.kit.publish import Drawing
from metawright.figures.outcome.periods import periods_figure
from metawright.figures.outcome.periods_text import PERIODS_COLUMNS, periods_alt_text, periods_table, periods_title

PERIOD_FIGURES = {
    "periods": Drawing(periods_figure, periods_title, periods_alt_text, periods_table, PERIODS_COLUMNS),
}
