"""The figure with all verdicts of a review."""

from metawright.figures.kit.publish import Drawing
from metawright.figures.review.verdicts import verdicts_figure, verdicts_pages
from metawright.figures.review.verdicts_text import VERDICTS_COLUMNS, verdicts_alt_text, verdicts_table, verdicts_title

VERDICT_FIGURES = {
    "verdicts": Drawing(
        verdicts_figure,
        lambda shown: verdicts_title(),
        verdicts_alt_text,
        verdicts_table,
        VERDICTS_COLUMNS,
        verdicts_pages,
    ),
}
