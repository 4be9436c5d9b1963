"""Risk ratio of two-by-two tables; see `metawright.measures.two_by_two` for the cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from metawright.measures.arrays import Floats
from metawright.measures.estimable import Effect, floats
from metawright.measures.kinds import BINARY
from metawright.measures.record import Measure, Simulation, Stated
from metawright.measures.risks import RATIO
from metawright.measures.scales import LOGARITHM
from metawright.measures.two_by_two import OF_RISKS, corrected_tables, table_effect


def risk_ratio(
    a: ArrayLike, n1: ArrayLike, c: ArrayLike, n2: ArrayLike, zero_scope: str = "events", double_zero: str = "exclude"
) -> Effect:
    """Log risk ratio ``ln((a/n1)/(c/n2))``, ``v = 1/a - 1/n1 + 1/c - 1/n2``; zero rule in `two_by_two`."""
    a, n1, c, n2 = floats(a, n1, c, n2)
    t = corrected_tables(OF_RISKS, a, n1, c, n2, zero_scope, double_zero)
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.log((t.a / (t.a + t.b)) / (t.c / (t.c + t.d)))
        v = 1 / t.a - 1 / (t.a + t.b) + 1 / t.c - 1 / (t.c + t.d)
        return table_effect(y, v, a, n1, c, n2, double_zero == "exclude")


def treated_risk(control_risk: float, log_ratio: Floats):
    """Risk in the experimental arm at a log risk ratio, which cannot lift it above 1."""
    return np.minimum(control_risk * np.exp(log_ratio), 1.0)


def _variance(n1: Floats, n2: Floats, theta: float, sd: float, control_risk: float):
    risk = treated_risk(control_risk, np.asarray(theta))
    return (1.0 - risk) / (n1 * risk) + (1.0 - control_risk) / (n2 * control_risk)


#: How Methods describe empty cells; the Mantel-Haenszel risk ratio has the same effects of single trials.
STATED = Stated(
    {
        "events": (
            "For a risk ratio, 0.5 is added to all four cells of a trial without events in one arm; trials without "
            "events in both arms, or with events in everybody, are not estimable."
        ),
        "any_cell": (
            "For a risk ratio, 0.5 is added to all four cells of a trial with an empty cell; trials without events in "
            "both arms, or with events in everybody, are not estimable."
        ),
    },
    "zero_scope",
)

MEASURES = (
    Measure(
        key="RR",
        kind=BINARY,
        scale=LOGARITHM,
        unit="ratio",
        effect=risk_ratio,
        options=("zero_scope", "double_zero"),
        zero_rule=OF_RISKS,
        risks=RATIO,
        small_study=("peters",),
        simulation=Simulation(drawn="events", cost=0.155, variance=_variance, treated_risk=treated_risk),
        simulated_as="RR",
        name="risk ratio",
        short="RR",
        title="Risk Ratio",
        null_meaning="no effect",
        variance_stated=STATED,
        comparable="log RR",
        companions=("MH_RR",),
        revman_type="Dichotomous",
        revman_effect="Risk Ratio",
        revman="RR",
        metafor="RR",
        r='escalc(measure = "RR", ai = t$ai, bi = t$bi, ci = t$ci, di = t$di, add = 0, to = "none")',
    ),
)
