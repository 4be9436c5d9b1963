"""The figure of the risks in both arms, from the records of an outcome’s forest plot."""

from metawright.figures.kit.publish import Drawing
from metawright.figures.outcome.labbe import LABBE_COLUMNS, labbe_alt_text, labbe_figure, labbe_table, labbe_title

LABBE_FIGURES = {"labbe": Drawing(labbe_figure, labbe_title, labbe_alt_text, labbe_table, LABBE_COLUMNS)}
