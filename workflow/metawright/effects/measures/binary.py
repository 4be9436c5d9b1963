"""Effect measures of two-by-two tables: OR, RR, RD, PETO, and the trial-level effects of MH_OR, MH_RR, MH_RD.

a events of n1 patients in the experimental arm, c of n2 in the control arm; ``b = n1 - a``, ``d = n2 - c``,
``N = n1 + n2``. All functions broadcast their arguments. Rules for empty cells, as RevMan has them unless another is
named:

* OR: 0.5 is added to all four cells of a trial in which any cell is 0.
* RR: the same where an arm has no events (``zero_scope="events"``), or where any cell is 0 (``"any_cell"``).
* RD: the same only where both arms are degenerate, so that the variance would be 0; ``"any_cell"`` as for RR.
* OR, RR, Peto: a trial without events in both arms, or with events in everybody, is not estimable
  (``double_zero="exclude"``) or, for OR and RR, kept with 0.5 added (``"correct"``, metafor's default).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from metawright.effects.measures.estimable import (
    ALL_EVENTS,
    IMPOSSIBLE,
    NO_EVENTS,
    Effect,
    effect,
    floats,
)

#: Measures computed here; an MH measure has the trial-level effects of its plain one.
BINARY_MEASURES = ("OR", "RR", "RD", "PETO", "MH_OR", "MH_RR", "MH_RD")
CORRECTION = 0.5


@dataclass(frozen=True)
class Tables:
    """Cells after the zero rule.

    Attributes
    ----------
    a, b, c, d : ndarray
        Cells, with 0.5 added where `corrected`.
    kept : ndarray of bool
        The trial counts: possible, complete, and estimable under the rule for double zeros.
    corrected : ndarray of bool
    """

    a: np.ndarray
    b: np.ndarray
    c: np.ndarray
    d: np.ndarray
    kept: np.ndarray
    corrected: np.ndarray


def _conditions(a, n1, c, n2):
    impossible = (n1 < 1) | (n2 < 1) | (a < 0) | (c < 0) | (a > n1) | (c > n2)
    return impossible, (a == 0) & (c == 0), (a == n1) & (c == n2)


def corrected_tables(measure: str, a, n1, c, n2, zero_scope: str = "events", double_zero="exclude") -> Tables:
    """Apply the zero rule of OR, RR or RD; see the module's text.

    Parameters
    ----------
    measure : {"OR", "RR", "RD"}
    a, n1, c, n2 : array_like
    zero_scope : {"events", "any_cell"}
        Concerns RR and RD; OR always looks at any cell.
    double_zero : {"exclude", "correct"}
        Concerns OR and RR; RD keeps every trial.
    """
    if zero_scope not in ("events", "any_cell"):
        raise ValueError(f"zero_scope is 'events' or 'any_cell', not {zero_scope!r}")
    if double_zero not in ("exclude", "correct"):
        raise ValueError(f"double_zero is 'exclude' or 'correct', not {double_zero!r}")
    a, n1, c, n2 = floats(a, n1, c, n2)
    impossible, none, everybody = _conditions(a, n1, c, n2)
    possible = ~impossible & ~np.isnan(a + n1 + c + n2)
    any_cell = (a == 0) | (c == 0) | (a == n1) | (c == n2)
    kept = possible
    if measure in ("OR", "RR"):
        if double_zero == "exclude":
            kept = possible & ~none & ~everybody
        wanting = any_cell if measure == "OR" or zero_scope == "any_cell" else (a == 0) | (c == 0)
        if double_zero == "correct":
            wanting = wanting | everybody
    elif measure == "RD":
        degenerate = ((a == 0) | (a == n1)) & ((c == 0) | (c == n2))
        wanting = any_cell if zero_scope == "any_cell" else degenerate
    else:
        raise ValueError(f"no zero rule for {measure!r}")
    corrected = wanting & kept
    add = np.where(corrected, CORRECTION, 0.0)
    return Tables(a + add, n1 - a + add, c + add, n2 - c + add, kept, corrected)


def _table_effect(measure, y, v, a, n1, c, n2, double_zero):
    impossible, none, everybody = _conditions(a, n1, c, n2)
    conditions = [(impossible, IMPOSSIBLE)]
    if measure != "RD" and double_zero == "exclude":
        conditions += [(none, NO_EVENTS), (everybody, ALL_EVENTS)]
    return effect(y, v, (a, n1, c, n2), *conditions)


def odds_ratio(a, n1, c, n2, double_zero: str = "exclude") -> Effect:
    """Log odds ratio ``ln(ad/bc)``, ``v = 1/a + 1/b + 1/c + 1/d``; zero rule in the module's text."""
    a, n1, c, n2 = floats(a, n1, c, n2)
    t = corrected_tables("OR", a, n1, c, n2, double_zero=double_zero)
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.log((t.a * t.d) / (t.b * t.c))
        v = 1 / t.a + 1 / t.b + 1 / t.c + 1 / t.d
        return _table_effect("OR", y, v, a, n1, c, n2, double_zero)


def risk_ratio(a, n1, c, n2, zero_scope: str = "events", double_zero: str = "exclude") -> Effect:
    """Log risk ratio ``ln((a/n1)/(c/n2))``, ``v = 1/a - 1/n1 + 1/c - 1/n2``; zero rule in the module's text."""
    a, n1, c, n2 = floats(a, n1, c, n2)
    t = corrected_tables("RR", a, n1, c, n2, zero_scope, double_zero)
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.log((t.a / (t.a + t.b)) / (t.c / (t.c + t.d)))
        v = 1 / t.a - 1 / (t.a + t.b) + 1 / t.c - 1 / (t.c + t.d)
        return _table_effect("RR", y, v, a, n1, c, n2, double_zero)


def risk_difference(a, n1, c, n2, zero_scope: str = "events") -> Effect:
    """Risk difference ``a/n1 - c/n2``, ``v = ab/n1^3 + cd/n2^3``; zero rule in the module's text."""
    a, n1, c, n2 = floats(a, n1, c, n2)
    t = corrected_tables("RD", a, n1, c, n2, zero_scope)
    m1, m2 = t.a + t.b, t.c + t.d
    with np.errstate(divide="ignore", invalid="ignore"):
        y = t.a / m1 - t.c / m2
        v = t.a * t.b / m1**3 + t.c * t.d / m2**3
        return _table_effect("RD", y, v, a, n1, c, n2, "correct")


def peto_odds_ratio(a, n1, c, n2) -> Effect:
    """Peto's log odds ratio ``(a - E)/V``, ``v = 1/V``, no correction of empty cells.

    ``E = n1 (a + c)/N``, ``V = n1 n2 (a + c)(b + d)/(N^2 (N - 1))`` (Yusuf et al. 1985).
    """
    a, n1, c, n2 = floats(a, n1, c, n2)
    N, events = n1 + n2, a + c
    with np.errstate(divide="ignore", invalid="ignore"):
        E = n1 * events / N
        V = n1 * n2 * events * (N - events) / (N**2 * (N - 1))
        return _table_effect("PETO", (a - E) / V, 1 / V, a, n1, c, n2, "exclude")


def binary_effect(measure: str, a, n1, c, n2, *, zero_scope: str = "events", double_zero: str = "exclude") -> Effect:
    """Effect of the measure with one of the keys `BINARY_MEASURES`.

    Raises
    ------
    ValueError
        If `measure` is none of them.
    """
    plain = measure.removeprefix("MH_")
    if measure not in BINARY_MEASURES:
        raise ValueError(f"unknown binary measure {measure!r}; known: {', '.join(BINARY_MEASURES)}")
    if plain == "OR":
        return odds_ratio(a, n1, c, n2, double_zero)
    if plain == "RR":
        return risk_ratio(a, n1, c, n2, zero_scope, double_zero)
    if plain == "RD":
        return risk_difference(a, n1, c, n2, zero_scope)
    return peto_odds_ratio(a, n1, c, n2)
