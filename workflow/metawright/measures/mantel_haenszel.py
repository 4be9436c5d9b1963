"""Odds ratio, risk ratio and risk difference pooled by Mantel and Haenszel's method.

Single trials have the effects of the plain measures; the sums stand in `metawright.pooling.tables`.
"""

from __future__ import annotations

from dataclasses import replace

from metawright.measures.odds_ratio import MEASURES as ODDS_RATIO
from metawright.measures.record import Measure
from metawright.measures.risk_difference import MEASURES as RISK_DIFFERENCE
from metawright.measures.risk_ratio import MEASURES as RISK_RATIO
from metawright.measures.weighing import MANTEL_HAENSZEL


def _of(plain: Measure, companions: tuple[str, ...]) -> Measure:
    return replace(
        plain,
        key=f"MH_{plain.key}",
        plain=plain.key,
        weighing=MANTEL_HAENSZEL,
        simulation=None,
        name=f"Mantel–Haenszel {plain.name}",
        short=f"M-H {plain.short}",
        noun="",
        work="greenland1985",
        companions=companions,
        usual=False,
        revman="",
        revman_aliases=(),
    )


MEASURES = (
    _of(*ODDS_RATIO, ("OR", "PETO")),
    _of(*RISK_RATIO, ("RR",)),
    _of(*RISK_DIFFERENCE, ("RD",)),
)
