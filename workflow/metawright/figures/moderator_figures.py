"""The figure of the meta-regressions of one cell."""

from metawright.figures.cell.bubble import BUBBLE_COLUMNS, bubble_alt_text, bubble_figure, bubble_table, bubble_title
from metawright.figures.kit.publish import Drawing

MODERATOR_FIGURES = {"bubble": Drawing(bubble_figure, bubble_title, bubble_alt_text, bubble_table, BUBBLE_COLUMNS)}
