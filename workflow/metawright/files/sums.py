"""Sums that are the same on every Python.

The built-in `sum` adds floats one by one up to Python 3.11 and with compensation from 3.12 on, so that the last digit
of what it returns depends on the interpreter, and with it a result's bytes. It is for whole numbers; floats are added
by `math.fsum`, which rounds once.
"""

from collections.abc import Iterable
from math import fsum


def total(numbers: Iterable[float]) -> float:
    """Return the sum of numbers that may be whole or not: an `int` where all are."""
    found = list(numbers)
    return sum(found) if all(isinstance(one, int) for one in found) else fsum(found)
