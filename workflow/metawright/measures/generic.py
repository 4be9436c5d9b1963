"""Estimates with their standard errors or intervals, pooled as given; ratios are given as logarithms."""

from __future__ import annotations

from metawright.measures.kinds import GENERIC
from metawright.measures.record import Measure
from metawright.measures.scales import IDENTITY

MEASURES = (
    Measure(
        key="GIV",
        kind=GENERIC,
        scale=IDENTITY,
        unit="declared",
        small_study=("egger",),
        name="effect",
        short="Effect",
        title="Effect",
        noun="the estimate",
        introduced="Estimates with their standard errors are pooled as given for {of}.",
        null_meaning="no effect",
        reversible=True,
        usual=True,
        revman_effect="Generic inverse variance",
        metafor_aliases=("GEN",),
    ),
)
