"""Risk difference of two-by-two tables; see `metawright.measures.two_by_two` for the cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from metawright.measures.estimable import Effect, floats
from metawright.measures.kinds import BINARY
from metawright.measures.record import Measure, Stated
from metawright.measures.risks import DIFFERENCE
from metawright.measures.scales import IDENTITY
from metawright.measures.two_by_two import OF_DIFFERENCES, corrected_tables, table_effect


def risk_difference(a: ArrayLike, n1: ArrayLike, c: ArrayLike, n2: ArrayLike) -> Effect:
    """Risk difference ``a/n1 - c/n2``, ``v = ab/n1^3 + cd/n2^3``; zero rule in `two_by_two`."""
    a, n1, c, n2 = floats(a, n1, c, n2)
    t = corrected_tables(OF_DIFFERENCES, a, n1, c, n2)
    m1, m2 = t.a + t.b, t.c + t.d
    with np.errstate(divide="ignore", invalid="ignore"):
        y = a / n1 - c / n2
        v = t.a * t.b / m1**3 + t.c * t.d / m2**3
        return table_effect(y, v, a, n1, c, n2, double_zeros=False)


MEASURES = (
    Measure(
        key="RD",
        kind=BINARY,
        scale=IDENTITY,
        unit="risk",
        effect=risk_difference,
        zero_rule=OF_DIFFERENCES,
        risks=DIFFERENCE,
        name="risk difference",
        short="RD",
        title="Risk Difference",
        null_meaning="no difference",
        variance_stated=Stated(
            {
                "": "A risk difference is that of the risks as observed; where its variance would be 0, because in "
                "each arm nobody or everybody has the event, 0.5 is added to all four cells for the variance alone."
            }
        ),
        companions=("MH_RD",),
        revman_type="Dichotomous",
        revman_effect="Risk Difference",
        revman="RD",
        metafor="RD",
        r="""{
  # metafor's RD would take the 0.5 into the effect too
  e <- escalc(measure = "RD", ai = t$ai, bi = t$bi, ci = t$ci, di = t$di, add = 0, to = "none")
  list(yi = d$ai / (d$ai + d$bi) - d$ci / (d$ci + d$di), vi = e$vi)
}""",
    ),
)
