"""The figure of the risks in both arms, from the records of an outcome’s forest plot."""

from metawright.figures.labbe import LABBE_COLUMNS, labbe_alt_text, labbe_figure, labbe_table, labbe_title
from metawright.figures.publish import Drawing

LABBE_FIGURES = {"labbe": Drawing(labbe_figure, labbe_title, labbe_alt_text, labbe_table, LABBE_COLUMNS)}
