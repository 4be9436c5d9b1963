"""The figures that say whether the result of one cell survives: analyses side by side, prior and posterior."""

from metawright.figures.cell.drapery import (
    DRAPERY_COLUMNS,
    drapery_alt_text,
    drapery_figure,
    drapery_table,
    drapery_title,
)
from metawright.figures.cell.posterior import (
    POSTERIOR_COLUMNS,
    posterior_alt_text,
    posterior_figure,
    posterior_table,
    posterior_title,
)
from metawright.figures.cell.sensitivity import sensitivity_figure
from metawright.figures.cell.sensitivity_text import (
    SENSITIVITY_COLUMNS,
    sensitivity_alt_text,
    sensitivity_table,
    sensitivity_title,
)
from metawright.figures.kit.publish import Drawing

SURVIVAL_FIGURES = {
    "sensitivity": Drawing(
        sensitivity_figure, sensitivity_title, sensitivity_alt_text, sensitivity_table, SENSITIVITY_COLUMNS
    ),
    "posterior": Drawing(posterior_figure, posterior_title, posterior_alt_text, posterior_table, POSTERIOR_COLUMNS),
    "drapery": Drawing(drapery_figure, drapery_title, drapery_alt_text, drapery_table, DRAPERY_COLUMNS),
}
