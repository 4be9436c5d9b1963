"""The figure about the periods of one outcome."""

from metawright.figures.periods import periods_figure
from metawright.figures.periods_text import PERIODS_COLUMNS, periods_alt_text, periods_table, periods_title
from metawright.figures.publish import Drawing

PERIOD_FIGURES = {
    "periods": Drawing(periods_figure, periods_title, periods_alt_text, periods_table, PERIODS_COLUMNS),
}
