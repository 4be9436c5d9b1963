"""Odds ratio of two-by-two tables; see `metawright.measures.two_by_two` for the cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from metawright.measures.arrays import Floats
from metawright.measures.estimable import Effect, floats
from metawright.measures.kinds import BINARY
from metawright.measures.record import Measure, Simulation, Stated
from metawright.measures.risks import ODDS
from metawright.measures.scales import LOGARITHM
from metawright.measures.two_by_two import OF_ODDS, corrected_tables, table_effect


def odds_ratio(a: ArrayLike, n1: ArrayLike, c: ArrayLike, n2: ArrayLike, double_zero: str = "exclude") -> Effect:
    """Log odds ratio ``ln(ad/bc)``, ``v = 1/a + 1/b + 1/c + 1/d``; zero rule in `two_by_two`."""
    a, n1, c, n2 = floats(a, n1, c, n2)
    t = corrected_tables(OF_ODDS, a, n1, c, n2, double_zero=double_zero)
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.log((t.a * t.d) / (t.b * t.c))
        v = 1 / t.a + 1 / t.b + 1 / t.c + 1 / t.d
        return table_effect(y, v, a, n1, c, n2, double_zero == "exclude")


def treated_risk(control_risk: float, log_ratio: Floats):
    """Risk in the experimental arm at a log odds ratio."""
    from scipy import special  # takes long to load: not before it is needed

    return special.expit(special.logit(control_risk) + log_ratio)


def _variance(n1: Floats, n2: Floats, theta: float, sd: float, control_risk: float):
    risk = treated_risk(control_risk, np.asarray(theta))
    control = control_risk * (1.0 - control_risk)
    return 1.0 / (n1 * risk * (1.0 - risk)) + 1.0 / (n2 * control)


#: How Methods describe empty cells; the Mantel-Haenszel odds ratio has the same effects of single trials.
STATED = Stated(
    {
        "": (
            "For an odds ratio, 0.5 is added to all four cells of a trial with an empty cell; trials without events in "
            "both arms, or with events in everybody, are not estimable."
        )
    }
)

MEASURES = (
    Measure(
        key="OR",
        kind=BINARY,
        scale=LOGARITHM,
        unit="ratio",
        effect=odds_ratio,
        options=("double_zero",),
        zero_rule=OF_ODDS,
        risks=ODDS,
        small_study=("harbord", "peters"),
        simulation=Simulation(drawn="events", cost=0.155, variance=_variance, treated_risk=treated_risk),
        simulated_as="OR",
        name="odds ratio",
        short="OR",
        title="Odds Ratio",
        null_meaning="no effect",
        variance_stated=STATED,
        comparable="log OR",
        companions=("MH_OR", "PETO"),
        usual=True,
        revman_type="Dichotomous",
        revman_effect="Odds Ratio",
        revman="OR",
        metafor="OR",
        r='escalc(measure = "OR", ai = t$ai, bi = t$bi, ci = t$ci, di = t$di, add = 0, to = "none")',
    ),
)
