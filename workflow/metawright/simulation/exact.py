"""Sums without rounding: the same total whatever the order and the grouping of the terms.

A float64 is a whole number of units of 2^-1074, the smallest positive one. Python's integers add such numbers exactly,
so that partial sums from any number of jobs merge to the same total; it is rounded once, at the end.
"""

from __future__ import annotations

import math

_SHIFT = 1074
_UNIT = 1 << _SHIFT


def exact(x: float) -> int:
    """Return the finite float *x* as a whole number of units."""
    mantissa, exponent = math.frexp(x)
    shift = exponent + _SHIFT - 53
    whole = int(mantissa * 9007199254740992.0)  # 2^53: every digit of the mantissa
    return whole << shift if shift >= 0 else whole >> -shift  # a subnormal number has zeros to lose there


def rounded(total: int) -> float:
    """Return the float64 nearest to a number of units."""
    return total / _UNIT


def as_text(total: int) -> str:
    """Return a number of units as hexadecimal mantissa and power of two, such as `-1a3p-40`."""
    if total == 0:
        return "0p0"
    zeros = (total & -total).bit_length() - 1
    return f"{total >> zeros:x}p{zeros - _SHIFT}"


def from_text(text: str) -> int:
    """Return the number of units that `as_text` wrote."""
    mantissa, power = text.split("p")
    return int(mantissa, 16) << (int(power) + _SHIFT) if mantissa != "0" else 0
