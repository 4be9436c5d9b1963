"""The figures about refits of one cell, without and with some of its trials."""

from metawright.figures.cell.baujat import BAUJAT_COLUMNS, baujat_alt_text, baujat_figure, baujat_table, baujat_title
from metawright.figures.cell.cumulative import (
    CUMULATIVE_COLUMNS,
    cumulative_alt_text,
    cumulative_figure,
    cumulative_table,
    cumulative_title,
)
from metawright.figures.cell.gosh import GOSH_COLUMNS, gosh_alt_text, gosh_figure, gosh_table, gosh_title
from metawright.figures.cell.influence import (
    INFLUENCE_COLUMNS,
    influence_alt_text,
    influence_figure,
    influence_table,
    influence_title,
)
from metawright.figures.cell.radial import RADIAL_COLUMNS, radial_alt_text, radial_figure, radial_table, radial_title
from metawright.figures.kit.publish import Drawing

REFIT_FIGURES = {
    "influence": Drawing(influence_figure, influence_title, influence_alt_text, influence_table, INFLUENCE_COLUMNS),
    "baujat": Drawing(baujat_figure, baujat_title, baujat_alt_text, baujat_table, BAUJAT_COLUMNS),
    "cumulative": Drawing(
        cumulative_figure, cumulative_title, cumulative_alt_text, cumulative_table, CUMULATIVE_COLUMNS
    ),
    "radial": Drawing(radial_figure, radial_title, radial_alt_text, radial_table, RADIAL_COLUMNS),
    "gosh": Drawing(gosh_figure, gosh_title, gosh_alt_text, gosh_table, GOSH_COLUMNS),
}
