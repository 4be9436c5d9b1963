"""Coverage of every model: curves over the heterogeneity of scenarios with an effect."""

from metawright.figures.sweep.curves import curves_drawing

DRAWING = curves_drawing("coverage", lambda shown: shown.grid.effective)
