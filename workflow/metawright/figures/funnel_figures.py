"""The figure about small-study effects of one cell."""

from metawright.figures.cell.funnel import FUNNEL_COLUMNS, funnel_alt_text, funnel_figure, funnel_table, funnel_title
from metawright.figures.kit.publish import Drawing

FUNNEL_FIGURES = {
    "funnel": Drawing(funnel_figure, funnel_title, funnel_alt_text, funnel_table, FUNNEL_COLUMNS),
}
