"""Where an interval lies beside no effect: what every room means by a conclusion and by significance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

#: Positions of an interval that excludes the null value.
OUTSIDE = ("above", "below")


def excludes(low: float | np.ndarray, high: float | np.ndarray, null: float = 0.0) -> bool | np.ndarray:
    """Say whether an interval excludes the null value; a limit exactly at the null value does not.

    Parameters
    ----------
    low, high : float or ndarray
        Its limits. An interval without width excludes what it does not touch: see `position`, and `excludes_null` of
        `metawright.pooling.fit.Fit`.
    null : float
        0 for effects and for logarithms of ratios.
    """
    return (low > null) | (high < null)


def position(row: Mapping[str, Any] | None) -> str:
    """Say where a model's 95% interval lies.

    Parameters
    ----------
    row : mapping or None
        `estimate`, `ci_low` and `ci_high` of a result, and `status` or `rule` where they apply; effects and logarithms
        of ratios have the null value 0.

    Returns
    -------
    str
        `above` or `below` when the interval excludes the null value, `includes` when it does not (a limit
        exactly at the null does not exclude it), `degenerate` when the interval of several trials has no
        width, so that it must not be read as significant, `undecided` where the rule left no headline, `none`
        without a result.
    """
    if row is None or row.get("status") == "awaiting_data":
        return "none"
    rule: Mapping[str, object] = row.get("rule") or {}
    if row.get("status") == "undecided" or rule.get("chosen") == "undecided":
        return "undecided"
    estimate, low, high = (row.get(name) for name in ("estimate", "ci_low", "ci_high"))
    if estimate is None or low is None or high is None or any(map(math.isnan, (estimate, low, high))):
        return "none"
    return position_of(low, high)


def position_of(low: float, high: float) -> str:
    """Say where an interval lies: `above`, `below`, `includes` or `degenerate`, as `position` does."""
    if low == high:
        return "degenerate"
    if not excludes(low, high):
        return "includes"
    return "above" if low > 0 else "below"
