"""Peto's odds ratio of two-by-two tables; see `metawright.measures.two_by_two` for the cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from metawright.measures.estimable import Effect, floats
from metawright.measures.kinds import BINARY
from metawright.measures.record import Measure, Stated
from metawright.measures.risks import ODDS
from metawright.measures.scales import LOGARITHM
from metawright.measures.two_by_two import table_effect
from metawright.measures.weighing import PETO


def peto_odds_ratio(a: ArrayLike, n1: ArrayLike, c: ArrayLike, n2: ArrayLike) -> Effect:
    """Peto's log odds ratio ``(a - E)/V``, ``v = 1/V``, no correction of empty cells.

    ``E = n1 (a + c)/N``, ``V = n1 n2 (a + c)(b + d)/(N^2 (N - 1))`` (Yusuf et al. 1985).
    """
    a, n1, c, n2 = floats(a, n1, c, n2)
    N, events = n1 + n2, a + c
    with np.errstate(divide="ignore", invalid="ignore"):
        E = n1 * events / N
        V = n1 * n2 * events * (N - events) / (N**2 * (N - 1))
        return table_effect((a - E) / V, 1 / V, a, n1, c, n2, double_zeros=True)


MEASURES = (
    Measure(
        key="PETO",
        kind=BINARY,
        scale=LOGARITHM,
        unit="ratio",
        weighing=PETO,
        effect=peto_odds_ratio,
        risks=ODDS,
        small_study=("harbord",),
        simulated_as="OR",
        name="Peto odds ratio",
        short="Peto OR",
        title="Peto Odds Ratio",
        null_meaning="no effect",
        work="yusuf1985",
        variance_stated=Stated(
            {"": "Trials without events in both arms, or with events in everybody, do not enter a Peto odds ratio."}
        ),
        comparable="log OR",
        companions=("OR", "MH_OR"),
        revman_type="Dichotomous",
        revman_effect="Peto Odds Ratio",
        revman="PETO_OR",
        metafor="PETO",
        r='escalc(measure = "PETO", ai = d$ai, bi = d$bi, ci = d$ci, di = d$di, add = 0, to = "none")',
    ),
)
