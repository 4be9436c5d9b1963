"""Numbers as printed: each stands for every number that rounds to it, and arithmetic on them gives ranges.

`2.40` is 2.395 to 2.405; `P = 0.03` is 0.025 to 0.035; `P < 0.05` is 0 to 0.05.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from metawright.audit.published import printed_number
from metawright.extraction.grim import decimals
from metawright.files.known import known
from metawright.pooling.position import excludes
from metawright.pooling.quantiles import normal, normal_p, student, student_p
from metawright.words.numbers import is_ratio, null_value

Range = tuple[float, float]

# Two ranges that touch in a decimal must meet, whatever the binary representation: a share of the numbers, not a width.
_SLACK, _TINY = 1e-9, 1e-12

_RELATIONS = {"≥": ">=", "≤": "<=", "": "="}


def has(cells: Mapping[str, str], *names: str) -> bool:
    """Whether all of these cells are filled."""
    return all((cells.get(name) or "").strip() for name in names)


def unit(text: str) -> float:
    """Return one unit in the last printed digit."""
    return 10.0 ** -decimals(text.strip())


def number_range(text: str) -> Range:
    """Return the numbers that a printed one stands for."""
    value, half = known(printed_number(text)), unit(text) / 2
    return value - half, value + half


def relation(text: str | None) -> str:
    """Return the relation before a P value as one of `=`, `<`, `>`, `<=`, `>=`."""
    word = (text or "").strip()
    return _RELATIONS.get(word, word)


def p_range(op: str | None, text: str) -> Range:
    """Return the P values that a printed one stands for."""
    low, high = number_range(text)
    value, op = known(printed_number(text)), relation(op)
    if op in ("<", "<="):
        return 0.0, value
    if op in (">", ">="):
        return value, 1.0
    return max(0.0, low), min(1.0, high)


def meet(one: Range, other: Range) -> bool:
    """Whether two ranges have a number in common."""
    return not_above(one[0], other[1]) and not_above(other[0], one[1])


def not_above(one: float, other: float) -> bool:
    """Whether a number is at most another one, up to what binary fractions do to decimals."""
    return one <= other or math.isclose(one, other, rel_tol=_SLACK, abs_tol=_TINY)


@dataclass(frozen=True)
class PrintedPool:
    """A published pooled result, on the scale on which it was pooled (logarithms for ratios).

    Attributes
    ----------
    estimate, ci_low, ci_high : (float, float)
        What the printed numbers stand for.
    middle : tuple of float
        The printed numbers themselves: estimate, lower and upper limit.
    """

    estimate: Range
    ci_low: Range
    ci_high: Range
    middle: tuple[float, float, float]

    def se(self, quantile: float | None = None) -> Range:
        """Return the standard errors that the interval allows; *quantile* is the normal one unless given."""
        critical = 2 * (quantile or normal(0.95))
        least = max(self.ci_high[0] - self.ci_low[1], 0.0)
        return least / critical, (self.ci_high[1] - self.ci_low[0]) / critical

    @property
    def se_middle(self) -> float:
        """The standard error from the printed limits taken at their word."""
        return (self.middle[2] - self.middle[1]) / (2 * normal(0.95))

    def p(self, df: int | None = None, interval_df: int | None = None) -> Range:
        """Return the P values that estimate and interval allow.

        Parameters
        ----------
        df : int, optional
            Degrees of freedom of the test; left out, the normal distribution.
        interval_df : int, optional
            Those with which the interval was made; left out, the normal distribution.
        """
        low, high = self.se(student(interval_df, 0.95) if interval_df else None)
        sizes = [abs(value) for value in self.estimate]
        nearest = 0.0 if self.estimate[0] <= 0 <= self.estimate[1] else min(sizes)

        def test(size: float, se: float) -> float:
            if se == 0:
                return 1.0 if size == 0 else 0.0
            return float(student_p(size / se, df) if df else normal_p(size / se))

        return test(max(sizes), low), test(nearest, high)


def printed_pool(cells: Mapping[str, str], measure: str) -> PrintedPool | None:
    """Return the pool that a claim, or a line of a forest plot, prints; None where a number is missing.

    Also None where a ratio is not above 0, which has no logarithm.
    """
    names = ("estimate", "ci_low", "ci_high")
    if not has(cells, *names):
        return None
    ranges = [number_range(cells[name]) for name in names]
    middle = [known(printed_number(cells[name])) for name in names]
    if is_ratio(measure):
        if min(middle) <= 0:
            return None
        # a limit printed as 0.00 has no logarithm at its lower end; half a unit above 0 stands in for it
        ranges = [(math.log(max(low, 1e-12)), math.log(high)) for low, high in ranges]
        middle = [math.log(value) for value in middle]
    estimate, low, high = middle
    return PrintedPool(*ranges, (estimate, low, high))


def excludes_null(cells: Mapping[str, str], measure: str) -> bool | None:
    """Whether a printed interval excludes the null value; None without one, or where a limit is printed as it."""
    if not has(cells, "ci_low", "ci_high"):
        return None
    low, high = (known(printed_number(cells[name])) for name in ("ci_low", "ci_high"))
    null = null_value(measure)
    return None if null in (low, high) else bool(excludes(low, high, null))


def corners(*ranges: Range):
    """Yield every combination of the ends of the ranges."""
    yield from product(*(sorted(set(ends)) for ends in ranges))


def span(one: Range, digits: int = 3) -> str:
    """Return a range in words."""
    low, high = (f"{value:.{digits}g}" for value in one)
    return low if low == high else f"{low} to {high}"
