"""Hazard ratio: given by each trial as its natural logarithm with a standard error or an interval."""

from __future__ import annotations

from metawright.measures.kinds import GENERIC
from metawright.measures.record import Measure, Stated
from metawright.measures.scales import LOGARITHM

MEASURES = (
    Measure(
        key="HR",
        kind=GENERIC,
        scale=LOGARITHM,
        unit="ratio",
        information="events",
        name="hazard ratio",
        short="HR",
        title="Hazard Ratio",
        null_meaning="no effect",
        variance_stated=Stated(
            {
                "": (
                    "Log hazard ratios enter with the standard errors that the trials give, or with those of their "
                    "confidence intervals; whether hazards are proportional cannot be tested with them."
                )
            }
        ),
        revman_effect="Hazard Ratio",
    ),
)
