"""The figure about missing participants of one cell."""

from metawright.figures.cell.missing_data import (
    MISSING_DATA_COLUMNS,
    missing_data_alt_text,
    missing_data_figure,
    missing_data_table,
    missing_data_title,
)
from metawright.figures.kit.publish import Drawing

MISSING_DATA_FIGURES = {
    "missing_data": Drawing(
        missing_data_figure, missing_data_title, missing_data_alt_text, missing_data_table, MISSING_DATA_COLUMNS
    ),
}
