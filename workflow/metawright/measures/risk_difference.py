"""Risk difference of two-by-two tables; see `metawright.measures.two_by_two` for the cells."""

from __future__ import annotations

import numpy as np

from metawright.measures.estimable import Effect, floats
from metawright.measures.kinds import BINARY
from metawright.measures.record import Measure
from metawright.measures.risks import DIFFERENCE
from metawright.measures.scales import IDENTITY
from metawright.measures.two_by_two import OF_DIFFERENCES, corrected_tables, table_effect


def risk_difference(a, n1, c, n2, zero_scope: str = "events") -> Effect:
    """Risk difference ``a/n1 - c/n2``, ``v = ab/n1^3 + cd/n2^3``; zero rule in `two_by_two`."""
    a, n1, c, n2 = floats(a, n1, c, n2)
    t = corrected_tables(OF_DIFFERENCES, a, n1, c, n2, zero_scope)
    m1, m2 = t.a + t.b, t.c + t.d
    with np.errstate(divide="ignore", invalid="ignore"):
        y = t.a / m1 - t.c / m2
        v = t.a * t.b / m1**3 + t.c * t.d / m2**3
        return table_effect(y, v, a, n1, c, n2, double_zeros=False)


MEASURES = (
    Measure(
        key="RD",
        kind=BINARY,
        scale=IDENTITY,
        unit="risk",
        effect=risk_difference,
        options=("zero_scope",),
        zero_rule=OF_DIFFERENCES,
        risks=DIFFERENCE,
        name="risk difference",
        short="RD",
        title="Risk Difference",
        null_meaning="no difference",
        companions=("MH_RD",),
        revman_type="Dichotomous",
        revman_effect="Risk Difference",
        revman="RD",
        metafor="RD",
        r='escalc(measure = "RD", ai = t$ai, bi = t$bi, ci = t$ci, di = t$di, add = 0, to = "none")',
    ),
)
