"""Two-by-two tables: their cells under the rules for empty ones, and what keeps a trial from being estimable.

a events of n1 patients in the experimental arm, c of n2 in the control arm; ``b = n1 - a``, ``d = n2 - c``,
``N = n1 + n2``. All functions broadcast their arguments. Rules for empty cells, as RevMan has them unless another is
named:

* odds ratio: 0.5 is added to all four cells of a trial in which any cell is 0.
* risk ratio: the same where an arm has no events (``zero_scope="events"``), or where any cell is 0 (``"any_cell"``).
* risk difference: for the variance alone, and only where both arms are degenerate, so that it would be 0. The effect is
  always that of the cells as observed: 0 of 20 against 0 of 200 is a difference of 0.
* ratios: a trial without events in both arms, or with events in everybody, is not estimable
  (``double_zero="exclude"``) or, but for Peto's, kept with 0.5 added (``"correct"``, metafor's default).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from metawright.measures.arrays import Floats
from metawright.measures.estimable import ALL_EVENTS, IMPOSSIBLE, NO_EVENTS, Effect, effect, floats

CORRECTION = 0.5


@dataclass(frozen=True)
class ZeroRule:
    """Where 0.5 is added to the cells of a trial.

    Attributes
    ----------
    where : {"any_cell", "events", "degenerate"}
        Any cell is 0; an arm has no events; both arms have none or nothing but events.
    widened : bool
        ``zero_scope="any_cell"`` widens it to any cell.
    double_zeros : bool
        Trials without events in both arms, or with events in everybody, are not estimable unless corrected.
    variance_alone : bool
        The effect is that of the cells as observed.
    """

    where: str
    widened: bool
    double_zeros: bool
    variance_alone: bool = False


OF_ODDS = ZeroRule("any_cell", widened=False, double_zeros=True)
OF_RISKS = ZeroRule("events", widened=True, double_zeros=True)
OF_DIFFERENCES = ZeroRule("degenerate", widened=False, double_zeros=False, variance_alone=True)


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


def _conditions(a: Floats, n1: Floats, c: Floats, n2: Floats):
    impossible = (n1 < 1) | (n2 < 1) | (a < 0) | (c < 0) | (a > n1) | (c > n2)
    return impossible, (a == 0) & (c == 0), (a == n1) & (c == n2)


def corrected_tables(
    rule: ZeroRule | None,
    a: ArrayLike,
    n1: ArrayLike,
    c: ArrayLike,
    n2: ArrayLike,
    zero_scope: str = "events",
    double_zero: str = "exclude",
) -> Tables:
    """Apply a zero rule; see the module's text.

    Parameters
    ----------
    rule : ZeroRule or None
        That of the measure.
    a, n1, c, n2 : array_like
    zero_scope : {"events", "any_cell"}
        Concerns rules that can be widened.
    double_zero : {"exclude", "correct"}
        Concerns ratios; differences keep every trial.

    Raises
    ------
    ValueError
        For a measure without a zero rule, or another word for a choice.
    """
    if zero_scope not in ("events", "any_cell"):
        raise ValueError(f"zero_scope is 'events' or 'any_cell', not {zero_scope!r}")
    if double_zero not in ("exclude", "correct"):
        raise ValueError(f"double_zero is 'exclude' or 'correct', not {double_zero!r}")
    if rule is None:
        raise ValueError("this measure has no zero rule")
    a, n1, c, n2 = floats(a, n1, c, n2)
    impossible, none, everybody = _conditions(a, n1, c, n2)
    possible = ~impossible & ~np.isnan(a + n1 + c + n2)
    any_cell = (a == 0) | (c == 0) | (a == n1) | (c == n2)
    kept = possible
    if rule.where == "any_cell" or (rule.widened and zero_scope == "any_cell"):
        wanting = any_cell
    elif rule.where == "events":
        wanting = (a == 0) | (c == 0)
    else:
        wanting = ((a == 0) | (a == n1)) & ((c == 0) | (c == n2))
    if rule.double_zeros:
        if double_zero == "exclude":
            kept = possible & ~none & ~everybody
        else:
            wanting = wanting | everybody
    corrected = wanting & kept
    add = np.where(corrected, CORRECTION, 0.0)
    return Tables(a + add, n1 - a + add, c + add, n2 - c + add, kept, corrected)


def table_effect(y: Floats, v: Floats, a: Floats, n1: Floats, c: Floats, n2: Floats, double_zeros: bool) -> Effect:
    """Assemble the effect of tables; with *double_zeros*, those without information are not estimable."""
    impossible, none, everybody = _conditions(a, n1, c, n2)
    conditions = [(impossible, IMPOSSIBLE)]
    if double_zeros:
        conditions += [(none, NO_EVENTS), (everybody, ALL_EVENTS)]
    return effect(y, v, (a, n1, c, n2), *conditions)
