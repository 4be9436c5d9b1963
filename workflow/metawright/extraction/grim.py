"""Means and standard deviations that whole-number data cannot have.

GRIM: Brown NJL, Heathers JAJ (2017). GRIMMER: Anaya J (2016), in the analytic form of Allard A (2018). Everything is
computed in exact fractions, so that a printed boundary is a boundary.
"""

from fractions import Fraction
from math import ceil, floor


def printed_interval(text: str) -> tuple[Fraction, Fraction]:
    """Return the lowest and highest number that rounds to *text*, half up or half to even alike."""
    value, half = Fraction(text), Fraction(1, 2 * 10 ** decimals(text))
    return value - half, value + half


def decimals(text: str) -> int:
    """Return how many decimals are printed."""
    return len(text.partition(".")[2]) if "e" not in text.casefold() else 17


def possible_totals(mean: str, n: int, items: int = 1) -> range:
    """Return the whole-number totals of *n* people with *items* items each whose mean prints as *mean*."""
    low, high = printed_interval(mean)
    return range(ceil(low * n * items), floor(high * n * items) + 1)


def grim(mean: str, n: int, items: int = 1) -> bool:
    """Whether some whole-number total gives the printed mean; always true from 10^decimals values on."""
    return len(possible_totals(mean, n, items)) > 0


def grimmer(mean: str, sd: str, n: int, low: int | None = None, high: int | None = None) -> bool:
    """Whether *n* whole numbers, from *low* to *high* where these are given, can have the printed mean and SD.

    A necessary condition: the sum of squares that the SD implies holds a whole number with the parity of the total
    (x² and x are odd together), not below that of the most even data and not above that of the most extreme. On a
    scale of 0 and 1 this is DEBIT.

    Parameters
    ----------
    mean, sd : str
        As printed; the SD has the denominator n - 1.
    n : int
        Number of values.
    low, high : int, optional
        The scale.
    """
    if n < 2:
        return True
    sd_low, sd_high = printed_interval(sd)
    sd_low = max(sd_low, Fraction(0))
    for total in possible_totals(mean, n):
        if low is not None and high is not None and not n * low <= total <= n * high:
            continue
        smallest, largest = _squares_within(total, n, low, high)
        first = max(ceil((n - 1) * sd_low**2 + Fraction(total**2, n)), smallest)
        last = floor((n - 1) * sd_high**2 + Fraction(total**2, n))
        last = last if largest is None else min(last, largest)
        first += (first - total) % 2
        if first <= last:
            return True
    return False


def _squares_within(total: int, n: int, low: int | None, high: int | None) -> tuple[int, int | None]:
    """Return the smallest and the largest sum of squares of *n* whole numbers with a given total."""
    mean, above = divmod(total, n)
    smallest = (n - above) * mean**2 + above * (mean + 1) ** 2
    if low is None or high is None:
        return smallest, None
    at_top, rest = divmod(total - n * low, high - low)
    if at_top == n:
        return smallest, n * high**2
    return smallest, at_top * high**2 + (low + rest) ** 2 + (n - at_top - 1) * low**2
