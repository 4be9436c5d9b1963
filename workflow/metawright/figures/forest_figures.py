"""The forest plot of one outcome."""

from metawright.figures.forest.plot import forest_figure, forest_pages
from metawright.figures.forest.text import FOREST_COLUMNS, forest_alt_text, forest_table
from metawright.figures.kit.publish import Drawing

FOREST_FIGURES = {
    "forest": Drawing(
        forest_figure,
        lambda shown: f"Forest plot: {shown.label}",
        forest_alt_text,
        forest_table,
        FOREST_COLUMNS,
        forest_pages,
    ),
}
