"""Type I error of every model: curves over the heterogeneity of scenarios without an effect."""

from metawright.figures.sweep.curves import curves_drawing

DRAWING = curves_drawing("type1", lambda shown: shown.grid.null)
